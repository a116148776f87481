// Numbers: how much came, and what is open. Arrivals are rounded to fives, so
// that a picture of this page does not date a tip.

import { el, svg } from "./dom.js";
import { count, language, plain } from "./say.js";
import { desk, tell } from "./store.js";
import { viewName } from "./search.js";
import { t } from "./words.js";

const HEIGHT = 160, FOOT = 22, HEAD = 18;

const week = (text) => text.replace(/^\d+-W0?/, "");

function chart(weeks) {
	const most = Math.max(5, ...weeks.map((w) => w.arrivals));
	// A narrow window gets a narrower sheet rather than smaller letters.
	const width = matchMedia("(max-width: 40rem)").matches ? 340 : 720;
	const step = width / Math.max(weeks.length, 1);
	const bar = step * .6;
	const room = HEIGHT - FOOT - HEAD;
	return el("figure", { class: "chart" }, el("figcaption", {}, t("Tips per week, rounded to fives")),
		svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": t("Tips per week; the table below says the same"), direction: "ltr" },
			svg("line", { class: "axis", x1: 0, x2: width, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT }),
			weeks.map((w, i) => {
				const tall = Math.round(room * w.arrivals / most);
				const x = step * i + (step - bar) / 2;
				return svg("g", {}, svg("rect", { class: "bar", x, y: HEIGHT - FOOT - tall, width: bar, height: tall, rx: 3 }),
					svg("text", { class: "amount", x: x + bar / 2, y: HEIGHT - FOOT - tall - 5 }, count(w.arrivals)),
					svg("text", { class: "week", x: x + bar / 2, y: HEIGHT - 5 }, week(w.week)));
			})),
		el("details", {}, el("summary", {}, t("As a table")), el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("Week")), el("th", { scope: "col" }, t("Tips")))),
			el("tbody", {}, weeks.map((w) => el("tr", {}, el("th", { scope: "row" }, week(w.week)), el("td", {}, count(w.arrivals))))))));
}

function tile(words, n, view) {
	return el("button", { type: "button", class: "tile", on: { click: () => tell("go", view) } }, el("b", {}, count(n ?? 0)), el("span", {}, words));
}

export function numbers() {
	const c = desk.state.counts ?? {};
	const langs = (c.langs ?? []).map((l) => (typeof l === "string" ? { lang: l } : l));
	return [el("h1", { tabindex: "-1" }, t("Numbers")),
		el("div", { class: "tiles" }, tile(t("overdue"), c.overdue, "due"), tile(t("due today"), c.due_today, "due"),
			["queue", "unassigned", "came-back", "mine", "parked", "closed", "bin"].map((v) => tile(viewName(v), c[v], v))),
		(c.weeks ?? []).length > 0 && chart(c.weeks),
		langs.length > 0 && el("section", {}, el("h2", {}, t("Languages")), el("ul", { class: "plain-list" },
			langs.map((l) => el("li", {}, language(l.lang), l.threads !== undefined && [" ", el("span", { class: "count" }, count(l.threads))])))),
		(c.labels ?? []).length > 0 && el("section", {}, el("h2", {}, t("Labels")), el("ul", { class: "plain-list" },
			c.labels.map((l) => el("li", {}, el("button", { type: "button", class: "link", on: { click: () => tell("only", { label: l.label }) } }, plain(l.label, 60)), " ", el("span", { class: "count" }, count(l.threads)))))),
		c.junk > 0 && el("p", { class: "hint" }, t("{n} letters could not be read: noise, or written by somebody who only wanted to disturb. They take no time of yours.", { n: count(c.junk) }))];
}
