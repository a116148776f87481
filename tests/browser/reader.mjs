// What the cases of the readers' page share: a browser, visits that note whatever a
// page must not do, a person's steps, TAP. See source.py for what the newsroom is.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

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

export async function until(what, condition, seconds = 20) {
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

const launch = (...args) => chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", ...args,
		...(process.getuid() === 0 ? ["--no-sandbox"] : [])] });

export let browser = await launch();

/* Another browser instead, which is told args. */
export async function relaunch(...args) {
	await browser.close();
	browser = await launch(...args);
}

export const faults = [];	/* what no page may do */
export const posts = [];	/* what left the browser */

export async function visit(query = "?lang=en", options = {}, more = {}) {
	const context = await browser.newContext(
		{ viewport: { width: 390, height: 844 }, ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(20000);
	page.on("pageerror", (why) => faults.push(why.stack));
	page.on("console", (said) => {
		/* The empty icon that keeps a browser from asking for one. */
		if (said.type() === "error" && !more.isBroken &&
		    !said.text().includes("the image 'data:,'"))
			faults.push(said.text());
	});
	page.on("request", (asked) => {
		if (!asked.url().startsWith(`${URL_}/`) && asked.url() !== "data:,")
			faults.push(`asked for ${asked.url()}`);
		if (asked.method() === "POST")
			posts.push(new URL(asked.url()).pathname);
	});
	await more.before?.(page);
	await page.goto(`${URL_}/${query}`);
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
	await door(page, "new").locator("button").click();
	await page.waitForSelector(".receipt");
	return receiptOf(page);
}

/* The three words that are asked for. */
export async function readBack(page, words) {
	for (const i of [1, 2, 3]) {
		const label = await page.locator(`label[for=w${i}]`).textContent();
		const number = label.normalize("NFKD").match(/[0-9]/)[0];
		await page.fill(`#w${i}`, words[number - 1]);
	}
}

export async function write(page, text, files = []) {
	const words = await begin(page);
	await readBack(page, words);
	await page.fill("#message", text);
	if (files.length > 0)
		await page.locator("input[name=file]").first().setInputFiles(files);
	return words;
}

export const press = (page, what) => door(page, what).locator("button:not([data-act])")
	.last().click();

/* Received, sealed: one post, of sealed bytes. */
export async function received(page) {
	await page.locator("section.good h1").waitFor();
	check(posts.splice(0).every((to) => to === "/v1/letters"), posts);
}

export async function open(page, words) {
	await page.fill("#words", words);
	await press(page, "read");
}

/* What axe finds on the screen as it is. */
export async function axe(page, what) {
	await page.evaluate("globalThis.axe || 0") ||
		await page.evaluate(readFileSync(AXE, "utf8"));
	const { violations } = await page.evaluate(() =>
		globalThis.axe.run(document, { resultTypes: ["violations"] }));
	check(violations.length === 0, `${what}: ` + violations.map((v) =>
		`${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target).join("; ")}`).join("\n"));
}

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
			for (const context of browser.contexts()) {
				for (const page of context.pages())
					await picture(page, `failed-${number}`);
				await context.close();
			}
			posts.splice(0);
		}
	}
	await browser.close();
	rmSync(folder, { recursive: true });
	process.exit(failed > 0 ? 1 : 0);
}
