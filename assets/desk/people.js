// People: who sits at which desk, who is away, who left and what they held.

import { post } from "./api.js";
import { ask } from "./dialog.js";
import { button, choice, el, field } from "./dom.js";
import { bdi, count, day, dayAfter, plain } from "./say.js";
import { desk, deskName, desks, me, members, tell, today } from "./store.js";
import * as toast from "./toast.js";
import { lang, t, tn, tx } from "./words.js";

async function away(from, until, value, words) {
	try {
		const { handles } = await post("/v1/act", { acts: [{ kind: "away", from, until, value }] });
		toast.did(words, async () => {
			await post("/v1/undo", { handles });
			tell("list");
		});
	} catch (why) {
		toast.fail(why);
	}
}

export const comeBack = () => away(today(), dayAfter(today(), -1), "", t("Welcome back."));

function goAway() {
	const from = el("input", { type: "date", min: today(), value: today() });
	const until = el("input", { type: "date", min: today(), value: dayAfter(today(), 7) });
	const deputy = choice([["", t("nobody")], ...members().filter((m) => !m.is_me).map((m) => [m.id, plain(m.name)])], "");
	return ask(t("Absence"), (done) => [field(t("From"), from), field(t("Until"), until), field(t("Who stands in"), deputy),
		el("footer", {}, button(t("Save"), () => from.value && until.value && done(true), { class: "main" }))])
		.then((yes) => yes && away(from.value, until.value, deputy.value, t("Your colleagues will see that you are away.")));
}

function person(m) {
	const isAway = m.away && m.away.from <= today() && today() <= m.away.until;
	const later = m.away && m.away.from > today();
	return el("li", { class: "member" }, el("b", {}, bdi(m.name), " ", m.is_me && el("span", { class: "chip quiet" }, t("You"))),
		el("span", {}, (m.desks ?? []).map((id, i) => [i > 0 && ", ", bdi(deskName(id, lang()))])),
		el("button", { type: "button", class: "link", on: { click: () => tell("only", { member: m.id }) } }, tn("{n} open", "{n} open", m.open ?? 0)),
		el("span", { class: "absence" }, (isAway || later) && [isAway ? t("away until {day}", { day: day(m.away.until) }) : t("away from {from} until {day}", { from: day(m.away.from), day: day(m.away.until) }),
			m.away.deputy && [" · ", tx("{who} stands in", { who: bdi(members().find((o) => o.id === m.away.deputy)?.name ?? m.away.deputy) })]]));
}

function gone(m) {
	return el("li", { class: "card" }, el("p", {}, el("strong", {}, tx("{who} left.", { who: bdi(m.name ?? m.id) })), " ",
		m.threads > 0 ? tn("{n} tip is still assigned.", "{n} tips are still assigned.", m.threads) : t("Nothing is assigned to them any more.")),
	el("ol", {}, el("li", {}, t("Reassign their tips, and tell sources who expect them that somebody else answers now.")),
		el("li", {}, t("They could read what came until they left. Think of sources who would want to know.")),
		el("li", {}, t("Ask for their machine, or that the copy on it is destroyed: what it had fetched stays on it, sealed with their passphrase."))),
	m.threads > 0 && button(t("Show their tips"), () => tell("only", { member: m.id }), { class: "main" }));
}

export function people() {
	const left = desk.state.people?.left ?? [];
	const mine = members().find((m) => m.id === me());
	const isAway = mine?.away && today() <= mine.away.until;
	return [el("h1", { tabindex: "-1" }, t("People")),
		left.length > 0 && el("section", {}, el("h2", {}, t("Who left")), el("ul", { class: "cards" }, left.map(gone))),
		el("section", {}, el("div", { class: "line" }, el("h2", {}, t("Members")), isAway ? button(t("I am back"), comeBack) : button(t("I will be away…"), goAway)),
			el("ul", { class: "members" }, members().map(person))),
		el("section", {}, el("h2", {}, t("Desks")), el("ul", { class: "cards small" }, desks().map((d) => el("li", { class: "card" }, el("h3", {}, bdi(deskName(d.id, lang())), " ", el("span", { class: "count" }, count(d.members?.length ?? 0))),
			el("p", {}, (d.members ?? []).map((id, i) => [i > 0 && ", ", bdi(members().find((m) => m.id === id)?.name ?? id)])),
			button(t("Show its tips"), () => tell("only", { desk: d.id }), { class: "quiet" })))))];
}
