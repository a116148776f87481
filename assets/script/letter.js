// The letter: docs/formats/letter.md. How long all of it is stands in a plan; its
// bytes come as a stream, in which every file is hashed, and again wherever somebody
// asks for them. The digests are known behind the stream, and so the head, which stands
// before it, is the last to be made.

import { ed25519 } from "@noble/curves/ed25519.js";

import { breathe, hash, hasher, hex, join, utf8 } from "./bytes.js";
import { TYPES } from "./types.js";

export const TEXT_MAX = 65536;
export const FILES_MAX = 32;
const BLOCK = 512;
const SMALL = 4096, LARGE = 16384;
const MIN = 16384;
const NAME_MAX = 100, FIELD_MAX = 300;
const PIECE = 1 << 20;		/* read at once */
const MORSEL = 1 << 14;		/* worked on without looking up */

function header(path, size) {
	const block = new Uint8Array(BLOCK);
	const put = (at, text) => block.set(utf8(text), at);
	const zero = "0000000\0";
	put(0, path);
	put(100, "0000644\0" + zero + zero);
	put(124, size.toString(8).padStart(11, "0") + "\0" +
		"00000000000\0        0");
	put(257, "ustar\x0000");
	const sum = block.reduce((a, b) => a + b, 0);
	put(148, sum.toString(8).padStart(6, "0") + "\0 ");
	return block;
}

const blocks = (n) => Math.ceil(n / BLOCK) * BLOCK;

export function padded(n) {
	const e = Math.floor(Math.log2(n)), s = Math.floor(Math.log2(e)) + 1;
	const step = 2 ** (e - s);
	return Math.max(MIN, Math.ceil(n / step) * step);
}

/* Halves of surrogate pairs become U+FFFD. */
const wellFormed = (text) => new TextDecoder().decode(utf8(text));

/* At most max bytes of UTF-8, cut between two characters, on one line. */
function clean(text, max, isName) {
	let out = "", n = 0;
	for (let c of wellFormed(text ?? "")) {
		if (/[\u0000-\u001f\u007f-\u009f]/.test(c) || isName &&
		    /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(c))
			c = " ";
		n += utf8(c).length;
		if (n > max)
			break;
		out += c;
	}
	return out;
}

/* Only \ and " are escaped, no white space. */
const quote = (text) =>
	`"${text.replace(/[\\"]/g, (c) => "\\" + c)}"`;

const optional = (name, value) =>
	value === "" ? "" : `,"${name}":${quote(value)}`;

function extension(name) {
	const suffix = /\.([A-Za-z0-9]+)$/.exec(name)?.[1].toLowerCase();
	return suffix in TYPES ? suffix : "bin";
}

/* A part's name without what a tool that cuts files put behind it. */
function wholeName(name) {
	const [, rest, suffix] = /^(.+)\.([0-9]{1,4}|[a-z]{2})$/s.exec(name) ?? [];
	return rest && (/[0-9]/.test(suffix) || extension(rest) !== "bin" ||
		extension(name) === "bin") ? rest : name;
}

/* What follows the last / or \. */
const lastPart = (name) => name.replace(/^.*[/\\]/s, "");

// What a letter is put together of: {size, read(from, to), entry}.

const fixed = (bytes) => ({ size: bytes.length,
	read: (from, to) => bytes.subarray(from, to) });
const zeros = (size) => ({ size, read: (from, to) => new Uint8Array(to - from) });
const fileOf = (blob) => ({ size: blob.size, async read(from, to) {
	const bytes = new Uint8Array(await blob.slice(from, to).arrayBuffer());
	if (bytes.length !== to - from)
		throw new Error("the file has changed meanwhile");
	return bytes;
} });

/* Bytes from one place of all parts to another. */
async function read(parts, from, to) {
	const out = new Uint8Array(to - from);
	let at = 0;
	for (const part of parts) {
		const first = Math.max(from - at, 0), end = Math.min(to - at, part.size);
		if (first < end)
			out.set(await part.read(first, end), at + first - from);
		at += part.size;
	}
	return out;
}

/* tip.json without spaces, signatures as zeros. Names give way when it is too
 * large. */
function describe(tip, id, entries, size) {
	const zeros = "0".repeat(128);
	const end = `,"sig":{"mark":"${zeros}","member":"${zeros}","witness":` +
		`"${zeros}"}}`;
	for (const share of [1, 0.75, 0.5, 0.25, 0]) {
		const text = body(tip, id, entries, Math.floor(NAME_MAX * share),
			Math.floor(FIELD_MAX * share)) + end;
		const bytes = utf8(text);
		if (bytes.length <= size) {
			const whole = new Uint8Array(size).fill(32);
			whole.set(bytes);
			return { whole, markAt: bytes.length - end.length +
				utf8(',"sig":{"mark":"').length };
		}
	}
	throw new Error("the description does not fit");
}

function body(tip, id, entries, nameMax, fieldMax) {
	const all = [["pista", 1]];
	const add = (name, value) => {
		if (value !== undefined && value !== "")
			all.push([name, value]);
	};
	const field = (text, isName) => clean(text, fieldMax, isName);
	add("kind", tip.kind);
	add("id", hex(id));
	add("newsroom", hex(tip.newsroom));
	add("card", hex(tip.card));
	add("thread", hex(tip.keys.thread));
	add("channel", clean(tip.channel, 32));
	add("story", clean(tip.story, 64));
	add("passage", field(tip.passage, false));
	add("desk", clean(tip.desk, 32));
	add("lang", clean(tip.lang, 32));
	add("day", tip.day);
	const texts = all.map(([name, value]) => quote(name) + ":" +
		(value === 1 ? "1" : quote(value)));
	texts.push(source(tip, field));
	const { reply, slot, mark } = tip.keys;
	texts.push(`"reply":{"to":"${hex(reply)}","slot":"${hex(slot)}",` +
		`"mark":"${hex(mark)}"}`);
	texts.push(`"entries":[${entries.map((e) => `{"path":${quote(e.path)},` +
		`"size":${e.size},"blake2b":"${hex(e.hash)}","type":` +
		`${quote(e.type)}${optional("name",
			clean(e.name, nameMax, true))}${e.done}}`).join(",")}]`);
	return "{" + texts.join(",");
}

/* What the source did with a file before it was sent. */
const done = ({ part, isClean }) =>
	(part ? `,"part":{"n":${part.n},"of":${part.of}}` : "") +
	(isClean ? ',"clean":true' : "");

function source(tip, field) {
	return `"source":{"terms":${quote(tip.terms ?? "anonymous")}` +
		optional("name", field(tip.name, true)) +
		optional("contact", field(tip.contact, false)) + "}";
}

/*
 * tip: kind, newsroom, card, keys (receipt.js), channel, story, passage, desk,
 * lang, day, terms, name, contact. files: {blob, name, hasName, isClean, part};
 * extName where the suffix is another's. token: 16 bytes a page.
 *
 * Gives size, held (bytes of the head), stream() of what follows the head, finish(),
 * which after all of the stream gives {id, once, head}, and read(from, to) of what
 * follows the head.
 */
export function plan(tip, message, files, token) {
	const text = utf8(message);
	if (text.length > TEXT_MAX)
		throw new RangeError("text");
	tip = { ...tip, isMarked: tip.isMarked ?? tip.kind !== "tip" };
	files = files.filter((f) => f.blob.size > 0);
	if (files.length > FILES_MAX)
		throw new RangeError("files");
	const entries = [{ path: "message.txt", size: text.length,
		type: "text/plain", name: "", done: "", part: fixed(text) }];
	for (const f of files) {
		const name = f.extName ?? f.name;
		const ext = extension(f.part ? wholeName(name) : name);
		entries.push({ path: `files/${entries.length}.${ext}`,
			size: f.blob.size, type: TYPES[ext],
			name: f.hasName ? lastPart(f.name) : "", done: done(f),
			part: fileOf(f.blob) });
	}
	const head = files.length > 0 ? LARGE : SMALL, ahead = BLOCK + head;
	const parts = entries.flatMap((e) => [fixed(header(e.path, e.size)),
		{ ...e.part, entry: e }, zeros(blocks(e.size) - e.size)]);
	const n = ahead + parts.reduce((sum, part) => sum + part.size, 0);
	const size = padded(2 * BLOCK + n);
	parts.push(zeros(size - n));
	return { size, held: ahead, stream: () => stream(parts),
		finish: () => finish(tip, entries, token, head),
		read: (from, to) => read(parts, from - ahead, to - ahead) };
}

function finish(tip, entries, token, size) {
	const id = hash(join(utf8("pista/v1 id"), token,
		...entries.map((e) => e.hash)), 16);
	const { whole, markAt } = describe(tip, id, entries, size);
	if (tip.isMarked)
		whole.set(utf8(hex(ed25519.sign(
			join(utf8("pista/v1 mark"), hash(whole)),
			tip.keys.markSeed))), markAt);
	return { id, head: join(header("tip.json", size), whole),
		once: hash(join(utf8("pista/v1 once"), tip.keys.thread, id), 16) };
}

async function* stream(parts) {
	for (const { size, read, entry } of parts) {
		const h = hasher();
		for (let at = 0; at < size; at += PIECE) {
			const piece = await read(at, Math.min(at + PIECE, size));
			for (let i = 0; i < piece.length; i += MORSEL) {
				const morsel = piece.subarray(i, i + MORSEL);
				if (entry)
					h.update(morsel);
				yield morsel;
				await breathe();
			}
		}
		if (entry)
			entry.hash = h.digest();
	}
}
