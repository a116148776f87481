// The receipt: docs/formats/receipt.md.

import { argon2idAsync } from "@noble/hashes/argon2.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";

import { derive, hash, join, random, utf8 } from "./bytes.js";

const WORDS = 9;
const DIGITS = 30;

function check(value) {
	return hash(join(utf8("pista/v1 check"), value))[0];
}

function toNumber(value) {
	let number = 0n;
	for (const b of value)
		number = number << 8n | BigInt(b);
	return number << 8n | BigInt(check(value));
}

/* null when the check does not fit. */
function fromNumber(number) {
	const value = new Uint8Array(12);
	const last = Number(number & 0xffn);
	if (number >> 99n !== 0n)
		return null;
	number >>= 8n;
	for (let i = 11; i >= 0; i--) {
		value[i] = Number(number & 0xffn);
		number >>= 8n;
	}
	return check(value) === last ? value : null;
}

export function create() {
	const value = random(12);
	value[0] &= 7;
	return value;
}

/* The places of the nine words in any list. */
export function numbers(value) {
	const number = toNumber(value);
	return Array.from({ length: WORDS }, (_, i) =>
		Number(number >> BigInt(11 * (WORDS - 1 - i)) & 0x7ffn));
}

function fromNumbers(list) {
	return fromNumber(list.reduce((n, w) => n << 11n | BigInt(w), 0n));
}

export const words = (value, list) => numbers(value).map((n) => list[n]);
export const digits = (value) =>
	toNumber(value).toString().padStart(DIGITS, "0");

// Reading what was typed.

const LATIN = /[\u0000-\u024f\u1e00-\u1eff\uff21-\uff5a]/;

/* A letter a to z, a digit as "0" to "9", " " for what separates, "" for what is
 * dropped, "?" for a letter of no list. */
function fold(c) {
	if (/\p{Nd}/u.test(c))
		return digitOf(c);
	if (LATIN.test(c)) {
		const plain = c.normalize("NFKD").replace(/\p{M}/gu, "")
			.toLowerCase();
		if (/^[a-z]$/.test(plain))
			return plain;
	}
	if (/[\p{M}\p{Cf}\p{Sk}]/u.test(c))
		return "";
	if (/[\p{Z}\p{P}\p{S}\p{Cc}]/u.test(c))
		return " ";
	return "?";
}

/* Decimal digits stand in runs of ten, in order. */
function digitOf(c) {
	let zero = c.codePointAt(0);
	while (zero > 0 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1)) &&
	    c.codePointAt(0) - zero < 9)
		zero--;
	return String((c.codePointAt(0) - zero) % 10);
}

/* Pieces of folded text; a piece of digits before letters is one of its own. */
export function pieces(text) {
	return [...text].map(fold).join("").split(" ").filter((p) => p !== "")
		.flatMap((p) => {
			const [, before, rest] = /^([0-9]*)(.*)$/.exec(p);
			return [before, rest].filter((x) => x !== "");
		});
}

const folded = new WeakMap();

function plainWords(list) {
	if (!folded.has(list))
		folded.set(list, list.map((w) => [...w].map(fold).join("")));
	return folded.get(list);
}

/* Which word of the list is meant; -1: none. */
function find(list, typed) {
	const plain = plainWords(list), exact = plain.indexOf(typed);
	if (exact >= 0 || typed.length < 4)
		return exact;
	return plain.findIndex((w) => w.startsWith(typed));
}

/* Was this one word typed? */
export function isWord(text, list, number) {
	const typed = pieces(text).filter((p) => !/^[0-9]+$/.test(p));
	return typed.length === 1 && find(list, typed[0]) === number;
}

/* One letter replaced, added or missing. */
function isNear(a, b) {
	if (Math.abs(a.length - b.length) > 1 || a === b)
		return false;
	let i = 0;
	while (i < a.length && a[i] === b[i])
		i++;
	return a.length === b.length ? a.slice(i + 1) === b.slice(i + 1)
		: a.length > b.length ? a.slice(i + 1) === b.slice(i)
		: a.slice(i) === b.slice(i + 1);
}

function candidates(list, found) {
	const plain = plainWords(list), good = new Map();
	const tryOne = (numbers) => {
		const value = fromNumbers(numbers);
		if (value !== null)
			good.set(value.join(), value);
	};
	for (let i = 0; i < WORDS; i++) {
		plain.forEach((w, n) => {
			if (isNear(w, plain[found[i]]))
				tryOne(found.map((f, k) => k === i ? n : f));
		});
		if (i > 0)
			tryOne(found.map((f, k) => k === i ? found[i - 1]
				: k === i - 1 ? found[i] : f));
	}
	return good;
}

/*
 * What a person typed. lists: {lang: [2048 words]}, the page's language first.
 * {result: "ok" or "offer", value, lang}; {result: "word", unknown, word}: the
 * first one (from 0) that the best list does not know; {result: "limit", words};
 * {result: "check", words}: as understood, to compare.
 */
export function read(text, lists) {
	const all = pieces(text), typed = all.filter((p) => !/^[0-9]+$/.test(p));
	if (typed.length === 0) {
		const number = all.join("");
		const value = number.length === DIGITS ? fromNumber(BigInt(number))
			: null;
		return value !== null ? { result: "ok", value }
			: number.length === DIGITS ? { result: "check", words: [] }
			: { result: "limit", words: 0 };
	}
	if (typed.length !== WORDS)
		return { result: "limit", words: typed.length };
	const readings = Object.entries(lists).map(([lang, list]) => ({
		lang, list, found: typed.map((w) => find(list, w)) }));
	const whole = readings.filter((r) => !r.found.includes(-1));
	for (const r of whole) {
		const value = fromNumbers(r.found);
		if (value !== null)
			return { result: "ok", value, lang: r.lang };
	}
	return whole.length > 0 ? offer(whole) : unknown(readings, typed);
}

function unknown(readings, typed) {
	const known = (r) => r.found.filter((n) => n >= 0).length;
	const best = readings.reduce((a, b) => known(b) > known(a) ? b : a);
	const at = best.found.indexOf(-1);
	return { result: "word", unknown: at, word: typed[at] };
}

function offer(whole) {
	const good = new Map();
	let lang = null;
	for (const r of whole)
		for (const [key, value] of candidates(r.list, r.found)) {
			good.set(key, value);
			lang = lang ?? r.lang;
		}
	if (good.size === 1)
		return { result: "offer", value: [...good.values()][0], lang };
	return { result: "check", lang: whole[0].lang,
		words: whole[0].found.map((n) => whole[0].list[n]) };
}

/* Does the text contain this receipt: nine words in a row, in any list, or
 * its thirty digits? */
export function isInside(text, value, lists) {
	const all = pieces(text), wanted = numbers(value);
	const typed = all.filter((p) => !/^[0-9]+$/.test(p));
	for (const list of Object.values(lists)) {
		const plain = wanted.map((n) => plainWords(list)[n]);
		const is = (piece, k) => piece === plain[k] ||
			piece.length >= 4 && plain[k].startsWith(piece);
		for (let i = 0; i + WORDS <= typed.length; i++)
			if (plain.every((_, k) => is(typed[i + k], k)))
				return true;
	}
	return all.map((p) => /^[0-9]+$/.test(p) ? p : " ").join("")
		.includes(digits(value));
}

// The keys of a thread.

/* progress(fraction) now and then; without a fast engine it takes seconds. */
export async function keys(value, newsroom, progress = () => {}) {
	const secret = await argon2idAsync(value, newsroom,
		{ t: 1, m: 8192, p: 1, dkLen: 32, version: 0x13,
			onProgress: progress });
	const replySecret = derive(secret, "pista/v1 reply");
	const slot = derive(secret, "pista/v1 slot");
	const markSeed = derive(secret, "pista/v1 mark");
	const reply = x25519.getPublicKey(replySecret);
	const mark = ed25519.getPublicKey(markSeed);
	const thread = hash(join(utf8("pista/v1 thread"), newsroom, reply, slot,
		mark), 16);
	secret.fill(0);
	return { reply, replySecret, slot, mark, markSeed, thread,
		tag: derive(slot, "pista/v1 tag"),
		strip: derive(slot, "pista/v1 strip") };
}
