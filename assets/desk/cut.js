// Files that came in parts: one row a file, saved as one once all parts are here.

import { post } from "./api.js";
import { button, el, fill } from "./dom.js";
import { save } from "./files.js";
import { bdi, count, kind, size } from "./say.js";
import { desk } from "./store.js";
import * as toast from "./toast.js";
import { t } from "./words.js";

/** "2, 4–6" */
export function ranges(numbers) {
	const runs = [];
	for (const n of numbers) {
		const last = runs.at(-1);
		if (last?.[1] === n - 1)
			last[1] = n;
		else
			runs.push([n, n]);
	}
	return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

let shown = null;	// {line, bar, words, asks: [{by, seqs}]}, of the tip that is shown

const bring = (what) => post("/v1/fetch", what).catch(toast.fail);

/** How far large letters have come, from the program's state. */
export function progress(state) {
	const now = state?.bringing;
	if (!shown)
		return;
	shown.line.hidden = !now;
	const wanted = new Set(now?.seqs);
	for (const { by, seqs } of shown.asks)
		by.hidden = seqs.some((seq) => wanted.has(seq));
	if (!now)
		return;
	shown.bar.max = now.total;
	shown.bar.value = now.done;
	fill(shown.words, t("{done} of {total} letters are here in full", { done: count(now.done), total: count(now.total) }));
}

function asking(parts) {
	const seqs = parts.map((part) => part.seq);
	const by = button(t("Bring all of it"), () => bring({ seqs }), { class: "quiet" });
	shown.asks.push({ by, seqs });
	return by;
}

function one(file) {
	const away = file.parts.filter((part) => !part.held);
	const isWhole = file.missing.length === 0;
	return el("li", { class: "file" },
		el("div", { class: "file-line" },
			file.name && el("span", { class: "file-name" }, bdi(file.name)),
			el("span", { class: "file-kind" }, kind(file.type), " · ", size(file.size)),
			el("span", {}, t("{here} of {of} parts are here", { here: file.parts.length, of: file.of })),
			el("span", { class: "buttons" },
				away.length > 0 && asking(away),
				isWhole && away.length === 0 && button(t("Save as one file…"), () => save({ seq: file.parts[0].seq }), { class: "quiet" }))),
		!isWhole && el("p", { class: "hint" }, t("Missing: {numbers}. The source can send them with the receipt.", { numbers: ranges(file.missing) })),
		file.doubtful && el("p", { class: "hint" },
			t("Parts of another file may be among these: nothing tells them apart. If it does not open, save each part alone, at its letter below.")));
}

/** What a thread has of them; nothing for most. */
export function cut(thread) {
	shown = null;
	if (!thread.cut?.length)
		return null;
	const bar = el("progress", { "aria-label": t("Bringing the files") });
	const words = el("span", {});
	const line = el("div", { class: "line" }, bar, words, button(t("Stop"), () => bring({ stop: true }), { class: "quiet" }));
	shown = { line, bar, words, asks: [] };
	const made = el("section", { class: "file-list cut", "aria-label": t("Files in parts") }, el("ul", {}, thread.cut.map(one)), line);
	progress(desk.state);
	return made;
}
