// Stories: per story its tips and the passages they point at.

import { get, sorry } from "./api.js";
import { button, el, fill } from "./dom.js";
import { bdi, count, day, plain, show } from "./say.js";
import { age } from "./say.js";
import { states } from "./row.js";
import { desk, storyOf, tell, today } from "./store.js";
import { t, tn } from "./words.js";

const PREVIEW = 160;
let wanted = null;	// the story to be opened at once

export function choose(id) {
	wanted = id;
}

function passages(threads) {
	const by = new Map();
	for (const one of threads)
		by.set(one.passage ?? "", [...(by.get(one.passage ?? "") ?? []), one]);
	return [...by].sort(([a], [b]) => (a === "") - (b === "") || by.get(b).length - by.get(a).length);
}

/* How a tip begins; the program gives so many characters at most. */
function opening(text) {
	return Array.from(text).length < PREVIEW ? text : `${text.replace(/\s+\S*$/u, "")}…`;
}

function tip(one) {
	return el("li", {}, el("button", { type: "button", class: "story-tip", on: { click: () => tell("open", one.thread) } },
		el("span", { class: "tip-text" }, one.summary || one.preview ? bdi(one.summary || opening(one.preview)) : t("Only files")),
		el("span", { class: "row-meta" }, el("span", {}, age(one.newest_day ?? one.day, today())), states(one))));
}

async function load(story, place) {
	fill(place, el("p", { class: "hint" }, t("Looking…")));
	try {
		const { threads, total } = await get("/v1/threads", { view: "all", story, limit: 200, order: "newest" });
		fill(place, passages(threads).map(([passage, some]) => el("section", {},
			el("h3", {}, passage ? el("q", { dir: "auto" }, show(passage)) : t("Without a passage")), el("ul", { class: "tips" }, some.map(tip)))),
		total > threads.length && button(t("Show all in the list"), () => tell("only", { story })));
	} catch (why) {
		fill(place, el("p", { class: "problem" }, sorry(why)));
	}
}

function one(entry) {
	const story = storyOf(entry.story);
	const place = el("div", { class: "story-tips" });
	const box = el("details", { class: "card story", on: { toggle: () => box.open && load(entry.story, place) } },
		el("summary", {}, el("h2", { class: "story-title" }, bdi(story?.title ?? entry.story)),
			el("span", { class: "story-counts" }, tn("{n} tip", "{n} tips", entry.threads), entry.new > 0 && el("span", { class: "chip back" }, t("{n} new", { n: count(entry.new) })))),
		story && el("p", { class: "hint" }, story.day && day(story.day), story.day && story.url && " · ", story.url && el("code", { class: "address", dir: "ltr" }, plain(story.url, 300))),
		place);
	if (wanted === entry.story)
		box.open = true;
	return box;
}

export function stories() {
	const all = [...(desk.state.counts?.stories ?? [])].sort((a, b) => b.threads - a.threads);
	const silent = (desk.state.stories ?? []).filter((s) => !all.some((entry) => entry.story === s.id));
	const made = [el("h1", { tabindex: "-1" }, t("Stories")),
		all.length + silent.length === 0 && el("div", { class: "empty" }, el("h2", {}, t("No stories yet")), el("p", {}, t("Once the administrator lists stories (pista story add), readers can write about one, and its tips stand together here."))),
		all.map(one),
		silent.length > 0 && el("section", {}, el("h2", {}, t("Nobody has written about")), el("ul", { class: "plain-list" }, silent.map((s) => el("li", {}, bdi(s.title)))))];
	wanted = null;
	return made;
}
