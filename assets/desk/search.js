// The search line over the list and its filters, and what each view wants.

import { button, choice, el, field, fill, icon } from "./dom.js";
import { count, language, plain } from "./say.js";
import { desk, deskName, desks, me, members, tell } from "./store.js";
import { clock } from "./row.js";
import { lang, t } from "./words.js";

const LISTS = ["queue", "due", "mine", "unassigned", "came-back", "danger", "plant", "parked", "closed", "bin", "alarm", "all"];
const WAIT = 200;	// milliseconds behind the last key

const filters = { desk: "", story: "", lang: "", label: "", member: "", kind: "" };
let words = "";
let order = "due";
let timer = null;

const input = el("input", { type: "search", autocomplete: "off", spellcheck: "false", dir: "auto", maxlength: 300 });
const form = el("div", { class: "filters", hidden: true });
const chips = el("div", { class: "filter-chips" });
const toggle = el("button", { type: "button", class: "quiet tool", "aria-expanded": "false" }, icon("filter"));

export const hasRows = (view) => LISTS.includes(view);
export const isNarrowed = () => words !== "" || Object.values(filters).some(Boolean);
export const focus = () => {
	input.focus();
	input.select();
};

export function mount() {
	input.placeholder = t("Search everything");
	input.setAttribute("aria-label", t("Search everything"));
	input.setAttribute("aria-keyshortcuts", "/");
	toggle.setAttribute("aria-label", t("Filters"));
	toggle.title = t("Filters");
	const order_ = choice([["due", t("Due first")], ["newest", t("Newest first")], ["oldest", t("Oldest first")]], order,
		{ "aria-label": t("Order"), class: "order", on: { change: (e) => {
			order = e.target.value;
			tell("list-new");
		} } });
	return el("div", { class: "search", role: "search" },
		el("div", { class: "search-line" }, el("span", { class: "search-box" }, icon("search"), input), order_, toggle), chips, form);
}

input.addEventListener("input", () => {
	clearTimeout(timer);
	timer = setTimeout(() => {
		const had = words !== "";
		words = input.value.trim();
		if (words && !had && desk.view !== "all")
			tell("view", "all");
		else
			tell("list-new");
	}, WAIT);
});
input.addEventListener("keydown", (e) => {
	if (e.key === "Escape" && input.value) {
		e.stopPropagation();
		input.value = "";
		input.dispatchEvent(new Event("input"));
	} else if (e.key === "Enter" || e.key === "ArrowDown") {
		e.preventDefault();
		tell("list-focus");
	}
});
toggle.addEventListener("click", () => {
	form.hidden = !form.hidden;
	toggle.setAttribute("aria-expanded", String(!form.hidden));
	if (!form.hidden)
		draw();
});

function narrow(name, value) {
	filters[name] = value;
	showChips();
	tell("list-new");
}

/** From elsewhere: the tips of a story, of a member, of a label. */
export function only(some) {
	Object.assign(filters, { desk: "", story: "", lang: "", label: "", member: "", kind: "" }, some);
	words = input.value = "";
	showChips();
}

export function query(view) {
	return { view, ...filters, words, order };
}

const pairs = (items) => [["", t("Any")], ...items];

function draw() {
	const counts = desk.state?.counts ?? {};
	const pick = (words, name, items) => field(words, choice(pairs(items), filters[name], { on: { change: (e) => narrow(name, e.target.value) } }));
	fill(form,
		field(t("In"), choice(LISTS.map((v) => [v, viewName(v)]), desk.view, { on: { change: (e) => tell("view", e.target.value) } })),
		pick(t("Desk"), "desk", desks().map((d) => [d.id, plain(deskName(d.id, lang()))])),
		pick(t("Story"), "story", (counts.stories ?? []).map((s) => [s.story, plain(storyTitle(s.story), 60)])),
		pick(t("Language"), "lang", (counts.langs ?? []).map((l) => l.lang ?? l).map((l) => [l, language(l)])),
		pick(t("Label"), "label", (counts.labels ?? []).map((l) => [l.label, `${plain(l.label, 40)} (${count(l.threads)})`])),
		pick(t("Assigned to"), "member", members().map((m) => [m.id, plain(m.name)])),
		pick(t("Files"), "kind", [["image/", t("pictures")], ["audio/", t("sound")], ["video/", t("video")], ["application/pdf", "PDF"], ["text/", t("text")],
			["application/", t("documents and others")]]),
		button(t("Clear all"), () => {
			only({});
			draw();
			tell("list-new");
		}, { class: "quiet" }));
}

const storyTitle = (id) => desk.state?.stories?.find((s) => s.id === id)?.title ?? id;

export function showChips() {
	const named = { desk: (v) => deskName(v, lang()), story: storyTitle, lang: language,
		member: (v) => members().find((m) => m.id === v)?.name ?? v };
	fill(chips, Object.entries(filters).filter(([, v]) => v).map(([name, value]) => {
		const said = plain((named[name] ?? String)(value), 40);
		return el("button", { type: "button", class: "chip filter", "aria-label": t("Filter {what}: take it off", { what: said }),
			on: { click: () => {
				narrow(name, "");
				if (!form.hidden)
					draw();
			} } }, said, " ×");
	}));
	if (!form.hidden)
		draw();
}

/** The newsroom's texts must not stay in controls when it is locked. */
export function forget() {
	only({});
	form.hidden = true;
	fill(form);
}

export function viewName(view) {
	return {
		queue: t("Queue"), due: t("Due"), mine: t("Mine"), unassigned: t("Unassigned"), "came-back": t("Came back"),
		danger: t("Danger"), plant: t("Possible plants"), parked: t("Parked"), closed: t("Closed"), bin: t("Bin"), alarm: t("With alarms"), all: t("All"),
		alarms: t("Alarms"), stories: t("Stories"), people: t("People"), numbers: t("Numbers"), ready: t("Ready answers"),
	}[view] ?? view;
}

/** Does a thread still belong into a view? As the book's, for what acts change. */
export function fits(view, thread) {
	const isOpen = thread.state === "new" || thread.state === "open";
	if (filters.desk && thread.desk !== filters.desk || filters.member && !(thread.assigned ?? []).includes(filters.member))
		return false;
	return {
		queue: isOpen, mine: isOpen && (thread.assigned ?? []).includes(me()), unassigned: isOpen && !(thread.assigned ?? []).length,
		due: isOpen && (clock(thread)?.left ?? 99) <= 7, "came-back": isOpen && thread.came_back, parked: thread.state === "parked",
		closed: thread.state === "closed", bin: thread.state === "bin",
	}[view] ?? true;
}
