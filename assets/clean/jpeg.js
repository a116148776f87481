// JPEG (ITU-T T.81). What the picture is made of is kept, segment by segment, and
// nothing else; the few notes that say how to show it are written anew.

import { ascii, broken, isEqual, join, startsWith, strange, u16, view } from "./bytes.js";
import { look, lookAtText, upright } from "./exif.js";
import * as icc from "./icc.js";

const SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DQT = 0xdb, DHT = 0xc4, DNL = 0xdc, DRI = 0xdd;
const APP0 = 0xe0, APP1 = 0xe1, APP2 = 0xe2, APP13 = 0xed, APP14 = 0xee, COM = 0xfe;
const FRAMES = [0xc0, 0xc1, 0xc2];	/* baseline, extended, progressive */
const ICC = "ICC_PROFILE\0", XMP = "http://ns.adobe.com/", PIECE = 65519;

const segment = (marker, ...parts) => {
	const body = join(...parts);
	return join(Uint8Array.of(255, marker), u16(body.length + 2), body);
};

/* Tables have to end where their segment ends: what does not count could say
 * anything. */
function isTables(marker, body) {
	let at = 0;
	while (at < body.length)
		if (marker === DQT)
			at += body[at] >> 4 === 0 ? 65 : 129;
		else
			at += 17 + body.subarray(at + 1, at + 17)
				.reduce((a, b) => a + b, 0);
	return at === body.length;
}

function isWhole(marker, body) {
	if (marker === DQT || marker === DHT)
		return isTables(marker, body);
	if (FRAMES.includes(marker))
		return body.length >= 6 && body.length === 6 + 3 * body[5];
	if (marker === SOS)
		return body.length >= 1 && body.length === 4 + 2 * body[0];
	return (marker === DRI || marker === DNL) && body.length === 2;
}

/* Where the compressed bytes of a scan end. */
function* scanEnd(bytes, at) {
	for (;; yield at) {
		at = bytes.indexOf(255, at);
		if (at < 0 || at + 1 >= bytes.length)
			return bytes.length;
		const next = bytes[at + 1];
		if (next === 255)
			at++;
		else if (next === 0 || next >= 0xd0 && next <= 0xd7)
			at += 2;
		else
			return at;
	}
}

class Cleaner {
	constructor(found) {
		this.found = found;
		this.parts = [];
		this.frames = this.scans = this.orientation = 0;
		this.jfif = this.adobe = null;
		this.profile = [];
	}

	/* A segment that says something about the picture, or about other things. */
	note(marker, body) {
		const { found } = this;
		if (marker === APP0 && startsWith(body, "JFIF\0") && body.length >= 14) {
			this.jfif ??= body.slice(7, 12);
			if (body.length > 14)
				found.add("PREVIEW");
		} else if (marker === APP14 && startsWith(body, "Adobe") && body.length >= 12)
			this.adobe ??= body[11];
		else if (marker === APP1 && startsWith(body, "Exif\0"))
			this.turn(body.subarray(6));
		else if (marker === APP2 && startsWith(body, ICC))
			this.profile.push(body);
		else if (marker === APP1 && startsWith(body, XMP))
			lookAtText(new TextDecoder("latin1").decode(body), found);
		else if (marker === APP13 || marker === COM)
			found.add("WORDS");
		else
			found.add(marker === APP2 || marker === APP0 ? "PREVIEW" : "OTHER");
	}

	turn(tiff) {
		const found = new Set(), turned = look(tiff, found);
		this.orientation ||= turned;
		for (const what of found)
			this.found.add(what);
		/* All that stays is what is written below. */
		if (found.size === 0 && !isEqual(tiff, upright(turned)))
			this.found.add("OTHER");
	}

	/* The colour profile, if there is one that may stay. */
	colours(channels) {
		const { profile } = this, size = ICC.length + 2;
		profile.sort((a, b) => a[12] - b[12]);
		if (profile.length === 0)
			return [];
		const before = join(...profile.map((p) => p.subarray(size)));
		const after = icc.clean(before, channels);
		if (after === null)
			this.found.add("COLOURS");
		const n = Math.ceil((after?.length ?? 0) / PIECE);
		return Array.from({ length: n }, (_, i) => segment(APP2, ascii(ICC),
			Uint8Array.of(i + 1, n), after.subarray(i * PIECE, (i + 1) * PIECE)));
	}

	head(isInside) {
		const { jfif, adobe, orientation, channels } = this, out = [];
		out.push(Uint8Array.of(255, SOI));
		if (jfif !== null)
			out.push(segment(APP0, ascii("JFIF\0"), u16(0x101),
				Uint8Array.of(Math.min(jfif[0], 2)), jfif.subarray(1),
				u16(0)));
		if (orientation > 1 && !isInside)
			out.push(segment(APP1, ascii("Exif\0\0"), upright(orientation)));
		if (!isInside)
			out.push(...this.colours(channels));
		if (adobe !== null)
			out.push(segment(APP14, ascii("Adobe"), u16(100, 0, 0),
				Uint8Array.of(Math.min(adobe, 2))));
		return out;
	}

	*keep(marker, bytes, at, end) {
		const body = bytes.subarray(at + 2, end);
		if (!isWhole(marker, body))
			throw broken();
		if (FRAMES.includes(marker)) {
			this.frames++;
			this.channels = body[5];
		}
		if (marker === SOS) {
			this.scans++;
			end = yield* scanEnd(bytes, end);
		}
		this.parts.push(Uint8Array.of(255, marker), bytes.subarray(at, end));
		return end;
	}
}

/* Parts of the file with nothing in it but the picture, in the end; isInside: in a PDF,
 * which says itself how it is shown and may have cut the last two bytes. */
export function* clean(bytes, found, isInside = false) {
	const cleaner = new Cleaner(found), data = view(bytes);
	let at = 2, isOver = false;
	if (bytes[0] !== 255 || bytes[1] !== SOI)
		throw broken();
	for (; !isOver; yield at) {
		if (isInside && cleaner.scans > 0 && at >= bytes.length - 1)
			break;
		if (bytes[at] !== 255 || at + 1 >= bytes.length)
			throw broken();
		const marker = bytes[at + 1];
		if (marker === 255) {
			at++;
			continue;
		}
		at += 2;
		isOver = marker === EOI;
		if (isOver)
			break;
		const end = at + 2 <= bytes.length ? at + data.getUint16(at) : NaN;
		if (!(end >= at + 2 && end <= bytes.length))
			throw broken();
		if ([DQT, DHT, DRI, DNL, SOS, ...FRAMES].includes(marker))
			at = yield* cleaner.keep(marker, bytes, at, end);
		else if (marker >= APP0 && marker <= 0xef || marker === COM) {
			cleaner.note(marker, bytes.subarray(at + 2, end));
			at = end;
		} else
			throw strange();
	}
	if (cleaner.frames !== 1 || cleaner.scans === 0)
		throw broken();
	if (at < bytes.length && !isInside)
		found.add("OTHER");
	return [...cleaner.head(isInside), ...cleaner.parts, Uint8Array.of(255, EOI)];
}
