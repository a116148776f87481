// Files that came in parts: one row a file, saved as one once all parts are here.

import { post } from "./api.js";
import { button, el } from "./dom.js";
import { save } from "./files.js";
import { bdi, kind, size } from "./say.js";
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

function bring(parts) {
	for (const part of parts)
		post("/v1/fetch", { seq: part.seq }).catch(toast.fail);
}

function one(file) {
	const away = file.parts.filter((part) => !part.held);
	const isWhole = file.missing.length === 0;
	return el("li", { class: "file" },
		el("div", { class: "file-line" },
			file.name && el("span", { class: "file-name" }, bdi(file.name)),
			el("span", { class: "file-kind" }, bdi(kind(file.type)), " · ", bdi(size(file.size))),
			el("span", {}, t("{here} of {of} parts are here", { here: file.parts.length, of: file.of })),
			el("span", { class: "buttons" },
				away.length > 0 && button(t("Bring all of it"), () => bring(away), { class: "quiet" }),
				isWhole && away.length === 0 && button(t("Save as one file…"), () => save({ seq: file.parts[0].seq }), { class: "quiet" }))),
		!isWhole && el("p", { class: "hint" }, t("Missing: {numbers}. The source can send them with the receipt.", { numbers: ranges(file.missing) })));
}

/** What a thread has of them; nothing for most. */
export function cut(thread) {
	return thread.cut?.length > 0 && el("section", { class: "file-list cut", "aria-label": t("Files in parts") }, el("ul", {}, thread.cut.map(one)));
}
