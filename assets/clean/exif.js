// EXIF (a TIFF without a picture) and XMP: what they would tell, and which way up
// the picture is. Nothing in here is trusted: what does not fit is not looked at.

import { ascii, join, u16, u32, view } from "./bytes.js";

const ORIENTATION = 0x0112, EXIF = 0x8769, GPS = 0x8825;
const TELLS = {
	PLACE: [GPS],
	TIME: [0x0132, 0x9003, 0x9004, 0x9010, 0x9011],
	DEVICE: [0x010f, 0x0110, 0x0131, 0x927c, 0xa431, 0xa433, 0xa434, 0xa435],
	PERSON: [0x013b, 0x8298, 0xa430, 0x9c9d],
	WORDS: [0x010e, 0x9286, 0x9c9b, 0x9c9c, 0x9c9e],
};
const WRITTEN = {
	PLACE: /GPS|Location|City/,
	TIME: /Date/,
	DEVICE: /:Make|:Model|Tool|Software|Producer|Serial|Lens/i,
	PERSON: /creator>|Author|Owner|Artist|By-?line/i,
};
const ENTRIES_MAX = 512;

/* Calls each(tag, value) for a directory; returns where the next one stands. */
function walk(data, isLittle, at, each) {
	if (at < 8 || at + 2 > data.byteLength)
		return 0;
	const n = data.getUint16(at, isLittle), end = at + 2 + 12 * n;
	if (n > ENTRIES_MAX || end > data.byteLength)
		return 0;
	for (let entry = at + 2; entry < end; entry += 12)
		each(data.getUint16(entry, isLittle),
			data.getUint16(entry + 2, isLittle) === 3
				? data.getUint16(entry + 8, isLittle)
				: data.getUint32(entry + 8, isLittle));
	return end + 4 <= data.byteLength ? data.getUint32(end, isLittle) : 0;
}

/* Adds to found what a TIFF tells; gives the orientation, 1 when there is none. */
export function look(tiff, found) {
	const data = view(tiff);
	let orientation = 1, exif = 0;
	const each = (tag, value) => {
		for (const [what, tags] of Object.entries(TELLS))
			if (tags.includes(tag))
				found.add(what);
		if (tag === ORIENTATION && value >= 1 && value <= 8)
			orientation = value;
		if (tag === EXIF)
			exif = value;
	};
	if (tiff.length < 8)
		return orientation;
	const isLittle = tiff[0] === 0x49;
	const next = walk(data, isLittle, data.getUint32(4, isLittle), each);
	if (exif !== 0)
		walk(data, isLittle, exif, each);
	if (next !== 0)
		found.add("PREVIEW");
	return orientation;
}

export function lookAtText(text, found) {
	const before = found.size;
	for (const [what, pattern] of Object.entries(WRITTEN))
		if (pattern.test(text))
			found.add(what);
	if (found.size === before)
		found.add("WORDS");
}

/* A TIFF that says which way up and nothing else. */
export const upright = (orientation) => join(ascii("MM"), u16(42), u32(8), u16(1),
	u16(ORIENTATION, 3), u32(1), u16(orientation, 0), u32(0));
