// The masthead: docs/formats/masthead.md, as a source must check it.

import { ed25519 } from "@noble/curves/ed25519.js";

import { day, hash, isEqual, join, unhex, utf8 } from "./bytes.js";

const LABEL = "trusted comment: ";

function base64(text) {
	try {
		return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
	} catch {
		return new Uint8Array();
	}
}

/* minisign, prehashed. The trusted comment. Throws. */
function verify(bytes, minisig, pin) {
	const lines = minisig.split("\n");
	const key = base64(pin), signature = base64(lines[1] ?? "");
	const global = base64(lines[3] ?? "");
	const comment = lines[2]?.startsWith(LABEL)
		? lines[2].slice(LABEL.length) : null;
	if (key.length !== 42 || signature.length !== 74 ||
	    global.length !== 64 || comment === null ||
	    signature[0] !== 0x45 || signature[1] !== 0x44 ||
	    !isEqual(key.slice(2, 10), signature.slice(2, 10)) ||
	    !ed25519.verify(signature.slice(10), hash(bytes, 64),
		key.slice(10)) ||
	    !ed25519.verify(global, join(signature.slice(10), utf8(comment)),
		key.slice(10)))
		throw new Error("the masthead's signature is wrong");
	return comment;
}

/* The card, verified against the pin (base64 as minisign writes it). */
export function read(json, minisig, pin) {
	const bytes = utf8(json), comment = verify(bytes, minisig, pin);
	const card = JSON.parse(json);
	if (comment !== `pista newsroom=${card.newsroom} serial=${card.serial}`)
		throw new Error("the masthead's comment is another's");
	return { ...card, hash: hash(bytes), id: unhex(card.newsroom) };
}

/* Nothing may be sealed with a card that has expired, or is not valid yet; one
 * day of clock error is forgiven. */
export function isCurrent(card, today = day()) {
	const tomorrow = day(new Date(Date.parse(today) + 86400000));
	return card.issued <= tomorrow && today <= card.expires;
}

/* Whom a letter to desk is sealed to that day. desk empty: the first. */
export function recipients(card, desk, today = day()) {
	const found = desk ? card.desks.find((d) => d.id === desk)
		: card.desks[0];
	if (found === undefined)
		throw new RangeError("desk");
	const isValid = (a) => (a.from ?? today) <= today &&
		today <= (a.to ?? today);
	const all = found.members.map((id) => card.members
		.find((m) => m.id === id)?.age.filter(isValid).at(-1)?.recipient);
	return [...all, card.recovery].filter((r) => typeof r === "string");
}
