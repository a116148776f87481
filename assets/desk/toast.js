// What was just done, said once, with a way back.

import { sorry } from "./api.js";
import { button, el } from "./dom.js";
import { t } from "./words.js";

const LASTS = 9000;	// milliseconds
const HOLD = 6000;	// how long an answer waits for second thoughts
const KEPT = 50;

const place = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
const past = [];	// what z takes back, newest last
const held = new Set();

export const mount = () => place;

function put(words, kind, buttons, lasts) {
	const one = el("div", { class: `toast ${kind}` }, el("p", {}, words), el("div", { class: "buttons" }, buttons));
	let timer = null;
	const go = () => one.remove();
	const wait = () => {
		clearTimeout(timer);
		if (lasts)
			timer = setTimeout(go, lasts);
	};
	one.addEventListener("pointerenter", () => clearTimeout(timer));
	one.addEventListener("pointerleave", wait);
	one.addEventListener("focusin", () => clearTimeout(timer));
	one.addEventListener("focusout", wait);
	while (place.children.length >= 3 && !place.firstElementChild.classList.contains("held"))
		place.firstElementChild.remove();
	place.append(one);
	wait();
	return { go };
}

export function say(words) {
	put(words, "plain", [], LASTS);
}

export function fail(why) {
	put(sorry(why), "bad", [button(t("Close"), (e) => e.target.closest(".toast").remove(), { class: "quiet" })], LASTS * 2);
}

/** Says what was done; undo takes it back. */
export function did(words, undo) {
	const entry = { undo, toast: null };
	entry.toast = put(words, "done", [button(t("Undo"), () => back(entry), { key: "z" })], LASTS);
	past.push(entry);
	if (past.length > KEPT)
		past.shift();
}

async function back(entry) {
	const at = past.indexOf(entry);
	if (at < 0)
		return;
	past.splice(at, 1);
	entry.toast.go();
	try {
		await entry.undo();
		if (!entry.isHeld)
			put(t("Undone."), "plain", [], 3000);
	} catch (why) {
		fail(why);
	}
}

export function undoLast() {
	if (past.length)
		back(past.at(-1));
	else
		put(t("There is nothing to undo."), "plain", [], 3000);
}

/** Something that cannot be taken back later: it waits a moment first. */
export function hold(words, send, cancel) {
	const entry = { isHeld: true };
	let timer = null;
	const now = () => {
		if (!held.delete(now))
			return Promise.resolve();
		clearTimeout(timer);
		entry.toast.go();
		past.splice(past.indexOf(entry), 1);
		return send();
	};
	now.stop = () => {
		clearTimeout(timer);
		held.delete(now);
	};
	entry.undo = () => {
		now.stop();
		cancel();
	};
	entry.toast = put(words, "held", [button(t("Undo"), () => back(entry), { key: "z" }), button(t("Send now"), now, { class: "quiet" })]);
	past.push(entry);
	held.add(now);
	timer = setTimeout(now, HOLD);
}

/** Before a lock: what waits goes out. */
export function releaseHeld() {
	return Promise.all([...held].map((now) => now()));
}

/** Locked: what still waited is a draft, and nothing here remembers it. */
export function clear() {
	held.forEach((now) => now.stop());
	past.length = 0;
	place.replaceChildren();
}
