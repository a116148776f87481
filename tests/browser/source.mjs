// The page of sources in a real browser, with script and without.

import { writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";

import { read } from "../../assets/script/receipt.js";
import { breaking } from "./breaking.mjs";
import { LIST, SLOW, URL_, axe, begin, check, contextOf, door, fits, folder, isReady, letter, newsroom,
	onPaper, open, picture, posts, press, received, relaunch, run, traces, until, visit, write } from "./reader.mjs";

const shared = {};

async function firstLetter() {
	const file = path.join(folder, "acta.pdf");
	writeFileSync(file, Buffer.alloc(200_000, "pdf"));
	const page = await visit("?lang=en&story=embalse", { colorScheme: "light" });
	await isReady(page);
	check((await page.locator("[data-front]").textContent())
		.includes("never sees them"), "the honest line");
	await picture(page, "first");
	await axe(page, "first page");
	const words = await write(page, "They signed it in the office.", [file]);
	await page.check("#names");
	await page.check("#terms2");
	check((await page.locator("main").textContent())
		.includes(process.env.STORY_TITLE), "the story");
	await page.evaluate(() => {
		const open = XMLHttpRequest.prototype.send;
		XMLHttpRequest.prototype.send = function (body) {
			globalThis.sealed = body;
			return open.call(this, body);
		};
	});
	await picture(page, "write");
	await axe(page, "writing");
	await press(page, "send");
	await received(page);
	await picture(page, "sent");
	await axe(page, "sent");
	check(await page.locator("h2", { hasText: "Your note is right" }).count() === 1,
		"the three words");
	const got = await letter("They signed it in the office.");
	check(got.kind === "tip" && got.files === 1 && got.lang === "en" &&
		got.story === "embalse", got);
	const about = await newsroom.about(got.seq);
	check(about.includes("acta.pdf"), about);
	const saved = await newsroom.export(got.seq);
	check(Object.values(saved).some((data) => Buffer.from(data, "base64")
		.equals(Buffer.alloc(200_000, "pdf"))), Object.keys(saved));
	const sealed = await page.evaluate(() => {
		let text = "";
		for (const b of globalThis.sealed)
			text += String.fromCharCode(b);
		return btoa(text);
	});
	check(await newsroom.open_with_age(sealed) === "They signed it in the office.",
		"stock age");
	check((await newsroom.letters()).filter((l) =>
		l.message?.includes("in the office")).length === 1, "twice");
	await traces(page);
	Object.assign(shared, { words, seq: got.seq });
	await page.context().close();
}

async function answered() {
	await newsroom.reply(shared.seq, "Who else <b>saw</b> it?\nTell us.");
	const page = await visit();
	await isReady(page);
	const typed = shared.words.map((w, i) => `${i + 1}. ${w.slice(0, 4).toUpperCase()}`);
	await until("the answer", async () => {
		if (await page.locator("#words").count() === 0) {
			await page.goto(`${URL_}/?lang=en`);
			await isReady(page);
		}
		await open(page, typed.join("\n"));
		await page.locator("h1", { hasText: "Your letter and our answers" }).waitFor();
		return (await page.locator("main").textContent()).includes("Who else <b>saw</b> it?");
	});
	check(await page.locator("article b").count() === 1, "an answer is text");
	check(await page.locator("main .warn").count() === 0, "warned without need");
	await picture(page, "answers");
	await axe(page, "answers");
	await page.fill("#message", "My colleague did.");
	await press(page, "follow");
	await received(page);
	const got = await letter("My colleague did.");
	check(got.kind === "follow-up" && got.state === "open", got);
	/* From the page that says so, one more file, then the end of it. */
	const file = path.join(folder, "foto.jpg");
	writeFileSync(file, "picture");
	await page.locator("input[name=file]").setInputFiles(file);
	await press(page, "add");
	await page.locator("h1", { hasText: "File received" }).waitFor();
	await until("the file", async () => (await newsroom.letters())
		.some((l) => l.kind === "follow-up" && l.files === 1));
	posts.splice(0);
	await page.context().close();
}

async function changedBoard() {
	for (const [what, path_, at] of [["a slot", /\/v1\/board\/[0-9]+$/, -1],
		["the chain", "**/v1/board/index", 50]]) {
		const page = await visit("?lang=en", {}, { before: (p) =>
			p.route(path_, async (route) => {
				const answer = await route.fetch();
				const body = await answer.body();
				body[at < 0 ? body.length + at : at] ^= 1;
				await route.fulfill({ response: answer, body });
			}) });
		await isReady(page);
		await open(page, shared.words.join(" "));
		await page.locator("main .warn h2", { hasText: "not as it should be" }).waitFor();
		check(await page.locator("#message").count() === 1, what);
		await picture(page, "changed");
		await page.context().close();
	}
	const page = await visit("?lang=en", {}, { isBroken: true, before: (p) =>
		p.route("**/v1/board/index", (route) => route.abort()) });
	await isReady(page);
	await open(page, shared.words.join(" "));
	await page.locator("main .warn h2", { hasText: "cannot look up answers" }).waitFor();
	await page.context().close();
}

async function takenBack() {
	const page = await visit();
	await isReady(page);
	await open(page, shared.words.join(" "));
	await page.locator("summary").last().click();
	await press(page, "withdraw");
	await page.fill("#message", "I was seen.");
	await press(page, "withdraw");
	await received(page);
	const got = await letter("I was seen.");
	check(got.kind === "withdrawal" && got.state === "open", got);
	await page.context().close();
}

/* The words with one letter changed, so that only they can be meant. */
function oneSlip(words) {
	for (let i = 0; i < words.length; i++)
		for (const near of LIST) {
			const typed = words.map((w, k) => k === i ? near : w).join(" ");
			if (read(typed, { en: LIST }).result === "offer")
				return typed;
		}
	throw new Error("no slip is near");
}

async function typedWrong() {
	const page = await visit();
	await isReady(page);
	await open(page, shared.words.slice(0, 8).join(" "));
	await page.locator("h1", { hasText: "A receipt has nine words" }).waitFor();
	await open(page, [...shared.words.slice(0, 8), "zzyzx"].join(" "));
	await page.locator("h1", { hasText: "We do not know word 9" }).waitFor();
	check((await page.locator("main").textContent()).includes("zzyzx"), "named");
	await open(page, oneSlip(shared.words));
	await page.locator("h1", { hasText: "Did you mean this?" }).waitFor();
	await axe(page, "offer");
	await door(page, "read").first().locator("button").click();
	await page.locator("h1", { hasText: "Your letter and our answers" }).waitFor();
	check(posts.length === 0, posts);
	await page.context().close();
}

async function otherLanguages() {
	/* A receipt of the English list at the French door, with Arabic digits. */
	const page = await visit("?lang=fr");
	await isReady(page);
	const asked = [];
	page.on("request", (r) => asked.push(new URL(r.url()).pathname));
	await open(page, shared.words.map((w, i) => `${"٠١٢٣٤٥٦٧٨٩"[i + 1]} ${w}`).join(" "));
	await page.locator(".answer").waitFor();
	check(asked.includes("/words.json"), asked);
	await page.context().close();
}

async function careful() {
	const page = await visit("?lang=es");
	await isReady(page);
	const words = await begin(page);
	const notes = page.locator("[data-notes=message] p");
	await page.fill("#message", "Está en https://docs.google.com/document/d/1 todo.");
	await notes.filter({ hasText: "documento compartido" }).waitFor();
	await page.fill("#message", `Mi comprobante es ${words.join(" ")}.`);
	await notes.filter({ hasText: "nueve palabras" }).waitFor();
	await press(page, "send");
	await page.locator("[data-problem] h2").waitFor();
	check(posts.length === 0, "a receipt was sent");
	check((await page.inputValue("#message")).startsWith("Mi comprobante"), "text lost");
	await page.fill("#message", " ");
	await press(page, "send");
	await page.locator("[data-problem] h2").waitFor();
	await page.locator("details summary").last().click().catch(() => {});
	await page.evaluate(() => document.querySelectorAll("details")
		.forEach((d) => d.open = true));
	await page.fill("#contact", "ana.perez@ministerio.example");
	await page.locator("[data-notes=contact] p").waitFor();
	await page.fill("#contact", "yo@gmail.com");
	await page.locator("[data-notes=contact] p").waitFor({ state: "detached" });
	await page.fill("#contact", "ana.perez@ministerio.example");
	await page.click("[data-act=practise]");
	await page.fill("#practised", words.slice(1).join(" "));
	await press(page, "practise");
	check(!await page.locator("#practised").isHidden(), "practised too early");
	await page.fill("#practised", words.map((w) => w.normalize("NFD")
		.replace(/\p{M}/gu, "")).join(" "));
	await press(page, "practise");
	check(await page.locator("#practised").isHidden(), "accents matter");
	await page.click("[data-act=card]");
	check(await page.locator(".card li").allTextContents()
		.then((l) => l.join() === words.join()), "the card");
	await picture(page, "card");
	await axe(page, "card");
	await onPaper(page);
	check(await page.locator("#message").isHidden() &&
		await page.locator(".card svg").isVisible(), "what is printed");
	await picture(page, "print");
	await page.context().close();
}

async function brokenLine() {
	const slow = await breaking(URL_);
	const page = await visit("?lang=en", {}, { isBroken: true, at: slow.url });
	await isReady(page);
	/* More than the system itself takes at once from a browser. */
	const data = Buffer.alloc(4_000_000, "x");
	await write(page, "Sent while the server died.",
		[{ name: "big.bin", mimeType: "", buffer: data }]);
	slow.rate = 100_000;
	const asked = [];
	page.on("request", (r) => asked.push(r.method()));
	await press(page, "send");
	await page.locator("[data-state]", { hasText: "Sent so far" }).waitFor();
	await picture(page, "sending");
	await axe(page, "sending");
	await page.click("[data-act=pause]");
	await page.locator("[data-state]", { hasText: "Paused" }).waitFor();
	await page.click("[data-act=resume]");
	await until("sending again", () => asked.includes("HEAD"));
	await page.locator("[data-state]", { hasText: "Sent so far" }).waitFor();
	/* What is said for a moment only. */
	await page.evaluate(() => {
		const state = document.querySelector("[data-state]");
		globalThis.said = [];
		new MutationObserver(() => globalThis.said.push(state.textContent))
			.observe(state, { childList: true });
	});
	await newsroom.kill_web();
	await until("said that it broke", () => page.evaluate(() =>
		globalThis.said.some((words) => words.includes("connection broke"))));
	slow.rate = Infinity;
	await page.locator("section.good h1").waitFor();
	check(asked.filter((method) => method === "POST").length === 1, asked);
	await letter("Sent while the server died.");
	check((await newsroom.letters()).filter((l) =>
		l.message?.includes("server died")).length === 1, "twice");
	posts.splice(0);
	await page.context().close();
	slow.close();
}

async function noLine() {
	const page = await visit("?lang=en", {}, { isBroken: true });
	await isReady(page);
	await write(page, "Kept in the page meanwhile.");
	await page.clock.install();
	await page.route("**/v1/letters", (route) => route.abort());
	await press(page, "send");
	const tick = setInterval(() => page.clock.fastForward(4000).catch(() => {}), 200);
	await page.locator("[data-act=repeat]").waitFor();
	clearInterval(tick);
	await picture(page, "broken");
	check(await page.inputValue("#message") === "Kept in the page meanwhile.", "text lost");
	await page.unroute("**/v1/letters");
	await page.click("[data-act=repeat]");
	await page.locator("section.good h1").waitFor();
	await letter("Kept in the page meanwhile.");
	posts.splice(0);
	await page.context().close();
}

/* A machine in between says that all is well: that is not the newsroom's word. Then that
 * word is lost, and the source adds how to be reached. */
async function wordLost() {
	const page = await visit("?lang=en", {}, { isBroken: true });
	await isReady(page);
	await write(page, "Said to be there.");
	await page.clock.install();
	const fails = async (button, answer) => {
		await page.route("**/v1/letters", answer);
		const tick = setInterval(() => page.clock.fastForward(4000).catch(() => {}), 200);
		await button();
		await page.locator("[data-act=repeat]").waitFor();
		clearInterval(tick);
		await page.unroute("**/v1/letters");
	};
	const mine = async () => (await newsroom.letters()).filter((l) =>
		l.message === "Said to be there.");
	await fails(() => press(page, "send"), (route) => route.fulfill({ status: 200,
		contentType: "text/html", body: "<p>Welcome" }));
	check((await mine()).length === 0, "there");
	await fails(() => page.click("[data-act=repeat]"), async (route) => {
		await route.fetch().catch(() => {});
		await route.abort();
	});
	await page.evaluate(() => document.querySelectorAll("details")
		.forEach((d) => d.open = true));
	await page.fill("#contact", "yo@example.org");
	await press(page, "send");
	await page.locator("section.good h1").waitFor();
	const added = async (l) => (await newsroom.about(l.seq)).includes("yo@example.org");
	await until("the letter with what was added", async () =>
		(await Promise.all((await mine()).map(added))).includes(true));
	posts.splice(0);
	await page.context().close();
}

async function cancelled() {
	const slow = await breaking(URL_);
	const page = await visit("?lang=en", {}, { at: slow.url });
	await isReady(page);
	await write(page, "Never sent.", [{ name: "big.bin", mimeType: "",
		buffer: Buffer.alloc(2_000_000) }]);
	slow.rate = 30_000;
	await press(page, "send");
	await page.click("[data-act=cancel]");
	await page.locator("#message").waitFor();
	check(await page.inputValue("#message") === "Never sent.", "text lost");
	check(await page.locator("input[name=file]").first().evaluate((i) =>
		i.files.length) === 1, "file lost");
	check(!(await newsroom.letters()).some((l) => l.message === "Never sent."), "sent");
	posts.splice(0);
	await page.context().close();
	slow.close();
}

async function forged() {
	const page = await visit("?lang=en", {}, { before: (p) =>
		p.route("**/masthead.json", async (route) => {
			const answer = await route.fetch();
			await route.fulfill({ response: answer, body:
				(await answer.text()).replace('"drill":true', '"drill":false') });
		}) });
	await isReady(page);
	await door(page, "new").locator("button").click();
	await page.locator("h2", { hasText: "cannot prove whose it is" }).waitFor();
	check(await door(page, "new").isVisible(), "the door is gone");
	await picture(page, "forged");
	check(posts.length === 0, posts);
	await page.context().close();
}

async function blocked() {
	const page = await visit("?lang=en", {}, { isBroken: true, before: (p) =>
		p.route("**/seal-*.js", (route) => route.abort()) });
	await page.locator("#guard h2", { hasText: "did not come" }).waitFor();
	await door(page, "new").locator("button").click();
	await page.waitForTimeout(300);
	check(posts.length === 0, "posted in the plain way unasked");
	await picture(page, "blocked");
	await axe(page, "blocked");
	await page.locator("#guard button.quiet").click();
	await page.locator(".receipt").waitFor();
	check(posts.splice(0).join() === "/", "the plain way");
	await page.context().close();
}

async function tampered() {
	const page = await visit("?lang=en", {}, { isBroken: true, before: (p) =>
		p.route("**/seal-*.js", async (route) => {
			const answer = await route.fetch();
			await route.fulfill({ response: answer,
				body: `${await answer.text()};globalThis.evil=1` });
		}) });
	await page.locator("#guard h2", { hasText: "did not come" }).waitFor();
	check(await page.evaluate(() => globalThis.evil) === undefined, "it ran");
	await page.context().close();
}

/* The same place behind an address that has a service worker of its own. */
function besideWorker() {
	const own = { "/worker.js": ["text/javascript",
		"addEventListener('activate', (e) => e.waitUntil(clients.claim()))"],
	"/other": ["text/html", "<script>navigator.serviceWorker.register('/worker.js');" +
		"navigator.serviceWorker.oncontrollerchange = () => document.title = 'on'</script>"] };
	const server = http.createServer((asked, answer) => {
		if (asked.url in own) {
			answer.setHeader("Content-Type", own[asked.url][0]);
			answer.end(own[asked.url][1]);
			return;
		}
		asked.pipe(http.request(URL_ + asked.url, { method: asked.method,
			headers: asked.headers }, (got) => {
			answer.writeHead(got.statusCode, got.headers);
			got.pipe(answer);
		}));
	});
	return new Promise((go) => server.listen(0, "127.0.0.1", () => go(server)));
}

async function worker() {
	const server = await besideWorker();
	const origin = `http://127.0.0.1:${server.address().port}`;
	const context = await contextOf();
	const page = await context.newPage();
	page.on("request", (r) => r.method() === "POST" && posts.push(r.url()));
	await page.goto(`${origin}/other`);
	await page.waitForFunction(() => document.title === "on");
	await page.goto(`${origin}/?lang=en`);
	await page.locator("#guard h2", { hasText: "We take nothing in this browser" }).waitFor();
	await door(page, "new").locator("button").click();
	await open(page, shared.words.join(" "));
	await page.waitForTimeout(300);
	check(posts.length === 0 && await door(page, "new").isVisible(), posts);
	check(await page.locator("#guard button:visible").count() === 0, "a way on");
	await picture(page, "worker");
	await context.close();
	server.close();
}

async function plain() {
	const page = await visit("?lang=en", { javaScriptEnabled: false });
	check(await page.locator("#guard").isHidden(), "the guard speaks without script");
	const words = await write(page, "Without any script.");
	await press(page, "send");
	await page.locator("section.good h1").waitFor();
	check(words.length === 9 && posts.splice(0).every((to) => to === "/"), posts);
	await letter("Without any script.");
	await page.context().close();
}

/* Narrow, dark, right to left: nothing is hidden, hard to see or too wide. */
async function looks() {
	for (const [lang, options] of [
		["ar", { viewport: { width: 320, height: 700 }, colorScheme: "dark" }],
		["de", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }],
		["ru", { viewport: { width: 320, height: 700 }, forcedColors: "active" }]]) {
		const page = await visit(`?lang=${lang}`, options);
		const look = async (name) => {
			await picture(page, `${lang}-${name}`);
			await fits(page, `${lang} ${name}`);
			if (lang === "ar" && name === "write")
				await axe(page, `${lang} ${name}`);
		};
		await isReady(page);
		await look("first");
		const words = await write(page, `looks of ${lang}`);
		check(await page.locator(".number b").count() === 1, "the number");
		await page.click("[data-act=card]");
		await look("write");
		await page.click("[data-act=practise]");
		check(await page.locator(".card").isHidden(), "the card shows what is practised");
		await press(page, "send");
		await received(page);
		await look("sent");
		await page.goto(`${URL_}/?lang=${lang}`);
		await isReady(page);
		await open(page, words.join(" "));
		await page.locator("main > article, main > section.note").first().waitFor();
		await look("answers");
		await page.context().close();
	}
}

/* Tor Browser at "Safer" runs script without compiling it. */
async function slowEngine() {
	await relaunch(...SLOW);
	const page = await visit("?lang=en");
	await isReady(page);
	check(await page.evaluate(() => typeof WebAssembly) === "undefined",
		"it compiles");
	await write(page, "Without a compiler.");
	await press(page, "send");
	await received(page);
	await letter("Without a compiler.");
	await page.context().close();
}

await run({
	"a first letter with a file, story and terms is sealed in the page, and stock age opens it": firstLetter,
	"an answer is read in the page; a follow-up and a file come with the mark": answered,
	"a board that was changed or does not come is said": changedBoard,
	"what was sent is taken back": takenBack,
	"a receipt that was typed wrong is understood, offered or named": typedWrong,
	"another language's receipt is understood at this door": otherLanguages,
	"links, work addresses and the receipt are warned of; the receipt is practised and printed": careful,
	"a server that dies in the middle gets the rest of the very same letter, once": brokenLine,
	"without a line the letter waits, sealed, and goes later": noLine,
	"an answer that is not the newsroom's counts as none": wordLost,
	"who stops has the letter back as it was": cancelled,
	"a card that the key did not sign seals nothing": forged,
	"without the script nothing is posted in the plain way unasked": blocked,
	"another script than the page names does not run": tampered,
	"under a service worker the page takes nothing": worker,
	"script off: the plain way, as ever": plain,
	"narrow, dark, right to left, forced colours": looks,
	"a browser that compiles nothing": slowEngine,
});
