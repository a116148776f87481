// Ready answers: texts one writes often, in the languages of sources.

import { put } from "./api.js";
import { ask, confirm } from "./dialog.js";
import { button, choice, el, field, fill } from "./dom.js";
import { bdi, body, language } from "./say.js";
import { desk } from "./store.js";
import * as toast from "./toast.js";
import { t } from "./words.js";

const place = el("div", { class: "ready-list" });

async function keep(one) {
	try {
		const { id } = await put("/v1/canned", one);
		const rest = (desk.state.canned ?? []).filter((c) => c.id !== one.id);
		desk.state.canned = one.text ? [...rest, { ...one, id, own: true }] : rest;
		draw();
	} catch (why) {
		toast.fail(why);
	}
}

function edit(one = {}) {
	const title = el("input", { type: "text", maxlength: 100, dir: "auto", value: one.title ?? "", autocomplete: "off", spellcheck: "false" });
	const tongue = choice((desk.state.newsroom?.languages ?? ["en"]).map((l) => [l, language(l)]), one.lang ?? desk.state.newsroom?.languages?.[0]);
	const text = el("textarea", { rows: "8", dir: "auto", maxlength: 8000, autocomplete: "off", spellcheck: "false", value: one.text ?? "" });
	ask(one.id ? t("Change a ready answer") : t("New ready answer"), (done) => [field(t("Title, for colleagues only"), title), field(t("Language"), tongue), field(t("Text"), text),
		el("footer", {}, button(t("Save"), () => title.value.trim() && text.value.trim() &&
			done({ id: one.own ? one.id : undefined, lang: tongue.value, title: title.value.trim(), text: text.value.trim() }), { class: "main" }))])
		.then((made) => made && keep(made));
}

async function drop(one) {
	if (await confirm(t("Remove this ready answer?"), [bdi(one.title)], t("Remove"), { isDanger: true }))
		await keep({ id: one.id, text: "" });
}

function section(all, lang) {
	return el("section", {}, el("h2", {}, language(lang)), el("ul", { class: "cards small" }, all.filter((c) => c.lang === lang).map((one) =>
		el("li", { class: "card" }, el("h3", {}, bdi(one.title)), body(one.text), el("div", { class: "line" }, button(one.own ? t("Change…") : t("Use as a start…"), () => edit(one), { class: "quiet" }),
			one.own && button(t("Remove…"), () => drop(one), { class: "quiet" }))))));
}

function draw() {
	const all = desk.state.canned ?? [];
	const ours = desk.state.newsroom?.languages ?? [];
	const langs = [...new Set([...ours, ...all.map((c) => c.lang)])].filter((l) => all.some((c) => c.lang === l));
	const others = langs.filter((l) => !ours.includes(l) && !all.some((c) => c.lang === l && c.own));
	fill(place, langs.filter((l) => !others.includes(l)).map((l) => section(all, l)),
		others.length > 0 && el("details", {}, el("summary", {}, t("Other languages")), others.map((l) => section(all, l))),
		all.length === 0 && el("div", { class: "empty" }, el("h2", {}, t("No ready answers yet")), el("p", {}, t("Write once what you say often: that you have read it, how long checking takes, how to send files more safely. They are kept sealed on this machine."))));
}

export function ready() {
	draw();
	return [el("div", { class: "line" }, el("h1", { tabindex: "-1" }, t("Ready answers")), button(t("New…"), () => edit(), { class: "main" })), place];
}
