// How it looks, to eyes and to those who listen: axe on every screen, light and
// dark, right to left, on a telephone, with large text; and the end of it all.

import { readFileSync } from "node:fs";
import { again, axe, axePath, check, open, picture, press, until } from "./kit.mjs";

const DRESSES = {
	light: { viewport: { width: 1280, height: 800 }, locale: "en" },
	arabic: { viewport: { width: 1280, height: 800 }, locale: "ar" },
	telephone: { viewport: { width: 320, height: 640 }, locale: "es" },
};
const only = (...values) => ({ runOnly: values });
const COLOURS = only("color-contrast"), LANGUAGES = only("html-lang-valid", "valid-lang");
const STRUCTURE = { rules: { "color-contrast": { enabled: false } } };
const PAGES = { a: "alarms", s: "stories", w: "people", n: "numbers", r: "ready" };

async function goes(page, key) {
	await page.evaluate(() => document.activeElement?.blur());
	await press(page, "g", key);
}

/** Nothing stands out of the window, also where it would be cut off unseen. */
async function fits(page) {
	const [wide, window, out] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth,
		[...document.querySelectorAll("body button, body input, body select, body textarea, body h1, body h2, body p, body dd")].filter((e) => {
			const at = e.getBoundingClientRect();
			return at.width > 0 && !e.closest(".table, .unseen") && (at.left < -1 || at.right > innerWidth + 1);
		}).map((e) => e.outerHTML.slice(0, 120))]);
	check(wide <= window && out.length === 0, `${wide} wide in a window of ${window}: ${out.join("\n")}`);
}

async function look(page, dress, name, found) {
	await picture(page, `${dress}-${name}`);
	await fits(page);
	const asks = async (as, rules) => found.push(...(await axe(page, rules)).map((words) => `${as} ${name}: ${words}`));
	// Structure is the same in every dress; colours are not, nor is what a
	// telephone leaves away.
	if (dress !== "arabic")
		await asks(dress, dress === "telephone" && STRUCTURE);
	else if (name === "thread")
		await asks(dress, LANGUAGES);
	if (dress === "light") {
		await page.emulateMedia({ colorScheme: "dark" });
		await picture(page, `dark-${name}`);
		await asks("dark", COLOURS);
		await page.emulateMedia({ colorScheme: "light" });
	}
}

async function everyScreen(page, dress) {
	const found = [];
	await look(page, dress, "queue", found);
	await open(page, "Trabajo en la confederación");
	await look(page, dress, "thread", found);
	await press(page, "r");
	await page.waitForSelector(".answer-dock textarea:focus");
	await look(page, dress, "answer", found);
	await press(page, "Escape", "n");
	await page.waitForSelector(".note-dock textarea:focus");
	await look(page, dress, "note", found);
	await press(page, "Escape");
	for (const key of ["c", "A", "?"]) {
		await press(page, key);
		await page.waitForSelector("dialog[open]");
		await look(page, dress, `dialog-${{ c: "close", A: "assign", "?": "help" }[key]}`, found);
		await press(page, "Escape");
		await page.waitForSelector("dialog[open]", { state: "detached" });
	}
	for (const [key, name] of Object.entries(PAGES)) {
		await goes(page, key);
		await page.waitForSelector(`.page-${name}`);
		if (name === "stories") {
			await page.locator(".story summary").first().click();
			await page.waitForSelector(".story-tip");
		}
		await look(page, dress, name, found);
	}
	return found;
}

export function looks(desk) {
	const dressed = Object.entries(DRESSES).map(([dress, options]) => [`axe finds nothing, nothing stands out: ${dress}`, async () => {
		const page = await again(desk.browser, desk.page, options, [axePath]);
		const dir = await page.evaluate(() => document.documentElement.dir);
		check(dir === (dress === "arabic" ? "rtl" : "ltr"), dir);
		const found = await everyScreen(page, dress);
		check(found.length === 0, found.join("\n"));
		await page.context().close();
	}]);
	return [...dressed, ["a telephone shows one thing at a time, and back leads up", async () => {
		const page = await again(desk.browser, desk.page, { ...DRESSES.telephone, locale: "en" });
		const visible = (selector) => page.locator(selector).isVisible();
		check(await visible(".list") && !await visible(".thread") && !await visible(".rail"), "more than the list");
		await open(page, "Trabajo en la confederación");
		check(!await visible(".list") && await visible(".thread"), "more than the tip");
		await page.goBack();
		await until("the list", () => visible(".list"));
		await page.getByRole("button", { name: "Views" }).click();
		check(await visible(".rail") && !await visible(".list"), "more than the views");
		await picture(page, "telephone-views");
		await page.context().close();
	}], ["Escape three times ends everything at once", async () => {
		const pid = Number(process.env.DESK_PID);
		await press(desk.page, "Escape", "Escape", "Escape");
		await until("the page is empty", async () => (await desk.page.evaluate(() => document.body.childNodes.length)) === 0);
		await until("the program has ended", () => {
			try {
				process.kill(pid, 0);
				return isZombie(pid);
			} catch {
				return true;
			}
		});
	}]];
}

/** Ended, and its parent has not asked yet. */
function isZombie(pid) {
	return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)[0] === "Z";
}
