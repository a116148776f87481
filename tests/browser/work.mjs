// A member alone with tips: unlocking, triage, undo, answers, notes, search.

import { PASSPHRASE, api, check, find, open, picture, press, replies, threads, unlock, until, write } from "./kit.mjs";

const text = (page, selector) => page.locator(selector).first().innerText();

export function work(desk) {
	const at = () => desk.page;
	const shown = async (words) => (await api(at(), "GET", `/v1/thread?id=${(await find(at(), words)).thread}`));

	return [["a wrong passphrase is said, the right one opens", async () => {
		await at().keyboard.type("not this one");
		await press(at(), "Enter");
		await at().locator("[role=alert]", { hasText: "wrong" }).waitFor();
		await picture(at(), "wrong");
		await at().fill("input[type=password]", PASSPHRASE);
		await press(at(), "Enter");
		await until("nine tips", async () => await at().locator(".row").count() === 9);
		await picture(at(), "queue");
		check(await at().evaluate(() => document.activeElement.matches(".row")), "the first row has no focus");
	}], ["three tips are judged with the keyboard alone, and the next opens by itself", async () => {
		await press(at(), "g", "u");
		await until("the unassigned", async () => (await text(at(), ".list-title")) === "Unassigned" && await at().locator(".row").count() === 9);
		const order = await at().locator(".row").evaluateAll((rows) => rows.map((row) => row.dataset.thread));
		await press(at(), "j", "o");
		const current = () => at().evaluate(() => document.querySelector(".row[aria-current]")?.dataset.thread);
		await until("the second is open", async () => await current() === order[1]);
		await at().waitForSelector(".talk .letter");
		await press(at(), "a");
		await until("the third is open", async () => await current() === order[2]);
		await press(at(), "p");
		await at().waitForSelector("dialog[open]");
		await press(at(), "w");
		await until("the fourth is open", async () => await current() === order[3]);
		await press(at(), "c");
		await at().waitForSelector("dialog[open]");
		await picture(at(), "close");
		await press(at(), "v");
		await until("the fifth is open", async () => await current() === order[4]);
		const states = Object.fromEntries((await threads(at())).map((one) => [one.thread, one]));
		check(states[order[1]].assigned.join() === "ana", states[order[1]]);
		check(states[order[2]].state === "parked" && states[order[2]].until, states[order[2]]);
		check(states[order[3]].state === "closed" && states[order[3]].reason === "cannot be verified", states[order[3]]);
		desk.judged = order;
	}], ["each act is taken back with z, the last first", async () => {
		const state = async (i) => (await threads(at())).find((one) => one.thread === desk.judged[i]);
		await press(at(), "z");
		await until("no longer closed", async () => (await state(3)).state !== "closed");
		await press(at(), "z");
		await until("no longer parked", async () => (await state(2)).state !== "parked");
		await press(at(), "z");
		await until("nobody's", async () => !(await state(1)).assigned.length);
	}], ["a tip is opened when it was read, and the source is told", async () => {
		await open(at(), "Trabajo en la confederación");
		const before = await shown("Trabajo");
		check(!(before.seen ?? []).includes("ana"), "read before anybody read it");
		await at().locator(".told", { hasText: "As soon as you have read this" }).waitFor();
		await until("it is read", async () => ((await shown("Trabajo")).seen ?? []).includes("ana"));
		await at().locator(".told", { hasText: "A journalist has opened your letter" }).waitFor();
		await until("the source sees it", () => /open/.test(JSON.stringify(replies("dam"))));
	}], ["files are named and measured; text is shown, nothing is opened", async () => {
		await open(at(), "Trabajo en la confederación");
		const files = at().locator(".file");
		check(await files.count() === 2, "two files");
		check((await files.nth(0).innerText()).includes("léeme.txt") && (await files.nth(1).innerText()).includes("application/pdf"), await files.allInnerTexts());
		await at().getByRole("button", { name: "Show text" }).click();
		const said = at().locator(".file-text:not([hidden])");
		await said.waitFor();
		check((await said.innerText()).includes("<b>no</b>") && (await said.innerText()).includes("U+202E"), await said.innerText());
		await at().getByRole("button", { name: "Save…" }).nth(1).click();
		await at().locator("dialog", { hasText: "without a network" }).waitFor();
		await picture(at(), "save");
		const [download] = await Promise.all([at().waitForEvent("download"), at().getByRole("button", { name: "Save it" }).click()]);
		check(/^letter-\d+-2\.pdf$/.test(download.suggestedFilename()), download.suggestedFilename());
	}], ["a file that came in parts is one row, and is saved as one", async () => {
		await open(at(), "I drove for the contractor");
		const row = at().locator(".cut .file");
		await row.filter({ hasText: "3 of 3 parts are here" }).waitFor();
		check((await row.innerText()).includes("film <b>.mp4"), await row.innerText());
		check((await at().locator(".talk .file").allInnerTexts()).some((words) => words.includes("part 2 of 3")), "a part has no number");
		await picture(at(), "parts");
		await row.getByRole("button", { name: "Save as one file…" }).click();
		await at().locator("dialog", { hasText: "without a network" }).waitFor();
		const [download] = await Promise.all([at().waitForEvent("download"), at().getByRole("button", { name: "Save it" }).click()]);
		check(/^letter-\d+-joined\.mp4$/.test(download.suggestedFilename()), download.suggestedFilename());
	}], ["an answer of two parts reaches the source; the counter says so before", async () => {
		await open(at(), "Trabajo en la confederación");
		await press(at(), "r");
		await at().waitForSelector(".answer-dock textarea:focus");
		await at().locator(".answer-dock textarea").fill(`Gracias por escribirnos. ${"Lo estamos comprobando. ".repeat(220)}FIN`);
		await at().locator(".parts", { hasText: "2 parts" }).waitFor();
		await picture(at(), "answer");
		await press(at(), "Control+Enter");
		await at().locator(".toast.held").waitFor();
		await at().getByRole("button", { name: "Send now" }).click();
		await at().locator(".toast", { hasText: "Sent in 2 parts" }).waitFor();
		await until("the source reads it", () => /Gracias por escribirnos\..*FIN/s.test(JSON.stringify(replies("dam"))));
		await open(at(), "Trabajo en la confederación");
		check((await text(at(), ".bubble.answer")).includes("FIN"), "not in the thread");
	}], ["an answer taken back before it goes out is a draft again", async () => {
		await open(at(), "Nos piden");
		await press(at(), "r");
		await at().locator(".answer-dock textarea").fill("Demasiado pronto");
		await press(at(), "Control+Enter");
		await at().locator(".toast.held").waitFor();
		await press(at(), "z");
		await until("the words are back", async () => await at().locator(".answer-dock textarea").inputValue().catch(() => "") === "Demasiado pronto");
		await press(at(), "Escape");
		check(!(await shown("Nos piden")).items.some((item) => item.type === "answer"), "it was sent");
	}], ["a question asks the source to write again, and they come back", async () => {
		await open(at(), "I drove for");
		await press(at(), "q");
		await at().locator(".answer-dock textarea").fill("Which nights?");
		await press(at(), "Control+Enter");
		await at().getByRole("button", { name: "Send now" }).click();
		await until("the source is asked", () => /Which nights/.test(JSON.stringify(replies("night"))));
		write("night", "The nights of 3 and 4 May.\n");
		await until("came back", async () => (await find(at(), "I drove for")).came_back);
		await open(at(), "I drove for");
		await at().locator(".talk", { hasText: "3 and 4 May" }).waitFor();
		await picture(at(), "came-back");
	}], ["a note stands apart from answers and never goes to the source", async () => {
		await press(at(), "n");
		await at().waitForSelector(".note-dock textarea:focus");
		check(await at().locator(".answer-dock.open").count() === 0, "both are open");
		await at().keyboard.type("Do not call the depot yet.");
		await picture(at(), "note");
		await press(at(), "Control+Enter");
		await at().getByRole("button", { name: "Send now" }).click();
		await at().locator(".bubble.note", { hasText: "depot" }).waitFor();
		check(!JSON.stringify(replies("night")).includes("depot"), "the source reads notes");
	}], ["bin, flags, label and summary, and a selection of two", async () => {
		await open(at(), "hi i know a secret");
		await press(at(), "b");
		await until("in the bin", async () => (await find(at(), "hi i know")).state === "bin");
		await open(at(), "I drove for");
		await press(at(), "d");
		await until("danger", async () => (await find(at(), "I drove")).is_danger);
		await press(at(), "d", "!");
		await until("plant", async () => (await find(at(), "I drove")).is_plant && !(await find(at(), "I drove")).is_danger);
		await press(at(), "!", "l");
		await at().waitForSelector("dialog[open] input");
		await at().keyboard.type("reservoir");
		await press(at(), "Enter");
		await press(at(), "s");
		await at().waitForSelector("dialog[open] input");
		await at().keyboard.type("Driver with cards");
		await press(at(), "Enter");
		await until("label and summary", async () => {
			const one = await find(at(), "I drove");
			return one.labels.includes("reservoir") && one.summary === "Driver with cards";
		});
		await press(at(), "u", "g", "e");
		await until("all of them", async () => await at().locator(".row").count() === 9);
		await at().locator(".row", { hasText: "Le port vend" }).nth(0).click({ modifiers: ["Control"] });
		await at().locator(".row", { hasText: "Le port vend" }).nth(1).click({ modifiers: ["Control"] });
		await at().locator(".picked-bar", { hasText: "2 selected" }).waitFor();
		await press(at(), "a");
		await until("both are hers", async () => (await threads(at(), "view=mine")).length === 2);
	}], ["search finds words and filters, and marks what it found", async () => {
		await press(at(), "/");
		await at().keyboard.type("reservoir");
		await until("one row", async () => await at().locator(".row").count() === 1);
		check((await text(at(), ".row mark")).toLowerCase().startsWith("reserv"), "no mark");
		await picture(at(), "search");
		await at().keyboard.type(" \"unfinished");
		await at().locator(".list-end", { hasText: "quotation mark" }).waitFor();
		await press(at(), "Escape");
		await at().getByRole("button", { name: "Filters" }).click();
		await at().getByLabel("Language", { exact: true }).selectOption("ar");
		await until("one in Arabic", async () => await at().locator(".row").count() === 1);
		await at().getByRole("button", { name: "Clear all" }).click();
		await at().getByRole("button", { name: "Filters" }).click();
	}], ["absence is seen by all, and taken back", async () => {
		await press(at(), "g", "w");
		await at().getByRole("button", { name: "I will be away…" }).click();
		await at().getByLabel("Who stands in").selectOption("bo");
		await at().locator("dialog").getByRole("button", { name: "Save" }).click();
		const banner = at().locator(".warnings .banner", { hasText: "You are away until" });
		await banner.waitFor();
		check((await banner.innerText()).includes("Bo"), await banner.innerText());
		await banner.getByRole("button", { name: "I am back" }).click();
		await banner.waitFor({ state: "detached" });
	}], ["a ready answer is written once and used", async () => {
		await press(at(), "g", "r");
		await at().getByRole("button", { name: "New…" }).click();
		const box = at().locator("dialog");
		await box.getByLabel("Title, for colleagues only").fill("Weeks");
		await box.getByLabel("Language", { exact: true }).selectOption("en");
		await box.getByLabel("Text", { exact: true }).fill("Checking takes about two weeks.");
		await box.getByRole("button", { name: "Save" }).click();
		await at().locator(".card", { hasText: "two weeks" }).waitFor();
		await open(at(), "I drove for");
		await press(at(), "r");
		await at().getByLabel("Put in a ready answer").selectOption({ label: "Weeks" });
		check((await at().locator(".answer-dock textarea").inputValue()) === "Checking takes about two weeks.", "not put in");
		await at().locator(".answer-dock textarea").fill("");
		await press(at(), "Escape");
	}], ["the page speaks another language at once", async () => {
		await at().getByLabel("Language of this page").selectOption("fr");
		await at().locator(".view", { hasText: "Sans personne" }).waitFor();
		check(await at().evaluate(() => document.documentElement.lang) === "fr", "lang");
		await at().getByLabel("Langue de cette page").selectOption("en");
		await at().locator(".view", { hasText: "Unassigned" }).waitFor();
	}], ["locked, the page holds nothing; unlocked, the draft is there", async () => {
		await open(at(), "Nos piden");
		await press(at(), "Control+l");
		await at().waitForSelector("input[type=password]");
		const all = await at().evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll("input, textarea")].map((i) => i.value).join());
		check(!/Nos piden|Demasiado|Diario|Ana|reservoir/.test(all), `still there: ${all}`);
		await picture(at(), "locked-again");
		await unlock(at());
		await open(at(), "Nos piden");
		await press(at(), "r");
		await until("the draft", async () => await at().locator(".answer-dock textarea").inputValue() === "Demasiado pronto");
		await press(at(), "Escape");
	}], ["a note and an answer half written survive a lock at once; held ones too, and are not in the page", async () => {
		await open(at(), "Nos piden");
		await press(at(), "n");
		await at().waitForSelector(".note-dock textarea:focus");
		await at().keyboard.type("Half a note");
		await at().evaluate(() => document.activeElement.blur());
		await press(at(), "Control+l");
		await at().waitForSelector("input[type=password]");
		await unlock(at());
		await open(at(), "Nos piden");
		await until("the note", async () => await at().locator(".note-dock textarea").inputValue().catch(() => "") === "Half a note");
		await press(at(), "n");
		await at().waitForSelector(".note-dock textarea:focus");
		await press(at(), "Control+Enter");
		await at().locator(".toast.held").waitFor();
		// As when the machine sleeps: nobody asks the page first.
		await api(at(), "POST", "/v1/lock");
		await at().waitForSelector("input[type=password]");
		await new Promise((go) => setTimeout(go, 6500));
		check(await at().locator("input[type=password]").count() === 1, "it did not stay locked");
		await unlock(at());
		await open(at(), "Nos piden");
		await until("the note again", async () => await at().locator(".note-dock textarea").inputValue().catch(() => "") === "Half a note");
		check(!(await shown("Nos piden")).items.some((item) => item.type === "note"), "it was sent all the same");
		await at().locator(".note-dock textarea").fill("");
		await press(at(), "Escape");
	}]];
}
