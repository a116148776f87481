// What is sealed as it is asked for: the same bytes in whatever pieces and however
// often, and none of a file that has changed since it was read first.

import { webcrypto } from "node:crypto";
import { generateX25519Identity, identityToRecipient } from "age-encryption";

import { hash, hex } from "../../assets/script/bytes.js";
import { plan } from "../../assets/script/letter.js";
import { seal } from "../../assets/script/seal.js";
import { is, run } from "./tap.mjs";

globalThis.crypto ??= webcrypto;	/* not there in older versions */

const KB = 1 << 10, SEALED = 65552;
const own = await identityToRecipient(await generateX25519Identity());
const key = new Uint8Array(32);
const keys = { thread: key, reply: key, slot: key, mark: key };
const tip = { kind: "tip", newsroom: key, card: key, keys, channel: "sealed-form", lang: "en" };

/* A file that somebody may change; read counts what was asked for. */
function fileOf(size) {
	const bytes = Uint8Array.from({ length: size }, (_, i) => i * i % 251), read = [];
	const slice = (from, to) => ({ arrayBuffer: async () => {
		read.push(to - from);
		return bytes.slice(from, to).buffer;
	} });
	return { bytes, read, blob: { size, slice } };
}

const letterOf = (...files) => plan(tip, "words", files.map(({ blob }) => ({ blob,
	name: "a.bin" })), key);
const fails = (work, what) => work.then(() => is("done", "refused", what), (why) =>
	is(why.message, "the file has changed meanwhile", what));

async function pieces() {
	for (const sizes of [[], [300 * KB, 1, 40 * KB], [64 * KB - 512]]) {
		const { size, read } = await seal([own], letterOf(...sizes.map(fileOf)));
		const whole = await read(0, size);
		is(whole.length, size, "size");
		for (const [from, to] of [[0, 1], [0, size], [1, size], [300, 301],
			[size - 1, size], [size - 1, size + SEALED], [SEALED, 2 * SEALED],
			[70000, 70001], [9000, 140000]]) {
			if (from >= size)
				continue;
			is(hex(hash(await read(from, to))), hex(hash(whole.subarray(from, to))),
				`${sizes}: ${from} to ${to}`);
		}
	}
}

async function changed() {
	const file = fileOf(300 * KB), letter = letterOf(file);
	const { size, read } = await seal([own], letter);
	const before = await read(0, size);
	file.bytes[200 * KB] ^= 1;
	await fails(read(0, size), "changed");
	await fails(read(200 * KB + 20 * KB, size), "the chunk of it");
	is(hex(hash(await read(0, 2 * SEALED))), hex(hash(before.subarray(0, 2 * SEALED))), "before it");
	/* The first chunk is kept, since it was sealed. */
	file.bytes[0] ^= 1;
	is(hex(hash(await read(0, 1000))), hex(hash(before.subarray(0, 1000))), "the first");
	file.bytes[0] ^= 1;
	file.bytes[200 * KB] ^= 1;
	is(hex(hash(await read(0, size))), hex(hash(before)), "changed back");
}

async function shorter() {
	const file = fileOf(300 * KB), letter = letterOf(file);
	const { size, read } = await seal([own], letter), { slice } = file.blob;
	file.blob.slice = (from, to) => slice(from, Math.min(to, 100 * KB));
	await fails(read(0, size), "cut");
	await fails(seal([own], letterOf(file)), "cut from the beginning");
}

/* However large it is, little of it is in memory at once. */
async function little() {
	const file = fileOf(4000 * KB);
	const { read } = await seal([own], letterOf(file));
	is(Math.max(...file.read) <= 1 << 20, true, "read at once");
	file.read.splice(0);
	await read(0, 4 * SEALED);
	is(file.read.reduce((a, b) => a + b, 0) < 5 * SEALED, true, "read for four chunks");
}

await run({ "any piece of it": pieces, "a file that has changed": changed,
	"a file that was cut": shorter, "not more than is needed": little });
