// The keyboard. One letter an act; the same letters are on the buttons.

import { ask, isOpen, latin } from "./dialog.js";
import { el } from "./dom.js";
import { viewName } from "./search.js";
import { tell } from "./store.js";
import { t } from "./words.js";

const PANIC_MS = 1000;	// three times Escape within this
const GO_MS = 1500;	// g waits so long for its letter

const GO = {
	q: "queue", d: "due", m: "mine", u: "unassigned", c: "came-back", p: "parked", x: "closed", b: "bin", e: "all",
	a: "alarms", s: "stories", w: "people", n: "numbers", r: "ready",
};

const KEYS = {
	j: "next", ArrowDown: "down", k: "previous", ArrowUp: "up", o: "open", Enter: "open", u: "back",
	a: "assignMe", A: "assignSome", r: "answer", q: "question", n: "note", p: "park", c: "close", b: "bin",
	"!": "plant", d: "danger", l: "label", s: "summary", h: "hand", z: "undo", "/": "search", x: "pick", "?": "help", Escape: "escape",
};

const table = () => [
	[t("Around"), [["j k", t("next, previous tip")], ["o", t("open it")], ["u", t("back to the list")], ["/", t("search")], ["x", t("select several")],
		...Object.entries(GO).map(([key, view]) => [`g ${key}`, viewName(view)])]],
	[t("A tip"), [["r", t("answer the source")], ["q", t("ask the source to write again")], ["n", t("note for colleagues")], ["a", t("assign to me")], ["A", t("assign to somebody")],
		["p", t("park")], ["c", t("close, with a reason")], ["b", t("into the bin")], ["h", t("hand over to a desk")], ["d", t("danger to life")], ["!", t("possible plant")], ["l", t("label")],
		["s", t("safe summary")], ["z", t("undo")]]],
	[t("Always"), [["Ctrl+Enter", t("send what you are writing")], ["Esc", t("leave what you are in")], ["Ctrl+L", t("lock")], ["Esc Esc Esc", t("end everything at once")], ["?", t("this help")]]],
];

export function help() {
	if (isOpen())
		return;
	ask(t("Keys"), () => el("div", { class: "keys" }, table().map(([title, rows]) => el("section", {}, el("h3", {}, title),
		el("dl", {}, rows.map(([key, words]) => el("div", {}, el("dt", {}, key.split(" ").map((k) => [el("kbd", {}, k), " "])), el("dd", {}, words))))))),
	{ class: "ask help" });
}

const isTyping = (e) => e.target instanceof Element && e.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

let escapes = [];
let going = 0;

/** Escape three times ends everything, whatever is open; a key held down
 * counts once. */
function isPanic(e) {
	if (e.key !== "Escape") {
		escapes = [];
		return false;
	}
	if (e.repeat)
		return false;
	const now = performance.now();
	escapes = [...escapes.filter((at) => now - at < PANIC_MS), now];
	return escapes.length >= 3;
}

function press(e) {
	if (isPanic(e))
		return tell("panic");
	if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === "l") {
		e.preventDefault();
		return tell("lock");
	}
	if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || isOpen())
		return undefined;
	if (isTyping(e)) {
		if (e.key === "Escape" && !e.defaultPrevented)
			e.target.blur();
		return undefined;
	}
	const key = latin(e);
	if (going && performance.now() - going < GO_MS && GO[key]) {
		going = 0;
		e.preventDefault();
		return tell("go", GO[key]);
	}
	going = key === "g" ? performance.now() : 0;
	if (key === "Enter" && e.target.closest?.("button, a, summary, [role=option]") && !e.target.closest("[role=option]"))
		return undefined;
	if (KEYS[key]) {
		const took = { isTaken: true };
		tell("key", { does: KEYS[key], from: e.target, took });
		if (took.isTaken)
			e.preventDefault();
	}
	return undefined;
}

export function listen() {
	addEventListener("keydown", press, true);
}
