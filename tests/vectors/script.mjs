// The page's script against the vectors of the formats: what it makes and reads is
// what the library makes and reads. Prints TAP.

import { execFileSync } from "node:child_process";
import { webcrypto } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generateX25519Identity, identityToRecipient } from "age-encryption";

import * as board from "../../assets/script/board.js";
import { hash, hex, unhex, utf8 } from "../../assets/script/bytes.js";
import * as hours from "../../assets/script/hours.js";
import * as hpke from "../../assets/script/hpke.js";
import * as letter from "../../assets/script/letter.js";
import * as masthead from "../../assets/script/masthead.js";
import * as notices from "../../assets/script/notices.js";
import * as receipt from "../../assets/script/receipt.js";
import { seal } from "../../assets/script/seal.js";
import * as words from "../../assets/script/words.js";
import { TYPES } from "../../assets/script/types.js";

globalThis.crypto ??= webcrypto; /* Node 18 */
const root = fileURLToPath(new URL("../..", import.meta.url));
const text = (name) => fs.readFileSync(path.join(root, name), "utf8");
const vectors = (name) => JSON.parse(text(`tests/vectors/${name}.json`));
const LISTS = Object.fromEntries(["en", "es", "fr", "it", "pt", "cs"].map(
	(l) => [l, text(`assets/words/${l}.txt`).trim().split("\n")]));

function same(got, want, what) {
	if (JSON.stringify(got) !== JSON.stringify(want))
		throw new Error(`${what}: ${JSON.stringify(got)}, not ` +
			JSON.stringify(want));
}

async function receipts() {
	for (const r of vectors("receipt").receipts) {
		const value = unhex(r.value);
		same(receipt.numbers(value), r.numbers, "numbers");
		same(receipt.digits(value), r.digits, "digits");
		for (const [lang, words] of Object.entries(r.words))
			same(receipt.words(value, LISTS[lang]).join(" "), words,
				lang);
		if (r.newsroom === undefined)
			continue;
		const keys = await receipt.keys(value, unhex(r.newsroom));
		for (const name of ["reply", "slot", "mark", "thread", "tag",
			"strip"])
			same(hex(keys[name]), r[name], name);
		same(hex(keys.replySecret), r.reply_secret, "reply secret");
		same(hex(keys.markSeed), r.mark_seed, "mark seed");
	}
}

function typed() {
	for (const t of vectors("receipt").typed) {
		const got = receipt.read(t.typed,
			{ [t.page]: LISTS[t.page], ...LISTS });
		same(got.result, t.result, t.typed);
		if (t.value !== undefined)
			same(hex(got.value), t.value, t.typed);
		if (t.list !== undefined)
			same(got.lang, t.list, t.typed);
		if (t.unknown !== undefined)
			same(got.unknown, t.unknown, t.typed);
		if (t.words !== undefined)
			same(got.words, t.words, t.typed);
	}
}

function inside() {
	const value = receipt.create();
	const noted = receipt.words(value, LISTS.en).join(" ");
	for (const [message, is] of [[`I noted ${noted}, right?`, true],
		[noted.split(" ").slice(0, 8).join(" "), false],
		[receipt.words(value, LISTS.fr).join("\n3. "), true],
		[receipt.digits(value).replace(/(...)/g, "$1 "), true],
		["nothing of it", false]])
		same(receipt.isInside(message, value, LISTS), is, message);
}

/* File n has n bytes, byte i being i mod 256. */
const file = (f) => ({ name: f.name || "x", extName: f.ext_name,
	hasName: Boolean(f.name), isClean: f.clean, part: f.part,
	blob: new Blob([Uint8Array.from({ length: f.size }, (_, i) => i % 256)]) });

async function letters() {
	const { padme, letters } = vectors("letter");
	for (const p of padme.filter((p) => p.n > 1))
		same(letter.padded(p.n), p.padded, p.n);
	for (const l of letters) {
		if (l.thread.reply === undefined)
			continue; /* a member's */
		const keys = Object.fromEntries(["thread", "reply", "slot", "mark"]
			.map((k) => [k, unhex(l.thread[k])]));
		keys.markSeed = unhex(l.mark_seed ?? "");
		const tip = { ...l.tip, newsroom: unhex(l.tip.newsroom),
			card: unhex(l.tip.card), keys,
			isMarked: Boolean(l.mark_seed) };
		const plan = letter.plan(tip, l.message.repeat(l.times),
			l.files.map(file), unhex(l.token));
		const parts = [];
		for await (const part of plan.stream())
			parts.push(part);
		const { id, once, head } = plan.finish();
		same(head.length, plan.held, "head");
		same([hex(id), hex(once), plan.size,
			hex(hash(Buffer.concat([head, ...parts])))],
			[l.id, l.once, l.size, l.blake2b], l.json);
	}
}

async function boards() {
	const v = vectors("board"), newsroom = unhex(v.newsroom);
	const keys = await receipt.keys(unhex(v.value), newsroom);
	const all = board.editions(unhex(v.index), newsroom);
	same(all.map((e) => [e.number, hex(e.hash)]),
		v.editions.map((e) => [e.number, e.hash]), "editions");
	for (const [i, e] of all.entries()) {
		const slots = unhex(v.editions[i].slots);
		const mine = v.answers.filter((a) => a.edition === e.number);
		board.checkSlots(e, slots);
		same(board.hits(e, keys).sort((a, b) => a - b),
			mine.map((a) => a.slot).sort((a, b) => a - b), "hits");
		same(board.status(e, keys), v.codes[e.number], "status");
		for (const a of mine) {
			const got = await board.open(slots.subarray(
				a.slot * board.SLOT, (a.slot + 1) * board.SLOT),
			keys, newsroom);
			same([got.id, got.part, got.parts, got.by, got.text],
				[a.id, a.part, a.parts, a.by, a.text], "answer");
		}
		slots[4096] ^= 1;
		refused(() => board.checkSlots(e, slots), "changed slots");
	}
	same(all.some((e) => e.isBroken), false, "broken");
	const index = unhex(v.index);
	index[50] ^= 1;
	same(board.editions(index, newsroom).some((e) => e.isBroken), true,
		"a changed chain");
	index[0] ^= 1;
	refused(() => board.editions(index, newsroom), "no index");
}

/* RFC 9180, A.2.2. */
function sealedForOne() {
	const enc = unhex("2261299c3f40a9afc133b969a97f05e9" +
		"5be2c514e54f3de26cbe5644ac735b04");
	const secret = unhex("77d114e0212be51cb1d76fa99dd41cfd" +
		"4d0166b08caa09074430a6c59ef17879");
	const with_ = { info: utf8("Ode on a Grecian Urn"), aad: utf8("Count-0"),
		pskId: utf8("Ennyn Durin aran Moria"),
		psk: unhex("0247fd33b913760fa1fa51e1892d9f30" +
			"7fbe65eb171e8132c2af18555a738b82") };
	const sealed = unhex("4a177f9c0d6f15cfdf533fb65bf84aec" +
		"dc6ab16b8b85b4cf65a370e07fc1d78d28fb073214525276f4a89608ff");
	same(new TextDecoder().decode(hpke.open(secret, enc, with_, sealed)),
		"Beauty is truth, truth beauty", "hpke");
	refused(() => hpke.open(secret, enc, { ...with_, aad: utf8("Count-1") },
		sealed), "another's data");
}

function refused(run, what) {
	try {
		run();
	} catch {
		return;
	}
	throw new Error(`${what} was taken`);
}

function mastheads() {
	const v = vectors("masthead");
	for (const c of v.cards) {
		const card = masthead.read(c.json, c.minisig, v.pin);
		same(hex(card.hash), c.hash, "hash");
		for (const r of c.recipients.filter((r) => r.to.length > 0))
			same(masthead.recipients(card, r.desk, r.day).sort(),
				r.to.sort(), r.desk + r.day);
		refused(() => masthead.read(c.json + " ", c.minisig, v.pin),
			"a changed card");
	}
}

/* A letter of any size, in pieces that fit no border; its head is known last. */
function letterOf(size, held) {
	const bytes = new Uint8Array(size).map((_, i) => i % 251);
	return { bytes, size, held, finish: () =>
		({ once: "once", head: bytes.subarray(0, held) }),
	read: async (from, to) => bytes.slice(from, to),
	async * stream() {
		for (let at = held; at < size; at += 99999)
			yield bytes.subarray(at, at + 99999);
	} };
}

/* Stock age opens it, and finds eight stanzas whoever it is for; also where chunks
 * and what is sealed at once end with the letter. */
async function sealed() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pista-script-"));
	const identity = await generateX25519Identity();
	const name = (n) => path.join(folder, n);
	fs.writeFileSync(name("identity"), identity + "\n");
	try {
		for (const size of [16384, 65536, 65537, 300000, 1 << 20, (1 << 20) + 1]) {
			const made = letterOf(size, 4608);
			let steps = 0;
			const { read, size: whole, once } = await seal(
				[await identityToRecipient(identity)], made, (n) => steps += n);
			const all = Buffer.from(await read(0, whole));
			same(all.toString("latin1").split("\n-> X25519 ").length, 9,
				"stanzas");
			fs.writeFileSync(name("letter.age"), all);
			const opened = execFileSync("age", ["-d", "-i", name("identity"),
				name("letter.age")], { maxBuffer: 1 << 22 });
			same([opened.equals(made.bytes), once, steps], [true, "once",
				size - made.held], size);
		}
	} finally {
		fs.rmSync(folder, { recursive: true });
	}
}

/* When answers come out, in hours of a day. */
function hoursOfEditions() {
	const card = { policy: { editions: { hours: [0, 6, 12, 18] } } };
	const at = (time) => Date.parse(`2026-03-01T${time}:00Z`);
	const today = Date.parse("2026-03-01") / 86400000;
	for (const [time, what, clock, on] of [
		["05:30", "NEXT_SOON", "06:00", "2026-03-01"],
		["04:40", "NEXT_HOUR", "06:00", "2026-03-01"],
		["06:00", "NEXT_HOURS", "12:00", "2026-03-01"],
		["18:01", "NEXT_HOURS", "00:00", "2026-03-02"]]) {
		const got = hours.next(card, at(time));
		same([got.next, got.next_time, got.next_day], [what, clock, on], time);
	}
	same(hours.next({ policy: { editions: { seconds: 5 } } }).next,
		"NEXT_UNTIMED", "seconds");
	same([["00:20", today - 1], ["00:40", today - 1], ["00:40", today]].map(
		([time, newest]) => hours.isLate(card, newest, at(time))),
	[false, true, false], "late");
}

function warnings() {
	for (const [text, is] of [["see https://docs.google.com/document/d/1", true],
		["https://acme.sharepoint.com/:w:/s/x", true],
		["https://example.org/2026/article", false]])
		same(notices.hasShared(text), is, text);
	for (const [text, is] of [["me@gmail.com", false], ["a@yahoo.co.uk", false],
		["a@proton.me or +34 600", false], ["ana@ministerio.gob.es", true],
		["me@gmail.com.evil.example", true], ["Signal: ana.01", false]])
		same(notices.hasWork(text), is, text);
}

function packedWords() {
	for (const [lang, list] of Object.entries(LISTS))
		same(words.unpack(words.pack(list)), list, lang);
}

function types() {
	const c = text("lib/letter/type.c");
	const table = c.slice(c.indexOf("types[] = {"));
	const want = [...table.slice(0, table.indexOf("};"))
		.matchAll(/\{ "(\w+)",\s*((?:"[^"]*"\s*)+)\}/g)]
		.map(([, ext, type]) => [ext, type.replace(/["\s]/g, "")]);
	same(Object.entries(TYPES).sort(), want.sort(), "types");
}

let number = 0, failed = 0;
const cases = { receipts, typed, inside, letters, boards, sealedForOne, hoursOfEditions, warnings, packedWords, mastheads, sealed, types };
console.log(`1..${Object.keys(cases).length}`);
for (const [name, run] of Object.entries(cases)) {
	try {
		await run();
		console.log(`ok ${++number} - ${name}`);
	} catch (error) {
		failed++;
		console.log(`not ok ${++number} - ${name}\n# ${error.message.slice(0, 500)}`);
	}
}
process.exit(failed === 0 ? 0 : 1);
