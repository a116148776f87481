// What the cases share: a browser, the page in it, a colleague at another desk,
// sources at a terminal, TAP.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";

const MODULE = createRequire(import.meta.url);
export const PASSPHRASE = process.env.DESK_PASSPHRASE;
export const ORIGIN = new URL(process.env.DESK_URL).origin;
const PICTURES = process.env.PISTA_SCREENSHOTS;
const source = JSON.parse(process.env.SOURCE);

export const faults = [];	// what the page complained of

/** A page that notes whatever a page must not do. */
export async function watch(context) {
	const page = await context.newPage();
	page.setDefaultTimeout(60000);
	page.on("pageerror", (why) => faults.push(why.stack));
	page.on("dialog", (box) => {
		faults.push(`a script of a source ran: ${box.message()}`);
		box.dismiss();
	});
	page.on("console", (said) => {
		// What a browser says of answers that are not 2xx is expected where a
		// case asks for one.
		if (["error", "warning"].includes(said.type()) && !/the server responded with a status of (403|423|503)|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|ERR_CONTENT_LENGTH_MISMATCH|ERR_INCOMPLETE/.test(said.text()))
			faults.push(`${said.text()} ${said.location().url}`);
	});
	page.on("request", (asked) => {
		if (!asked.url().startsWith(`${ORIGIN}/`) && !asked.url().startsWith("data:,"))
			faults.push(`asked for ${asked.url()}`);
	});
	return page;
}

/** Another page of the same desk, in another dress: its token is handed over. */
export async function again(browser, page, options, scripts = []) {
	const token = await page.evaluate(() => sessionStorage.getItem("token"));
	const context = await browser.newContext(options);
	await context.addInitScript((t) => location.protocol === "http:" && sessionStorage.setItem("token", t), token);
	for (const path of scripts)
		await context.addInitScript({ path });
	const other = await watch(context);
	await other.goto(`${ORIGIN}/`);
	await other.waitForSelector(".row");
	return other;
}

export const axePath = MODULE.resolve("axe-core/axe.min.js");

/** What axe finds on the screen as it is. */
export async function axe(page, options) {
	const { violations } = await page.evaluate((more) => globalThis.axe.run(document, {
		resultTypes: ["violations"], ...more,
	}), options);
	return violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} (${n.any[0]?.message ?? n.all[0]?.message ?? ""})`).join("; ")}`);
}

export async function picture(page, name) {
	if (!PICTURES)
		return;
	mkdirSync(PICTURES, { recursive: true });
	await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

/** Asks the program as the page does. */
export function api(page, method, path, body) {
	return page.evaluate(async ([method_, path_, body_]) => {
		const answer = await fetch(path_, { method: method_, body: body_ && JSON.stringify(body_),
			headers: { "Pista-Token": sessionStorage.getItem("token"), "Content-Type": "application/json" } });
		return answer.json();
	}, [method, path, body]);
}

export const threads = async (page, query = "view=all") => (await api(page, "GET", `/v1/threads?${query}`)).threads;

/** A thread by how its tip begins. */
export async function find(page, words) {
	return (await threads(page)).find((one) => one.preview.startsWith(words));
}

export async function unlock(page) {
	await page.waitForSelector("input[type=password]:focus");
	await page.keyboard.type(PASSPHRASE);
	await page.keyboard.press("Enter");
	await page.waitForSelector(".row");
}

/** To a tip by its words, as a person finds it. */
export async function open(page, words) {
	await page.evaluate(() => document.activeElement?.blur());
	await page.keyboard.press("g");
	await page.keyboard.press("e");
	await page.locator(".row", { hasText: words }).first().click();
	await page.waitForSelector(".thread h1");
	await page.locator(".talk", { hasText: words }).waitFor();
}

export async function press(page, ...keys) {
	for (const key of keys)
		await page.keyboard.press(key);
}

/** Until it is so; says what, if it never is. */
export async function until(what, condition, seconds = 60) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const value = await condition();
		if (value)
			return value;
		if (Date.now() > end)
			throw new Error(`never: ${what}`);
		await new Promise((go) => setTimeout(go, 100));
	}
}

export function check(condition, what) {
	if (!condition)
		throw new Error(typeof what === "string" ? what : JSON.stringify(what));
}

export function replies(name) {
	return JSON.parse(execFileSync(process.env.PISTA, ["replies", ...source.key, "--receipt-file", source.receipts[name], "--json"]));
}

export function write(name, text) {
	execFileSync(process.env.PISTA, ["send", ...source.key, "--receipt-file", source.receipts[name]], { input: text });
}

/** A colleague at another machine, whose desk is asked without a browser. */
export class Colleague {
	constructor(url) {
		[this.origin, this.key] = url.split("/#");
	}

	async ask(method, path, body) {
		const answer = await fetch(this.origin + path, { method, body: body && JSON.stringify(body),
			headers: { ...(this.token && { "Pista-Token": this.token }), "Content-Type": "application/json" } });
		const said = await answer.json();
		check(answer.ok, `${path}: ${JSON.stringify(said)}`);
		return said;
	}

	async enter() {
		this.token = (await this.ask("POST", "/v1/enter", { key: this.key })).token;
		await this.ask("POST", "/v1/unlock", { passphrase: PASSPHRASE });
		await until("the colleague's desk opens", async () => (await this.ask("GET", "/v1/state")).phase === "ready");
		return this;
	}

	/** After a round, so that nothing waits for the next one. */
	async find(words) {
		await this.ask("POST", "/v1/sync", {});
		return (await this.ask("GET", "/v1/threads?view=all")).threads.find((one) => one.preview.startsWith(words));
	}

	act(thread, kind, more) {
		return this.ask("POST", "/v1/act", { acts: [{ thread, kind, ...more }] });
	}

	show(thread) {
		return this.ask("GET", `/v1/thread?id=${thread}`);
	}
}

/** Runs the cases in order; each builds on what those before it did. */
export async function run(cases, page) {
	let failed = 0;
	console.log(`1..${cases.length}`);
	for (const [number, [name, does]] of cases.entries()) {
		const began = Date.now();
		try {
			await does();
			check(faults.length === 0, faults.splice(0).join("\n"));
			console.log(`ok ${number + 1} - ${name} # ${Date.now() - began} ms`);
		} catch (why) {
			failed++;
			console.log(`not ok ${number + 1} - ${name}`);
			console.log(`${why.stack}${faults.splice(0).join("\n")}`.split("\n").slice(0, 12).join("\n").replace(/^/gm, "# "));
			await picture(page(), `failed-${number + 1}`);
			await page().evaluate(() => document.querySelectorAll("dialog").forEach((box) => box.close()));
			if (number < 2) {
				console.log("Bail out! nothing can be seen of a desk that does not open");
				break;
			}
		}
	}
	return failed;
}
