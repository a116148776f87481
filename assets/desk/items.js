// The conversation: letters of the source, our answers, notes, and what
// happened in between.

import { reasonWords } from "./acts.js";
import { el } from "./dom.js";
import { files } from "./files.js";
import { bdi, body, count, day, edition, longDay, plain, show } from "./say.js";
import { desk, deskName, me, name, storyOf } from "./store.js";
import { lang, t, tn, tx } from "./words.js";

const who = (id) => (id === me() ? el("b", {}, t("You")) : el("b", {}, bdi(name(id))));

/** What a status says to the source, as their page says it. */
export function toldWords(status) {
	return {
		opened: t("A journalist has opened your letter."), working: t("We are working on it."), answered: t("We have answered you."),
		"write-again": t("Please write to us again."), closed: t("We have closed this matter."), published: t("We have published something about it."),
	}[status] ?? plain(status);
}

function stateWords(item) {
	const by = who(item.by);
	if (item.value === "parked")
		return item.until ? tx("{who} parked it until {day}", { who: by, day: day(item.until) }) : tx("{who} parked it", { who: by });
	if (item.value === "closed")
		return item.reason ? tx("{who} closed it: {reason}", { who: by, reason: bdi(reasonWords(item.reason)) }) : tx("{who} closed it", { who: by });
	return item.value === "bin" ? tx("{who} put it into the bin", { who: by }) : tx("{who} took it up again", { who: by });
}

/** One event as a sentence of nodes. */
function sentence(item) {
	const by = who(item.by);
	const value = bdi(item.value ?? "");
	const flag = { plant: t("possible plant"), danger: t("danger to life") }[item.value] ?? value;
	const known = {
		opened: () => tx("{who} read it", { who: by }),
		answered: () => tx("{who} answered", { who: by }),
		posted: () => tx("{who} posted the answer again", { who: by }),
		told: () => tx("{who} told the source: {words}", { who: by, words: el("q", {}, toldWords(item.value)) }),
		assigned: () => (item.value ? tx("{who} assigned it to {whom}", { who: by, whom: item.value.split(" ").map((id, i) => [i > 0 && ", ", bdi(name(id))]) }) :
			tx("{who} assigned it to nobody", { who: by })),
		status: () => stateWords(item),
		flag: () => (item.is_off ? tx("{who} took off the mark {mark}", { who: by, mark: flag }) : tx("{who} marked it: {mark}", { who: by, mark: flag })),
		label: () => (item.is_off ? tx("{who} took off the label {label}", { who: by, label: value }) : tx("{who} put on the label {label}", { who: by, label: value })),
		summary: () => tx("{who} wrote the summary: {words}", { who: by, words: value }),
		handed: () => tx("{who} handed it over to {desk}", { who: by, desk: bdi(deskName(item.value, lang())) }),
		answering: () => (item.is_off ? tx("{who} stopped writing an answer", { who: by }) : tx("{who} began to write an answer", { who: by })),
		deleted: () => tx("{who} deleted a letter", { who: by }),
		restored: () => tx("{who} brought a letter back", { who: by }),
	}[item.kind];
	return known ? known() : [by, ` ${plain(item.kind ?? "")} `, value];
}

const waits = (item) => item.pending !== undefined && el("span", { class: "waits" }, t("not sent yet"));

function eventRow(item) {
	return el("li", {}, sentence(item), " ", el("span", { class: "when" }, day(item.day)), " ", waits(item));
}

// What says nothing to a reader.
const QUIET = ["posted", "answering"];

/** Events that stand together, folded away. */
function events(group) {
	if (group.length === 1)
		return el("ul", { class: "events one" }, eventRow(group[0]));
	return el("details", { class: "events" }, el("summary", {}, tn("{n} thing happened", "{n} things happened", group.length),
		el("span", { class: "last" }, " · ", sentence(group.at(-1)))), el("ul", {}, group.map(eventRow)));
}

const KINDS = () => ({
	tip: t("Tip"), "follow-up": t("Follow-up"), withdrawal: t("Withdrawal"), consent: t("Consent"), drill: t("Drill"),
});

const TERMS = () => ({
	anonymous: t("anonymous: nothing may point to the source"), background: t("background: may be used, without a name"), "on-record": t("on the record: may be named"),
});

/** By which way it came. */
export function channelWords(channel) {
	return { form: t("form"), "sealed-form": t("sealed form"), "command-line": t("command line") }[channel] ?? bdi(channel);
}

export const termsWords = (terms) => TERMS()[terms] ?? plain(terms ?? "");

function letter(item, thread) {
	const story = item.story && item.story !== thread.story && (storyOf(item.story)?.title ?? item.story);
	return el("article", { class: `bubble letter kind-${item.kind}${item.own === false ? " claims" : ""}`, "aria-label": t("From the source") },
		el("header", {}, el("b", {}, item.own === false ? t("Claims to belong here") : KINDS()[item.kind] ?? plain(item.kind ?? "")),
			el("span", { class: "when" }, day(item.day)), el("span", { class: "seq", title: t("Number of the letter") }, `#${item.seq}`)),
		item.kind === "withdrawal" && el("p", { class: "inline-warn" }, t("The source asks you not to use this tip any more.")),
		item.terms && item.terms !== thread.terms && el("p", { class: "inline-warn" }, t("Terms: {terms}", { terms: termsWords(item.terms) })),
		story && el("p", { class: "about" }, tx("About: {story}", { story: bdi(story) })),
		item.passage && item.passage !== thread.passage && el("blockquote", { dir: "auto" }, show(item.passage)),
		item.deleted ? el("p", { class: "hint" }, t("This letter was deleted.")) :
			item.text ? body(item.text) : !item.files?.length && el("p", { class: "hint" }, t("No words.")),
		files(item));
}

function answer(item) {
	const where = item.editions?.length ? tx("on the board since edition {n}", { n: count(item.editions[0]) }) :
		t("the source can read this {when}", { when: edition(desk.state?.edition) });
	return el("article", { class: "bubble answer", "aria-label": t("Our answer") },
		el("header", {}, el("b", {}, item.by === me() ? t("Answer by you") : tx("Answer by {who}", { who: bdi(name(item.by)) })), el("span", { class: "when" }, day(item.day))),
		body(item.text), item.signature && el("p", { class: "signature" }, "— ", bdi(item.signature)),
		el("footer", {}, item.parts > 1 && tn("{n} part", "{n} parts", item.parts), item.parts > 1 && " · ", where));
}

function note(item) {
	return el("article", { class: "bubble note", "aria-label": t("Note for colleagues") },
		el("header", {}, el("b", {}, t("Note")), who(item.by), el("span", { class: "when" }, day(item.day)), el("span", { class: "private" }, t("only your desk sees this"))),
		body(item.text), waits(item));
}

/** The whole conversation with its days; keep is a Map of what was made before. */
export function conversation(thread, keep) {
	const out = [];
	const used = new Set();
	const cached = (key, data, make) => {
		const said = JSON.stringify(data);
		if (keep.get(key)?.said !== said)
			keep.set(key, { said, element: make() });
		used.add(key);
		return keep.get(key).element;
	};
	let last = null;
	let group = [];
	const flush = () => {
		const now = group;
		if (now.length)
			out.push(cached(`events ${now[0].at}`, [now, lang()], () => events(now)));
		group = [];
	};
	for (const item of thread.items ?? []) {
		if (item.type === "event") {
			if (!QUIET.includes(item.kind))
				group.push(item);
			continue;
		}
		flush();
		if (item.day !== last) {
			last = item.day;
			out.push(cached(`day ${item.day}`, lang(), () => el("h2", { class: "day" }, longDay(item.day))));
		}
		const make = { letter: () => letter(item, thread), answer: () => answer(item), note: () => note(item) }[item.type];
		if (make)
			out.push(cached(`${item.type} ${item.at}`, [item, desk.state?.edition, lang()], make));
	}
	flush();
	for (const key of [...keep.keys()].filter((k) => !used.has(k)))
		keep.delete(key);
	return out;
}

/** Letters that name this thread without its key. */
export function claims(thread) {
	const some = thread.claimed ?? [];
	return some.length > 0 && el("section", { class: "claims-box" }, el("h2", {}, t("Claims to belong to this tip")),
		el("p", {}, t("These letters name this tip but were not signed with its receipt. Treat them as written by somebody else, perhaps by somebody who wants to mislead you.")),
		thread.claims > some.length && el("p", { class: "hint" }, t("These are the newest {n} of {total}.", { n: count(some.length), total: count(thread.claims) })),
		some.map((item) => letter(item, thread)));
}
