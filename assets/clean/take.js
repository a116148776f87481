// What a file says about whoever made it, taken out of it.

import { Unclean, broken, isEqual, join, startsWith, strange, text } from "./bytes.js";
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
 * PERSON, PREVIEW, WORDS, COLOURS, FILES, LINKS, FORM, SCRIPTS, PAST, OTHER. Throws
 * Unclean when it cannot be done whole. */
export async function clean(file) {
	if (file.size > MAX)
		throw new Unclean("LARGE");
	const bytes = new Uint8Array(await file.arrayBuffer());
	const [take, type] = cleaner(bytes), found = new Set();
	let parts;
	try {
		parts = await take(bytes, found);
		if (type !== "application/pdf")
			verify(take, parts);
	} catch (why) {
		throw why instanceof Unclean ? why : broken();
	}
	const taken = new File(parts, file.name, { type, lastModified: 0 });
	return { file: Object.assign(taken, { isClean: true }), found: [...found] };
}

/* A second look finds nothing. */
function verify(take, parts) {
	const whole = join(...parts), found = new Set();
	if (!isEqual(join(...take(whole, found)), whole) || found.size > 0)
		throw strange();
}
