// What is shown while the desk is not open: locked, opening, closed, gone.

import { hasToken, post, sorry } from "./api.js";
import { button, choice, el, field, fill } from "./dom.js";
import { count, plain } from "./say.js";
import { desk, tell } from "./store.js";
import { lang, languages, speak, t } from "./words.js";

const RETRIES = 20;
const RETRY_MS = 200;

const box = el("main", { class: "door" });
const bar = el("progress", {});
const said = el("p", { class: "progress-words", role: "status" });
const error = el("p", { class: "problem", role: "alert" });
let shown = "";

function sheet(...children) {
	return el("div", { class: "door-sheet" }, el("p", { class: "mark" }, "Pista"), children);
}

function speakers() {
	return choice(languages().map((l) => [l.code, l.name]), lang(), { "aria-label": t("Language of this page"), class: "quiet tongue", on: {
		change: async (e) => {
			await speak(e.target.value);
			tell("lang");
		} } });
}

function why(lock) {
	return {
		start: t("Your letters are sealed on this machine. The passphrase of your identity opens them, in memory only."),
		idle: t("Locked because nothing happened for {n} minutes. Drafts are kept.", { n: count(lock?.minutes ?? 0) }),
		asked: t("Locked. Drafts are kept."),
		shut: t("Locked because something took this program’s rights to the copy of the inbox away. It has them again. Drafts are kept."),
		suspend: t("Locked because the machine slept. Drafts are kept."),
		wrong: t("That passphrase is wrong. Look at capital letters and the keyboard’s language."),
	}[lock?.reason] ?? "";
}

/** Just locked, the program starts anew: for a moment nobody answers. */
async function patiently(asks) {
	for (let tries = 0; ; tries++) {
		try {
			return await asks();
		} catch (problem) {
			if (!["gone", "busy"].includes(problem.code) || tries >= RETRIES)
				throw problem;
			await new Promise((go) => setTimeout(go, RETRY_MS));
		}
	}
}

function locked() {
	const input = el("input", { type: "password", autocomplete: "off", spellcheck: "false", required: true, dir: "auto" });
	const go = async (e) => {
		e.preventDefault();
		if (!input.value)
			return input.focus();
		const passphrase = input.value;
		fill(error);
		form.inert = true;
		try {
			await patiently(() => post("/v1/unlock", { passphrase }));
			input.value = "";
		} catch (problem) {
			fill(error, problem.code === "passphrase" ? why({ reason: "wrong" }) : sorry(problem));
			input.select();
		}
		form.inert = false;
		return input.focus();
	};
	const form = el("form", { on: { submit: go } }, field(t("Passphrase"), input), el("button", { type: "submit", class: "main" }, t("Unlock")));
	setTimeout(() => input.focus());
	return sheet(el("h1", {}, t("The desk is locked")), el("p", {}, why(desk.state.lock?.reason === "wrong" ? { reason: "start" } : desk.state.lock)), form, error);
}

function opening() {
	return sheet(el("h1", {}, desk.state.phase === "unlocking" ? t("Checking the passphrase…") : t("Opening letters…")), bar, said,
		el("p", { class: "hint" }, t("The first time takes longest: every letter is opened once. Nothing that is opened is written to the disk.")));
}

function gone() {
	if (desk.isStranger)
		return sheet(el("h1", {}, t("This is not the desk")), el("p", { class: "problem" }, sorry({ code: "stranger" })));
	return sheet(el("h1", {}, hasToken() ? t("The desk has ended") : t("This page needs its key")), el("p", {}, hasToken() ? t("The program on this machine does not answer any more. Close this window and start it again:") :
		t("The desk opens its own window with a key that works once. Start it in a terminal:")), el("pre", {}, "pista desk"),
	el("p", { class: "hint" }, t("If it is running, the same command shows its window again.")));
}

function closed() {
	return sheet(el("h1", {}, t("The desk is closed")), el("p", {}, plain(desk.state.text || "", 500)),
		el("p", { class: "hint" }, t("What is on this machine stays sealed. When the cause is gone, start it again:")), el("pre", {}, "pista desk"));
}

/** What fits the moment; null when the desk is open. */
export function screen() {
	const phase = desk.gone || !hasToken() || !desk.state ? "gone" : desk.state.phase;
	const make = { locked, unlocking: opening, opening, closed, gone }[phase];
	if (!make) {
		shown = "";
		return null;
	}
	const isWrong = phase === "locked" && desk.state.lock?.reason === "wrong";
	const now = `${phase} ${lang()} ${phase === "locked" && !isWrong ? desk.state.lock?.reason : ""}`;
	// A passphrase half typed must not go when the program says something new.
	if (shown !== now || !box.isConnected) {
		shown = now;
		fill(error, isWrong && why(desk.state.lock));
		fill(box, make(), el("div", { class: "door-foot" }, speakers(), hasToken() && !desk.gone && button(t("End at once"), () => tell("panic"), { key: "Esc×3", class: "quiet" })));
	}
	progress();
	return box;
}

export function progress() {
	const now = desk.state?.progress;
	if (now?.total) {
		bar.max = now.total;
		bar.value = now.done;
		fill(said, t("{done} of {total} letters", { done: count(now.done), total: count(now.total) }));
	} else {
		bar.removeAttribute("value");
		fill(said);
	}
}
