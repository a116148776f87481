// The modules of the desk's page without a browser: what they say, and what they ask the
// program for.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { buttonOf } from "./dom.mjs";
import { is, run } from "./tap.mjs";

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const CODES = ["ar", "es", "fr"];
const READ = "import json, pathlib, sys; sys.dont_write_bytecode = True; sys.path[:0] = [sys.argv[1]]; import words; " +
	"print(json.dumps([words.catalog(pathlib.Path(p)) for p in sys.argv[2:]]))";
const catalogs = JSON.parse(execFileSync("python3", ["-c", READ, path("desk/desk"), ...CODES.map((c) => path(`po/desk/${c}.po`))]));

let asked = [];		// of the program, in order: [path, body]
let answers = {};	// path -> what it answers
globalThis.fetch = async (url, { method = "GET", body } = {}) => {
	const said = url === "/words/index.json" ? { langs: catalogs.map(({ code, name, dir }) => ({ code, name, dir })) } :
		catalogs.find(({ code }) => url === `/words/${code}.json`) ?? answers[url];
	if (!url.startsWith("/words/"))
		asked.push([`${method} ${url}`, body && JSON.parse(body)]);
	return { ok: said !== undefined, status: said ? 200 : 404, json: async () => said ?? { code: "not-found" } };
};

const { alarms } = await import("../../assets/desk/alarms.js");
const parts = await import("../../assets/desk/cut.js");
const { desk } = await import("../../assets/desk/store.js");
const thread = await import("../../assets/desk/thread.js");
const words = await import("../../assets/desk/words.js");
const { el } = await import("../../assets/desk/dom.js");

// Of lib/book/book.h and desk/desk/opening.c.
const ALARMS = ["deleted", "gone", "missing", "fork colleague", "fork past", "answer", "board attest", "board missing", "board broken",
	"forged", "left", "rolled-back", "copy", "copy waiting", "copy shut", "drafts"];

/** What an alarm says, less what stands in all of them. */
function said(name) {
	const [kind, what] = name.split(" ");
	desk.state = { alarms: [{ kind, what, seq: 7, number: 3, such: 2, is_partial: true, text: "for terminals" }] };
	return el("div", {}, alarms()).texts.filter((text) => /\p{L}{3}/u.test(text) && !text.includes(".damaged-"));
}

async function everyLanguage() {
	const english = new Map(ALARMS.map((name) => [name, said(name)]));
	for (const [name, texts] of english)
		is(texts.includes("Something does not fit") || texts.includes("for terminals"), false, name);
	is(new Set([...english.values()].map(String)).size, ALARMS.length, "two of them say the same");
	is(String(said("surprise")).includes("for terminals"), true, "what is not known says what terminals do");
	await words.learn();
	for (const code of CODES) {
		await words.speak(code);
		for (const [name, texts] of english) {
			const now = said(name);
			is(now.length, texts.length, `${name} in ${code}`);
			is(now.filter((text) => texts.includes(text)), [], `${name} in ${code}`);
		}
	}
	await words.speak("en");
}

const letter = (n) => ({ type: "letter", at: `${n}.0`, seq: n, day: "2026-11-20", kind: "follow-up", text: `letter ${n}.`, own: true });
const span = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => letter(from + i));

async function aLongThread() {
	const id = "0a".repeat(16);
	const read = (frame) => [...frame.textContent.matchAll(/letter (\d+)\./g)].map((m) => Number(m[1]));
	desk.state = { people: { members: [], desks: [], left: [] } };
	desk.thread = id;
	answers = {
		[`/v1/thread?id=${id}`]: { thread: id, seq: 1, day: "2026-11-20", letters: 9, items: span(7, 9), more: "7.0" },
		[`/v1/thread?id=${id}&before=7.0`]: { items: span(4, 6), more: "4.0" },
		[`/v1/thread?id=${id}&before=4.0`]: { items: span(1, 3) },
	};
	const frame = thread.mount();
	document.body.append(frame);
	await thread.open(id);
	is(read(frame), [7, 8, 9], "the newest part");
	await buttonOf(frame, "Show what was before").click();
	is(read(frame), [4, 5, 6, 7, 8, 9], "the part before");
	const kept = frame.querySelectorAll(".letter").at(-1);
	await buttonOf(frame, "Show what was before").click();
	is(read(frame), [1, 2, 3, 4, 5, 6, 7, 8, 9], "all of it");
	is(frame.querySelectorAll(".letter").at(-1) === kept, true, "what was shown is made anew");
	is(frame.textContent.includes("Show what was before"), false, "more is promised than there is");
	// Something new comes: what was before stays.
	answers[`/v1/thread?id=${id}`] = { ...answers[`/v1/thread?id=${id}`], items: span(8, 10), more: "8.0" };
	answers[`/v1/thread?id=${id}&before=8.0`] = { items: span(5, 7), more: "5.0" };
	answers[`/v1/thread?id=${id}&before=5.0`] = { items: span(2, 4), more: "2.0" };
	answers[`/v1/thread?id=${id}&before=2.0`] = { items: span(1, 1) };
	await thread.open(id, { isUpdate: true });
	is(read(frame), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "after a change");
	// It is asked for again, as a file may have come whole.
	answers[`/v1/thread?id=${id}&before=5.0`] = { items: [{ ...letter(2), deleted: true }, ...span(3, 4)], more: "2.0" };
	await thread.open(id, { isUpdate: true });
	is(read(frame), [1, 3, 4, 5, 6, 7, 8, 9, 10], "what has changed before");
	asked = [];
	await thread.open(id);
	await thread.open(id, { isUpdate: true });
	is(asked.length, 2, "parts that are not shown are asked for");
	desk.thread = null;
	thread.shut();
	frame.remove();
}

async function manyParts() {
	const seqs = Array.from({ length: 200 }, (_, i) => 10 + i);
	const file = { type: "video/mp4", of: 200, size: 9, parts: seqs.map((seq, i) => ({ n: i + 1, seq, size: 1, held: i < 1 })), missing: [] };
	desk.state = { bringing: null };
	answers = { "/v1/fetch": {} };
	const shown = parts.cut({ cut: [file] });
	is(shown.textContent.includes("nothing tells them apart"), false, "doubt where there is none");
	asked = [];
	await buttonOf(shown, "Bring all of it").click();
	is(asked, [["POST /v1/fetch", { seqs: seqs.slice(1) }]], "asked for");
	parts.progress({ bringing: { done: 3, total: 199, seqs: seqs.slice(4) } });
	is(shown.textContent.includes("3 of 199"), true, shown.textContent);
	await buttonOf(shown, "Stop").click();
	is(asked.at(-1), ["POST /v1/fetch", { stop: true }], "stopped");
	parts.progress({ bringing: { done: 198, total: 199, seqs: seqs.slice(199) } });
	is(shown.textContent.includes("Bring all of it"), false, "asked for twice");
	parts.progress({ bringing: null });
	is(shown.textContent.includes("Stop"), false, "stop what is over");
	buttonOf(shown, "Bring all of it");
	const mixed = parts.cut({ cut: [{ ...file, doubtful: true, missing: [2] }] });
	is(mixed.textContent.includes("nothing tells them apart"), true, "a doubt is not said");
	is(parts.cut({}), null, "no parts");
}

await run({ "every alarm is told in every language of the page": everyLanguage, "a long thread comes a part after the other": aLongThread,
	"a file in 200 parts is asked for at once, and can be stopped": manyParts });
