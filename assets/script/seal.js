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
const CHUNK = 65536;
const GROUP = 16;		/* chunks sealed at once */
const GATHER = 8 << 20;		/* sealed bytes handed to the browser at once */
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

/*
 * Seals a letter (letter.js) to recipients (age1…): {blob, once}. The first chunk
 * has the letter's head in it and is sealed as the last. step(n) after n bytes more;
 * what it throws ends the work.
 */
export async function seal(recipients, letter, step = () => {}) {
	const { header, key } = await begin(filled(recipients));
	const seals = await sealer(key);
	const last = Math.ceil(letter.size / CHUNK) - 1;
	const group = new Uint8Array(GROUP * CHUNK), blobs = [];
	let at = letter.held, index = 0, first, parts = [], running = [];
	async function flush() {
		const batch = [];
		for (let i = 0; i < at; i += CHUNK, index++) {
			const chunk = group.slice(i, Math.min(i + CHUNK, at));
			if (index === 0)
				first = chunk;
			else
				batch.push(seals(nonceOf(index, index === last), chunk));
			await breathe();
		}
		parts.push(...await Promise.all(running));
		running = batch;
		at = 0;
		if (parts.length * CHUNK >= GATHER)
			blobs.push(new Blob(parts.splice(0)));
	}
	for await (const piece of letter.stream()) {
		for (let from = 0; from < piece.length;) {
			const n = Math.min(piece.length - from, group.length - at);
			group.set(piece.subarray(from, from + n), at);
			[at, from] = [at + n, from + n];
			if (at === group.length)
				await flush();
		}
		step(piece.length);
	}
	await flush();
	const { once, head } = letter.finish();
	first.set(head);
	return { once, blob: new Blob([header, await seals(nonceOf(0, last === 0), first),
		...blobs, ...parts, ...await Promise.all(running)]) };
}
