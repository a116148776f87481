// What a file says about whoever made it, taken out of it.

import { breathe } from "../script/bytes.js";
import { MORSEL, Unclean, broken, isEqual, join, startsWith, strange, text } from "./bytes.js";
import * as jpeg from "./jpeg.js";
import * as pdf from "./pdf.js";
import * as png from "./png.js";

export const MAX = 64 << 20;	/* bytes of a file: all of it is in memory, twice */

function cleaner(bytes) {
	if (startsWith(bytes, "\xff\xd8\xff"))
		return [jpeg.clean, "image/jpeg"];
	if (startsWith(bytes, "\x89PNG"))
		return [png.clean, "image/png"];
	if (text(bytes.subarray(0, 1024)).includes("%PDF-"))
		return [pdf.clean, "application/pdf"];
	throw strange();
}

/* {file, found}: the same file without, and what was found in it: PLACE, TIME, DEVICE,
 * PERSON, PREVIEW, WORDS, COLOURS, FILES, LINKS, FORM, SCRIPTS, PAST, OTHER. step(part)
 * now and then, part from 0 to 1 where that is known; it may throw Unclean. Throws Unclean
 * when it cannot be done whole. */
export async function clean(file, step = () => {}) {
	if (file.size > MAX)
		throw new Unclean("LARGE");
	step(0);
	const bytes = new Uint8Array(await file.arrayBuffer());
	const [take, type] = cleaner(bytes), found = new Set();
	const rest = (part) => {
		step(part);
		return breathe();
	};
	let parts;
	try {
		parts = await (take === pdf.clean ? take(bytes, found, rest)
			: picture(take, bytes, found, rest));
	} catch (why) {
		throw why instanceof Unclean ? why : broken();
	}
	const taken = new File(parts, file.name, { type, lastModified: 0 });
	return { file: Object.assign(taken, { isClean: true }), found: [...found] };
}

/* Looks twice: the second time there is nothing to find. */
async function picture(take, bytes, found, rest) {
	const parts = await pace(take(bytes, found), (at) => rest(at / bytes.length / 2));
	const whole = join(...parts), left = new Set();
	const again = await pace(take(whole, left), (at) => rest((1 + at / whole.length) / 2));
	let at = 0;
	for (const part of again) {
		const isItself = part.buffer === whole.buffer && part.byteOffset === at;
		if (!isItself && !isEqual(part, whole.subarray(at, at + part.length)))
			throw strange();
		at += part.length;
	}
	if (at !== whole.length || left.size > 0)
		throw strange();
	return parts;
}

/* Work with rests. */
async function pace(work, rest) {
	for (let rested = 0;;) {
		const { done, value } = work.next();
		if (done)
			return value;
		if (value - rested >= MORSEL)
			await rest(rested = value);
	}
}
