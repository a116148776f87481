// assets/clean over files with planted details, hostile ones and many broken at random:
// what comes out is clean or nothing does, and never late.

import { File as NodeFile } from "node:buffer";
import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

import { Unclean } from "../../assets/clean/bytes.js";
import { clean } from "../../assets/clean/take.js";
import { chunk, opened, pdf, planted, segment, tiff } from "./samples.mjs";
import { is, run } from "./tap.mjs";

globalThis.File ??= NodeFile;	/* not there in older versions */

const local = (name) => readFileSync(new URL(name, import.meta.url));
const jpeg = local("plain.jpg");
const ihdr = Buffer.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
const idat = chunk("IDAT", deflateSync(Buffer.alloc(14)));
const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", ihdr), idat,
	chunk("IEND", Buffer.alloc(0))]);
const ascii = (s) => Buffer.from(s, "latin1");
const SECONDS = 20;		/* of processor time */

async function take(bytes) {
	const before = process.cpuUsage();
	try {
		const { file, found } = await clean(new File([bytes], "a"));
		return { bytes: Buffer.from(await file.arrayBuffer()), found: found.sort().join() };
	} catch (why) {
		if (!why.reason)
			throw why;
		return { reason: why.reason };
	} finally {
		const { user, system } = process.cpuUsage(before);
		if (user + system > SECONDS * 1e6)
			throw new Error("too slow");
	}
}

const refused = async (bytes, ...reasons) => {
	const { reason } = await take(bytes);
	if (!reasons.includes(reason))
		throw new Error(`${reason}, not ${reasons}`);
};

async function pictures() {
	for (const name of ["plain", "progressive", "restart"]) {
		const bytes = local(`${name}.jpg`);
		const same = await take(bytes);
		is(same.found, "");
		is(same.bytes.equals(bytes), true);
		const after = await take(planted.jpeg(bytes));
		is(after.bytes.equals(bytes), true);
		is(after.found, "DEVICE,OTHER,PERSON,PLACE,PREVIEW,TIME,WORDS");
	}
	const turned = await take(planted.jpeg(jpeg, tiff({ orientation: 6 })));
	const exif = turned.bytes.indexOf("Exif");
	is(turned.bytes.readUInt16BE(exif - 2), 34);
	is(turned.bytes[exif + 6 + 19], 6);
	is((await take(turned.bytes)).found, "");
	const plain = await take(planted.png(png));
	is(plain.bytes.equals(png), true);
	is(plain.found, "DEVICE,OTHER,PERSON,PLACE,PREVIEW,TIME,WORDS");
}

async function documents() {
	const { bytes, found } = await take(pdf(jpeg));
	is(opened(bytes).includes("SECRET"), false);
	is(opened(bytes).includes("/Catalog"), true);
	is(found, "DEVICE,FILES,FORM,LINKS,PAST,PERSON,PLACE,PREVIEW,SCRIPTS,TIME,WORDS");
	const again = await take(bytes);
	is(again.found, "");
	is(again.bytes.equals(bytes), true);
	is(bytes.includes(jpeg.subarray(jpeg.length - 200)), true);
}

/* One trick each. */
async function hostilePictures() {
	const cut = (at, ...put) => Buffer.concat([jpeg.subarray(0, at), ...put, jpeg.subarray(at)]);
	for (let n = 0; n < jpeg.length; n += 7)
		await refused(jpeg.subarray(0, n), "BROKEN", "STRANGE");
	for (let n = 0; n < png.length; n++)
		await refused(png.subarray(0, n), "BROKEN", "STRANGE");
	await refused(cut(2, Buffer.from([255, 0xe1, 0, 1])), "BROKEN");
	await refused(cut(2, Buffer.from([255, 0xe1, 255, 255])), "BROKEN");
	await refused(cut(2, segment(0xdb, Buffer.alloc(65), ascii("SECRET"))), "BROKEN");
	await refused(cut(2, segment(0xdd, ascii("SECRET"))), "BROKEN");
	await refused(cut(2, segment(0xde, Buffer.alloc(9))), "STRANGE");
	await refused(Buffer.concat([jpeg.subarray(0, -2), jpeg.subarray(2)]), "BROKEN");
	is((await take(cut(2, Buffer.alloc(5000, 255)))).bytes.equals(jpeg), true);
	const head = png.subarray(0, 33), tail = png.subarray(33);
	const inside = (...put) => Buffer.concat([head, ...put, tail]);
	const badCrc = chunk("gAMA", Buffer.alloc(4));
	badCrc[11] ^= 1;
	await refused(inside(badCrc), "BROKEN");
	await refused(inside(chunk("gAMA", ascii("SECRET"))), "BROKEN");
	await refused(inside(chunk("gAMA", Buffer.alloc(4)), chunk("gAMA", Buffer.alloc(4))), "BROKEN");
	await refused(inside(chunk("SECR", ascii("SECRET"))), "STRANGE");
	await refused(Buffer.concat([head, Buffer.from([255, 255, 255, 255]), tail]), "BROKEN");
	const bomb = deflateSync(Buffer.alloc(40 << 20));
	is((await take(inside(chunk("iCCP", Buffer.concat([ascii("x\0\0"), bomb]))))).bytes
		.equals(png), true);
	is((await take(inside(chunk("prVt", ascii("SECRET"))))).found, "OTHER");
	await refused(ascii("GIF89a"), "STRANGE");
}

const wrap = (objects) => pdf(jpeg, objects);

async function hostileDocuments() {
	const whole = pdf(jpeg);
	for (let n = 100; n < whole.length; n += 1501) {
		const { bytes } = await take(whole.subarray(0, n));
		is(bytes !== undefined && opened(bytes).includes("SECRET"), false);
	}
	await refused(ascii("%PDF-1.7\n"), "BROKEN");
	await refused(Buffer.concat([whole, ascii("trailer\n<</Encrypt 6 0 R/Root 1 0 R>>\n")]),
		"LOCKED");
	await refused(wrap({ 6: "[".repeat(200000) }), "BROKEN");
	await refused(ascii(`%PDF-1.7\n${"1".repeat(4 << 20)}`), "BROKEN", "STRANGE");
	await refused(wrap({ 7: ["<</Type/XObject/Subtype/Image/Filter/DCTDecode>>", ascii("SECRET")] }),
		"BROKEN");
	await refused(wrap({ 16: ["<</Subtype/Form/Filter/Crypt>>", ascii("x")] }), "LOCKED");
	const bomb = deflateSync(Buffer.alloc(64 << 20, "1 0 "), { level: 9 });
	const { reason, bytes } = await take(wrap({ 20: ["<</Type/ObjStm/N 1/First 4/Filter" +
		"[/FlateDecode]>>", bomb] }));
	is(reason === "STRANGE" || reason === "BROKEN" || !opened(bytes).includes("SECRET"), true);
	/* All that is unpacked of a file counts together. */
	const zeros = deflateSync(Buffer.alloc(150 << 20)), many = [20, 21, 22, 23, 24];
	await refused(wrap({ 3: `<</Type/Page/Parent 2 0 R/Resources<</ColorSpace<<${many.map((n) =>
		`/C${n}[/ICCBased ${n} 0 R]`).join("")}>>>>>>`, ...Object.fromEntries(many.map((n) =>
		[n, ["<</N 3/Filter/FlateDecode>>", zeros]])) }), "STRANGE");
	/* Pages that are their own children, and layers named by somebody. */
	const round = await take(wrap({ 2: "<</Type/Pages/Kids[3 0 R 2 0 R]/Count 1" +
		"/MediaBox[0 0 9 9]>>", 3: "<</Type/Page/Parent 2 0 R/Group<</S/SECRETA/CS 20 0 R>>>>",
	20: "[/ICCBased 20 0 R]" }));
	is(round.reason === undefined || round.reason === "BROKEN", true);
	/* A page that was taken out of another document, and filters that hide a picture. */
	const taken = await take(wrap({ 3: "<</Type/Page/Parent 20 0 R/Contents 5 0 R>>",
		20: "<</Type/Pages/Kids[3 0 R 21 0 R]/Count 2>>",
		21: "<</Type/Page/Parent 20 0 R/Contents 22 0 R>>",
		22: ["<<>>", ascii("BT (SECRETPAGE) Tj ET")] }));
	is(opened(taken.bytes).includes("SECRET"), false);
	for (const filters of ["[/DCTDecode null]", "[/DCTDecode/FlateDecode]"])
		await refused(wrap({ 7: [`<</Type/XObject/Subtype/Image/Filter${filters}>>`,
			planted.jpeg(jpeg)] }), "STRANGE");
	const layer = await take(wrap({ 6: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica" +
		"/SECRETKEY(x)/FontDescriptor<</Type/FontDescriptor/FontFamily(SECRET)>>>>" }));
	is(opened(layer.bytes).includes("SECRET"), false);
}

/* A fixed sequence of numbers below n. */
let state = 20261122;
const below = (n) => {
	state = Math.imul(state, 1664525) + 1013904223 | 0;
	return (state >>> 8) % n;
};

/* Bytes changed, cut out and doubled: refused, or clean twice over. */
async function broken() {
	const kinds = [planted.jpeg(jpeg), planted.png(png), pdf(jpeg)];
	let kept = 0;
	for (let n = 0; n < 900; n++) {
		let bytes = Buffer.from(kinds[n % 3]);
		for (let k = below(4); k >= 0; k--) {
			const at = below(bytes.length), to = at + below(60);
			bytes[at] = below(256);
			if (below(3) === 0)
				bytes = Buffer.concat([bytes.subarray(0, at),
					bytes.subarray(below(2) ? to : at - below(at + 1))]);
		}
		const got = await take(bytes);
		if (got.bytes === undefined)
			continue;
		kept++;
		const again = await take(got.bytes);
		is(again.bytes?.equals(got.bytes), true);
	}
	is(kept > 20, true);
}

const MB = 1 << 20, STRETCH = 300_000;

/* However fast the machine is, the page has its turn every some hundred kB. */
async function rests() {
	const { now } = performance, { postMessage } = MessagePort.prototype;
	const noise = randomFillSync(Buffer.alloc(4 * MB));
	const scan = Buffer.from(noise.toString("latin1").replace(/\xff/g, "\xff\0"), "latin1");
	const kinds = [Buffer.concat([jpeg.subarray(0, -2), scan, jpeg.subarray(-2)]),
		Buffer.concat([png.subarray(0, 33), chunk("IDAT", noise), png.subarray(33)])];
	let clock = performance.now(), turns = 0;
	performance.now = () => clock += 1000;
	MessagePort.prototype.postMessage = function (...what) {
		turns++;
		postMessage.apply(this, what);
	};
	try {
		for (const bytes of kinds) {
			const seen = [], stop = new Unclean("STOPPED");
			turns = 0;
			await clean(new File([bytes], "a"), (part) => seen.push(part));
			is(turns, seen.length - 1);
			const steps = [...seen.slice(1), 1].map((part, i) => part - seen[i]);
			is(Math.max(...steps) * 2 * bytes.length < STRETCH && Math.min(...steps) >= 0, true);
			turns = 0;
			await clean(new File([bytes], "a"), (part) => {
				if (part > 0.1)
					throw stop;
			}).then(() => is("done", "stopped"), (why) => is(why, stop));
			is(turns < seen.length / 5, true);
		}
	} finally {
		performance.now = now;
		MessagePort.prototype.postMessage = postMessage;
	}
}

await run({ "pictures lose what was planted and nothing else": pictures,
	"documents lose what was planted": documents,
	"large pictures leave the page its turns, and stop": rests,
	"hostile pictures": hostilePictures, "hostile documents": hostileDocuments,
	"files broken at random": broken });
