// The page of somebody who has script: the same doors and forms, sealed here.
// Nothing is kept: no storage, no history, no addresses of objects.

import { Files } from "./files.js";
import { escape } from "./html.js";
import { acts as keepsakes, compare } from "./keepsake.js";
import { hasShared, hasWork } from "./notices.js";
import { Place } from "./place.js";
import { read } from "./reading.js";
import * as receipt from "./receipt.js";
import { Screen } from "./screen.js";
import { Thread } from "./thread.js";
import { Broken } from "./upload.js";
import { unpack } from "./words.js";
import { check, problemOf, repeat, send, writeView } from "./writing.js";

const THINK = 300;	/* milliseconds without a key before anything is said */

const has = (object, name) => Object.hasOwn(object, name);

const submits = {
	async new(app, form) {
		const { screen, place, own } = app;
		const cover = screen.cover(
			screen.pages.wait({ wait: "WAIT_RECEIPT" }));
		const card = await place.lookOpen();
		const thread = app.thread = new Thread(receipt.create(),
			{ ...own, screen });
		await thread.derive(card, (done) =>
			cover.querySelector("[data-bar]").value = done);
		screen.show(screen.pages.write(writeView(app,
			form.elements.story?.value ?? "")));
	},
	read: (app, form) => read(app, form.elements.words.value),
	check,
	practise: (app, form) => compare(app.thread, form),
	send: (app, form) => send(app, form, "send"),
	add: (app, form) => send(app, form, "add"),
	follow: (app, form) => send(app, form, "follow"),
	withdraw(app, form) {
		if (form.elements.sure)
			return send(app, form, "withdraw");
		const { screen, place } = app;
		screen.show(screen.pages.withdraw({ problem: "PROBLEM_NONE", token: "",
			digits: receipt.digits(app.thread.value),
			desks: place.desks() }));
	},
};

const acts = {
	repeat,
	pause: (app) => app.sending?.pause(),
	resume: (app) => app.sending?.resume(),
	cancel: (app) => app.sending?.cancel(),
	without(app) {
		app.files.isPlain = true;
		app.screen.uncover();
		document.querySelector("[data-problem]").remove();
	},
};
for (const [name, act] of Object.entries(keepsakes))
	acts[name] = (app, button) => act(app.thread, button);

/* Whatever goes wrong is said where the person was. */
async function run(app, act, target) {
	try {
		await act(app, target);
	} catch (why) {
		app.screen.back(app.screen.pages.trouble({
			problem: why instanceof Broken ? "" : problemOf(why) }));
	}
}

function onSubmit(app, event) {
	/* The guard in the page says why. */
	if (navigator.serviceWorker?.controller)
		return;
	event.preventDefault();
	const what = event.target.elements.do?.value;
	if (has(submits, what) && app.sending === null)
		run(app, submits[what], event.target);
}

function onClick(app, event) {
	const button = event.target.closest("[data-act]");
	if (button !== null && has(acts, button.dataset.act))
		run(app, acts[button.dataset.act], button);
	if (event.target.closest(".leave") !== null)
		app.sending?.end();
}

/* What somebody should think about, said while they write. */
function onInput(app, event) {
	const field = event.target, form = field.form;
	const place = form?.querySelector(`[data-notes="${field.name}"]`);
	if (!place)
		return;
	const notes = [];
	if (field.name === "message" && hasShared(field.value))
		notes.push("NOTE_LINK");
	if (field.name === "contact" && hasWork(field.value))
		notes.push("NOTE_WORK");
	if (app.thread?.isIn(field.value))
		notes.push("NOTE_RECEIPT");
	if (place.dataset.shown !== notes.join()) {
		place.dataset.shown = notes.join();
		place.innerHTML = notes.map((note) =>
			app.screen.pages.note({ note })).join("");
	}
}

/* From here on the browser itself refuses to post a form. */
function forbidPosts() {
	const meta = document.createElement("meta");
	meta.httpEquiv = "Content-Security-Policy";
	meta.content = "form-action 'none'";
	document.head.append(meta);
}

function takeOver(app, css) {
	const guard = document.getElementById("guard");
	const front = document.querySelector("[data-front]");
	forbidPosts();
	document.styleSheets[0].insertRule(`@media all{${css}}`,
		document.styleSheets[0].cssRules.length);
	document.querySelector("main").before(guard);
	if (front !== null)
		front.textContent = app.screen.pages.front(
			{ front: front.dataset.front }).trim();
}

/* own: make and lang of the texts, the word list (packed), its language, whether
 * it is the page's own, rules of style; clean: the hash of clean.js. */
export function start({ make, lang, words, listLang, css, clean }) {
	const tag = document.getElementById("seal");
	const app = { own: { list: unpack(words), listLang,
		hasList: listLang === lang },
	place: new Place(tag.dataset, lang), screen: new Screen(make(escape)),
	thread: null, sending: null, waiting: null, desk: "" };
	app.own.screen = app.screen;
	app.files = new Files(app.screen, tag.dataset.prefix, clean, lang);
	if (!document.dispatchEvent(new Event("pista", { cancelable: true })))
		return;
	takeOver(app, css);
	document.addEventListener("submit", (e) => onSubmit(app, e));
	document.addEventListener("click", (e) => onClick(app, e));
	document.addEventListener("change", (e) => {
		if (e.target.type === "file")
			app.files.change(e.target);
	});
	let timer;
	document.addEventListener("input", (e) => {
		clearTimeout(timer);
		timer = setTimeout(() => onInput(app, e), THINK);
	});
	/* Whoever comes back to the window finds nothing. */
	addEventListener("pagehide", () => {
		app.thread?.wipe();
		document.body.replaceChildren();
	});
}
