// The page of `pista desk`: starts, shows what fits the program's phase, and
// leads keys and calls from one part to the others.

import * as acts from "./acts.js";
import { enter, hasToken, post } from "./api.js";
import * as compose from "./compose.js";
import { fill } from "./dom.js";
import * as frame from "./frame.js";
import * as keys from "./keys.js";
import * as list from "./list.js";
import * as door from "./lock.js";
import * as search from "./search.js";
import * as stories from "./stories.js";
import { desk, follow, isReady, on, tell } from "./store.js";
import * as thread from "./thread.js";
import * as toast from "./toast.js";
import { learn } from "./words.js";

const BEAT_MS = 60000;	// somebody who reads is there: said this often at most

let isOpen = false;

/** Everything anew: after unlocking, locking, or another language. */
function draw() {
	if (desk.isOver)
		return;
	const screen = door.screen();
	if (screen) {
		if (isOpen)
			leave();
		if (!screen.isConnected)
			document.body.replaceChildren(screen);
		return;
	}
	isOpen = true;
	document.body.replaceChildren(frame.mount(), toast.mount());
	frame.go(search.hasRows(desk.view) || desk.thread ? desk.view : "queue", { isBack: true });
	list.focus();
}

/** Locked: texts go from the page before anything else happens. */
function leave() {
	isOpen = false;
	document.querySelectorAll("dialog").forEach((box) => box.remove());
	document.body.replaceChildren();
	document.title = "Pista";
	compose.forget();
	search.forget();
	frame.forget();
	toast.clear();
	thread.shut();
	desk.thread = null;
	desk.view = "queue";
	list.forget();
	history.replaceState(null, "");
}

// What is said with a key or a button of the list.
const doing = {
	assignMe: acts.assignMe, assignSome: acts.assignSome, park: acts.park, close: acts.close, bin: acts.bin, label: acts.label, summary: acts.summary, hand: acts.hand,
	plant: (some) => acts.flag(some, "plant"), danger: (some) => acts.flag(some, "danger"),
};

function step(by) {
	const id = list.move(by);
	if (!id)
		return;
	if (desk.thread)
		frame.openThread(id);
	else
		list.focus();
}

function write(open) {
	const id = desk.thread ?? list.at();
	if (!id)
		return;
	if (desk.thread === id && thread.current())
		open();
	else
		frame.openThread(id).then(open);
}

const around = {
	next: () => step(1), previous: () => step(-1),
	down: (from, took) => (list.isFocused() ? step(1) : (took.isTaken = false)),
	up: (from, took) => (list.isFocused() ? step(-1) : (took.isTaken = false)),
	open: () => list.at() && frame.openThread(list.at(), { focus: true }),
	back: () => (desk.thread ? frame.shutThread() : frame.pane("rail")),
	answer: () => write(() => compose.openAnswer(false)), question: () => write(() => compose.openAnswer(true)), note: () => write(() => compose.openNote()),
	undo: toast.undoLast, search: () => {
		if (!search.hasRows(desk.view))
			frame.go("all");
		frame.pane("list");
		search.focus();
	}, pick: list.pick, help: keys.help,
	escape: () => list.pickNone() || desk.thread && frame.shutThread(),
};

function act(does) {
	const some = list.targets(thread.current());
	if (some.length)
		doing[does](some);
}

function listen() {
	on("key", ({ does, from, took }) => {
		if (!isOpen || !isReady())
			took.isTaken = false;
		else if (around[does])
			around[does](from, took);
		else
			act(does);
	});
	on("do", act);
	on("panic", frame.panic);
	on("lock", () => isReady() && frame.lock());
	on("view", (view) => frame.go(view));
	on("go", (view) => {
		search.only({});
		frame.go(view);
	});
	on("pane", frame.pane);
	on("open", (id) => frame.openThread(id));
	on("advance", (id) => (id ? frame.openThread(id, { focus: true }) : frame.shutThread()));
	on("shut", frame.shutThread);
	on("thread-focus", thread.focus);
	on("list-new", () => list.load({ isNew: true }));
	on("list-focus", list.focus);
	on("only", (some) => {
		search.only(some);
		frame.go("all");
	});
	on("story", (id) => {
		stories.choose(id);
		frame.go("stories");
	});
	for (const name of ["phase", "gone"])
		on(name, draw);
	on("state", () => isOpen || draw());
	on("lang", () => {
		const id = desk.thread;
		draw();
		if (isOpen && id)
			frame.openThread(id, { isBack: true });
	});
	addEventListener("popstate", (e) => {
		if (!isOpen)
			return;
		if (e.state?.thread)
			frame.openThread(e.state.thread, { isBack: true });
		else if (desk.thread && e.state?.view === desk.view)
			frame.shutThread();
		else
			frame.go(e.state?.view ?? "queue", { isBack: true });
	});
}

/** Reading makes no requests: the program learns from us that somebody is here. */
function beat() {
	let last = 0;
	for (const event of ["pointermove", "keydown", "wheel", "touchstart"])
		addEventListener(event, () => {
			if (isReady() && performance.now() - last > BEAT_MS) {
				last = performance.now();
				post("/v1/parts", { text: "" }).catch(() => {});
			}
		}, { passive: true, capture: true });
}

async function start() {
	const entered = enter().catch(() => {});
	await learn();
	await entered;
	keys.listen();
	listen();
	beat();
	if (!hasToken())
		return draw();
	// The first answer draws; until then there is nothing to say.
	return follow();
}

fill(document.body);
start().catch(() => tell("gone"));
