// What all three kinds of files share: reading numbers, and why a file is refused.

/* reason: BROKEN, LOCKED, STRANGE (well made, but not of a kind we know how to keep
 * whole), LARGE, STOPPED. */
export class Unclean extends Error {
	constructor(reason) {
		super(reason);
		this.reason = reason;
	}
}

export const broken = () => new Unclean("BROKEN");
export const strange = () => new Unclean("STRANGE");

export const view = (bytes) =>
	new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/* Of few bytes that stand for ASCII. */
export const text = (bytes) => String.fromCharCode(...bytes);
export const ascii = (s) => Uint8Array.from(s, (c) => c.charCodeAt(0));

export const startsWith = (bytes, s) =>
	bytes.length >= s.length && text(bytes.subarray(0, s.length)) === s;

export const isEqual = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

/* Long work on bytes is a generator of where in them it is, at the most so many from
 * one stop to the next, so that whoever has a page to answer for can do it between. */
export const MORSEL = 1 << 17;

/* The same at one go. */
export function finish(work) {
	for (;;) {
		const { done, value } = work.next();
		if (done)
			return value;
	}
}

export function join(...parts) {
	const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

export const u16 = (...numbers) => Uint8Array.from(numbers.flatMap((n) =>
	[n >> 8 & 255, n & 255]));
export const u32 = (...numbers) => Uint8Array.from(numbers.flatMap((n) =>
	[n >>> 24, n >> 16 & 255, n >> 8 & 255, n & 255]));
