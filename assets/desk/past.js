// A long tip comes in parts, the newest first; what was before is asked for
// when somebody wants to see it.

import { get } from "./api.js";

const LOOKED_AT = 5;	// earlier parts that are asked for again after a change

let shown = [];		// items that are sent, in order
let cursor;		// of what is before them; none: that is all
let newest = null;	// the newest item that was shown, of those that are sent

const place = (at) => at.split(".").map(Number);

function isBefore(a, b) {
	const [[x, line], [y, other]] = [place(a), place(b)];
	return x < y || x === y && line < other;
}

export function forget() {
	shown = [];
	cursor = undefined;
	newest = null;
}

export const hasMore = () => cursor !== undefined;

const olderThan = (at) => (at === undefined ? [] : shown.filter((item) => isBefore(item.at, at)));

/** All that is known of a tip whose newest part has just come, also what was in
 * that part until now. What lies between it and what was shown before is not
 * known when too much came at once: then it begins anew. */
export function join(thread) {
	const items = thread.items ?? [];
	const sent = items.filter((item) => item.pending === undefined);
	const first = items[0]?.at;
	const isKnown = newest !== null && first !== undefined && thread.more !== undefined && !isBefore(newest, first);
	const older = isKnown ? olderThan(first) : [];
	if (!older.length)
		cursor = thread.more;
	shown = [...older, ...sent];
	newest = sent.at(-1)?.at ?? newest;
	return { ...thread, items: [...older, ...items] };
}

/** The part before what is shown; the tip with it. */
export async function earlier(thread) {
	const part = await get("/v1/thread", { id: thread.thread, before: cursor });
	shown = [...part.items, ...shown];
	cursor = part.more;
	return { ...thread, items: [...part.items, ...thread.items] };
}

/** Earlier parts that are shown, as they are now: a file may have come whole. */
export async function renew(thread) {
	const [oldest] = olderThan(thread.items?.[0]?.at);
	let from = thread.more;
	for (let i = 0; i < LOOKED_AT && from !== undefined && oldest; i++) {
		const part = await get("/v1/thread", { id: thread.thread, before: from });
		const now = new Map(part.items.map((item) => [item.at, item]));
		shown = shown.map((item) => now.get(item.at) ?? item);
		if (!part.items.length || !isBefore(oldest.at, part.items[0].at))
			break;
		from = part.more;
	}
}

/** The letters of a tip that its source wrote, also those that are not shown. */
export async function letters(thread) {
	let { items, more } = await get("/v1/thread", { id: thread.thread });
	const all = items;
	while (more !== undefined) {
		({ items, more } = await get("/v1/thread", { id: thread.thread, before: more }));
		all.push(...items);
	}
	return all.filter((item) => item.type === "letter" && item.own);
}
