// How texts, days and sizes are shown. Texts of sources and colleagues come as
// they were written; here what would turn, hide or break a line is made visible.

import { el } from "./dom.js";
import { lang, t, tn } from "./words.js";

// Controls, bidirectional marks and overrides, invisible spaces and joiners
// that no script needs, fillers, tags. Joiners (U+200C, U+200D) stay: Persian
// and Hindi are written with them.
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/gu;

const code = (c) => `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** Text as nodes; hidden characters as marked codes. */
export function show(text) {
	const out = [];
	let at = 0;
	text = String(text ?? "").replaceAll("\r\n", "\n");
	for (const m of text.matchAll(HIDDEN)) {
		out.push(text.slice(at, m.index), el("span", { class: "hidden-char", title: t("A character that cannot be seen") }, code(m[0])));
		at = m.index + m[0].length;
	}
	out.push(text.slice(at));
	return out;
}

/** The same where only a string will do: names of controls, titles, options. */
export function plain(text, max = 200) {
	const one = String(text ?? "").replace(/\s*\n\s*/g, " ").replace(HIDDEN, (c) => `⟨${code(c)}⟩`);
	const points = Array.from(one);
	return points.length > max ? `${points.slice(0, max).join("")}…` : one;
}

/** A string inside a sentence that is a string: it turns nothing around it. */
export const iso = (text, max) => `\u2068${plain(text, max)}\u2069`;

/** Somebody's text inside ours: it turns nothing around it. */
export function bdi(text, given) {
	return el("bdi", { dir: "auto", ...given }, show(text));
}

/** Several paragraphs as written, each with its own direction. */
export function body(text, given) {
	return el("div", { class: "text", translate: "no", ...given }, String(text ?? "").trimEnd().split(/\r?\n/).map((line) =>
		el("p", { dir: "auto", class: line.trim() === "" && "blank" }, line === "" ? "\u00a0" : show(line))));
}

/** A search's snippet: hits stand between U+0001 and U+0002. */
export function snippet(text) {
	return el("bdi", { dir: "auto" }, String(text).split("\u0001").map((piece, i) => {
		if (i === 0)
			return show(piece.replaceAll("\u0002", ""));
		const [hit, ...rest] = piece.split("\u0002");
		return [el("mark", {}, show(hit)), show(rest.join(""))];
	}));
}

// Days are days in UTC, as letters carry them.

const DAY = 86400000;
const number = (day) => Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY);

export function daysBetween(from, to) {
	return number(to) - number(from);
}

export function dayAfter(day, n) {
	return new Date((number(day) + n) * DAY).toISOString().slice(0, 10);
}

export function day(text, style = { day: "numeric", month: "short" }) {
	const date = new Date(`${text}T00:00:00Z`);
	if (Number.isNaN(date.getTime()))
		return plain(text);
	const year = text.slice(0, 4) !== new Date().toISOString().slice(0, 4);
	return new Intl.DateTimeFormat(lang(), { ...style, ...(year && { year: "numeric" }), timeZone: "UTC" }).format(date);
}

export function longDay(text) {
	return day(text, { weekday: "long", day: "numeric", month: "long" });
}

/** How old: today, 3 d. */
export function age(from, today) {
	const n = daysBetween(from, today);
	return n <= 0 ? t("today") : n < 60 ? t("{n} d", { n: count(n) }) : day(from);
}

/** An hour of today, or with the day before it; seconds since 1970. */
export function hour(seconds) {
	const date = new Date(seconds * 1000);
	const isToday = date.toDateString() === new Date().toDateString();
	return new Intl.DateTimeFormat(lang(), {
		hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(!isToday && { weekday: "short" }),
	}).format(date);
}

/** When a source can see what is said to them now. */
export function edition(e) {
	if (e?.at)
		return t("from {hour}", { hour: hour(e.at) });
	if (e?.seconds)
		return tn("within {n} second", "within {n} seconds", e.seconds);
	return t("with the next edition");
}

export function count(n) {
	return new Intl.NumberFormat(lang()).format(n);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

export function size(bytes) {
	let i = 0;
	while (bytes >= 1000 && i < UNITS.length - 1) {
		bytes /= 1000;
		i++;
	}
	return new Intl.NumberFormat(lang(), { style: "unit", unit: UNITS[i], unitDisplay: i ? "short" : "narrow",
		maximumFractionDigits: bytes < 10 && i ? 1 : 0 }).format(bytes);
}

export function language(id) {
	try {
		return new Intl.DisplayNames(lang(), { type: "language" }).of(id);
	} catch {
		return plain(id);
	}
}

/** What kind of file, in a word. */
export function kind(type) {
	const [top, sub] = String(type).split("/");
	if (sub === "pdf")
		return "PDF";
	if (/zip|tar|compressed|rar/.test(sub ?? ""))
		return t("archive");
	if (/sheet|excel|csv/.test(sub ?? ""))
		return t("table");
	if (/word|opendocument\.text|rtf/.test(sub ?? ""))
		return t("document");
	return { image: t("picture"), audio: t("sound"), video: t("video"), text: t("text"), message: t("mail") }[top] ?? t("file");
}

/** Two letters for a person. */
export function initials(name) {
	const parts = plain(name).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
	return ((parts[0]?.[0] ?? "?") + (parts.length > 1 ? parts.at(-1)[0] : parts[0]?.[1] ?? "")).toUpperCase();
}
