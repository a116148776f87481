// What the cases of the readers' page share: a browser, visits that note whatever a
// page must not do, a person's steps, TAP. See source.py for what the newsroom is.
// BROWSER=firefox takes Debian's Firefox, by WebDriver BiDi, in Chromium's place.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { firefox } from "playwright-core";

import { launch as launchChromium } from "./chromium.mjs";

export const URL_ = process.env.PLACE_URL;
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
export const LIST = readFileSync(new URL("../../assets/words/en.txt", import.meta.url),
	"utf8").trim().split("\n");
const PICTURES = process.env.PISTA_SCREENSHOTS;
export const folder = mkdtempSync(path.join(tmpdir(), "pista-source-"));

export function check(condition, what) {
	if (!condition)
		throw new Error(typeof what === "string" ? what : JSON.stringify(what));
}

export async function until(what, condition, seconds = 60) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const value = await condition();
		if (value)
			return value;
		check(Date.now() < end, `never: ${what}`);
		await new Promise((go) => setTimeout(go, 150));
	}
}

/* What the newsroom does, by source.py. */
export const newsroom = new Proxy({}, { get: (_, name) => async (...args) => {
	const answer = await fetch(`${process.env.NEWSROOM_URL}/${name}`,
		{ method: "POST", body: JSON.stringify(args) });
	const said = await answer.json();
	check(answer.ok, said);
	return said;
} });

export const letter = (words) => until(`a letter that says ${words}`, async () =>
	(await newsroom.letters()).find((l) => l.message?.includes(words)));

export const isFirefox = process.env.BROWSER === "firefox";

const launchFirefox = (...prefs) => firefox.launch({ channel: "moz-firefox",
	executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
	firefoxUserPrefs: Object.assign({}, ...prefs) });

const launch = isFirefox ? launchFirefox : launchChromium;

/* Firefox as Tor Browser has it at "Safer": script runs, but nothing compiles it. */
const TOR = { "privacy.resistFingerprinting": true, "browser.privatebrowsing.autostart": true };
export const SLOW = isFirefox ? [TOR, Object.fromEntries(["ion", "baselinejit", "native_regexp",
	"asmjs", "wasm"].map((name) => [`javascript.options.${name}`, false]))] :
	["--js-flags=--jitless"];

let browser = null, told = [], preferred = "{}";

async function quit() {
	await browser?.close();
	browser = null;
}

/* The next page is another browser's, which is told args: options of Chromium, preferences
 * of Firefox. */
export async function relaunch(...args) {
	await quit();
	told = args;
}

/* Firefox knows from its start what Chromium is told of each page. */
const preferences = ({ colorScheme, forcedColors, javaScriptEnabled }) => ({
	...(colorScheme === "dark" && { "ui.systemUsesDarkTheme": 1 }),
	...(forcedColors === "active" && { "browser.display.document_color_use": 2 }),
	...(javaScriptEnabled === false && { ...TOR, "javascript.enabled": false }) });

export async function contextOf(options = {}) {
	const prefs = preferences(options);
	if (isFirefox && JSON.stringify(prefs) !== preferred)
		await quit();
	preferred = JSON.stringify(prefs);
	browser ??= await launch(...told, ...isFirefox ? [prefs] : []);
	return browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
}

export const faults = [];	/* what no page may do */
export const posts = [];	/* what left the browser */

/* Firefox asks a page's own script whether a control stands still; without script a
 * person's hand needs no answer. */
export const mute = new WeakSet();

export async function fill(page, selector, text) {
	if (!mute.has(page))
		return page.fill(selector, text);
	await page.focus(selector);
	await page.locator(selector).evaluate((control) => control.select());
	await page.keyboard.insertText(text);
}

export const click = (locator) => locator.click({ force: mute.has(locator.page()) });

/* The empty icon that keeps a browser from asking for one; what a picture is taken with. */
const NOISE = PICTURES ? /the image 'data:,'|\(img-src\) at data:,|\(style-src-elem\)/ :
	/the image 'data:,'|\(img-src\) at data:,/;
const IS_OWN = /^Content-Security-Policy: |None of the “sha/;

export async function visit(query = "?lang=en", options = {}, more = {}) {
	const context = await contextOf(options);
	const origin = more.at ?? URL_;
	const page = await context.newPage();
	if (isFirefox && options.javaScriptEnabled === false)
		mute.add(page);
	page.setDefaultTimeout(60000);
	/* What a browser itself says is no exception, though Firefox's driver calls it one. */
	const said = (text) => more.isBroken || NOISE.test(text) || faults.push(text);
	page.on("pageerror", (why) => IS_OWN.test(why.stack) ? said(why.stack) :
		faults.push(why.stack));
	page.on("console", (line) => line.type() === "error" && said(line.text()));
	page.on("request", (asked) => {
		if (!asked.url().startsWith(`${origin}/`) && asked.url() !== "data:,")
			faults.push(`asked for ${asked.url()}`);
		if (asked.method() === "POST")
			posts.push(new URL(asked.url()).pathname);
	});
	await more.before?.(page);
	await page.goto(`${origin}/${query}`);
	return page;
}

export const isReady = (page) => page.waitForFunction(() =>
	document.querySelector("head meta[content=\"form-action 'none'\"]"));

export async function picture(page, name) {
	if (!PICTURES)
		return;
	mkdirSync(PICTURES, { recursive: true });
	await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

export const door = (page, name) =>
	page.locator(`form:has(input[name=do][value=${name}])`);

export const receiptOf = (page) => page.locator(".receipt p:not(.number) b")
	.allTextContents();

export async function begin(page) {
	await click(door(page, "new").locator("button"));
	await page.waitForSelector(".receipt");
	return receiptOf(page);
}

/* The three words that are asked for. */
export async function readBack(page, words) {
	for (const i of [1, 2, 3]) {
		const label = await page.locator(`label[for=w${i}]`).textContent();
		const number = label.normalize("NFKD").match(/[0-9]/)[0];
		await fill(page, `#w${i}`, words[number - 1]);
	}
}

export async function write(page, text, files = []) {
	const words = await begin(page);
	await readBack(page, words);
	await fill(page, "#message", text);
	if (files.length > 0)
		await page.locator("input[name=file]").first().setInputFiles(files);
	return words;
}

export const press = (page, what) => click(door(page, what)
	.locator("button:not([data-act])").last());

/* Received, sealed: one post, of sealed bytes. */
export async function received(page) {
	await page.locator("section.good h1").waitFor();
	check(posts.splice(0).every((to) => to === "/v1/letters"), posts);
}

export async function open(page, words) {
	await fill(page, "#words", words);
	await press(page, "read");
}

/* What axe finds on the screen as it is: the same in every engine, so one is asked. */
export async function axe(page, what) {
	if (isFirefox)
		return;
	await page.evaluate("globalThis.axe || 0") ||
		await page.evaluate(readFileSync(AXE, "utf8"));
	const { violations } = await page.evaluate(() =>
		globalThis.axe.run(document, { resultTypes: ["violations"] }));
	check(violations.length === 0, `${what}: ` + violations.map((v) =>
		`${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target).join("; ")}`).join("\n"));
}

/* From now on the page looks as it would on paper. */
export const onPaper = (page) => page.evaluate(() => {
	const turn = (rules) => [...rules ?? []].forEach(({ cssRules, media }) => {
		if (media?.mediaText === "print")
			media.mediaText = "all";
		turn(cssRules);
	});
	[...document.styleSheets].forEach((sheet) => turn(sheet.cssRules));
});

/* Nothing stands out at the side. */
export async function fits(page, what) {
	const over = await page.evaluate(() =>
		document.documentElement.scrollWidth - innerWidth);
	check(over <= 0, `${what}: ${over} pixels too wide`);
}

/* What a profile would keep. */
export async function traces(page) {
	const kept = await page.evaluate(async () => [document.cookie,
		localStorage.length, sessionStorage.length, history.length,
		location.href, (await indexedDB.databases()).length,
		(await globalThis.caches?.keys())?.length ?? 0]);
	const [cookie, local, session, entries, href, bases, caches] = kept;
	check(cookie === "" && local + session + bases + caches === 0 &&
		entries <= 2 && /\?lang=\w+(&story=\w+)?$/.test(href), kept);
}

/* Runs the cases in order, or those whose functions argv names; ends the program. */
export async function run(cases) {
	let number = 0, failed = 0;
	const only = process.argv.slice(2);
	const chosen = Object.entries(cases).filter(([, does]) =>
		only.length === 0 || only.includes(does.name));
	console.log(`1..${chosen.length}`);
	for (const [name, does] of chosen) {
		const began = Date.now();
		try {
			await does();
			check(faults.length === 0, faults.splice(0).join("\n"));
			console.log(`ok ${++number} - ${name} # ${Date.now() - began} ms`);
		} catch (why) {
			failed++;
			console.log(`not ok ${++number} - ${name}`);
			console.log(`${why.stack}\n${faults.splice(0).join("\n")}`.split("\n")
				.slice(0, 14).join("\n").replace(/^/gm, "# "));
			for (const context of browser?.contexts() ?? []) {
				for (const page of context.pages())
					await picture(page, `failed-${number}`);
				await context.close();
			}
			posts.splice(0);
		}
	}
	await quit();
	rmSync(folder, { recursive: true });
	process.exit(failed > 0 ? 1 : 0);
}
