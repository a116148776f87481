// One tip, all of it: what it is, what was decided, the conversation, and what
// can be done.

import * as acts from "./acts.js";
import { get, post, sorry } from "./api.js";
import * as compose from "./compose.js";
import * as parts from "./cut.js";
import { ask } from "./dialog.js";
import { button, el, fill, icon } from "./dom.js";
import * as facts from "./facts.js";
import { progress } from "./files.js";
import { channelWords, claims, conversation, toldWords } from "./items.js";
import * as past from "./past.js";
import { states, title } from "./row.js";
import { bdi, day, edition, language } from "./say.js";
import { desk, deskName, me, on, tell, today } from "./store.js";
import * as toast from "./toast.js";
import { lang, t, tn } from "./words.js";

const READ_MS = 2000;	// a tip shown for so long has been read
const TICK_MS = 250;

let open_ = null;	// book_show of the open thread
let keep = new Map();
let shown = 0;		// milliseconds in front of somebody
let said = "";
let isLoading = false;	// an earlier part
let top = 0;		// where it was scrolled to
let hasTold = null;	// {thread, edition}: told from this page just now

const heading = el("h1", { tabindex: "-1" });
const head = el("header", { class: "thread-head" });
const tools = el("div", { class: "toolbar", role: "toolbar" });
const above = el("div", { class: "above" });
const before = el("div", { class: "before" });
const talk = el("div", { class: "talk" });
const behind = el("div", { class: "behind" });
const scroll = el("div", { class: "thread-scroll" });
const nothing = el("div", { class: "thread-none" });
const whole = el("div", { class: "thread", hidden: true });

export function mount() {
	tools.setAttribute("aria-label", t("What to do with this tip"));
	fill(scroll, above, compose.notePlace(), before, talk, behind);
	scroll.addEventListener("scroll", onScroll, { passive: true });
	fill(whole, head, tools, scroll, compose.answerPlace());
	fill(nothing, el("p", {}, t("Choose a tip, or press"), " ", el("kbd", {}, "j"), "."), el("p", {}, t("All keys:"), " ", el("kbd", {}, "?")));
	return el("div", { class: "thread-frame" }, nothing, whole);
}

export const current = () => open_;

export function shut() {
	open_ = null;
	said = "";
	compose.attach(null);
	whole.hidden = true;
	nothing.hidden = false;
	fill(above);
	fill(before);
	fill(talk);
	fill(behind);
	fill(heading);
}

export async function open(id, { focus = false, isUpdate = false } = {}) {
	if (!isUpdate) {
		shown = 0;
		keep = new Map();
		said = "";
		past.forget();
	}
	let thread;
	try {
		thread = await get("/v1/thread", { id });
		if (isUpdate && desk.thread === id)
			await past.renew(thread);
	} catch (why) {
		if (desk.thread === id && !isUpdate) {
			shut();
			fill(nothing, el("p", { class: "problem" }, sorry(why)));
		}
		return;
	}
	if (desk.thread !== id)
		return;
	thread = past.join(thread);
	const now = JSON.stringify([thread, desk.state?.people, desk.state?.edition, desk.state?.stories, lang()]);
	if (now === said)
		return;
	said = now;
	open_ = thread;
	draw(isUpdate);
	if (focus)
		heading.focus({ preventScroll: true });
}

function draw(isUpdate) {
	const thread = open_;
	whole.hidden = false;
	nothing.hidden = true;
	fill(heading, title(thread));
	fill(head, el("div", { class: "head-line" },
		button([icon("back"), el("span", { class: "unseen" }, t("Back to the list"))], () => tell("shut"), { class: "quiet only-narrow back" }),
		heading, el("span", { class: "head-chips" }, states(thread))),
	el("p", { class: "head-facts" }, el("span", {}, `#${thread.seq}`), el("span", {}, day(thread.day)),
		thread.lang && el("span", {}, language(thread.lang)), el("span", {}, bdi(deskName(thread.desk, lang()))),
		thread.channel && el("span", {}, channelWords(thread.channel)), el("span", {}, tn("{n} letter", "{n} letters", thread.letters ?? 1))));
	fill(tools, toolbar(thread));
	fill(above, facts.banners(thread), facts.facts(thread), parts.cut(thread));
	fill(before, past.hasMore() && button(t("Show what was before"), showEarlier));
	fill(talk, conversation(thread, keep));
	fill(behind, claims(thread), told(thread));
	compose.attach(thread);
	if (!isUpdate) {
		scroll.scrollTop = 0;
		if (thread.came_back)
			[...talk.querySelectorAll(".letter")].at(-1)?.scrollIntoView({ block: "start" });
	}
}

/** Puts an earlier part above what is shown, which stays where it is. */
async function showEarlier() {
	const thread = open_;
	const hadFocus = before.contains(document.activeElement);
	if (isLoading || !thread)
		return;
	isLoading = true;
	try {
		const all = await past.earlier(thread);
		if (open_?.thread !== thread.thread)
			return;
		const anchor = talk.firstElementChild;
		const was = anchor?.getBoundingClientRect().top;
		open_ = all;
		said = "";
		draw(true);
		if (anchor?.isConnected)
			scroll.scrollTop += anchor.getBoundingClientRect().top - was;
		top = scroll.scrollTop;
		if (hadFocus)
			(before.querySelector("button") ?? heading).focus({ preventScroll: true });
	} catch (why) {
		toast.fail(why);
	} finally {
		isLoading = false;
	}
}

function onScroll() {
	const isUp = scroll.scrollTop < top;
	top = scroll.scrollTop;
	if (isUp && past.hasMore() && before.getBoundingClientRect().bottom > scroll.getBoundingClientRect().top)
		showEarlier();
}

/** What the source knows, in the words of their page. */
function told(thread) {
	if (!thread.told)
		return el("p", { class: "told" }, t("The source has been told nothing yet. As soon as you have read this they will see:"), " ", el("q", {}, toldWords("opened")));
	const isFresh = hasTold?.thread === thread.thread && hasTold.edition === desk.state?.edition?.next || thread.told_day === today();
	return el("p", { class: "told" }, t("The source sees:"), " ", el("q", {}, toldWords(thread.told)), " ",
		isFresh ? edition(desk.state?.edition) : thread.told_day && t("since {day}", { day: day(thread.told_day) }));
}

function toolbar(thread) {
	const one = [thread];
	const isOut = ["closed", "bin", "parked"].includes(thread.state);
	const act = (words, key, does, given = {}) => button(words, does, { key, ...given });
	return [
		act(t("Take"), "a", () => acts.assignMe(one), { disabled: (thread.assigned ?? []).includes(me()) }),
		act(t("Assign…"), "A", () => acts.assignSome(one), { class: "wide-only" }),
		act(t("Note"), "n", () => compose.openNote(), { class: "note-button" }),
		isOut ? act(t("Reopen"), null, () => acts.reopen(one)) : act(t("Park…"), "p", () => acts.park(one)),
		!isOut && act(t("Close…"), "c", () => acts.close(one)),
		!isOut && act(t("Bin"), "b", () => acts.bin(one)),
		act([icon("more"), el("span", { class: "unseen" }, t("More"))], null, () => more(thread), { class: "more", title: t("More") }),
	];
}

function more(thread) {
	const one = [thread];
	const row = (words, key, does) => [words, key, does];
	ask(t("More"), (done, box) => {
		const items = [
			row(t("Assign to somebody…"), "A", () => acts.assignSome(one)),
			row(thread.is_danger ? t("No danger to life any more") : t("Danger to life"), "d", () => acts.flag(one, "danger")),
			row(thread.is_plant ? t("Not a possible plant any more") : t("Possible plant"), "!", () => acts.flag(one, "plant")),
			row(t("Label…"), "l", () => acts.label(one)),
			row(t("Safe summary…"), "s", () => acts.summary(one)),
			row(t("Hand over to a desk…"), "h", () => acts.hand(one)),
			row(t("Tell the source: {words}", { words: toldWords("working") }), "w", () => acts.tellSource(thread, "working")),
			row(t("Tell the source: {words}", { words: toldWords("closed") }), null, () => acts.tellSource(thread, "closed")),
			row(t("Tell the source: {words}", { words: toldWords("published") }), null, () => acts.tellSource(thread, "published")),
			row(t("Delete the letters…"), null, () => acts.remove(thread)),
		];
		box.addEventListener("keydown", (e) => {
			const found = items.find(([, key]) => key === e.key);
			if (found && !e.ctrlKey && !e.metaKey) {
				e.preventDefault();
				done(found[2]);
			}
		});
		return el("div", { class: "choices" }, items.map(([words, key, does]) => el("button", { type: "button", class: "choice", on: { click: () => done(does) } },
			el("kbd", { "aria-hidden": "true" }, key ?? " "), el("span", {}, words))));
	}).then((does) => does?.());
}

export function focus() {
	if (!whole.hidden)
		heading.focus({ preventScroll: true });
}

/** A tip is read when it stood before somebody, not when it was clicked. */
setInterval(async () => {
	if (!open_ || desk.thread !== open_.thread || document.visibilityState !== "visible" || !document.hasFocus() || whole.offsetParent === null)
		return;
	if ((open_.seen ?? []).includes(me()) || shown > READ_MS)
		return;
	shown += TICK_MS;
	if (shown < READ_MS)
		return;
	shown = READ_MS + 1;
	const thread = open_;
	try {
		await post("/v1/open", { thread: thread.thread });
		hasTold = { thread: thread.thread, edition: desk.state?.edition?.next };
		tell("thread");
	} catch (why) {
		toast.fail(why);
	}
}, TICK_MS);

on("thread", () => desk.thread && open(desk.thread, { isUpdate: true }));
on("state", () => {
	progress(desk.state);
	parts.progress(desk.state);
	if (desk.thread)
		open(desk.thread, { isUpdate: true });
});
on("patched", (threads) => {
	const mine = open_ && threads.find((one) => one.thread === open_.thread);
	if (mine && desk.thread === open_.thread) {
		open_ = { ...open_, ...mine };
		said = "";
		draw(true);
	}
});
on("write", ({ thread, asks }) => {
	const wait = setInterval(() => {
		if (open_?.thread === thread) {
			clearInterval(wait);
			compose.openAnswer(asks);
		}
	}, 50);
	setTimeout(() => clearInterval(wait), 3000);
});

