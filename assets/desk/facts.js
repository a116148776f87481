// What stands over the conversation: warnings, decisions that differ, and what
// is known about the tip.

import * as acts from "./acts.js";
import { button, el } from "./dom.js";
import { termsWords } from "./items.js";
import { clock, clockWords, person } from "./row.js";
import { bdi, day, iso, plain, show } from "./say.js";
import { deskName, me, name, storyOf, tell } from "./store.js";
import { lang, t, tn } from "./words.js";

const who = (ids) => ids.map((id) => iso(name(id))).join(", ");

function banner(look, title, words, buttons = []) {
	return el("div", { class: `banner ${look}` }, el("p", {}, el("strong", {}, title), " ", words), el("div", { class: "buttons" }, buttons));
}

const FIELDS = () => ({ assigned: t("who has it"), status: t("its state"), summary: t("the summary"), handed: t("its desk"), desk: t("its desk"),
	label: t("a label"), flag: t("a mark") });

function valueOf(thread, field) {
	return { assigned: (thread.assigned ?? []).join(" "), status: thread.state, summary: thread.summary, desk: thread.desk, handed: thread.desk }[field] ?? "";
}

function valueWords(field, value) {
	if (field === "assigned")
		return value ? who(value.split(" ")) : t("nobody");
	if (field === "status")
		return { open: t("open"), parked: t("parked"), closed: t("closed"), bin: t("bin"), new: t("open") }[value] ?? plain(value);
	if (field === "desk" || field === "handed")
		return plain(deskName(value, lang()));
	return value ? plain(value) : t("nothing");
}

function settle(thread, field, value) {
	const one = [thread];
	if (field === "assigned")
		return acts.act(one, { kind: "assigned", value }, t("Settled."));
	if (field === "status")
		return acts.act(one, { kind: "status", value: value === "new" ? "open" : value }, t("Settled."));
	if (field === "summary")
		return acts.act(one, { kind: "summary", value }, t("Settled."));
	return acts.hand(one);
}

/** Two colleagues decided without knowing of each other: both are shown. */
function conflicts(thread) {
	const fields = new Map();
	for (const one of thread.conflicts ?? [])
		fields.set(one.field, [...(fields.get(one.field) ?? []), one]);
	return [...fields].map(([field, some]) => {
		const now = valueOf(thread, field);
		const values = [...some];
		if (!values.some((one) => one.value === now))
			values.unshift({ value: now });
		return el("div", { class: "banner yellow conflict" }, el("p", {}, el("strong", {}, t("Two colleagues decided differently about {what}.", { what: FIELDS()[field] ?? plain(field) })), " ",
			t("They did not know of each other. Choose what holds:")),
		el("div", { class: "buttons" }, values.map((one) => button([el("bdi", {}, valueWords(field, one.value)), one.by && el("small", {}, " ", plain(name(one.by)))],
			() => settle(thread, field, one.value)))));
	});
}

export function banners(thread) {
	const answering = (thread.answering ?? []).filter((id) => id !== me());
	return [
		thread.withdrawn && banner("red", t("The source has withdrawn this."), t("They ask you not to use it any more.")),
		thread.is_danger && banner("red", t("Danger to life."), t("Think of what an answer, a call or a question to others could set off.")),
		thread.alarm && banner("red", t("There is an alarm about this tip."), "", [button(t("Look"), () => tell("go", "alarms"))]),
		thread.is_plant && banner("yellow", t("Possible plant."), t("It may have been written to trap you. Verify before you trust.")),
		answering.length > 0 && banner("blue", t("{who} is answering.", { who: who(answering) }), t("Speak to each other before you answer too.")),
		conflicts(thread),
		(thread.near ?? []).length > 0 && banner("blue", tn("{n} other tip says nearly the same:", "{n} other tips say nearly the same:", thread.near.length), "",
			thread.near.slice(0, 8).map((id) => button(el("code", {}, id.slice(0, 8)), () => tell("open", id), { class: "quiet", "aria-label": t("Open the tip {id}", { id: id.slice(0, 8) }) }))),
	];
}

function fact(words, ...value) {
	return el("div", {}, el("dt", {}, words), el("dd", {}, value));
}

function deadlines(thread) {
	const line = (what, c, met) => c?.due && (c.done ? met : clockWords({ what, left: clock({ [what]: c }).left }));
	const feedback = line("feedback", thread.feedback, t("feedback given"));
	const first = line("acknowledge", thread.acknowledge, null);
	return [first, feedback].filter(Boolean).join(" · ");
}

export function facts(thread) {
	const story = storyOf(thread.story);
	const state = { parked: thread.until ? t("parked until {day}", { day: day(thread.until) }) : t("parked"), closed: t("closed"), bin: t("in the bin") }[thread.state];
	const due = deadlines(thread);
	return el("dl", { class: "facts" },
		fact(t("Terms"), el("span", { class: `terms ${plain(thread.terms ?? "", 20)}` }, termsWords(thread.terms ?? "anonymous"))),
		thread.name && fact(t("Name"), bdi(thread.name)), thread.contact && fact(t("Contact"), bdi(thread.contact)),
		state && fact(t("State"), state, thread.reason && [": ", bdi(acts.reasonWords(thread.reason))]),
		due && fact(t("Due"), due),
		(thread.assigned ?? []).length > 0 && fact(t("Assigned"), thread.assigned.map((id) => [person(id), " ", bdi(name(id)), " "])),
		thread.story && fact(t("Story"), button(story ? bdi(story.title) : bdi(thread.story), () => tell("story", thread.story), { class: "link" })),
		thread.passage && fact(t("Passage"), el("q", { dir: "auto" }, show(thread.passage))),
		(thread.labels ?? []).length > 0 && fact(t("Labels"), thread.labels.map((label) => el("button", { type: "button", class: "chip filter",
			"aria-label": t("Take off the label {label}", { label: plain(label) }), on: { click: () => acts.setLabel([thread], label, true) } }, bdi(label), " ×"))),
		(thread.seen ?? []).length > 0 && fact(t("Read by"), who(thread.seen)));
}

