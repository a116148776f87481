// Every public page in every state: axe, and what axe cannot see, in light and dark,
// right to left, narrow, with large and with spaced text, in forced colours, on paper.
//
// PISTA_STATES=all asks axe about every state in every language and dress, which takes
// minutes; otherwise only where its answer can differ.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { cases as keyboard } from "./keyboard.mjs";
import { check, contextOf, folder, relaunch, run } from "./reader.mjs";
import { screens } from "./screens.mjs";

const PICTURES = process.env.PISTA_SCREENSHOTS;
const IS_ALL = process.env.PISTA_STATES === "all";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const JUDGE = readFileSync(new URL("judge.js", import.meta.url), "utf8");
const PHONE = { width: 360, height: 640 };
const NARROW = { width: 320, height: 640 };
const DESKTOP = { width: 1280, height: 800 };
const COLOURS = ["color-contrast", "link-in-text-block"];
/* Without those that differ by one sentence; live-problem-* has the sentences. */
const APART = /^(?!write-\d|answers-\d|error-[^4]|live-said|words|follow)/;
const TOGETHER = 2;	/* pages at once */
/* WCAG 1.4.12. */
const SPACED = `* { line-height: 1.5 !important; letter-spacing: .12em !important;
word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`;

const samples = path.join(folder, "samples");
mkdirSync(samples);
const all = await screens(samples);

/* In the page: each state is written into it in turn and looked at. */
async function look({ states, judges, rules, style }) {
	const faults = [];
	for (const [name, html, isApart] of states) {
		document.open();
		document.write(html.replace("</style>", `${style}</style>`));
		document.close();
		for (const e of document.querySelectorAll("details"))
			e.open = true;
		for (const judge of judges)
			faults.push(...globalThis.judge[judge]().map((f) => [name, f]));
		if (rules === null || !isApart)
			continue;
		const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"],
			...rules.length > 0 && { runOnly: rules } });
		faults.push(...violations.flatMap((v) => v.nodes.slice(0, 3).map((n) =>
			[name, `${v.id}: ${n.target}: ${[...n.any, ...n.all, ...n.none][0]?.message}`])));
	}
	return faults;
}

/* Of pages that differ by nothing but words axe says the same: the first of them is apart. */
function parted(states) {
	const known = new Set();
	return states.map(([name, html]) => {
		const shape = html.replace(/>[^<]*\S[^<]*</g, ">words<"), isApart = IS_ALL || !known.has(shape);
		known.add(shape);
		return [name, html, isApart];
	});
}

/* rules: null asks axe nothing, [] everything it knows (best practice too). */
async function judged(langs, options, { judges = [], rules = null, style = "", media = {}, states: which = /^/ }) {
	const jobs = langs.flatMap((lang) => {
		const states = parted(Object.entries(all[lang]).filter(([name]) => IS_ALL || which.test(name)));
		const size = Math.ceil(states.length / (langs.length > 1 ? 1 : TOGETHER));
		return Array.from({ length: Math.ceil(states.length / size) }, (_, i) =>
			[lang, states.slice(i * size, (i + 1) * size)]);
	});
	const faults = [];
	await Promise.all(Array.from({ length: TOGETHER }, async () => {
		for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
			const context = await contextOf({ colorScheme: "light", ...options });
			const page = await context.newPage();
			await page.emulateMedia(media);
			await page.evaluate(JUDGE);
			if (rules !== null)
				await page.evaluate(AXE);
			const found = await page.evaluate(look, { states: job[1], judges, rules, style });
			faults.push(...found.map(([state, f]) => [`${job[0]} ${state}`, f]));
			await context.close();
		}
	}));
	const where = new Map();
	for (const [state, fault] of faults)
		where.set(fault, [...where.get(fault) ?? [], state]);
	check(faults.length === 0, [...where].map(([fault, states]) =>
		`${fault} (${states.slice(0, 3).join(", ")}${states.length > 3 ? `, ${states.length - 3} more` : ""})`)
		.join("\n"));
}

const EVERY = Object.keys(all);
const dressed = (langs, rules) => IS_ALL ? { langs: EVERY, rules: [] } : { langs, rules };

async function light() {
	await judged(IS_ALL ? EVERY : ["en"], { viewport: PHONE }, { judges: ["speech"], rules: [] });
}

async function dark() {
	const { langs, rules } = dressed(["en"], COLOURS);
	await judged(langs, { viewport: PHONE, colorScheme: "dark" },
		{ rules, judges: ["edges", "focus"], states: APART });
}

async function rightToLeft() {
	const { langs, rules } = dressed(["fa", "ar"], ["html-has-lang", "html-lang-valid", "valid-lang"]);
	await judged(langs, { viewport: DESKTOP }, { rules, judges: ["fits", "speech"], states: APART });
}

async function narrow() {
	await judged(EVERY, { viewport: NARROW }, { judges: ["fits"], states: APART, ...IS_ALL && { rules: [] } });
}

async function spaced() {
	await judged(IS_ALL ? EVERY : ["de", "ru", "ar"], { viewport: NARROW },
		{ judges: ["fits"], style: SPACED, states: APART, ...IS_ALL && { rules: [] } });
}

async function touched() {
	await judged(["en", "fa"], { viewport: PHONE, hasTouch: true }, { judges: ["targets", "edges", "focus"], states: APART });
}

async function forced() {
	for (const colorScheme of ["light", "dark"])
		await judged(["en"], { viewport: PHONE, forcedColors: "active", colorScheme },
			{ judges: ["edges", "focus", "fits"], states: APART });
}

async function onPaper() {
	await judged(["en", "ar"], { viewport: { width: 720, height: 1000 } },
		{ judges: ["fits"], media: { media: "print" }, states: APART });
}

/* What a person chose in the browser, in place of its 16 pixels. */
async function large() {
	await relaunch("--blink-settings=defaultFontSize=32");
	await judged(IS_ALL ? EVERY : ["de", "ru", "uk", "fa"], { viewport: PHONE }, { judges: ["fits"], states: APART });
	await judged(["de"], { viewport: DESKTOP }, { judges: ["fits"], states: APART });
}

const SHOWN = new RegExp("^(start-(direct|story|cdn)|closed|write-problem|sent-wrong|answers|withdraw|words-apart|" +
	"error-503|guard-1|live-(wait|write|card|practise|notes|problem-LINE|sending|sent|answers))$");

/* Pictures to be looked at: PISTA_SCREENSHOTS. */
async function pictures() {
	const dresses = {
		phone: ["en", { viewport: PHONE }], dark: ["en", { viewport: PHONE, colorScheme: "dark" }],
		rtl: ["fa", { viewport: PHONE }], desktop: ["en", { viewport: DESKTOP }],
		forced: ["en", { viewport: PHONE, forcedColors: "active" }],
		large: ["de", { viewport: PHONE }, "html{font-size:200%}"] };
	for (const [dress, [lang, options, style = ""]] of Object.entries(dresses)) {
		const context = await contextOf({ colorScheme: "light", ...options });
		const page = await context.newPage();
		mkdirSync(path.join(PICTURES, dress), { recursive: true });
		for (const [name, html] of Object.entries(all[lang]).filter(([n]) => SHOWN.test(n))) {
			await page.setContent(html.replace("</style>", `${style}</style>`));
			await page.screenshot({ path: path.join(PICTURES, dress, `${name}.png`), fullPage: true });
		}
		await context.close();
	}
}

await run({
	"axe finds nothing in any state; headings, names and ties are right": light,
	"dark: contrast of text, edges and focus": dark,
	"right to left": rightToLeft,
	"320 pixels, ten languages: nothing at the side, nothing cut": narrow,
	"spaced text at 320 pixels": spaced,
	"a thumb meets every control; each can be focused, and is seen when it is": touched,
	"forced colours: fields, buttons and focus keep an edge": forced,
	"on paper": onPaper,
	...keyboard,
	...PICTURES && { "pictures": pictures },
	"text of twice the size": large,
});
