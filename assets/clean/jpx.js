// JPEG 2000 as it stands in a PDF (ISO 15444-1, annexes A and I): boxes and markers
// that make the picture.

import { ascii, broken, join, text, u16, u32, view } from "./bytes.js";
import * as icc from "./icc.js";

const OUTER = ["jP  ", "ftyp", "jp2h", "jp2c"];
const INNER = ["ihdr", "bpcc", "colr", "pclr", "cmap", "cdef"];
const SOC = 0xff4f, SOT = 0xff90, COM = 0xff64;
const BOXES_MAX = 1024;

/* The codestream without the words in its head. */
function stream(bytes) {
	const data = view(bytes), out = [u16(SOC)];
	let at = 2;
	if (bytes.length < 4 || data.getUint16(0) !== SOC)
		throw broken();
	while (at + 4 <= bytes.length && data.getUint16(at) !== SOT) {
		const end = at + 2 + data.getUint16(at + 2);
		if (end < at + 4 || end > bytes.length)
			throw broken();
		if (data.getUint16(at) !== COM)
			out.push(bytes.subarray(at, end));
		at = end;
	}
	return join(...out, bytes.subarray(at));
}

function colour(body) {
	if (body.length < 3)
		throw broken();
	if (body[0] === 1)
		return body.subarray(0, 7);
	const profile = body.subarray(3), n = text(profile.subarray(16, 20)) === "GRAY" ? 1 : 3;
	return join(body.subarray(0, 3), icc.clean(profile, n) ?? icc.sRgb());
}

function boxes(bytes, kept) {
	const data = view(bytes), out = [];
	for (let at = 0, n = 0; at < bytes.length; n++) {
		if (at + 8 > bytes.length || n > BOXES_MAX)
			throw broken();
		const size = data.getUint32(at), name = text(bytes.subarray(at + 4, at + 8));
		const end = size === 0 ? bytes.length : at + size;
		/* Those of more than 4 GB are in no file that is read here. */
		if (size === 1 || end < at + 8 || end > bytes.length)
			throw broken();
		let body = bytes.subarray(at + 8, end);
		at = end;
		if (!kept.includes(name))
			continue;
		if (name === "jp2h")
			body = boxes(body, INNER);
		else if (name === "jp2c")
			body = stream(body);
		else if (name === "colr")
			body = colour(body);
		out.push(u32(body.length + 8), ascii(name), body);
	}
	return join(...out);
}

export const clean = (bytes) => bytes[0] === 255 ? stream(bytes) : boxes(bytes, OUTER);
