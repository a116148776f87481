// What a member does with tips: said to the program at once, shown before it
// answers, taken back with z.

import { post } from "./api.js";
import { askLine, menu, confirm } from "./dialog.js";
import { button, el } from "./dom.js";
import * as list from "./list.js";
import { letters } from "./past.js";
import { day, dayAfter, iso, plain } from "./say.js";
import { desk, desks, deskName, me, members, name, tell, today } from "./store.js";
import * as toast from "./toast.js";
import { lang, t, tn } from "./words.js";

/** Reasons for closing: what colleagues read (also on a terminal), its letter
 * and our words for it. */
const DELETES_MAX = 1000;	// of one request

const REASONS = [
	["n", "not for us", () => t("Not for us")],
	["d", "duplicate", () => t("Duplicate")],
	["v", "cannot be verified", () => t("Cannot be verified")],
	["s", "source silent", () => t("The source does not answer")],
	["p", "published", () => t("Published")],
	["w", "withdrawn", () => t("Withdrawn by the source")],
];

export const reasonWords = (reason) => REASONS.find(([, id]) => id === reason)?.[2]() ?? plain(reason);

function change(thread, act) {
	const one = { ...thread };
	const set = (items, value, isOff) => (isOff ? (items ?? []).filter((i) => i !== value) : [...new Set([...(items ?? []), value])]);
	if (act.kind === "assigned")
		one.assigned = act.value.split(" ").filter(Boolean);
	else if (act.kind === "status")
		Object.assign(one, { state: act.value, reason: act.reason, until: act.until });
	else if (act.kind === "flag")
		one[`is_${act.value}`] = !act.is_off;
	else if (act.kind === "label")
		one.labels = set(one.labels, act.value, act.is_off);
	else if (act.kind === "summary")
		one.summary = act.value;
	return one;
}

/** Does an act to every thread. isMove: the next tip opens by itself. */
export async function act(threads, fields, words, isMove = false) {
	const acts = threads.map((thread) => ({ thread: thread.thread, ...fields }));
	const from = desk.thread;
	list.change(threads.map((thread) => change(thread, fields)), isMove);
	tell("patched", threads.map((thread) => change(thread, fields)));
	try {
		const { handles } = await post("/v1/act", { acts });
		toast.did(words, async () => {
			await post("/v1/undo", { handles });
			tell("list");
			if (isMove && from)
				tell("open", from);
			else
				tell("thread");
		});
	} catch (why) {
		toast.fail(why);
		tell("list");
		tell("thread");
	}
}

const about = (threads, one, many) => tn(one, many, threads.length);

export function assign(threads, ids) {
	const words = ids.length === 0 ? t("Assigned to nobody.") :
		t("Assigned to {who}.", { who: ids.map((id) => iso(name(id))).join(", ") });
	return act(threads, { kind: "assigned", value: ids.join(" ") }, words, true);
}

export const assignMe = (threads) => assign(threads, [...new Set([...(threads[0]?.assigned ?? []), me()])]);

/** Who shall have it: letters 1 to 9, several with the boxes. */
export async function assignSome(threads) {
	const now = new Set(threads.length === 1 ? threads[0].assigned : []);
	const people = members();
	const boxes = people.map((m, i) => {
		const away = m.away && m.away.from <= today() && today() <= m.away.until;
		return {
			key: i < 9 ? String(i + 1) : undefined, value: [m.id], is_on: now.has(m.id),
			words: m.is_me ? t("{who} (you)", { who: iso(m.name) }) : plain(m.name),
			note: away ? t("away until {day}", { day: day(m.away.until) }) : tn("{n} open", "{n} open", m.open ?? 0),
		};
	});
	const several = el("details", {}, el("summary", {}, t("More than one person")),
		people.map((m) => el("label", { class: "check" },
			el("input", { type: "checkbox", value: m.id, checked: now.has(m.id) }), plain(m.name))),
		button(t("Assign to those"), () => {
			const ids = [...several.querySelectorAll("input:checked")].map((box) => box.value);
			several.closest("dialog").close();
			assign(threads, ids);
		}));
	const chosen = await menu(t("Assign to"), [...boxes, { key: "0", words: t("Nobody"), value: [] }], {
		below: several,
	});
	if (chosen)
		await assign(threads, chosen);
}

export async function park(threads) {
	const until = (n) => dayAfter(today(), n);
	const input = el("input", { type: "date", min: today(), "aria-label": t("Until a day") });
	const chosen = await menu(t("Park: out of the queue for a while"), [
		{ key: "w", words: t("One week"), note: day(until(7)), value: until(7) },
		{ key: "f", words: t("Two weeks"), note: day(until(14)), value: until(14) },
		{ key: "m", words: t("A month"), note: day(until(30)), value: until(30) },
		{ key: "o", words: t("Without a date"), value: "open" },
	], { below: el("div", { class: "line" }, input, button(t("Until that day"), (e) => {
		if (!input.value)
			return;
		e.target.closest("dialog").close();
		parkUntil(threads, input.value);
	}, { class: "quiet" })) });
	if (chosen)
		await parkUntil(threads, chosen === "open" ? undefined : chosen);
}

const parkUntil = (threads, until) => act(threads, { kind: "status", value: "parked", until },
	until ? t("Parked until {day}.", { day: day(until) }) : about(threads, "Parked.", "{n} parked."), true);

export async function close(threads) {
	const tells = el("input", { type: "checkbox" });
	const own = el("input", { type: "text", maxlength: 200, dir: "auto", autocomplete: "off", "aria-label": t("Another reason"), placeholder: t("Another reason") });
	const finish = async (reason) => {
		const telling = tells.checked ? (reason === "published" ? "published" : "closed") : null;
		await act(threads, { kind: "status", value: "closed", reason }, about(threads, "Closed.", "{n} closed."), true);
		if (telling)
			await Promise.all(threads.map((one) => post("/v1/tell", { thread: one.thread, status: telling }))).catch(toast.fail);
	};
	own.addEventListener("keydown", (e) => {
		if (e.key === "Enter" && own.value.trim()) {
			e.target.closest("dialog").close();
			finish(own.value.trim());
		}
	});
	const chosen = await menu(t("Close, because:"), REASONS.map(([key, value, words]) => ({ key, value, words: words() })), {
		above: el("label", { class: "check" }, tells, t("Also tell the source that it is closed"), el("kbd", { "aria-hidden": "true" }, "t")),
		keys: { t: () => (tells.checked = !tells.checked) },
		below: el("div", { class: "line" }, own, button(t("Close with this reason"), (e) => {
			if (!own.value.trim())
				return own.focus();
			e.target.closest("dialog").close();
			return finish(own.value.trim());
		}, { class: "quiet" })),
	});
	if (chosen)
		await finish(chosen);
}

export const bin = (threads) => act(threads, { kind: "status", value: "bin" }, about(threads, "In the bin.", "{n} in the bin."), true);

export const reopen = (threads) => act(threads, { kind: "status", value: "open" }, about(threads, "Open again.", "{n} open again."));

export function flag(threads, value) {
	const is_off = threads.every((one) => one[`is_${value}`]);
	const words = value === "plant" ? (is_off ? t("No longer marked as a possible plant.") : t("Marked as a possible plant.")) :
		(is_off ? t("No longer marked as danger to life.") : t("Marked as danger to life."));
	return act(threads, { kind: "flag", value, is_off }, words);
}

export async function label(threads) {
	const known = (desk.state?.counts?.labels ?? []).map((l) => l.label);
	const has = threads[0].labels ?? [];
	const value = await askLine(t("Label"), { label: t("Put on, or take off when it is there"), max: 60,
		suggestions: [...new Set([...known, ...has])], isEmptyGood: false });
	if (value)
		await setLabel(threads, value, has.includes(value));
}

export const setLabel = (threads, value, is_off) => act(threads, { kind: "label", value, is_off },
	is_off ? t("Label “{label}” taken off.", { label: iso(value) }) : t("Label “{label}” put on.", { label: iso(value) }));

export async function summary(threads) {
	const value = await askLine(t("Summary"), { label: t("One line that is safe to say aloud"), value: threads[0].summary ?? "",
		note: t("No names, nothing that points to the source: colleagues of other desks may see it.") });
	if (value !== null)
		await act(threads.slice(0, 1), { kind: "summary", value }, t("Summary written."));
}

export async function hand(threads) {
	const others = desks().filter((d) => threads.some((one) => one.desk !== d.id));
	const chosen = await menu(t("Hand over to a desk"), others.map((d, i) => ({
		key: i < 9 ? String(i + 1) : undefined, value: d.id, words: plain(deskName(d.id, lang())),
		note: tn("{n} member", "{n} members", d.members?.length ?? 0),
	})), { intro: others.length ? t("The members of that desk can then open all its letters. Yours keeps them too.") :
		t("There is no other desk on the masthead.") });
	if (!chosen)
		return;
	const was = threads.map((one) => [one.thread, one.desk]);
	const from = desk.thread;
	list.change(threads.map((one) => ({ ...one, desk: chosen })), true);
	try {
		await Promise.all(threads.map((one) => post("/v1/hand", { thread: one.thread, desk: chosen })));
		toast.did(t("Handed over to {desk}.", { desk: iso(deskName(chosen, lang())) }), async () => {
			await Promise.all(was.map(([thread, back]) => post("/v1/hand", { thread, desk: back })));
			tell("open", from);
		});
	} catch (why) {
		toast.fail(why);
	}
	tell("list");
}

/** As many at a time as the program takes. */
async function inTurns(seqs, restore) {
	for (let at = 0; at < seqs.length; at += DELETES_MAX)
		await post("/v1/delete", { seqs: seqs.slice(at, at + DELETES_MAX), restore });
}

export async function remove(thread) {
	let seqs;
	try {
		seqs = (await letters(thread)).filter((item) => !item.deleted).map((item) => item.seq);
	} catch (why) {
		toast.fail(why);
		return;
	}
	const sure = await confirm(t("Delete the letters of this tip?"), [
		tn("{n} letter goes from the server and from every colleague’s machine. They are told who did it.",
			"{n} letters go from the server and from every colleague’s machine. They are told who did it.", seqs.length),
		t("For 14 days it can be undone.")], t("Delete"), { isDanger: true });
	if (!sure || !seqs.length)
		return;
	try {
		await inTurns(seqs, false);
		toast.did(t("Deleted."), () => inTurns(seqs, true));
		tell("list");
		tell("thread");
	} catch (why) {
		toast.fail(why);
	}
}

export async function tellSource(thread, status) {
	try {
		await post("/v1/tell", { thread: thread.thread, status });
		toast.say(t("The source will be told with the next edition."));
		tell("thread");
	} catch (why) {
		toast.fail(why);
	}
}
