// The frame around everything when the desk is open: the rail of views, the
// warnings above, and the panes, of which a narrow window shows one.

import { post, sorry } from "./api.js";
import * as compose from "./compose.js";
import { el, button, fill, icon, choice } from "./dom.js";
import * as keys from "./keys.js";
import * as list from "./list.js";
import * as pages from "./pages.js";
import * as search from "./search.js";
import { bdi, count, day, daysBetween, hour, plain } from "./say.js";
import { desk, left, me, members, on, tell, today } from "./store.js";
import * as thread from "./thread.js";
import * as toast from "./toast.js";
import { lang, languages, speak, t, tn, tx } from "./words.js";

const TIPS = ["queue", "due", "mine", "unassigned", "came-back", "danger", "plant", "parked", "closed", "bin"];
const PAGES = ["alarms", "stories", "people", "numbers", "ready"];
const EXPIRY_WARNING = 7;	// days

const rail = el("nav", { class: "rail" });
const warnings = el("div", { class: "warnings" });
const listPane = el("div", { class: "pane list-pane" });
const threadPane = el("section", { class: "pane thread-pane" });
const widePane = el("section", { class: "pane wide-pane", hidden: true });
const links = new Map();
const foot = el("div", { class: "rail-foot" });
const top = el("div", { class: "rail-top" });
const hidden = new Set();	// warnings put away for this session

export function mount() {
	rail.setAttribute("aria-label", t("Views"));
	threadPane.setAttribute("aria-label", t("Tip"));
	widePane.setAttribute("aria-label", t("Page"));
	const group = (views, title) => el("ul", { "aria-label": title }, views.map((view) => el("li", {}, links.get(view) ?? link(view))));
	links.clear();
	fill(rail, top, group(TIPS, t("Tips")), group(PAGES, t("Newsroom")), foot);
	fill(listPane, list.mount());
	fill(threadPane, thread.mount());
	const frame = el("div", { class: "frame" }, rail, el("main", { class: "work" }, warnings, el("div", { class: "panes" }, listPane, threadPane, widePane)));
	update();
	return frame;
}

function link(view) {
	const one = el("button", { type: "button", class: "view", on: { click: () => {
		search.only({});
		go(view);
	} } }, el("span", {}, search.viewName(view)), el("span", { class: "count" }));
	links.set(view, one);
	return one;
}

/** Opens a view; history remembers it, so that a telephone's back goes back. */
export function go(view, { isBack = false } = {}) {
	desk.view = view;
	desk.thread = null;
	if (!isBack)
		history.pushState({ view, thread: null }, "");
	const isList = search.hasRows(view);
	listPane.hidden = threadPane.hidden = !isList;
	widePane.hidden = isList;
	pane(isList ? "list" : "wide");
	thread.shut();
	if (isList) {
		list.name(search.viewName(view));
		search.showChips();
		list.load({ isNew: true });
		fill(widePane);
	} else {
		fill(widePane, pages.make(view));
		widePane.querySelector("h1")?.focus();
	}
	update();
	document.title = "Pista";
}

export function pane(which) {
	document.body.dataset.pane = which;
}

/** A tip opens beside the list, or instead of it where there is no room. */
export function openThread(id, { isBack = false, focus = false } = {}) {
	if (!search.hasRows(desk.view))
		go("all", { isBack: true });
	if (!isBack && desk.thread !== id)
		history.pushState({ view: desk.view, thread: id }, "");
	desk.thread = id;
	pane("thread");
	tell("thread-open", id);
	return thread.open(id, { focus: focus || isNarrow() || document.activeElement === document.body });
}

export function shutThread() {
	desk.thread = null;
	thread.shut();
	pane("list");
	list.focus();
}

const isNarrow = () => matchMedia("(max-width: 60rem)").matches;

function tally(view) {
	const counts = desk.state.counts ?? {};
	if (view === "alarms")
		return desk.state.alarms?.length;
	return PAGES.includes(view) ? null : counts[view];
}

function update() {
	if (desk.state?.phase !== "ready")
		return;
	fill(top, el("p", { class: "newsroom" }, bdi(desk.state.newsroom?.name ?? "Pista")), el("p", { class: "who" }, bdi(desk.state.me?.name ?? "")));
	for (const [view, one] of links) {
		const n = tally(view);
		fill(one.lastElementChild, n > 0 && count(n));
		one.toggleAttribute("data-some", n > 0);
		one.dataset.view = view;
		if (view === desk.view)
			one.setAttribute("aria-current", "page");
		else
			one.removeAttribute("aria-current");
		if (view === "due") {
			const late = (desk.state.counts.overdue ?? 0) + (desk.state.counts.due_today ?? 0);
			one.classList.toggle("urgent", late > 0);
		}
	}
	fill(foot, syncLine(), el("div", { class: "tools" },
		button(t("Lock"), lock, { key: "Ctrl+L", class: "quiet" }), button(t("Keys"), keys.help, { key: "?", class: "quiet" }),
		languageMenu(), button(t("End at once"), panic, { key: "Esc×3", class: "quiet panic",
			title: t("Closes the program and the browser without asking. Drafts are kept.") })));
	fill(warnings, warn());
}

function languageMenu() {
	return choice(languages().map((l) => [l.code, l.name]), lang(), { "aria-label": t("Language of this page"), class: "quiet", on: {
		change: async (e) => {
			await speak(e.target.value);
			tell("lang");
		} } });
}

function syncLine() {
	const { sync } = desk.state;
	const said = {
		never: t("Not fetched yet"), running: t("Fetching…"), failed: t("Could not fetch"),
		ok: sync.at ? t("Fetched {hour}", { hour: hour(sync.at) }) : t("Fetched"),
	}[sync.state];
	return el("p", { class: `sync ${sync.state}` }, el("span", {}, said),
		sync.waiting > 0 && el("span", {}, tn("{n} thing waits to be sent", "{n} things wait to be sent", sync.waiting)),
		el("button", { type: "button", class: "quiet", on: { click: () => post("/v1/sync").catch(toast.fail) } }, t("Fetch now")));
}

/** One warning: words, what to do, buttons; id ones can be put away. */
function banner(look, title, words, { id, buttons = [] } = {}) {
	if (id && hidden.has(id))
		return null;
	return el("div", { class: `banner ${look}` }, look === "red" && icon("warn"), el("p", {}, el("strong", {}, title), " ", words),
		el("div", { class: "buttons" }, buttons, id && button(t("Hide"), () => {
			hidden.add(id);
			update();
		}, { class: "quiet" })));
}

function warn() {
	const { newsroom, sync, alarms = [] } = desk.state;
	const out = [];
	if (newsroom && !desk.state.me)
		out.push(banner("red", t("You are not on the newsroom’s masthead (any more)."), t("You can read what is on this machine; nothing new comes, and nothing you do is sent. If that is a mistake, ask the administrator.")));
	if (newsroom?.drill)
		out.push(banner("drill", t("This is a drill newsroom."), t("Nothing here is real, and nothing real belongs here."), { id: "drill" }));
	if (alarms.length)
		out.push(banner("red", tn("{n} alarm.", "{n} alarms.", alarms.length), t("Something happened that nobody at the newsroom announced. Look before you go on."),
			{ buttons: [desk.view !== "alarms" && button(t("Look"), () => go("alarms"), { class: "main" })] }));
	if (sync.state === "failed")
		out.push(banner("yellow", t("The newsroom’s server was not reached."), [advice(sync.code), " ",
			t("What you do here is kept and goes out as soon as it answers."), sync.text && ` (${plain(sync.text)})`], { id: `sync ${sync.code}`,
			buttons: [button(t("Try again"), () => post("/v1/sync").catch(toast.fail))] }));
	const days = newsroom?.expires ? daysBetween(today(), newsroom.expires) : Infinity;
	if (days < 0)
		out.push(banner("red", t("The masthead has expired."), t("Readers see a closed page and can send nothing. The administrator has to publish a new one now.")));
	else if (days <= EXPIRY_WARNING)
		out.push(banner("yellow", tn("The masthead expires in {n} day.", "The masthead expires in {n} days.", days), t("Then readers can send nothing. Tell the administrator to publish a new one."), { id: "expires" }));
	const away = members().find((m) => m.id === me())?.away;
	if (away && away.from <= today() && today() <= away.until)
		out.push(banner("yellow", t("You are away until {day}.", { day: day(away.until) }), away.deputy ? tx("{who} stands in for you.", { who: bdi(members().find((m) => m.id === away.deputy)?.name ?? away.deputy) }) : "",
			{ buttons: [button(t("I am back"), pages.comeBack)] }));
	for (const gone of left())
		out.push(banner("yellow", tx("{who} left:", { who: bdi(gone.name ?? gone.id) }), tn("{n} tip is still assigned.", "{n} tips are still assigned.", gone.threads),
			{ id: `left ${gone.id}`, buttons: [button(t("Reassign"), () => {
				search.only({ member: gone.id });
				go("queue");
			})] }));
	return out;
}

function advice(code) {
	return {
		busy: t("It is busy; this goes away by itself."), denied: t("It does not let you in: ask the administrator whether you are on the newest masthead."),
		newsroom: t("What it says does not fit what it said before: tell the administrator, your copy is untouched."),
		io: t("Look whether this machine is online and, for an onion address, whether tor runs."),
	}[code] ?? t("Look whether this machine is online and, for an onion address, whether tor runs.");
}

export async function lock() {
	await Promise.all([compose.flush(), toast.releaseHeld()]).catch(() => {});
	await post("/v1/lock").catch((why) => toast.fail(sorry(why)));
}

/** Locked: nothing of the newsroom stays in what may be shown again. */
export function forget() {
	for (const place of [top, foot, warnings, widePane])
		fill(place);
	hidden.clear();
}

/** Ends everything. The page is emptied first: that alone must not wait. */
export function panic() {
	desk.isOver = true;
	document.body.replaceChildren();
	document.title = "";
	sessionStorage.clear();
	post("/v1/panic").catch(() => {});
}

on("state", () => {
	update();
	list.load();
});
