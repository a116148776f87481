// PNG (W3C, third edition). Chunks that make the picture are kept, nothing else.

import { unzlibSync, zlibSync } from "fflate";

import { MORSEL, ascii, broken, finish, isEqual, join, startsWith, strange, text, u32, view } from "./bytes.js";
import { look, lookAtText, upright } from "./exif.js";
import * as icc from "./icc.js";

const SIGNATURE = "\x89PNG\r\n\x1a\n";
const CHUNKS_MAX = 1 << 18, PROFILE_MAX = 1 << 16, PROFILE_OUT = 1 << 20;
/* How long a chunk may be that stands in a file once; null: any number, any length. */
const KEPT = {
	IHDR: (n) => n === 13, PLTE: (n) => n <= 768 && n % 3 === 0, IDAT: null,
	IEND: (n) => n === 0, tRNS: (n) => n <= 256, gAMA: (n) => n === 4,
	cHRM: (n) => n === 32, sRGB: (n) => n === 1, sBIT: (n) => n <= 4,
	cICP: (n) => n === 4, acTL: (n) => n === 8, fcTL: null, fdAT: null,
};
const TELLS = { tIME: "TIME", iDOT: "DEVICE" };

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
	for (let k = 0; k < 8; k++)
		n = n & 1 ? n >>> 1 ^ 0xedb88320 : n >>> 1;
	return n;
});
function* crc(bytes, at, end) {
	let c = ~0;
	for (; at < end; yield at) {
		const stop = Math.min(at + MORSEL, end);
		for (; at < stop; at++)
			c = c >>> 8 ^ TABLE[(c ^ bytes[at]) & 255];
	}
	return ~c >>> 0;
}

function chunk(name, body) {
	const named = join(ascii(name), body);
	return join(u32(body.length), named, u32(finish(crc(named, 0, named.length))));
}

/* The one that begins there. */
function* read(bytes, at) {
	if (at + 12 > bytes.length)
		throw broken();
	const data = view(bytes), end = at + 12 + data.getUint32(at);
	if (end > bytes.length ||
	    (yield* crc(bytes, at + 4, end - 4)) !== data.getUint32(end - 4))
		throw broken();
	return { name: text(bytes.subarray(at + 4, at + 8)), end,
		body: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) };
}

/* The profile, with nothing but colours; [] when there is none to keep. */
function colours(body, found) {
	const at = body.indexOf(0);
	if (at < 0 || body.length > PROFILE_MAX)
		return [];
	let before;
	try {
		before = unzlibSync(body.subarray(at + 2),
			{ out: new Uint8Array(PROFILE_OUT) });
	} catch {
		return [];
	}
	const after = icc.clean(before, 3);
	if (after === null)
		found.add("COLOURS");
	return after === null ? []
		: [chunk("iCCP", join(ascii("-\0\0"), zlibSync(after, { mtime: 0 })))];
}

function tell(name, body, found) {
	if (["tEXt", "zTXt", "iTXt"].includes(name))
		lookAtText(new TextDecoder("latin1").decode(body.subarray(0, 4096)), found);
	else
		found.add(TELLS[name] ?? "OTHER");
}

/* A note on which way up, alone. */
function turn(body, found) {
	const told = new Set(), turned = look(body, told), alone = upright(turned);
	if (told.size === 0 && !isEqual(body, alone))
		told.add("OTHER");
	told.forEach((what) => found.add(what));
	return turned > 1 ? [chunk("eXIf", alone)] : [];
}

const REWRITTEN = { iCCP: colours, eXIf: turn };

export function* clean(bytes, found) {
	const out = [bytes.subarray(0, 8)], seen = new Set();
	let at = 8;
	if (!startsWith(bytes, SIGNATURE))
		throw broken();
	for (let n = 0; !seen.has("IEND"); n++) {
		if (n === CHUNKS_MAX)
			throw strange();
		const { name, body, whole, end } = yield* read(bytes, at);
		at = end;
		if (seen.size === 0 && name !== "IHDR")
			throw broken();
		if (Object.hasOwn(KEPT, name)) {
			if (KEPT[name] !== null && (seen.has(name) || !KEPT[name](body.length)) ||
			    name === "fcTL" && body.length !== 26)
				throw broken();
			out.push(whole);
		} else if (Object.hasOwn(REWRITTEN, name) && !seen.has(name))
			out.push(...REWRITTEN[name](body, found));
		else if (/^[A-Z]/.test(name))
			throw strange();
		else
			tell(name, body, found);
		seen.add(name);
	}
	if (!seen.has("IDAT"))
		throw broken();
	if (at < bytes.length)
		found.add("OTHER");
	return out;
}
