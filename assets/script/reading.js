// A receipt that was typed, and the answers to it.

import * as board from "./board.js";
import { lines } from "./html.js";
import { isLate, next } from "./hours.js";
import * as receipt from "./receipt.js";
import { Thread, wordsView } from "./thread.js";
import { Broken } from "./upload.js";
import { most } from "./writing.js";
import { unpack } from "./words.js";

const STATUS = [0, "STRIP_OPENED", "STRIP_WORKING", "STRIP_ANSWERED",
	"STRIP_WRITE_AGAIN", "STRIP_CLOSED", "STRIP_PUBLISHED"];

/* What was typed, with the page's own list first. The others come when that one
 * does not settle it: one request, the same for everybody. */
async function understand({ place, own }, typed) {
	const first = { [own.listLang]: own.list };
	const read = receipt.read(typed, first);
	if (["ok", "limit"].includes(read.result))
		return { read, lists: first };
	const lists = { ...first };
	for (const [lang, packed] of Object.entries(await place.lists()))
		if (/^[a-z]{2}$/.test(lang))
			lists[lang] ??= unpack(packed);
	return { read: receipt.read(typed, lists), lists };
}

function wordsPage({ screen, own }, typed, { read, lists }) {
	const listLang = read.lang ?? own.listLang;
	const view = { typed, words_lang: listLang, grouped: "", digits: "" };
	if (read.result === "word")
		Object.assign(view, { fault: "WORDS_UNKNOWN",
			number: read.unknown + 1, word: read.word });
	else if (read.result === "limit")
		Object.assign(view, { fault: "WORDS_COUNT", number: read.words });
	else if (read.result === "offer")
		Object.assign(view, { fault: "WORDS_OFFER",
			digits: receipt.digits(read.value), words: wordsView(
				receipt.words(read.value, lists[listLang])) });
	else
		Object.assign(view, { fault: "WORDS_APART",
			words: wordsView(read.words) });
	screen.show(screen.pages.words(view));
}

/* The door "I have a receipt". */
export async function read(app, typed) {
	const { screen, place, own } = app;
	const cover = screen.cover(screen.pages.wait({ wait: "WAIT_READ" }));
	const understood = await understand(app, typed);
	if (understood.read.result !== "ok") {
		wordsPage(app, typed, understood);
		return;
	}
	const { value, lang } = understood.read;
	app.thread = new Thread(value, lang && lang !== own.listLang
		? { ...own, list: understood.lists[lang], listLang: lang,
			hasList: true } : own);
	const card = await place.look();
	const bar = cover.querySelector("[data-bar]");
	await app.thread.derive(card, (done) => bar.value = done);
	bar.removeAttribute("value");
	await answers(app);
}

async function answers(app) {
	const { screen, place, thread } = app;
	let found;
	try {
		found = await look(place, thread.keys);
	} catch (why) {
		if (!(why instanceof Broken))
			throw why;
		found = { is_unreachable: true, answers: [], status: 0 };
	}
	const late = found.is_late ? {} : next(place.card);
	app.desk = "";
	screen.show(screen.pages.answers({ ...found, ...late, digits: "-",
		has_none: found.answers.length === 0 && !found.is_unreachable,
		is_open: place.isOpen(), desks: place.desks(), token: "",
		file_max: most(place, screen) }));
}

/* The whole index, then bodies by the pattern. */
async function look(place, keys) {
	const index = await place.index();
	let all = [], isBroken = false, status = 0;
	try {
		all = board.editions(index ?? new Uint8Array(), place.card.id);
	} catch {
		isBroken = true;
	}
	const marked = new Map();
	for (const e of all) {
		const slots = board.hits(e, keys);
		if (slots.length > 0)
			marked.set(e.number, slots);
		status = board.status(e, keys) || status;
		isBroken ||= e.isBroken;
	}
	const taken = board.pattern(all, [...marked.keys()]), pieces = [];
	for (const e of [...taken].reverse())
		isBroken = await take(place, e, marked.get(e.number) ?? [], keys,
			pieces) || isBroken;
	return { status: STATUS[status], answers: join(pieces),
		is_broken: isBroken, has_more: [...marked.keys()]
			.some((n) => !taken.some((e) => e.number === n)),
		is_late: all.length > 0 && isLate(place.card, all.at(-1).day) };
}

/* Opens what is ours in an edition. Is something wrong with it? */
async function take(place, edition, numbers, keys, pieces) {
	const slots = await place.slots(edition.number);
	let isBroken = false;
	try {
		board.checkSlots(edition, slots ?? new Uint8Array());
	} catch {
		return true;
	}
	for (const n of numbers) {
		try {
			pieces.push(board.open(slots.subarray(n * board.SLOT,
				(n + 1) * board.SLOT), keys, place.card.id));
		} catch {
			/* Our tag on it, and it does not open: nobody at the desk
			 * makes such a slot. */
			isBroken = true;
		}
	}
	return isBroken;
}

/* Parts of answers put together, as far as they are here. */
function join(pieces) {
	const whole = new Map();
	for (const piece of pieces) {
		const parts = whole.get(piece.id) ?? [];
		parts[piece.part - 1] ??= piece;
		whole.set(piece.id, parts);
	}
	return [...whole.values()].map((parts) => {
		const one = parts.find((p) => p !== undefined);
		const here = Array.from({ length: one.parts }, (_, i) => parts[i]);
		return { by: one.by, day: one.day,
			text: lines(here.map((p) => p?.text ?? "").join("")),
			is_partial: here.includes(undefined) };
	});
}
