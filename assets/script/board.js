// The board: docs/formats/board.md, as a source reads it.

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { hash, isEqual, join, randomBelow, readU32, u32, utf8 } from "./bytes.js";
import * as hpke from "./hpke.js";

export const SLOT = 4096;
const INDEX = 48, STRIP = 32, HEAD = 244, PLAIN = 4032, JSON_MAX = 4030;
const COUNTS = [8, 32, 128, 512];
const WHOLE_MAX = 4 << 20;

const tagOf = (key, ...parts) => hmac(sha256, key, join(...parts));

/*
 * All live editions of an index, oldest first, checked against each other:
 * [{number, day, slots, strip, index, slotsHash, hash, isBroken}]. One that does
 * not follow from the one before is broken and begins the chain anew, so that
 * later answers are still found. Throws when the bytes are no index.
 */
export function editions(bytes, newsroom) {
	const all = [];
	for (let at = 0; at < bytes.length;) {
		const e = edition(bytes.subarray(at), newsroom);
		const before = all.at(-1);
		e.isBroken = before ? e.number !== before.number + 1 ||
			!isEqual(e.previous, before.hash)
			: e.number === 1 && e.previous.some((b) => b !== 0);
		all.push(e);
		at += e.size;
	}
	return all;
}

function edition(b, newsroom) {
	const slots = b.length >= HEAD ? readU32(b, 40) : 0;
	const strips = b.length >= HEAD ? readU32(b, 44) : 0;
	const strip = b.subarray(HEAD, HEAD + strips * STRIP);
	const index = b.subarray(HEAD + strip.length,
		HEAD + strip.length + slots * INDEX);
	if (!COUNTS.includes(slots) || !COUNTS.includes(strips) ||
	    index.length !== slots * INDEX ||
	    !isEqual(b.subarray(0, 16), utf8("pista/v1 edition")) ||
	    !isEqual(b.subarray(16, 32), newsroom) ||
	    !isEqual(hash(index), b.subarray(80, 112)))
		throw new Error("an edition is malformed");
	return { number: readU32(b, 32), day: readU32(b, 36), slots, strip, index,
		previous: b.subarray(48, 80), slotsHash: b.subarray(112, 144),
		hash: hash(b.subarray(0, HEAD + strip.length)),
		size: HEAD + strip.length + index.length };
}

/* The numbers of the slots of an edition that carry this thread's tag. */
export function hits(e, keys) {
	const found = [];
	for (let i = 0; i < e.slots; i++) {
		const entry = e.index.subarray(i * INDEX, (i + 1) * INDEX);
		if (isEqual(tagOf(keys.tag, entry.subarray(0, 32)).subarray(0, 16),
			entry.subarray(32)))
			found.push(i);
	}
	return found;
}

/* What the strip says to this thread, 0: nothing. */
export function status(e, keys) {
	let best = 0;
	for (let at = 0; at < e.strip.length; at += STRIP) {
		const nonce = e.strip.subarray(at, at + 8);
		const is = (label, ...rest) => (from) => isEqual(
			tagOf(keys.strip, new Uint8Array([label]), nonce, ...rest)
				.subarray(0, 12), e.strip.subarray(at + from,
				at + from + 12));
		if (!is(0)(8))
			continue;
		for (let code = 6; code > best; code--)
			if (is(1, u32(e.number), new Uint8Array([code]))(20))
				best = code;
	}
	return best;
}

/* Which editions to take, so that it says nothing: all while they are small,
 * else the newest and one other. */
export function pattern(all, withHits) {
	const bytes = all.reduce((n, e) => n + e.slots * SLOT, 0);
	if (bytes <= WHOLE_MAX || all.length <= 2)
		return all;
	const newest = all.at(-1), others = all.slice(0, -1);
	const marked = others.filter((e) => withHits.includes(e.number));
	const from = marked.length > 0 ? marked : others;
	return [newest, from[randomBelow(from.length)]];
}

/* Throws when slots are not those that e was made of. */
export function checkSlots(e, slots) {
	if (slots.length !== e.slots * SLOT || !isEqual(hash(slots), e.slotsHash))
		throw new Error("the slots of an edition were changed");
	for (let i = 0; i < e.slots; i++)
		if (!isEqual(slots.subarray(i * SLOT, i * SLOT + INDEX),
			e.index.subarray(i * INDEX, (i + 1) * INDEX)))
			throw new Error("a slot is not the one of the index");
}

/* The answer in a slot: {id, part, parts, day, by, text}. Throws. */
export function open(slot, keys, newsroom) {
	return answer(hpke.open(keys.replySecret, slot.subarray(0, 32), {
		psk: keys.slot, pskId: utf8("pista/v1 slot"), info: newsroom,
		aad: slot.subarray(0, INDEX) }, slot.subarray(INDEX)));
}

function answer(plain) {
	const n = plain[0] | plain[1] << 8;
	if (plain.length !== PLAIN || n > JSON_MAX ||
	    plain.subarray(2 + n).some((b) => b !== 0))
		throw new Error("an answer is malformed");
	const a = JSON.parse(new TextDecoder("utf-8", { fatal: true })
		.decode(plain.subarray(2, 2 + n)));
	if (a.kind !== "answer" || !/^[0-9a-f]{32}$/.test(a.id) ||
	    !Number.isInteger(a.part) || !Number.isInteger(a.parts) ||
	    a.part < 1 || a.part > a.parts || a.parts > 64 ||
	    typeof a.by !== "string" || typeof a.text !== "string")
		throw new Error("an answer is malformed");
	const plainText = (t) =>
		t.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "");
	return { ...a, by: plainText(a.by), text: plainText(a.text) };
}
