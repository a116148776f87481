// Bytes, as docs/formats writes them.

import { blake2b } from "@noble/hashes/blake2.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

export function join(...parts) {
	const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

export function hex(bytes) {
	let text = "";
	for (const b of bytes)
		text += b.toString(16).padStart(2, "0");
	return text;
}

/* null for anything but lower-case digits, two a byte. */
export function unhex(text) {
	if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text))
		return null;
	const bytes = new Uint8Array(text.length / 2);
	for (let i = 0; i < bytes.length; i++)
		bytes[i] = parseInt(text.substr(i * 2, 2), 16);
	return bytes;
}

export function isEqual(a, b) {
	let differs = a.length ^ b.length;
	for (let i = 0; i < a.length; i++)
		differs |= a[i] ^ b[i];
	return differs === 0;
}

export function random(n) {
	return crypto.getRandomValues(new Uint8Array(n));
}

/* An even number below n. */
export function randomBelow(n) {
	const most = 0x100000000 - 0x100000000 % n;
	for (;;) {
		const [value] = crypto.getRandomValues(new Uint32Array(1));
		if (value < most)
			return value % n;
	}
}

export function shuffle(list) {
	for (let i = list.length - 1; i > 0; i--) {
		const k = randomBelow(i + 1);
		[list[i], list[k]] = [list[k], list[i]];
	}
	return list;
}

/* BLAKE2b with 32 bytes of output, or as many as said. */
export const hash = (bytes, size = 32) => blake2b(bytes, { dkLen: size });
export const hasher = () => blake2b.create({ dkLen: 32 });

/* HKDF(key, info) of docs/formats/receipt.md. */
export const derive = (key, info) =>
	hkdf(sha256, key, undefined, utf8(info), 32);

export function u32(value) {
	const bytes = new Uint8Array(4);
	new DataView(bytes.buffer).setUint32(0, value, true);
	return bytes;
}

export function readU32(bytes, at) {
	return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}

export function day(date = new Date()) {
	return date.toISOString().slice(0, 10);
}

const BREATH = 30;	/* milliseconds of work between two looks at the screen */
let breathed = 0;

/* Lets the page answer its person where work has gone on for a while. Not by a
 * timer: those of a page in the background are slow. */
export async function breathe() {
	if (performance.now() - breathed < BREATH)
		return;
	await new Promise((go) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => {
			port1.close();
			go();
		};
		port2.postMessage(0);
	});
	breathed = performance.now();
}
