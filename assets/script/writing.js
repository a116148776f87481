// Letters: the form of a first one, follow-ups, withdrawals, files added later.

import { day, utf8 } from "./bytes.js";
import { next } from "./hours.js";
import { FILES_MAX, TEXT_MAX, plan } from "./letter.js";
import { Closed, Unproved } from "./place.js";
import { Cancelled, Sending } from "./sending.js";
import { Broken, Refused, drop } from "./upload.js";

const WRITTEN = ["message", "passage", "name", "contact"];
/* What may change in a letter that otherwise counts as the same. */
const BESIDES = [...WRITTEN, "terms", "story", "desk", "hasNames"];

/* The field that a fault is about; a receipt stands in any of those written. */
const FIELD = { PROBLEM_EMPTY: "message", PROBLEM_TEXT_LONG: "message",
	PROBLEM_FILES_MANY: "file" };

/* What each form sends, and what is said when it is kept. */
const KINDS = {
	send: { kind: "tip", sent: "SENT_LETTER" },
	add: { kind: "follow-up", sent: "SENT_FILE" },
	follow: { kind: "follow-up", sent: "SENT_LETTER" },
	withdraw: { kind: "withdrawal", sent: "SENT_WITHDRAWAL" },
};

const STATUS = { 413: "PROBLEM_FILE_LARGE", 507: "PROBLEM_FULL",
	503: "PROBLEM_BUSY" };

/* For which the same letter once more is no help. */
const FILE_FAULTS = ["PROBLEM_FILE_LARGE", "PROBLEM_FILE_GONE"];

export function problemOf(why) {
	if (why instanceof Broken)
		return "PROBLEM_LINE";
	if (why instanceof Refused)
		return STATUS[why.status] ?? "PROBLEM_OURS";
	if (why instanceof Unproved)
		return "PROBLEM_CARD";
	if (why instanceof Closed)
		return "PROBLEM_CLOSED";
	if (why instanceof RangeError && why.message === "desk" ||
	    why instanceof RangeError && why.message === "recipients")
		return "PROBLEM_DESK";
	if (why instanceof DOMException || why.message?.includes("changed"))
		return "PROBLEM_FILE_GONE";
	return "PROBLEM_OURS";
}

/* The form of a first letter. */
export function writeView({ place, screen, thread }, story) {
	const found = place.story(story);
	return { ...thread.view(), problem: "PROBLEM_NONE", terms: "LETTER_ANONYMOUS", token: "", digits: "",
		story, story_title: found?.title, story_lang: found?.lang, stories: found ? []
			: place.stories.map((s) => ({ ...s, name: s.title })),
		desks: place.desks(), file_max: most(place, screen) };
}

const most = (place, screen) =>
	screen.size(place.card.policy?.letter_max ?? 2 ** 31);

/* What stands in a form. */
function collect(form) {
	const data = new FormData(form);
	const text = (name) => String(data.get(name) ?? "");
	return { message: text("message"), passage: text("passage"),
		name: text("name"), contact: text("contact"), story: text("story"),
		desk: text("desk"), terms: text("terms") || "anonymous",
		all: text("all"), typed: [text("w1"), text("w2"), text("w3")],
		hasNames: data.has("names"), files: [] };
}

/* Why it cannot go as it is; "" when it can. */
function faultOf(written, what, thread) {
	const texts = WRITTEN.map((name) => written[name]);
	if (texts.some((t) => thread.isIn(t)))
		return "PROBLEM_RECEIPT_INSIDE";
	if (texts.reduce((n, t) => n + utf8(t).length, 0) > TEXT_MAX)
		return "PROBLEM_TEXT_LONG";
	if (written.files.length > FILES_MAX)
		return "PROBLEM_FILES_MANY";
	if (what !== "withdraw" && written.files.length === 0 &&
	    written.message.trim() === "")
		return "PROBLEM_EMPTY";
	return "";
}

function tipOf(written, kind, { place, thread }) {
	return { kind, newsroom: place.card.id, card: place.card.hash,
		keys: thread.keys, channel: "sealed-form", story: written.story,
		passage: written.passage, lang: place.lang, day: day(),
		desk: written.desk || place.card.desks[0].id, terms: written.terms,
		name: written.name, contact: written.contact };
}

async function make(sending, written, what, app) {
	const { place, thread } = app;
	const card = await place.lookOpen();
	await thread.derive(card);
	const tip = tipOf(written, KINDS[what].kind, app);
	const letter = plan(tip, written.message, written.files.map((blob) => ({ blob,
		name: blob.name, hasName: written.hasNames,
		isClean: blob.isClean })), thread.token);
	const limit = card.policy?.letter_max ?? Infinity;
	if (letter.size > limit)
		throw new Refused(413);
	const made = await sending.seal(place.recipients(tip.desk), letter);
	if (made.sealed.size > limit)
		throw new Refused(413);
	return { ...made, written, what, desk: tip.desk };
}

/* Everything a form sends comes by here. */
export async function send(app, form, what) {
	const files = await app.files.ready(form);
	if (files === null)
		return;
	const written = { ...collect(form), files };
	const fault = faultOf(written, what, app.thread);
	if (fault !== "") {
		const name = FIELD[fault] ??
			WRITTEN.find((one) => app.thread.isIn(written[one]));
		back({ ...app, waiting: null }, fault, form.querySelector(`[name=${name}]`));
		return;
	}
	const besides = what + JSON.stringify(written, BESIDES);
	if (app.thread.besides !== besides)
		app.thread.renew();
	app.thread.besides = besides;
	drop(app.place.base(), app.waiting);
	await carry(app, (sending) => make(sending, written, what, app));
}

/* The very same letter again. */
export async function repeat(app) {
	const letter = app.waiting;
	await carry(app, () => letter);
}

async function carry(app, get) {
	const sending = app.sending = new Sending(app.screen);
	app.waiting = null;
	try {
		const letter = await get(sending);
		app.waiting = letter;
		await sending.send(app.place.base(), letter);
		app.waiting = null;
		sent(app, letter);
	} catch (why) {
		if (why instanceof Cancelled) {
			drop(app.place.base(), app.waiting);
			app.waiting = null;
			app.screen.uncover();
		} else {
			back(app, app.waiting === null && why instanceof Broken
				? "trouble" : problemOf(why));
		}
	} finally {
		sending.end();
		app.sending = null;
	}
}

function back({ screen, place, waiting }, problem, field) {
	screen.back(problem === "trouble" ? screen.pages.trouble({})
		: screen.pages.problem({ problem, file_max: place.card
			? most(place, screen) : "", waits: waiting !== null &&
				!FILE_FAULTS.includes(problem) }), field);
}

function sent(app, { written, what, desk }) {
	app.thread.renew();
	app.desk = desk;
	showSent(app, { sent: KINDS[what].sent,
		...what === "send" ? gateView(app, written) : {} });
}

const gateView = ({ thread }, written) =>
	({ ...thread.view(), ...thread.gate(written),
		w1: written.typed[0], w2: written.typed[1], w3: written.typed[2] });

/* The three words, or all nine, once more. */
export function check(app, form) {
	showSent(app, { sent: "SENT_NOTHING", ...gateView(app, collect(form)) });
}

function showSent(app, view) {
	const { screen, place, desk } = app, promise = place.promise(desk);
	screen.show(screen.pages.sent({ problem: "PROBLEM_NONE", digits: "-",
		token: "", desk, promise, has_promise_of_one: promise === 1,
		file_max: most(place, screen), ...next(place.card), ...view }));
}

export { most };
