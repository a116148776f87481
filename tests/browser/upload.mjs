// A large letter leaves the page in pieces, over lines that break.

import { createHash, randomFillSync } from "node:crypto";
import { appendFileSync, createReadStream } from "node:fs";
import path from "node:path";

import { breaking } from "./breaking.mjs";
import { SLOW, URL_, check, folder, isReady, letter, newsroom, picture, posts, press,
	relaunch, run, until, visit, write } from "./reader.mjs";

const MB = 1 << 20;
/* script/soak sends more, for longer. */
const BYTES = Number(process.env.PISTA_BYTES ?? 12 * MB);
const BREAKS = process.env.PISTA_BREAK_MS ? { every: Number(process.env.PISTA_BREAK_MS),
	rate: Number(process.env.PISTA_RATE) } : { each: 2.5 * MB };

function video(name, bytes) {
	const file = path.join(folder, name);
	for (let left = bytes; left > 0; left -= MB)
		appendFileSync(file, randomFillSync(Buffer.alloc(Math.min(left, MB))));
	return file;
}

/* The form of a letter with a file, at a line of its own; asked is what was asked for. */
/* The second of three pieces is under way. */
const HALF = { limit: 1.5 * MB };

async function ready(words, file, line = {}) {
	const at = await breaking(URL_, line), { limit = Infinity } = line;
	const page = await visit("?lang=en", {}, { isBroken: true, at: at.url });
	await isReady(page);
	await write(page, words, [file]);
	at.begin();
	at.limit = at.sent + limit;
	const asked = [];
	page.on("request", (r) => asked.push({ method: r.method(), url: r.url(),
		from: Number(r.headers()["upload-offset"] ?? 0) }));
	return { page, at, asked };
}

const says = (page, words) => page.locator("[data-state]", { hasText: words }).waitFor();
const kept = (page) => page.locator("section.good h1")
	.waitFor({ timeout: 120000 + BYTES / 500 });
const idOf = (asked) => asked.find((a) => a.method === "PATCH").url.slice(-32);
const state = (id) => fetch(`${URL_}/v1/upload/${id}`,
	{ method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });

/* It is there once, with the very bytes of the file. */
async function whole(words, file) {
	const { seq } = await letter(words);
	check((await newsroom.letters()).filter((l) => l.message === words).length === 1,
		"twice");
	const want = createHash("sha256");
	for await (const bytes of createReadStream(file))
		want.update(bytes);
	check((await newsroom.digests(seq)).includes(want.digest("hex")), "other bytes arrived");
}

async function end({ page, at }) {
	posts.splice(0);
	await page.context().close();
	at.close();
}

async function cutAgain() {
	const file = video("long.mp4", BYTES), began = Date.now();
	const visit_ = await ready("Cut again and again.", file, BREAKS);
	const { page, at, asked } = visit_;
	/* A browser without a screen has none to keep awake. */
	await page.evaluate(() => navigator.wakeLock.request = async (what) => globalThis.lock =
		{ what, released: false, release: async () => globalThis.lock.released = true });
	at.limit = at.sent + 1.5 * MB;
	await press(page, "send");
	await page.locator("[data-state]", { hasText: "Sent so far" })
		.waitFor({ timeout: 120000 + BYTES / 1000 });
	const sealed = Date.now();
	check(await page.evaluate(() => globalThis.lock.what === "screen" && !globalThis.lock.released),
		"the screen sleeps");
	await page.locator("text=You may close nothing yet").waitFor();
	await picture(page, "upload");
	at.limit = Infinity;
	await kept(page);
	const patches = asked.filter((a) => a.method === "PATCH").length;
	console.log(`# ${BYTES} bytes: sealed after ${sealed - began} ms, there after ` +
		`${Date.now() - began} ms, ${at.breaks} breaks, ${patches} pieces, ` +
		`${at.sent} bytes sent`);
	check(await page.evaluate(() => globalThis.lock.released), "the screen stays awake");
	check(at.breaks >= 4, at.breaks);
	check(at.sent < 1.5 * BYTES, `${at.sent} bytes for ${BYTES}`);
	check(asked.filter((a) => a.method === "POST").length === 1, asked);
	await whole("Cut again and again.", file);
	await end(visit_);
}

async function paused() {
	const file = video("paused.mp4", 6 * MB);
	const visit_ = await ready("Paused and resumed.", file, HALF);
	const { page, at, asked } = visit_;
	await press(page, "send");
	await until("a piece", () => asked.some((a) => a.from > 0));
	await page.click("[data-act=pause]");
	await says(page, "Paused");
	check(await page.locator("[data-act=resume]").evaluate((b) =>
		b === document.activeElement), "the focus");
	const had = asked.length;
	at.limit = Infinity;
	await new Promise((go) => setTimeout(go, 500));
	check(asked.length === had, "it goes on asking");
	await page.click("[data-act=resume]");
	await kept(page);
	const [head, patch] = asked.slice(had);
	check(head.method === "HEAD" && patch.method === "PATCH" && patch.from > 0, asked);
	check(at.sent < 8 * MB, `${at.sent} bytes for 6 MB`);
	await whole("Paused and resumed.", file);
	await end(visit_);
}

async function stopped() {
	const file = video("stopped.mp4", 6 * MB);
	const visit_ = await ready("Stopped by its sender.", file, HALF);
	const { page, at, asked } = visit_;
	await press(page, "send");
	await until("a piece", () => asked.some((a) => a.from > 0));
	check((await state(idOf(asked))).status === 200, "not there");
	await page.click("[data-act=cancel]");
	at.limit = Infinity;
	await page.locator("#message").waitFor();
	await until("its end", async () => (await state(idOf(asked))).status === 404);
	await stillThere(page, "Stopped by its sender.");
	check(!(await newsroom.letters()).some((l) => l.message?.includes("Stopped")), "sent");
	await end(visit_);
}

async function stillThere(page, words) {
	check(await page.inputValue("#message") === words, "text lost");
	check(await page.locator("input[name=file]").first().evaluate((i) =>
		i.files.length) === 1, "file lost");
}

async function keepDies() {
	const file = video("kept.mp4", 6 * MB);
	const visit_ = await ready("Keep died meanwhile.", file, HALF);
	const { page, at, asked } = visit_;
	await press(page, "send");
	await until("a piece", () => asked.some((a) => a.from > 0));
	await newsroom.kill("keep");
	at.limit = Infinity;
	await kept(page);
	check(asked.filter((a) => a.method === "POST").length === 2, asked);
	await whole("Keep died meanwhile.", file);
	await end(visit_);
}

async function lineGone() {
	const file = video("gone.mp4", 6 * MB);
	const visit_ = await ready("Repeated by hand.", file, HALF);
	const { page, at, asked } = visit_;
	await press(page, "send");
	await until("a piece", () => asked.some((a) => a.from > 0));
	/* The waits of half an hour pass at once. */
	await page.evaluate(() => {
		const later = globalThis.later = globalThis.setTimeout;
		globalThis.setTimeout = (does, ms) => later(does, ms > 20000 && ms < 60001 &&
			ms !== 30000 ? 1 : Math.min(ms, 50));
	});
	at.isDown = true;
	at.cut();
	await page.locator("[data-act=repeat]").waitFor();
	await picture(page, "upload-gone");
	await stillThere(page, "Repeated by hand.");
	Object.assign(at, { isDown: false, limit: Infinity });
	const had = asked.length;
	await page.evaluate(() => globalThis.setTimeout = globalThis.later);
	await page.click("[data-act=repeat]");
	await kept(page);
	const [head, patch] = asked.slice(had);
	check(head.method === "HEAD" && patch.method === "PATCH" && patch.from > 0, asked.slice(had));
	await whole("Repeated by hand.", file);
	await end(visit_);
}

async function refused() {
	const file = video("refused.mp4", 2 * MB);
	const visit_ = await ready("Too much of it.", file);
	const { page } = visit_;
	const answers = (status) => page.route("**/v1/upload", (route) =>
		route.fulfill({ status, contentType: "application/problem+json", body: "{}" }));
	await answers(413);
	await press(page, "send");
	await page.locator("h2", { hasText: "a file is too large" }).waitFor();
	check(await page.locator("[data-act=repeat]").count() === 0, "the same again");
	await stillThere(page, "Too much of it.");
	await page.unrouteAll();
	await answers(507);
	await press(page, "send");
	await page.locator("h2", { hasText: "no room" }).waitFor();
	await stillThere(page, "Too much of it.");
	await page.unrouteAll();
	/* A proxy that takes less at once gets less, and the rest of the way is free. */
	const seen = [];
	await page.route("**/v1/upload/*", (route) => {
		const size = Number(route.request().headers()["content-length"] ??
			route.request().postDataBuffer()?.length ?? 0);
		seen.push(size);
		return size > 600_000 ? route.fulfill({ status: 413, body: "" }) : route.continue();
	});
	await page.click("[data-act=repeat]");
	await kept(page);
	await whole("Too much of it.", file);
	await end(visit_);
}

/* Where nothing is compiled sealing takes long; the page answers all the while. */
async function alive() {
	await relaunch(...SLOW);
	const file = video("slow.mp4", 8 * MB);
	const visit_ = await ready("Stopped while it was sealed.", file);
	const { page, asked } = visit_;
	await page.evaluate(() => {
		let last = performance.now();
		globalThis.longest = 0;
		setInterval(() => {
			const now = performance.now();
			globalThis.longest = Math.max(globalThis.longest, now - last);
			last = now;
		}, 10);
	});
	const began = Date.now();
	await press(page, "send");
	await page.locator("[data-state]", { hasText: /sealed in this browser: [1-9]/ }).waitFor();
	await page.click("[data-act=cancel]");
	await page.locator("#message").waitFor();
	const longest = await page.evaluate(() => globalThis.longest), whole_ = Date.now() - began;
	check(longest < whole_ / 2, `no answer for ${longest} ms of ${whole_}`);
	await stillThere(page, "Stopped while it was sealed.");
	check(!asked.some((a) => a.method !== "GET"), asked);
	await end(visit_);
}

await run({
	"a video over a line that breaks again and again arrives once and whole": cutAgain,
	"a pause stops, and goes on where it was": paused,
	"who stops leaves nothing at the server, and has the letter as it was": stopped,
	"when keep has died it begins anew and arrives": keepDies,
	"without a line it waits, and goes on where it was": lineGone,
	"what is refused is said, with all still there; a proxy that takes little gets little": refused,
	"the page answers while it seals, without a compiler too": alive,
});
