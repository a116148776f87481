// Alarms: what happened, what it may mean, what to do.

import { button, el } from "./dom.js";
import { bdi, count, day } from "./say.js";
import { desk, tell } from "./store.js";
import { t, tn } from "./words.js";

/** kind: [title, what it means, what to do]; of a kind with several, "kind what" first. */
const KINDS = () => ({
	deleted: [t("A letter was deleted, and nobody announced it"),
		t("Somebody with the rights of a member, or who holds the server, removed it behind your backs."),
		t("Ask your colleagues. For 14 days it can be brought back: pista delete --undo. If nobody did it, tell the administrator.")],
	missing: [t("A letter is missing on the server"),
		t("The server has lost it or hides it. Your copy, if there was one, is untouched."),
		t("Tell the administrator, and ask a colleague whether they see the same.")],
	gone: [t("Part of a large letter is gone"),
		t("Only the beginning is on this machine, and the server does not have the rest any more."),
		t("Save what is there now, and ask colleagues whether one of them has all of it.")],
	fork: [t("A colleague was shown another past"),
		t("What the server showed a colleague does not fit what it showed you. A restored backup can cause it; so does somebody who holds the server and lies."),
		t("Trust nothing that surprises you. Speak to the colleague in person and tell the administrator at once.")],
	"fork past": [t("The server tells another past than before"),
		t("It was restored from an old copy, or somebody holds it. Your copy is untouched, and nothing is overwritten."),
		t("Tell the administrator at once. Trust nothing new until they know why.")],
	answer: [t("An answer was given to your source, and nobody recorded it"),
		t("The board holds an answer in this thread that no colleague has written down. Somebody may be speaking to your source in your name."),
		t("Ask everybody at the desk. If nobody wrote it: warn the source with an answer, and tell the administrator at once.")],
	board: [t("An edition of the board is not as it should be"),
		t("What sources read was changed, is missing or came too late. The server may be damaged, or somebody holds it."),
		t("Tell the administrator. Answers you gave may not have reached their sources: look again after the next edition.")],
	"rolled-back": [t("The server tells another past than before"),
		t("It was restored from an old copy, or somebody holds it. Your copy is untouched, and nothing is overwritten."),
		t("Tell the administrator at once. Trust nothing new until they know why.")],
	copy: [t("The copy of the inbox on this machine was damaged"),
		t("It comes again from the server. The damaged one was put aside, in case it is still wanted."),
		t("If it happens again, look whether the disk is failing, and who else can use this machine.")],
	"copy shut": [t("Something shut this program out of the copy of the inbox"),
		t("Its rights to the directory were taken away, and it has them again. Only the part of this program that speaks with the network, or you, can do that: somebody may have taken it over."),
		t("End this program and start it again. If it happens again, use another machine, and tell the administrator.")],
	"copy waiting": [t("The file with what waits to be sent was damaged"),
		t("It was put aside. What you wrote last may not have been sent."),
		t("Look whether your last answers stand in their tips, and write again what does not.")],
	drafts: [t("The file with your drafts was damaged"),
		t("It was put aside as drafts.age.damaged, and you begin with none."),
		t("If you have a copy of this machine, the drafts may be in it. If nothing else here is damaged, nothing else needs doing.")],
	forged: [t("An event carries a false author"),
		t("Somebody tried to decide something in the name of a member. It counts for nothing."),
		t("Tell the administrator. The member named may need a new identity.")],
	left: [t("Somebody who left has written"),
		t("A letter of a member who is no longer on the masthead came in. It counts for nothing."),
		t("Tell the administrator: the member’s machine or key may be in other hands.")],
});

/** What happened to which letter, edition or file. The program says it in
 * English, which is for terminals. */
function says(alarm) {
	const n = count(alarm.number ?? alarm.seq ?? 0);
	const such = alarm.such > 1 ? tn("{n} such letter, the newest is {seq}.", "{n} such letters, the newest is {seq}.", alarm.such, { seq: count(alarm.seq) }) :
		t("It is letter {n}.", { n });
	const known = {
		deleted: () => [t("It is letter {n}.", { n }), alarm.is_partial && [" ", t("Only its beginning is here.")]],
		missing: () => t("It is entry {n} of the inbox; nothing of it is here.", { n }),
		gone: () => t("It is letter {n}; what is here stays here.", { n }),
		"fork colleague": () => such,
		"fork past": () => t("Entry {n} is another one than this machine saw before.", { n }),
		answer: () => t("It stands in edition {n}.", { n }),
		"board attest": () => t("A colleague vouched for what stands before edition {n}; here it is something else.", { n }),
		"board missing": () => t("Before edition {n} some are missing, or were changed after they appeared.", { n }),
		"board broken": () => t("Edition {n} is not what it says it is.", { n }),
		"rolled-back": () => t("From entry {n} on it says something else.", { n }),
		copy: () => t("The file is {name}.", { name: `mirror.db.damaged-${alarm.number}` }),
		"copy shut": () => "",
		"copy waiting": () => t("The file is {name}.", { name: `outbox.db.damaged-${alarm.number}` }),
		drafts: () => "",
		forged: () => such,
		left: () => such,
	};
	return (known[`${alarm.kind} ${alarm.what}`] ?? known[alarm.kind] ?? (() => bdi(alarm.text ?? "", { lang: "en" })))();
}

function one(alarm) {
	const kinds = KINDS();
	const [title, means, what] = kinds[`${alarm.kind} ${alarm.what}`] ?? kinds[alarm.kind] ?? [t("Something does not fit"), "", t("Tell the administrator.")];
	const said = says(alarm);
	return el("li", { class: "alarm" }, el("h2", {}, title),
		said && el("p", {}, said), means && el("p", {}, el("b", {}, t("What it means:")), " ", means),
		el("p", {}, el("b", {}, t("What to do:")), " ", what),
		el("p", { class: "hint" }, alarm.seq > 0 && t("Letter {n}", { n: alarm.seq }), alarm.seq > 0 && alarm.day && " · ", alarm.day && day(alarm.day)),
		alarm.thread && button(t("Open the tip"), () => tell("open", alarm.thread)));
}

export function alarms() {
	const all = desk.state.alarms ?? [];
	return [el("h1", { tabindex: "-1" }, t("Alarms")),
		all.length ? el("ul", { class: "alarms" }, all.map(one)) :
			el("div", { class: "empty" }, el("h2", {}, t("No alarm")), el("p", {}, t("When a letter vanishes, an answer appears that nobody wrote, or the server tells colleagues different things, you read here what happened and what to do.")))];
}
