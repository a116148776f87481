// The list in the middle: rows of the chosen view, a cursor, a selection.

import { get, sorry } from "./api.js";
import { button, el, fill } from "./dom.js";
import { empty } from "./empty.js";
import { content, isUnread } from "./row.js";
import * as search from "./search.js";
import { count } from "./say.js";
import { desk, isReady, on, tell } from "./store.js";
import { t, tn } from "./words.js";

const PAGE = 100;
const MOST = 1000;	// rows, more than anybody looks through

let rows = [];		// threads as the program gave them, changed at once by our acts
let total = 0;
let cursor = 0;		// index of the row that has the tab stop
let wanted = PAGE;
let running = null;
let failure = null;
let wantsFocus = false;	// as soon as there are rows
const picked = new Set();
const made = new Map();	// thread -> {element, said}

const box = el("ul", { class: "rows", role: "listbox", "aria-multiselectable": "true" });
const below = el("div", { class: "list-end" });
const bar = el("div", { class: "picked-bar", hidden: true });
const heading = el("h1", { class: "list-title", tabindex: "-1" });
const number = el("span", { class: "count" });

export function mount() {
	return el("section", { class: "list", "aria-labelledby": "list-title" },
		el("header", { class: "list-head" },
			el("button", { type: "button", class: "quiet only-narrow to-rail", "aria-label": t("Views"), on: { click: () => tell("pane", "rail") } }, "☰"),
			heading, number), search.mount(), bar, el("div", { class: "list-scroll", on: { scroll: more } }, box, below));
}

heading.id = "list-title";

export function name(title) {
	fill(heading, title);
	box.setAttribute("aria-label", title);
}

/** Rows of the view and the filters; the cursor stays on its thread. */
export async function load({ isNew = false } = {}) {
	if (!isReady() || !search.hasRows(desk.view))
		return;
	if (isNew) {
		rows = [];
		picked.clear();
		cursor = 0;
		wanted = PAGE;
		failure = null;
		fill(box);
		made.clear();
		fill(below, el("p", { class: "hint" }, t("Looking…")));
		showPicked();
	}
	running?.abort();
	const mine = running = new AbortController();
	try {
		const said = await get("/v1/threads", { ...search.query(desk.view), limit: Math.min(wanted, MOST) }, mine.signal);
		if (mine !== running)
			return;
		const at = rows[cursor]?.thread;
		rows = isNew ? said.threads : merge(said.threads);
		total = said.total;
		failure = null;
		const found = rows.findIndex((one) => one.thread === at);
		cursor = found >= 0 ? found : Math.min(cursor, Math.max(0, rows.length - 1));
	} catch (why) {
		if (why.name === "AbortError" || mine !== running)
			return;
		failure = why;
		rows = [];
		total = 0;
	}
	draw();
}

/** News without a row jumping: what is there stays where it is (an act or a
 * reading changes what is due), what is new comes behind its neighbour. The
 * open one stays even when the view does not want it any more. */
function merge(fresh) {
	const known = new Map(fresh.map((one) => [one.thread, one]));
	const out = rows.filter((one) => known.has(one.thread) || one.thread === desk.thread).map((one) => known.get(one.thread) ?? one);
	const there = new Set(out.map((one) => one.thread));
	fresh.forEach((one, i) => {
		if (!there.has(one.thread)) {
			there.add(one.thread);
			out.splice(i === 0 ? 0 : out.findIndex((other) => other.thread === fresh[i - 1].thread) + 1, 0, one);
		}
	});
	return out;
}

function more(e) {
	const at = e.target;
	if (rows.length < total && wanted === Math.max(PAGE, rows.length) && at.scrollTop + at.clientHeight > at.scrollHeight - 800) {
		wanted = rows.length + PAGE;
		load();
	}
}

function element(thread) {
	const said = JSON.stringify(thread);
	let known = made.get(thread.thread);
	if (!known) {
		known = { said: null, element: el("li", { class: "row", role: "option", data: { thread: thread.thread },
			on: { click: (e) => click(e, thread.thread), focus: () => (cursor = Math.max(0, index(thread.thread))) } }) };
		made.set(thread.thread, known);
	}
	if (known.said !== said) {
		known.said = said;
		fill(known.element, el("span", { class: "pick", "aria-hidden": "true" }), el("div", { class: "row-in" }, content(thread)));
		known.element.classList.toggle("unread", isUnread(thread));
		known.element.classList.toggle("is-danger", Boolean(thread.is_danger));
	}
	return known.element;
}

function draw() {
	const had = box.contains(document.activeElement);
	const now = rows.map(element);
	for (const id of [...made.keys()].filter((id) => !rows.some((one) => one.thread === id))) {
		made.delete(id);
		picked.delete(id);
	}
	if (now.length !== box.children.length || now.some((one, i) => box.children[i] !== one))
		fill(box, now);
	box.hidden = rows.length === 0;
	fill(number, total > 0 && count(total));
	fill(below, failure ? el("p", { class: "problem" }, failure.code === "format" ? t("This search makes no sense yet: is a quotation mark missing?") : sorry(failure)) :
		rows.length === 0 ? empty(desk.view, search.isNarrowed()) :
			rows.length >= MOST && rows.length < total ? el("p", { class: "hint" }, t("Only the first {n} are shown: narrow them with a search or a filter.", { n: count(rows.length) })) :
				rows.length < total && button(t("Show more"), () => {
					wanted = rows.length + PAGE;
					load();
				}, { class: "quiet" }));
	mark();
	const isNowhere = document.activeElement === document.body || document.activeElement === heading;
	if (had && !box.contains(document.activeElement) || wantsFocus && isNowhere && rows.length)
		focus();
	showPicked();
}

function mark() {
	rows.forEach((thread, i) => {
		const one = made.get(thread.thread).element;
		one.tabIndex = i === cursor ? 0 : -1;
		one.setAttribute("aria-selected", String(picked.has(thread.thread)));
		if (thread.thread === desk.thread)
			one.setAttribute("aria-current", "true");
		else
			one.removeAttribute("aria-current");
	});
}

const index = (id) => rows.findIndex((one) => one.thread === id);

function click(e, id) {
	cursor = index(id);
	if (e.target.closest(".pick") || e.ctrlKey || e.metaKey || e.shiftKey)
		pick();
	else
		tell("open", id);
}

/** To the row the cursor is on. */
export function focus() {
	const one = rows[cursor] && made.get(rows[cursor].thread).element;
	wantsFocus = !one;
	(one ?? heading).focus();
	one?.scrollIntoView({ block: "nearest" });
}

export function move(step) {
	if (!rows.length)
		return null;
	cursor = Math.min(Math.max(0, cursor + step), rows.length - 1);
	mark();
	made.get(rows[cursor].thread).element.scrollIntoView({ block: "nearest" });
	if (cursor > rows.length - 10 && rows.length < total) {
		wanted = rows.length + PAGE;
		load();
	}
	return rows[cursor].thread;
}

export const at = () => rows[cursor]?.thread;
export const isFocused = () => box.contains(document.activeElement);

/** The cursor to a thread that was opened from elsewhere. */
export function point(id) {
	if (index(id) >= 0)
		cursor = index(id);
	mark();
}

export function pick() {
	const id = rows[cursor]?.thread;
	if (!id)
		return;
	if (!picked.delete(id))
		picked.add(id);
	mark();
	showPicked();
}

export function pickNone() {
	const had = picked.size > 0;
	picked.clear();
	mark();
	showPicked();
	return had;
}

/** Locked: no row may stay in the page. */
export function forget() {
	running?.abort();
	running = null;
	rows = [];
	total = 0;
	picked.clear();
	made.clear();
	fill(box);
	fill(below);
}

function showPicked() {
	bar.hidden = picked.size === 0;
	fill(bar, tn("{n} selected", "{n} selected", picked.size), button(t("Assign…"), () => tell("do", "assignSome"), { key: "A" }),
		button(t("Park…"), () => tell("do", "park"), { key: "p" }), button(t("Close…"), () => tell("do", "close"), { key: "c" }),
		button(t("Bin"), () => tell("do", "bin"), { key: "b" }), button(t("None"), pickNone, { class: "quiet" }));
}

/** What the next act is about: the selection, or the open one, or the cursor's. */
export function targets(open) {
	if (picked.size)
		return rows.filter((one) => picked.has(one.thread));
	const id = desk.thread ?? rows[cursor]?.thread;
	return [rows.find((one) => one.thread === id) ?? (open?.thread === id ? open : null)].filter(Boolean);
}

/** Shows an act before the program has answered. With isMove rows that the
 * view does not want any more go, and what comes behind them opens. */
export function change(threads, isMove) {
	const ids = new Set(threads.map((one) => one.thread));
	const wasOpen = ids.has(desk.thread);
	const next = isMove && nextAfter(ids);
	rows = rows.map((one) => threads.find((other) => other.thread === one.thread) ?? one);
	if (isMove) {
		const before = rows.length;
		rows = rows.filter((one) => !ids.has(one.thread) || search.fits(desk.view, one));
		total -= before - rows.length;
		picked.clear();
		if (next && index(next) >= 0)
			cursor = index(next);
		cursor = Math.min(cursor, Math.max(0, rows.length - 1));
	}
	draw();
	if (isMove && wasOpen)
		tell("advance", next);
}

function nextAfter(ids) {
	const last = Math.max(-1, ...rows.map((one, i) => (ids.has(one.thread) ? i : -1)));
	const one = rows.slice(last + 1).find((r) => !ids.has(r.thread)) ?? rows.findLast((r) => !ids.has(r.thread));
	return one?.thread ?? null;
}

on("list", () => load());
on("thread-open", (id) => point(id));
