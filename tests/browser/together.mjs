// Two members: handing over, a conflict, who is answering, near-duplicates,
// what a source writes to break the page.

import { api, check, find, open, picture, press, until } from "./kit.mjs";

export function together(desk) {
	const at = () => desk.page;
	const shown = async (words) => (await api(at(), "GET", `/v1/thread?id=${(await find(at(), words)).thread}`));

	return [["a tip handed to another desk can be read there", async () => {
		check(!await desk.cy.find("أعمل في مختبر"), "he reads it before");
		await open(at(), "أعمل في مختبر");
		await press(at(), "h");
		await at().waitForSelector("dialog[open]");
		await picture(at(), "hand");
		await press(at(), "1");
		await at().locator(".toast", { hasText: "Handed over" }).waitFor();
		await until("he reads it", () => desk.cy.find("أعمل في مختبر"));
		// It went to every desk, and into the grant.
		const handed = (thread) => thread.items.filter((item) => item.kind === "handed").length;
		await until("it has arrived", async () => !(await shown("أعمل في مختبر")).pending);
		check(handed(await shown("أعمل في مختبر")) === 1, "it is said more than once");
		check(handed(await desk.cy.ask("GET", `/v1/thread?id=${(await desk.cy.find("أعمل في مختبر")).thread}`)) === 1, "he is told more than once");
	}], ["two who decided without knowing of each other are shown both, and settle it with one click", async () => {
		await open(at(), "Somebody should look");
		const his = await until("Bo has it", () => desk.bo.find("Somebody should look"));
		const hers = await find(at(), "Somebody should look");
		await Promise.all([desk.bo.act(his.thread, "assigned", { value: "bo" }),
			api(at(), "POST", "/v1/act", { acts: [{ thread: hers.thread, kind: "assigned", value: "ana" }] })]);
		await open(at(), "Somebody should look");
		const banner = at().locator(".conflict");
		await until("the conflict", async () => {
			await Promise.all([desk.bo.ask("POST", "/v1/sync", {}), api(at(), "POST", "/v1/sync", {})]);
			return banner.isVisible();
		});
		check((await banner.innerText()).includes("Ana") && (await banner.innerText()).includes("Bo"), await banner.innerText());
		await picture(at(), "conflict");
		await banner.getByRole("button", { name: /Bo/ }).first().click();
		await until("it is settled", async () => {
			const now = await shown("Somebody should look");
			return !now.conflicts.length && now.assigned.join() === "bo";
		});
	}], ["who else is answering is seen before two answer", async () => {
		const his = await desk.bo.find("les trois quais");
		await desk.bo.act(his.thread, "answering", { is_off: false });
		await open(at(), /les trois quais/);
		await until("it is seen", async () => {
			await Promise.all([desk.bo.ask("POST", "/v1/sync", {}), api(at(), "POST", "/v1/sync", {})]);
			return at().locator(".banner", { hasText: "is answering" }).isVisible();
		});
	}], ["tips that say nearly the same lead to each other", async () => {
		await open(at(), /les trois quais/);
		await at().locator(".banner", { hasText: "nearly the same" }).getByRole("button").first().click();
		await at().locator(".talk", { hasText: /LES TROIS QUAIS/ }).waitFor();
	}], ["what a source wrote to break the page is text, and turns nothing", async () => {
		await open(at(), "<img src=x");
		await picture(at(), "evil");
		const inside = await at().evaluate(() => ({
			title: document.title,
			alien: [...document.querySelectorAll("img, script, iframe, object, embed, a[href], b b, svg[onload], link, style, form")].filter((e) => !e.closest("head") && !e.matches("form")).map((e) => e.outerHTML),
			wild: [...document.querySelectorAll("body *")].flatMap((e) => [...e.childNodes]).filter((n) => n.nodeType === 3 && /[\u202a-\u202e\u2066-\u2069\u200b\u2028\u001b]/.test(n.data.replace(/\u2068[^\u2068\u2069]*\u2069/g, ""))).map((n) => n.data),
			attributes: [...document.querySelectorAll("body *")].flatMap((e) => [...e.attributes]).filter((a) => /^on/.test(a.name) || /[\u202a-\u202e\u2066\u2067]/.test(a.value)).map((a) => `${a.name}=${a.value}`),
		}));
		check(inside.title === "Pista", inside.title);
		check(inside.alien.length === 0, inside.alien);
		check(inside.wild.length === 0, inside.wild);
		check(inside.attributes.length === 0, inside.attributes);
		const said = await at().locator(".thread").innerText();
		for (const words of ["<img src=x onerror", "U+202E", "U+2066", "U+200B", "U+001B", "U+2028", "evil<b>", "<script>x</script>", "<svg onload"])
			check(said.includes(words), `${words} is not shown: ${said}`);
	}]];
}
