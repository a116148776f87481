// Sealing: docs/formats/sealed-letter.md. age-encryption makes the age file's header;
// its payload is made here, where the browser's own ChaCha20-Poly1305 can do it.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { bech32 } from "@scure/base";
import { Encrypter } from "age-encryption";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { breathe, isEqual, join, random, shuffle, utf8 } from "./bytes.js";

const FILLS = [8, 16, 32, 64];
const CHUNK = 65536, SEALED = CHUNK + 16;
const GROUP = 16;		/* chunks sealed at once */
const CIPHER = "ChaCha20-Poly1305";

const toRecipient = (key) =>
	bech32.encodeFromBytes("age", key);

/* Filled up with keys that nobody has. */
function filled(recipients) {
	const to = [...recipients];
	const fill = FILLS.find((n) => n >= to.length);
	if (fill === undefined || to.length === 0)
		throw new RangeError("recipients");
	while (to.length < fill)
		to.push(toRecipient(x25519.getPublicKey(random(32))));
	return shuffle(to);
}

/* The header with the payload's nonce, and the payload's key. The library is
 * given a payload of which nothing ever comes, so it seals nothing under that key. */
async function begin(recipients) {
	const encrypter = new Encrypter();
	let fileKey;
	encrypter.addRecipient({ wrapFileKey(key) {
		fileKey = key;
		return [];
	} });
	for (const recipient of recipients)
		encrypter.addRecipient(recipient);
	const reader = (await encrypter.encrypt(new ReadableStream())).getReader();
	const { value: header } = await reader.read();
	const { value: nonce } = await reader.read();
	return { header: join(header, nonce),
		key: hkdf(sha256, fileKey, nonce, utf8("payload"), 32) };
}

/* (nonce, bytes) to sealed bytes: by the browser where it can, off the page's own
 * thread, which also helps where script is not compiled; else by the library. */
export async function sealer(key) {
	const plain = (iv, bytes) => chacha20poly1305(key, iv).encrypt(bytes);
	try {
		const own = await crypto.subtle.importKey("raw-secret", key, CIPHER,
			false, ["encrypt"]);
		const native = async (iv, bytes) => new Uint8Array(
			await crypto.subtle.encrypt({ name: CIPHER, iv }, own, bytes));
		/* No chunk has this nonce. */
		const never = new Uint8Array(12).fill(255);
		if (isEqual(await native(never, never), plain(never, never)))
			return native;
	} catch {
		/* It does not know the cipher. */
	}
	return plain;
}

function nonceOf(index, isLast) {
	const nonce = new Uint8Array(12);
	new DataView(nonce.buffer).setUint32(7, index);
	nonce[11] = isLast ? 1 : 0;
	return nonce;
}

/* The browser has this one itself, but only for pages that came safely. */
const digest = async (bytes) => new Uint8Array(crypto.subtle
	? await crypto.subtle.digest("SHA-256", bytes) : sha256(bytes));

/* Reads all of a letter once: its first chunk, in which the head is missing, and what
 * the others are known by. */
async function look(letter, step) {
	const marks = [], chunk = new Uint8Array(CHUNK);
	let at = letter.held, first;
	async function end() {
		if (first)
			marks.push(await digest(chunk.subarray(0, at)));
		first ??= chunk.slice(0, at);
		at = 0;
	}
	for await (const piece of letter.stream()) {
		for (let from = 0; from < piece.length;) {
			const n = Math.min(piece.length - from, CHUNK - at);
			chunk.set(piece.subarray(from, from + n), at);
			[at, from] = [at + n, from + n];
			if (at === CHUNK)
				await end();
		}
		step(piece.length);
	}
	if (at > 0)
		await end();
	return { first, marks };
}

/*
 * Seals a letter (letter.js) to recipients (age1…): {once, size, read(from, to, signal)}.
 * All of it is read here. Sealed is what is asked for, when it is and as often, and
 * nothing of it is kept. A chunk that is not what it was at first is not sealed: under
 * one key and nonce there is one text. step(n) after n bytes more; what it throws ends
 * the work.
 */
export async function seal(recipients, letter, step = () => {}) {
	const { header, key } = await begin(filled(recipients));
	const seals = await sealer(key), { first, marks } = await look(letter, step);
	const { once, head } = letter.finish(), last = marks.length;
	first.set(head);
	const start = join(header, await seals(nonceOf(0, last === 0), first));
	const size = header.length + letter.size + (last + 1) * (SEALED - CHUNK);

	/* Chunks but the first, from one number to before another. */
	async function group(from, to) {
		const chunks = [], bytes = await letter.read(from * CHUNK,
			Math.min(to * CHUNK, letter.size));
		for (let at = 0; at < bytes.length; at += CHUNK)
			chunks.push(bytes.subarray(at, at + CHUNK));
		const sealed = [];
		for (const [i, chunk] of chunks.entries()) {
			if (!isEqual(await digest(chunk), marks[from + i - 1]))
				throw new Error("the file has changed meanwhile");
			sealed.push(seals(nonceOf(from + i, from + i === last), chunk));
			await breathe();
		}
		return Promise.all(sealed);
	}

	async function read(from, to, signal) {
		const out = new Uint8Array(Math.min(to, size) - from);
		const put = (bytes, at) => {
			const part = bytes.subarray(Math.max(from - at, 0), Math.max(to - at, 0));
			out.set(part, Math.max(at - from, 0));
		};
		const numberOf = (at) => Math.max((at - header.length) / SEALED, 1);
		const end = Math.min(Math.ceil(numberOf(to)), last + 1);
		if (from < start.length)
			put(start, 0);
		for (let n = Math.floor(numberOf(from)); n < end; n += GROUP) {
			signal?.throwIfAborted();
			for (const [i, bytes] of (await group(n, Math.min(n + GROUP, end))).entries())
				put(bytes, header.length + (n + i) * SEALED);
		}
		return out;
	}
	return { once, size, read };
}
