// One tip in the list: what is needed to decide whether to open it now.

import { el, icon, nodes } from "./dom.js";
import { age, bdi, count, day, daysBetween, initials, iso, kind, language, plain, size, snippet } from "./say.js";
import { desks, deskName, me, name, storyOf, today } from "./store.js";
import { lang, t, tn } from "./words.js";

/** The clock that runs out first and has not been met: {what, left}. */
export function clock(thread) {
	const open = [["acknowledge", thread.acknowledge], ["feedback", thread.feedback]]
		.filter(([, c]) => c && !c.done && c.due).map(([what, c]) => ({ what, due: c.due, left: daysBetween(today(), c.due) }));
	return open.sort((a, b) => a.left - b.left)[0];
}

/** In words: answer in 3 d, overdue by 2 d. */
export function clockWords({ what, left }) {
	const [soon, now, late] = what === "acknowledge" ?
		[t("read within {n} d", { n: count(left) }), t("read today"), t("unread, {n} d late", { n: count(-left) })] :
		[t("feedback within {n} d", { n: count(left) }), t("feedback today"), t("feedback {n} d late", { n: count(-left) })];
	return left > 0 ? soon : left === 0 ? now : late;
}

const urgency = (left) => (left < 0 ? "late" : left === 0 ? "now" : left <= 7 ? "soon" : "calm");

export function chip(words, look = "", given = {}) {
	return el("span", { class: `chip ${look}`, ...given }, words);
}

export function person(id) {
	return el("span", { class: id === me() ? "person mine" : "person", title: plain(name(id)) },
		el("span", { "aria-hidden": "true" }, initials(name(id))), el("span", { class: "unseen" }, plain(name(id))));
}

export function files(thread) {
	const all = thread.files ?? [];
	if (!all.length)
		return null;
	const kinds = [...new Set(all.map((f) => kind(f.type)))];
	return el("span", { class: "files" }, icon("clip"),
		tn("{n} file", "{n} files", all.length), " · ", bdi(kinds.slice(0, 2).join(", ")), kinds.length > 2 && "…", " · ",
		bdi(size(all.reduce((sum, f) => sum + (f.size ?? 0), 0))));
}

export function states(thread) {
	return [
		thread.is_danger && chip(t("danger to life"), "danger"),
		thread.alarm && chip(t("alarm"), "danger"),
		thread.withdrawn && chip(t("withdrawn"), "warn"),
		thread.is_plant && chip(t("possible plant"), "warn"),
		thread.came_back && chip([icon("return"), t("came back")], "back"),
		thread.kind === "drill" && chip(t("drill"), "quiet"),
		thread.state === "parked" && chip(thread.until ? t("parked until {day}", { day: day(thread.until) }) : t("parked"), "quiet"),
		thread.state === "closed" && chip(t("closed"), "quiet"),
		thread.state === "bin" && chip(t("bin"), "quiet"),
		(thread.conflicts ?? []).length > 0 && chip(t("conflict"), "warn", { title: t("Two colleagues decided differently.") }),
	];
}

/** Is this one nobody or I have not read? */
export const isUnread = (thread) => thread.state === "new" || !(thread.seen ?? []).includes(me());

const TITLE_FITS = 34;	// code units that a row shows of its title for certain

/** What a tip is called: its summary, its story, or how it begins; rest is what
 * of its beginning that does not already say. */
function headline(thread) {
	const preview = thread.preview ?? "";
	const named = thread.summary || storyOf(thread.story)?.title || thread.story;
	if (named)
		return { title: named, rest: preview };
	const first = /^\s*(.{8,70}?(?:[.!?؟。…:](?=\s|$)|\n)|.{8,60}(?=\s))/su.exec(preview)?.[0] ?? preview;
	return { title: first.trim(), rest: first.length > TITLE_FITS ? preview : preview.slice(first.length).trim() };
}

/** Its name as a node; the box turns with the text, so that an ellipsis cuts its end. */
export function title(thread, given) {
	const { title } = headline(thread);
	return title ? bdi(title, given) : el("span", { ...given, class: `${given?.class ?? ""} none` }, t("Only files"));
}

export function content(thread) {
	const { rest } = headline(thread);
	const due = clock(thread);
	const others = (thread.answering ?? []).filter((id) => id !== me());
	return nodes(
		isUnread(thread) && el("span", { class: "unseen" }, t("unread")),
		el("div", { class: "row-top" }, title(thread, { class: "row-title" }),
			el("span", { class: "age" }, age(thread.newest_day ?? thread.day, today()))),
		el("div", { class: "row-text" }, thread.found ? snippet(thread.found) :
			rest && bdi(rest)),
		el("div", { class: "row-meta" }, states(thread),
			thread.lang && el("span", { class: "lang", title: language(thread.lang) }, plain(thread.lang).toUpperCase()),
			desks().length > 1 && thread.desk && el("span", {}, bdi(deskName(thread.desk, lang()))),
			due && thread.state !== "closed" && thread.state !== "bin" && due.left <= 30 &&
				el("span", { class: `due ${urgency(due.left)}` }, clockWords(due)),
			files(thread),
			(thread.labels ?? []).map((label) => el("span", { class: "label" }, bdi(label))),
			others.length > 0 && el("span", { class: "busy" }, t("{who} is answering", { who: others.map((id) => iso(name(id))).join(", ") })),
			el("span", { class: "people" }, (thread.assigned ?? []).map(person))));
}
