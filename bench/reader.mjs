// What the readers' page weighs, and how long it takes from the press on "send" until
// all of the letter is sealed, beside OpenPGP.js on the same bytes in the same page, in turns.
// Run by tests/browser/source.py; PISTA_SIZES and PISTA_SIZES_SLOW are bytes.

import { randomFillSync } from "node:crypto";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { URL_, folder, isReady, press, relaunch, visit, write } from "../tests/browser/reader.mjs";

const MB = 1 << 20, KB = 1024;
const sizes = (name, otherwise) => process.env[name]?.split(",").map(Number) ?? otherwise;
const COMPILED = sizes("PISTA_SIZES", [4 * KB, 10 * MB, 500 * MB]);
const INTERPRETED = sizes("PISTA_SIZES_SLOW", [4 * KB, 10 * MB]);
const OPENPGP = readFileSync(path.resolve(createRequire(import.meta.url)
	.resolve("openpgp"), "../../openpgp.min.js"), "utf8");
const rounds = (bytes, isSlow) => bytes > 100 * MB || isSlow && bytes > MB ? 1 : 5;

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

async function weigh() {
	const asked = [];
	const page = await visit("?lang=en", {}, { before: (p) =>
		p.on("request", (r) => r.url() !== "data:," && asked.push(r.url())) });
	console.log(`Chromium ${page.context().browser().version()}, ${URL_}`);
	await isReady(page);
	const sizes_ = await Promise.all(asked.map(async (url) => (await fetch(url,
		{ headers: { "Accept-Encoding": "gzip" } })).headers.get("content-length")));
	console.log(`requests: ${asked.length}`);
	asked.forEach((url, i) => console.log(`  ${new URL(url).pathname}: ${sizes_[i]} bytes`));
	await page.context().close();
}

/* In the page: a server that takes whatever comes at once, and tells when it has the last
 * byte of a letter, which it never answers. */
function taker() {
	globalThis.XMLHttpRequest = class {
		upload = {};
		fields = {};
		open(method, url) {
			[this.method, this.url] = [method, url];
		}
		setRequestHeader(name, value) {
			this.fields[name] = value;
		}
		getResponseHeader(name) {
			return this.answer[name] ?? null;
		}
		abort() {
			this.onabort();
			this.onloadend();
		}
		send(body) {
			const has = Number(this.fields["Upload-Offset"]) + body?.length;
			if (this.url.endsWith("/upload"))
				[this.status, this.answer] = [201, { Location: "0".repeat(32) }];
			else
				[this.status, this.answer] = [204, { "Upload-Offset": `${has}` }];
			globalThis.total = this.fields["Upload-Length"] ?? globalThis.total;
			if (this.url.endsWith("/letters") || has === Number(globalThis.total))
				return globalThis.taken();
			queueMicrotask(() => {
				this.onload();
				this.onloadend();
			});
		}
	};
}

/* From the press until the last byte of the letter is sealed and handed over. */
async function ours(page) {
	await page.evaluate(taker);
	const taken = page.evaluate(() => new Promise((go) => globalThis.taken = go));
	const began = Date.now();
	await press(page, "send");
	await taken;
	const took = Date.now() - began;
	await page.click("[data-act=cancel]");
	await page.waitForSelector("#message");
	return took;
}

const theirs = (page) => page.evaluate(async () => {
	const file = [...document.querySelectorAll("input[name=file]")]
		.flatMap((i) => [...i.files])[0];
	const text = document.querySelector("#message").value;
	globalThis.key ??= (await openpgp.generateKey({ format: "object",
		userIDs: [{ name: "a desk" }] })).publicKey;
	const began = performance.now();
	const message = await openpgp.createMessage(file ? { binary: file.stream() }
		: { text });
	const sealed = await openpgp.encrypt({ message, encryptionKeys: globalThis.key,
		format: "binary" });
	const blobs = [];
	let parts = [], n = 0;
	for await (const part of file ? sealed : [sealed]) {
		parts.push(part);
		if ((n += part.length) > 8 << 20) {
			blobs.push(new Blob(parts));
			[parts, n] = [[], 0];
		}
	}
	globalThis.sealed = new Blob([...blobs, ...parts]).size;
	return performance.now() - began;
});

async function compare(bytes, isSlow) {
	const page = await visit("?lang=en", {}, { isBroken: true });
	page.setDefaultTimeout(120000);
	await isReady(page);
	const file = path.join(folder, `${bytes}.mp4`);
	for (let left = bytes > 64 * KB ? bytes : 0; left > 0; left -= MB)
		appendFileSync(file, randomFillSync(Buffer.alloc(Math.min(left, MB))));
	await write(page, "a".repeat(bytes > 64 * KB ? 100 : bytes),
		bytes > 64 * KB ? [file] : []);
	await page.evaluate(OPENPGP + ";globalThis.openpgp = openpgp");
	const found = [[], []], turns = [[0, ours], [1, theirs]];
	for (let i = 0; i < rounds(bytes, isSlow); i++) {
		for (const [n, run] of turns)
			found[n].push(await run(page));
		turns.reverse();
	}
	const [a, b] = found.map(median);
	console.log(`${(bytes / MB).toFixed(bytes < MB ? 3 : 0).padStart(7)} MiB` +
		`${isSlow ? ", JIT off" : ""}: pista ${a.toFixed(0)} ms, ` +
		`OpenPGP.js ${b.toFixed(0)} ms, ratio ${(a / b).toFixed(2)}, ` +
		`rounds ${found[0].length}`);
	await page.context().close();
	rmSync(file, { force: true });
}

await weigh();
for (const bytes of COMPILED)
	await compare(bytes, false);
await relaunch("--js-flags=--jitless");
for (const bytes of INTERPRETED)
	await compare(bytes, true);
rmSync(folder, { recursive: true });
process.exit();
