// What a browser with a profile on disk keeps of a visit: ordinary windows, Chromium or
// (BROWSER=firefox) Firefox, script on and off; killed in the middle of a letter, started
// again, ended in order. traces.py looks into every file. A page of our own, made without
// the care that ours takes, shows that what is kept would be found. Without script only
// PISTA_STATES=all starts it again: the files it would begin from were searched.

import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { chromium, firefox } from "playwright-core";

import { breaking } from "./breaking.mjs";
import { URL_, begin, check, click, folder, isFirefox, isReady, letter, mute,
	newsroom, open, posts, press, readBack, run, until } from "./reader.mjs";

const LARGE = Number(process.env.TRACES_LARGE ?? 24e6);	/* bytes */
/* Every word to look for begins with this, so that one search finds them all. */
const letters = (n) => Array.from(randomBytes(n), (b) =>
	String.fromCharCode(97 + b % 26)).join("");
const WORST = ["tip", "story", "contact", "draft", "follow", "answer", "filename", "content"];
const CONTROLS = ["ctlform", "ctlcache", "ctltitle", "ctlurl", ...(isFirefox ? [] : ["ctlfile"])];

/* As somebody has it who never changed a setting, with what would else wait for long done soon. */
const PREFERENCES = {
	"browser.sessionstore.interval": 1000,
	"browser.sessionstore.interval.idle": 1000,
	"browser.sessionstore.resume_from_crash": true,
	"browser.sessionstore.restore_on_demand": false,
	"browser.startup.page": 3,
	"browser.pagethumbnails.capturing_disabled": false,
	"toolkit.startup.max_resumed_crashes": -1,
};

const environment = ({ home, temporary }) => ({ ...process.env, HOME: home,
	TMPDIR: temporary, XDG_CONFIG_HOME: `${home}/.config`, XDG_CACHE_HOME: `${home}/.cache` });

const sandbox = process.getuid() === 0 ? ["--no-sandbox"] : [];
const PROGRAM = isFirefox ? process.env.FIREFOX ?? "/usr/bin/firefox-esr" :
	process.env.CHROMIUM ?? "/usr/bin/chromium";

function launch(run) {
	const common = { executablePath: PROGRAM, env: environment(run) };
	if (isFirefox)
		return firefox.launchPersistentContext(run.profile, { ...common,
			channel: "moz-firefox", firefoxUserPrefs: { ...PREFERENCES,
				...(!run.isScripted && { "javascript.enabled": false }) } });
	return chromium.launchPersistentContext(run.profile, { ...common,
		javaScriptEnabled: run.isScripted, ignoreDefaultArgs: ["--disable-back-forward-cache"],
		args: ["--disable-gpu", ...sandbox] });
}

/* The browser as it is started by hand; ended in order. Firefox brings its tabs back and
 * writes them down again; Chromium without a screen opens none but what it is told. */
async function restore(run) {
	const seen = run.control.visits(), since = Date.now() / 1000;
	const child = spawn(PROGRAM, isFirefox ? ["--headless", "--no-remote", "--profile",
		run.profile] : ["--headless", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update",
		"--restore-last-session", `--user-data-dir=${run.profile}`, ...sandbox,
		run.control.url],
	{ env: environment(run), stdio: "ignore" });
	const ended = new Promise((go) => child.on("exit", go));
	try {
		await until("a session begins", () => run.control.visits() > seen, 120);
		if (isFirefox)
			await until("the session on disk again", () =>
				search(run, [run.session], since).found.ctlform, 120);
	} finally {
		child.kill("SIGTERM");
		await ended;
	}
}

/* The first process of the browser, as its lock names it. */
const pidOf = ({ profile }) => Number(isFirefox ?
	readlinkSync(`${profile}/lock`).split("+")[1] :
	readlinkSync(`${profile}/SingletonLock`).split("-").at(-1));

const search = (run, dirs = [run.dir], since = 0) => JSON.parse(execFileSync("python3",
	[new URL("traces.py", import.meta.url).pathname], { maxBuffer: 1 << 28,
		input: JSON.stringify({ dirs, since, marker: run.marker, receipts: run.receipts }) }));

/* A page that keeps everything. */
function careless(run) {
	const words = (what) => `${run.marker}${what}`;
	let visits = 0;
	const server = http.createServer((asked, answer) => {
		if (asked.url === "/seen") {
			visits++;
			answer.setHeader("Cache-Control", "no-store");
			return answer.writeHead(404).end();
		}
		answer.setHeader("Content-Type", "text/html");
		answer.setHeader("Cache-Control", "max-age=3600");
		answer.setHeader("Set-Cookie", "careless=1; Max-Age=3600");
		answer.end(`<!doctype html><title>${words("ctltitle")}</title>
<p>${words("ctlcache")}<img src=/seen alt=""></p>
<form><textarea id=t name=t></textarea><input type=file id=f name=f></form>
<script>localStorage.setItem("k", "${words("ctllocal")} ".repeat(40))</script>`);
	});
	return new Promise((go) => server.listen(0, "127.0.0.1", () => go({
		url: `http://127.0.0.1:${server.address().port}/?q=${words("ctlurl")}`,
		visits: () => visits, close: () => server.close() })));
}

async function tab(run, url) {
	const page = await run.context.newPage();
	page.setDefaultTimeout(120000);
	if (isFirefox && !run.isScripted)
		mute.add(page);
	await page.goto(url);
	return page;
}

async function first(run, at = URL_) {
	const page = await tab(run, `${at}/?lang=en&story=embalse`);
	if (run.isScripted)
		await isReady(page);
	return page;
}

/* The receipt, and the number that stands for it. */
async function remember(run, page, words) {
	run.receipts.push(words);
	const digits = await page.locator("input[name=receipt]").first().inputValue()
		.catch(() => "");
	if (digits)
		run.receipts.push(digits.match(/\d{5}/g),
			digits.replace(/\d{3}/g, "$& ").match(/\d{3} \d{3}/g));
}

/* With keys: Firefox notes for its session what a hand has typed, not what a program has
 * put there. */
async function type(page, selector, text) {
	await page.focus(selector);
	await page.keyboard.type(text);
}

/* A visit from the first page to the exit. */
async function visitOnce(run) {
	const { marker } = run, page = await first(run);
	const words = await begin(page);
	await remember(run, page, words);
	await readBack(page, words);
	await type(page, "#message", `${marker}tip über uns, ${marker}story`);
	await page.evaluate(() => document.querySelectorAll("details")
		.forEach((d) => d.open = true));
	await type(page, "#contact", `${marker}contact@gmail.com`);
	await page.locator("input[name=file]").first().setInputFiles(run.small);
	await press(page, "send");
	await page.locator("section.good h1").waitFor();
	const { seq } = await letter(`${marker}tip`);
	await newsroom.reply(seq, `We ask: ${marker}answer`);
	await until("an answer", async () => {
		await page.goto(`${URL_}/?lang=en`);
		if (run.isScripted)
			await isReady(page);
		await open(page, words.join(" "));
		await page.locator("h1", { hasText: "Your letter and our answers" }).waitFor();
		return (await page.locator("main").textContent()).includes(`${marker}answer`);
	}, 40);
	await type(page, "#message", `${marker}follow`);
	await press(page, "follow");
	await page.locator("section.good h1").waitFor();
	await click(page.locator(".leave a"));
	await until("the exit", () => page.url() === "about:blank");
}

/* One tab sends a large file over a slow line, one is left in the middle of a letter, one
 * with a receipt typed at the door. */
async function inTheMiddle(run) {
	const slow = await breaking(URL_);
	run.origins.push(`${slow.url}/`);
	const sending = await first(run, slow.url);
	await readBack(sending, await begin(sending));
	await type(sending, "#message", `${run.marker}draft`);
	await sending.locator("input[name=file]").first().setInputFiles(run.large);
	slow.rate = 1e6;
	/* Whoever waits for this waits for the answer. */
	press(sending, "send").catch(() => {});
	const page = await first(run);
	const words = await begin(page);
	await remember(run, page, words);
	await readBack(page, words);
	await type(page, "#message", `${run.marker}draft`);
	await page.locator("input[name=file]").first().setInputFiles(run.small);
	const at = await first(run);
	await type(at, "#words", words.join(" "));
	return slow;
}

/* Into the careless page, until the browser has written that down. */
async function control(run) {
	const page = await tab(run, run.control.url);
	await page.setInputFiles("#f", run.careless);
	let found;
	await until("the session on disk", async () => {
		await type(page, "#t", `${run.marker}ctlform `);
		await new Promise((go) => setTimeout(go, 1000));
		({ found } = search(run, [run.session]));
		return found.ctlform;
	}, 120).catch(async (why) => {
		throw new Error(`${why.message}: typed ${await page.inputValue("#t")}, found ${JSON.stringify(found)}`);
	});
	/* Chromium takes ten seconds to write its history. */
	await until("the history on disk", () => isFirefox ||
		search(run, [`${run.profile}/Default`]).visited.length > 0, 120);
}

function clean(run, { found, visited, cookies }, when) {
	/* Chromium notes the path of each file that a form without script has sent. */
	if (!isFirefox && !run.isScripted)
		found.filename = found.filename?.filter((file) => !file.startsWith(run.session));
	const seen = WORST.concat("receipt").filter((what) => found[what]?.length > 0)
		.map((what) => `${what}: ${found[what].join(", ")}`);
	check(seen.length === 0, `${when}:\n${seen.join("\n")}`);
	check(cookies.flat().every((name) => name === "careless"), cookies);
	const pages = visited.filter(([url]) => run.origins.some((o) => url.startsWith(o)));
	check(pages.every(([url, title]) => ["", "Contact"].includes(title) &&
		["/", "/?lang=en", "/?lang=en&story=embalse"].includes(new URL(url).pathname +
			new URL(url).search)), pages);
	return pages.length;
}

async function profile(isScripted) {
	const dir = path.join(folder, isScripted ? "scripted" : "plain");
	const run = { isScripted, dir, profile: `${dir}/profile`, temporary: `${dir}/tmp`,
		home: `${dir}/home`, marker: letters(12), receipts: [], origins: [`${URL_}/`] };
	const own = path.join(folder, "own");
	for (const made of [run.profile, run.temporary, run.home, own])
		mkdirSync(made, { recursive: true });
	for (const [name, file, size] of [["small", "filename.jpg", 4000],
		["large", "filename.mov", LARGE], ["careless", "ctlfile.txt", 100]]) {
		run[name] = path.join(own, `${run.marker}${file}`);
		writeFileSync(run[name], Buffer.alloc(size, `${run.marker}content `));
	}
	run.session = isFirefox ? `${run.profile}/sessionstore-backups` :
		`${run.profile}/Default/Sessions`;
	run.control = await careless(run);
	run.context = await launch(run);
	await visitOnce(run);
	const slow = await inTheMiddle(run);
	await control(run);
	const began = Date.now();
	const gone = new Promise((go) => run.context.on("close", go));
	process.kill(pidOf(run), "SIGKILL");
	await gone;
	const killed = search(run);
	const pages = clean(run, killed, "after the crash");
	slow.close();
	check(pages > 0, killed.visited);
	if (isScripted || process.env.PISTA_STATES === "all")
		await endInOrder(run, killed, began);
	posts.splice(0);
	run.control.close();
	rmSync(dir, { recursive: true });
}

/* The session once more, from what is on the disk; and the search finds what is there. */
async function endInOrder(run, killed, began) {
	await restore(run);
	const ended = search(run, [run.dir], began / 1000);
	clean(run, ended, "in the end");
	const missed = [...CONTROLS, ...(run.isScripted ? ["ctllocal"] : [])]
		.filter((what) => !killed.found[what] && !ended.found[what]);
	check(missed.length === 0, { missed, found: killed.found });
	/* Chromium keeps cookies half a minute in memory; source.mjs asks the page for its own. */
	check(!isFirefox || killed.cookies.length > 0, "the careless page's cookie");
}

await run({
	"with script: killed while a letter is written, no file of the profile tells of it":
		async function scripted() { await profile(true); },
	"without script: the same, when killed": async function plain() { await profile(false); },
});
