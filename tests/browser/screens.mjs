// Every public page in every state, as text to be shown without a server: what
// page-samples writes (the plain pages) and what the script's own templates make.

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { drawing, escape, lines } from "../../assets/script/html.js";

const BUILD = process.env.PISTA_BUILD;
const LIVE = ["live", "clean"].map((name) =>
	readFileSync(new URL(`../../assets/page/${name}.css`, import.meta.url), "utf8")).join("");
const WORDS = ["acoustic", "bulb", "shuffle", "wealth", "mountain", "category",
	"tumble", "grape", "industry"];

const words = WORDS.map((word, i) => ({ number: i + 1, word,
	is_first: i % 3 === 0, is_last: i % 3 === 2 }));
const receipt = { words, words_lang: "en", pos1: 2, pos2: 5, pos3: 9, digits: "-", token: "",
	grouped: "012 345 678 901 234 567 890 123 456 789" };
const desks = [{ id: "city", name: "City desk" }, { id: "ombuds", name: "Readers' ombuds" }];
const next = { next: "NEXT_HOURS", next_time: "18:00", next_day: "2026-11-24", next_hours: 3 };
const answers = [{ by: "Nora, City desk", day: "2026-11-23", is_partial: true,
	text: lines(`Thank you. Two questions:\n\n${"Who else was in the room? ".repeat(60)}`) }];
const PROBLEMS = ["RECEIPT_INSIDE", "EMPTY", "TEXT_LONG", "FILE_LARGE", "FILES_MANY", "LINE",
	"CARD", "FILE_GONE", "CLOSED", "FULL", "BUSY", "DESK", "OURS"];

/* Chosen files, and what was found in them. */
function chosen(pages) {
	const states = [["WORKING"], ["DONE", ["PLACE", "PERSON", "FORM", "PAST"]], ["DONE"], ["LOCKED"], ["BROKEN"]];
	const files = states.map((_, i) => ({ number: i + 1, wish: true, kind: ["KIND_PICTURE", "KIND_PDF"][i % 2],
		name: `IMG_2026112${i}_a_name_that_goes_on_and_on_without_end_or_any_place_to_break.jpg` }));
	const kinds = ["OFFICE", "PLAIN", "OTHER"].map((kind) => ({ name: "notes", kind: `KIND_${kind}` }));
	return states.reduce((html, [state, found = []], i) => html.replace(`id=cleaned${i + 1}>`,
		`id=cleaned${i + 1}>${pages.cleaned({ number: i + 1, found: found.map((what) => ({ what })),
			state: ["WORKING", "DONE"].includes(state) ? `CLEAN_${state}` : state })}`),
	pages.details({ files: [...files, ...kinds], can: true }));
}

/* What the script puts into main, by name; parts of a page stand in one. */
function scripted(pages) {
	const none = { problem: "PROBLEM_NONE", file_max: "2 GB", token: "" };
	const write = { ...none, ...receipt, desks, stories: [{ id: "a", name: "¿Quién pagó?", lang: "es" }],
		terms: "LETTER_ANONYMOUS" };
	const form = pages.write(write), withdraw = pages.withdraw({ ...none, desks });
	const problem = (name) => pages.problem({ ...none, problem: `PROBLEM_${name}` });
	const state = (name, more) => pages.sending({}).replace("data-state>",
		`data-state>${pages.state({ state: `STATE_${name}`, done: "3 MB", total: "500 MB", ...more })}`);
	const sent = (more) => pages.sent({ ...none, ...next, digits: "-", promise: 3, ...more });
	const apart = (fault, more) => pages.words({ ...receipt, fault: `WORDS_${fault}`, typed: "abandon zzyzx",
		number: 7, word: "zzyzx", ...more });
	const rows = Array.from({ length: 25 }, (_, y) => Array.from({ length: 25 }, (__, x) => x * y % 3 === 0));
	const notes = ["LINK", "WORK", "RECEIPT"].map((n) => pages.note({ note: `NOTE_${n}` })).join("");
	return {
		wait: pages.wait({ wait: "WAIT_RECEIPT" }), looking: pages.wait({ wait: "WAIT_READ" }),
		write: form,
		"write-story": pages.write({ ...write, story: "a", story_title: "¿Quién pagó el dragado?", story_lang: "es", grouped: "" }),
		notes: form.replace(/(data-notes=message>)/, `$1${notes}`),
		files: form.replace(/<\/form>(?!.*<\/form>)/s, `${chosen(pages)}</form>`),
		undone: pages.undone({}) + withdraw, without: pages.without({}) + withdraw,
		card: form.replace("</section>", `</section>${pages.card({ ...receipt,
			qr: drawing(rows, "-") })}`),
		practise: form.replace(" hidden>", ">").replace("<section", "<section class=is-covered"),
		...Object.fromEntries(["COPIED", "RIGHT", "WRONG"].map((said) => [`said-${said}`,
			form.replace("data-said>", `data-said>${pages.said({ said: `SAID_${said}` })}`)])),
		...Object.fromEntries(PROBLEMS.map((p) => [`problem-${p}`, problem(p) + withdraw])),
		...Object.fromEntries(["CARD", "CLOSED", "LINE"].map((p) =>
			[`trouble-${p}`, pages.trouble({ problem: `PROBLEM_${p}` }) + withdraw])),
		sealing: state("SEALING"), paused: state("PAUSED"), again: state("AGAIN"),
		checking: state("CHECKING"), sending: state("SENDING", { minutes: 12 }),
		sent: sent({ sent: "SENT_LETTER", ...receipt, gate: "GATE_RIGHT" }),
		"sent-wrong": sent({ sent: "SENT_LETTER", ...receipt, gate: "GATE_WRONG",
			wrong: [{ number: 5, typed: "arbol" }, { number: 9, typed: "" }] }),
		"sent-file": sent({ sent: "SENT_FILE" }),
		"sent-withdrawal": sent({ sent: "SENT_WITHDRAWAL" }),
		answers: pages.answers({ ...none, ...next, answers, desks, status: "STRIP_ANSWERED",
			is_open: true, has_more: true }),
		"answers-none": pages.answers({ ...none, ...next, has_none: true, status: 0, is_open: true }),
		"answers-unreachable": pages.answers({ ...none, status: 0, is_unreachable: true, is_broken: true,
			is_late: true }),
		withdraw,
		...Object.fromEntries(["COUNT", "UNKNOWN", "OFFER", "APART"].map((f) => [`words-${f}`, apart(f)])),
	};
}

const bare = (html) => html.replace(/<script.*?<\/script>/gs, "");

/* The one screen with something in it, or with the guard speaking. */
const inside = (start, main) => start.replace(/<main>.*<\/main>/s, `<main>${main}</main>`)
	.replace("</style>", `${LIVE}</style>`);
const guarded = (start, n) => start.replace(/(<section id=guard[^>]*) hidden>/, "$1>")
	.replace(/<div hidden>/g, () => n-- === 0 ? "<div>" : "<div hidden>");

async function texts(name, lang) {
	const code = readFileSync(path.join(BUILD, `lib/page/${name}-${lang}.js`), "utf8");
	return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).make(escape);
}

/* {lang: {name: html}}; folder is an empty one. */
export async function screens(folder) {
	execFileSync(path.join(BUILD, "tests/unit/page-samples"), [folder]);
	const all = {};
	for (const file of readdirSync(folder).filter((f) => f.endsWith(".html")).sort()) {
		const [name, lang] = file.split(".");
		all[lang] ??= {};
		all[lang][name] = bare(readFileSync(path.join(folder, file), "utf8"));
	}
	for (const [lang, pages] of Object.entries(all)) {
		const start = pages["start-direct"], own = { ...await texts("texts", lang), ...await texts("files", lang) };
		for (const n of [0, 1, 2])
			pages[`guard-${n}`] = guarded(start, n);
		for (const [name, main] of Object.entries(scripted(own)))
			pages[`live-${name}`] = inside(start, main);
	}
	return all;
}
