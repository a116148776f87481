// Empty places that teach.

import { el } from "./dom.js";
import { desk } from "./store.js";
import { t, tx } from "./words.js";

const key = (k) => el("kbd", {}, k);

export function empty(view, isNarrowed) {
	const box = (title, ...lines) => el("div", { class: "empty" }, el("h2", {}, title), lines.map((line) => el("p", {}, line)));
	if (isNarrowed)
		return box(t("Nothing found"), t("Words are looked for in letters, notes, answers, summaries, stories and names of files. A * at the end of a word finds what begins so; “quotation marks” find words that stand together."));
	const never = desk.state?.sync?.state === "never";
	return {
		queue: () => (never ? box(t("Nothing has been fetched yet"), t("As soon as the newsroom’s server answers, its letters appear here.")) :
			box(t("The queue is empty"), t("Every tip is parked, closed or in the bin. New ones appear here by themselves."))),
		due: () => box(t("Nothing is due"), t("Here stand tips to be opened or answered within seven days, the most urgent first.")),
		mine: () => box(t("Nothing is assigned to you"), tx("Take a tip with {a} or give it to a colleague with {A}.", { a: key("a"), A: key("A") })),
		unassigned: () => box(t("Everything has somebody"), t("Tips that nobody has taken appear here. Start your day here.")),
		"came-back": () => box(t("Nobody has come back"), t("When a source writes again after your answer, the tip returns here, also when it was closed.")),
		parked: () => box(t("Nothing is parked"), tx("Park with {p} what has to wait: it returns to the queue on its day.", { p: key("p") })),
		closed: () => box(t("Nothing is closed"), tx("Close with {c} and a reason, so that colleagues know why.", { c: key("c") })),
		bin: () => box(t("The bin is empty"), tx("Nonsense goes here with {b}. Nothing in it is lost, and the source is told nothing.", { b: key("b") })),
		danger: () => box(t("No tip is marked as danger to life"), tx("Mark one with {d}: everybody sees it at once.", { d: key("d") })),
		plant: () => box(t("No tip is marked as a possible plant"), tx("Mark one with {key} when it may have been written to trap you.", { key: key("!") })),
	}[view]?.() ?? box(t("Nothing here"), "");
}
