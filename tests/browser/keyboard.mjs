// The whole way with Tab, Shift+Tab, Enter, Space and arrows alone, with script and
// without; where the focus is after each step, and what is said; and a person who
// takes two hours.

import { check, isReady, letter, newsroom, picture, receiptOf, run, until, visit, URL_ } from "./reader.mjs";

const HOURS = 2.1 * 3600 * 1000;
const TABS_MAX = 90;

/* The focused element as far as a case asks about it. */
const focused = (page, selector = "*") => page.evaluate((wanted) => {
	const before = globalThis.before, e = document.activeElement, style = getComputedStyle(e), at = e.getBoundingClientRect();
	const on = document.elementFromPoint(at.left + at.width / 2,
		(Math.max(0, at.top) + Math.min(innerHeight, at.bottom)) / 2);
	globalThis.before = e;
	return { id: e.id, tag: e.tagName, text: e.textContent.trim().slice(0, 60),
		isIt: e.matches(wanted), isOnward: before === document.body || Boolean(before &&
			before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING),
		isSeen: at.top < innerHeight && at.bottom > 0 && (e.contains(on) || on?.contains(e)),
		isRinged: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
}, selector);

/* Tab until what selector names has the focus; every stop is seen, and they come in
 * the order of the page. */
async function tabTo(page, selector, key = "Tab") {
	await page.evaluate(() => globalThis.before = document.activeElement);
	for (let i = 0; i < TABS_MAX; i++) {
		await page.keyboard.press(key);
		const at = await focused(page, selector);
		check(at.tag !== "BODY" && at.isSeen && at.isRinged, [selector, at]);
		check(at.isOnward === (key === "Tab"), ["out of order", selector, at]);
		if (at.isIt)
			return;
	}
	throw new Error(`never reached: ${selector}`);
}

const press = (page, ...keys) => keys.reduce((p, key) => p.then(() => page.keyboard.press(key)),
	Promise.resolve());
const type = (page, text) => page.keyboard.type(text);

async function isOn(page, text) {
	await until(`the focus on ${text}`, async () => (await focused(page)).text.startsWith(text))
		.catch(async (why) => {
			throw new Error(`${why.message}: ${JSON.stringify(await focused(page))}`);
		});
}

/* Both ways are the same for hands; only where one begins after a step differs. */
async function firstPage(page) {
	await tabTo(page, ".leave a");
	await tabTo(page, "#q1a");
	await press(page, "Space", "ArrowDown");
	check(await page.locator("#q1b-t").isVisible() && await page.locator("#q1a-t").isHidden(),
		"the advice");
	await tabTo(page, "#q2a");
	await press(page, "ArrowUp");
	check(await page.locator("#q2d").isChecked(), "the arrows");
	await tabTo(page, "#q4a");
	await tabTo(page, "form:has([value=new]) button");
	await press(page, "Enter");
	await page.waitForSelector(".receipt");
}

async function answerGate(page) {
	const words = await receiptOf(page);
	for (const i of [1, 2, 3]) {
		await tabTo(page, `#w${i}`);
		const label = await page.locator(`label[for=w${i}]`).textContent();
		await type(page, words[label.match(/[0-9]/)[0] - 1]);
	}
	return words;
}

async function readAnswers(page, words) {
	await page.goto(`${URL_}/?lang=en`);
	return async () => {
		await tabTo(page, "a[href='#door']");
		await press(page, "Enter");
		await tabTo(page, "#words");
		await type(page, words.slice(0, 8).join(" "));
		await tabTo(page, "form:has([value=read]) button");
		await press(page, "Enter");
	};
}

async function withScript() {
	const page = await visit("?lang=en", { viewport: { width: 360, height: 640 } });
	await isReady(page);
	const title = await page.title();
	await firstPage(page);
	await isOn(page, "Your letter");
	/* Practising covers the words for those who listen, too. */
	await tabTo(page, "[data-act=practise]");
	await press(page, "Space");
	check((await focused(page)).id === "practised", "practise");
	check(!(await page.locator(".receipt").innerText()).includes((await receiptOf(page))[0]),
		"covered");
	await type(page, (await receiptOf(page)).join(" "));
	await press(page, "Tab", "Enter");
	await isOn(page, "Practise now");
	check((await page.locator("[data-said]").textContent()).includes("are those of your receipt"),
		"said");
	await tabTo(page, "[data-act=copy]");
	await press(page, "Enter");
	await page.locator("[data-said]", { hasText: "Copied" }).waitFor();
	await isOn(page, "Copy");
	await tabTo(page, "[data-act=card]", "Shift+Tab");
	await press(page, "Enter");
	await isOn(page, "Your receipt");
	const words = await answerGate(page);
	await tabTo(page, "form:has([value=send]) button");
	await press(page, "Enter");
	await isOn(page, "Not sent: there is nothing in it yet");
	check(await page.locator("#message[aria-invalid=true]").getAttribute("aria-errormessage") ===
		"problem" && await page.locator("#problem[role=alert]").count() === 1, "tied");
	await picture(page, "keyboard-problem");
	await tabTo(page, "#message");
	await type(page, "By keyboard, with script.");
	await tabTo(page, "[name=terms]:checked");
	await press(page, "ArrowDown");
	await tabTo(page, "summary");
	await press(page, "Enter");
	await tabTo(page, "#name");
	await tabTo(page, "#names");
	await press(page, "Space");
	check(await page.isChecked("#names") && await page.isChecked("#terms2"), "the boxes");
	/* Whoever stops is where they were. */
	await page.route(/\/v1\/(letters|upload)/, () => {});
	await tabTo(page, "form:has([value=send]) button");
	await press(page, "Enter");
	await isOn(page, "Your letter is on its way");
	check(await page.locator("progress").getAttribute("aria-label") &&
		await page.locator(".sending [role=status]").count() === 1, "progress has no name");
	await tabTo(page, "[data-act=cancel]");
	await press(page, "Enter");
	await isOn(page, "Seal and send");
	await page.unroute(/\/v1\/(letters|upload)/);
	check(await page.locator("[aria-invalid]").count() === 0, "still invalid");
	await press(page, "Enter");
	await isOn(page, "Received");
	await letter("By keyboard, with script.");
	check(await page.title() === title, "the title tells something");
	const again = await readAnswers(page, words);
	await isReady(page);
	await again();
	await isOn(page, "A receipt has nine words");
	check(await page.locator("#words[aria-invalid=true]").count() === 1, "the words");
	await tabTo(page, "#words");
	await press(page, "Control+End");
	await type(page, ` ${words[8]}`);
	await tabTo(page, "form:has([value=read]) button");
	await press(page, "Enter");
	await isOn(page, "Your letter and our answers");
	await page.context().close();
}

async function withoutScript() {
	const page = await visit("?lang=en", { javaScriptEnabled: false,
		viewport: { width: 360, height: 640 } });
	await firstPage(page);
	const words = await answerGate(page);
	await tabTo(page, "form:has([value=send]) button");
	await press(page, "Enter");
	await page.locator("#problem").waitFor();
	check((await focused(page)).id === "problem", await focused(page));
	check(await page.locator("#message[aria-invalid=true]").count() === 1, "tied");
	await tabTo(page, "#message");
	await type(page, "By keyboard, without script.");
	await tabTo(page, "form:has([value=send]) button");
	await press(page, "Enter");
	await page.locator("h1", { hasText: "Received" }).waitFor();
	check(await page.locator("h2", { hasText: "Your note is right" }).count() === 1,
		"the three words were asked twice");
	await letter("By keyboard, without script.");
	await (await readAnswers(page, words))();
	await page.locator("h1", { hasText: "A receipt has nine words" }).waitFor();
	check((await focused(page)).id === "problem", "the focus");
	await tabTo(page, "#words");
	await press(page, "Control+End");
	await type(page, ` ${words[8]}`);
	await tabTo(page, "form:has([value=read]) button");
	await press(page, "Enter");
	await page.locator("h1", { hasText: "Your letter and our answers" }).waitFor();
	await page.context().close();
}

/* Nothing on either side remembers when a page was opened: the browser's clock goes
 * on by more than two hours on each, and the server starts anew meanwhile. */
async function slowly() {
	const page = await visit();
	const plain = await visit("?lang=en", { javaScriptEnabled: false });
	await page.clock.install();
	await isReady(page);
	await page.clock.fastForward(HOURS);
	for (const one of [page, plain]) {
		await one.locator("form:has([value=new]) button").click();
		await one.waitForSelector(".receipt");
		await one.fill("#message", `Slowly ${one === page ? "scripted" : "plain"}.`);
	}
	await page.clock.fastForward(HOURS);
	await newsroom.stop();
	await newsroom.start();
	check(await page.inputValue("#message") === "Slowly scripted.", "lost");
	for (const one of [page, plain]) {
		await one.locator("form:has([value=send]) button").last().click();
		await one.locator("h1", { hasText: "Received" }).waitFor();
		await letter(`Slowly ${one === page ? "scripted" : "plain"}.`);
		await one.context().close();
	}
}

export const cases = {
	"keyboard alone, with script: seen, in order, said": withScript,
	"keyboard alone, without script": withoutScript,
	"two hours on each page, and a server that starts anew": slowly,
};

if (process.argv[1].endsWith("keyboard.mjs"))
	await run(cases);
