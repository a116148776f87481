// Writing: an answer to the source, at the bottom, in the colour of answers; a
// note for colleagues, at the top, on yellow paper. Nobody mistakes one for the
// other.

import { post, put } from "./api.js";
import { button, el, field, fill } from "./dom.js";
import * as list from "./list.js";
import { count, edition, iso, language, plain } from "./say.js";
import { desk, me, name, tell } from "./store.js";
import * as toast from "./toast.js";
import { t, tn } from "./words.js";

const SAVE_WAIT = 700;	// milliseconds behind the last key
const PARTS_WAIT = 350;

let thread = null;
let isQuestion = false;
let isAnswering = false;
let saveTimer = null;
let partsTimer = null;
let noteTimer = null;
const notes = new Map();	// thread -> a note not yet sent, as it is here
const going = new Set();	// threads whose note waits for second thoughts

const answerBox = el("section", { class: "dock answer-dock" });
const noteBox = el("section", { class: "note-dock", hidden: true });
const text = el("textarea", { dir: "auto", rows: "5", autocomplete: "off", spellcheck: "false" });
const by = el("input", { type: "text", dir: "auto", maxlength: 100, autocomplete: "off", spellcheck: "false" });
const parts = el("span", { class: "parts", "aria-live": "polite" });
const title = el("h2");
const noteText = el("textarea", { dir: "auto", rows: "3", autocomplete: "off", spellcheck: "false" });

export const answerPlace = () => answerBox;
export const notePlace = () => noteBox;

function closedDock() {
	answerBox.classList.remove("open");
	fill(answerBox, el("div", { class: "dock-closed" },
		button(thread?.draft ? t("Go on with your draft") : t("Answer the source"), () => openAnswer(false), { key: "r", class: "main" }),
		button(t("Ask to write again"), () => openAnswer(true), { key: "q" })));
}

/** Another thread (or none): what was being written is kept with its own. */
export function attach(next) {
	flush();
	const isSame = next && thread && next.thread === thread.thread;
	if (isSame) {
		thread = { ...next, draft: thread.draft, note_draft: thread.note_draft };
		return;
	}
	stopAnswering();
	thread = next;
	text.value = "";
	noteBox.hidden = true;
	answerBox.setAttribute("aria-label", t("Answer to the source"));
	noteBox.setAttribute("aria-label", t("Note for colleagues"));
	answerBox.hidden = !thread;
	if (thread)
		closedDock();
	if (thread && begun())
		openNote(false);
}

/** The note that was begun about this thread, here or before the last lock. */
const begun = () => notes.get(thread.thread) ?? (going.has(thread.thread) ? "" : thread.note_draft ?? "");

function ready() {
	const canned = desk.state?.canned ?? [];
	const mine = canned.filter((c) => c.lang === thread.lang);
	const others = canned.filter((c) => c.lang !== thread.lang);
	const options = (some) => some.map((c) => el("option", { value: c.id }, plain(c.title, 60)));
	const one = el("select", { "aria-label": t("Put in a ready answer"), disabled: canned.length === 0, on: { change: () => {
		const found = canned.find((c) => c.id === one.value);
		one.selectedIndex = 0;
		if (found) {
			text.setRangeText(found.text, text.selectionStart, text.selectionEnd, "end");
			text.focus();
			typed();
		}
	} } }, el("option", { value: "" }, t("Ready answers…")),
	mine.length > 0 && el("optgroup", { label: language(thread.lang) }, options(mine)),
	others.length > 0 && el("optgroup", { label: t("other languages") }, others.map((c) => el("option", { value: c.id }, `${plain(c.title, 60)} (${plain(c.lang, 8)})`))));
	return one;
}

export function openAnswer(asks) {
	if (!thread)
		return;
	isQuestion = asks;
	if (!text.value)
		text.value = thread.draft ?? "";
	by.value ||= desk.state.me?.name ?? "";
	fill(title, asks ? t("Ask the source to write again") : t("Answer to the source"));
	text.setAttribute("aria-label", asks ? t("Your question to the source") : t("Your answer to the source"));
	const others = (thread.answering ?? []).filter((id) => id !== me());
	answerBox.classList.add("open");
	fill(answerBox, el("header", {}, title, el("p", { class: "hint" }, thread.lang && [language(thread.lang), " · "],
		t("the source can read this {when}", { when: edition(desk.state.edition) })),
	button(t("Put away"), shutAnswer, { class: "quiet", key: "Esc" })),
	others.length > 0 && el("p", { class: "inline-warn" }, t("{who} is writing an answer too.", { who: others.map((id) => iso(name(id))).join(", ") })),
	text, el("div", { class: "dock-line" }, ready(), field(t("Signed"), by, { class: "field inline" }), parts,
		button(asks ? t("Send and ask") : t("Send answer"), send, { key: "Ctrl+Enter", class: "main" })));
	text.focus();
	measure();
	answerBox.scrollIntoView({ block: "nearest" });
}

function shutAnswer() {
	flush();
	if (!text.value.trim())
		stopAnswering();
	closedDock();
	tell("thread-focus");
}

async function measure() {
	const mine = text.value;
	if (!mine.trim())
		return fill(parts);
	try {
		const said = await post("/v1/parts", { text: mine });
		if (mine === text.value)
			fill(parts, tn("{n} part", "{n} parts", said.parts), " · ", t("{n} bytes left", { n: count(said.room) }));
	} catch (why) {
		fill(parts, why.code === "limit" ? el("strong", { class: "problem" }, t("too long")) : "");
	}
	return undefined;
}

function typed() {
	clearTimeout(saveTimer);
	clearTimeout(partsTimer);
	saveTimer = setTimeout(save, SAVE_WAIT);
	partsTimer = setTimeout(measure, PARTS_WAIT);
	if (!isAnswering && text.value.trim()) {
		isAnswering = true;
		post("/v1/act", { acts: [{ thread: thread.thread, kind: "answering", is_off: false }] }).catch(() => {});
	}
}

function save() {
	clearTimeout(saveTimer);
	saveTimer = null;
	if (!thread || text.value === (thread.draft ?? ""))
		return undefined;
	thread.draft = text.value;
	return put("/v1/draft", { thread: thread.thread, text: text.value }).catch(toast.fail);
}

function saveNote() {
	clearTimeout(noteTimer);
	noteTimer = null;
	const said = thread && notes.get(thread.thread);
	if (said === undefined || said === null || said === (thread.note_draft ?? ""))
		return undefined;
	thread.note_draft = said;
	return put("/v1/draft", { thread: thread.thread, text: said, is_note: true }).catch(toast.fail);
}

/** What was typed a moment ago goes to where drafts are kept. */
export function flush() {
	return Promise.all([saveTimer && save(), noteTimer && saveNote()]);
}

function stopAnswering() {
	if (isAnswering && thread)
		post("/v1/act", { acts: [{ thread: thread.thread, kind: "answering", is_off: true }] }).catch(() => {});
	isAnswering = false;
}

function send() {
	const said = text.value.trim();
	if (!said) {
		text.focus();
		return;
	}
	save();
	const about = thread;
	const letter = { thread: about.thread, text: said, by: by.value.trim(), is_question: isQuestion };
	stopAnswering();
	text.value = "";
	about.draft = "";	// here; the program keeps it until the answer is out
	toast.hold(isQuestion ? t("Your question goes out in a moment.") : t("Your answer goes out in a moment."), async () => {
		try {
			const sent = await post("/v1/answer", letter);
			toast.say([tn("Sent in {n} part.", "Sent in {n} parts.", sent.parts), " ", t("The source can read it {when}.", { when: edition(desk.state?.edition) })]);
			tell("list");
			tell("thread");
		} catch (why) {
			unsent(about, said);
			toast.fail(why);
		}
	}, () => {
		unsent(about, said);
		tell("write", { thread: about.thread, asks: letter.is_question });
	});
	closedDock();
	list.change([{ ...about, came_back: false }], true);
	if (desk.thread === about.thread)
		tell("thread-focus");
}

function unsent(about, said) {
	if (thread?.thread === about.thread)
		thread.draft = said;
	tell("open", about.thread);
}

// Notes

export function openNote(takesFocus = true) {
	if (!thread)
		return;
	noteText.value = begun();
	noteText.setAttribute("aria-label", t("Note for colleagues"));
	noteBox.hidden = false;
	fill(noteBox, el("header", {}, el("h2", {}, t("Note for colleagues")), el("p", {}, t("Only your desk sees this. It never goes to the source."))),
		noteText, el("div", { class: "dock-line" }, button(t("Put away"), shutNote, { class: "quiet", key: "Esc" }),
			button(t("Keep note"), sendNote, { key: "Ctrl+Enter", class: "note-main" })));
	if (takesFocus) {
		noteText.focus();
		noteBox.scrollIntoView({ block: "nearest" });
	}
}

function shutNote() {
	noteBox.hidden = true;
	tell("thread-focus");
}

function sendNote() {
	const said = noteText.value.trim();
	if (!said) {
		noteText.focus();
		return;
	}
	const about = thread.thread;
	saveNote();
	notes.delete(about);
	going.add(about);
	thread.note_draft = "";	// here; the program keeps it until the note is out
	shutNote();
	const again = () => {
		going.delete(about);
		notes.set(about, said);
	};
	toast.hold(t("Your note goes to your colleagues in a moment."), async () => {
		try {
			await post("/v1/note", { thread: about, text: said });
			going.delete(about);
			tell("thread");
		} catch (why) {
			again();
			toast.fail(why);
		}
	}, () => {
		again();
		if (desk.thread === about)
			openNote();
		else
			tell("open", about);
	});
}

text.addEventListener("input", typed);
noteText.addEventListener("input", () => {
	notes.set(thread.thread, noteText.value);
	clearTimeout(noteTimer);
	noteTimer = setTimeout(saveNote, SAVE_WAIT);
});
for (const [area, go, shut] of [[text, send, shutAnswer], [noteText, sendNote, shutNote]])
	area.addEventListener("keydown", (e) => {
		if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
			e.preventDefault();
			go();
		} else if (e.key === "Escape") {
			shut();
		}
	});

/** Locked: nothing of it may stay in the page. */
export function forget() {
	clearTimeout(saveTimer);
	clearTimeout(partsTimer);
	clearTimeout(noteTimer);
	saveTimer = noteTimer = null;
	isAnswering = false;
	thread = null;
	text.value = noteText.value = by.value = "";
	notes.clear();
	going.clear();
	fill(parts);
	fill(noteBox);
	answerBox.hidden = noteBox.hidden = true;
}
