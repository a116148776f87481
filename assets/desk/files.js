// Attachments: named, measured, never opened here. Plain text is shown on
// demand; saving is a decision with a warning.

import { get, post } from "./api.js";
import { confirm } from "./dialog.js";
import { button, el, fill } from "./dom.js";
import { bdi, body, kind, plain, size } from "./say.js";
import * as toast from "./toast.js";
import { t } from "./words.js";

const bars = new Map();	// seq -> elements that show its fetching

/** Progress of the program, from its state. */
export function progress(state) {
	const now = state?.progress?.what === "fetch" ? state.progress : null;
	for (const [seq, bar] of bars) {
		if (!bar.isConnected) {
			bars.delete(seq);
		} else if (now && now.seq === seq) {
			bar.hidden = false;
			bar.max = now.total || 1;
			bar.value = now.done;
		}
	}
}

/** what: {seq, n}, a file of a letter; {seq}, the file of which it holds a part. */
export async function save(what) {
	const sure = await confirm(t("Save this file?"), [
		t("Files may be made to attack your machine or to call home when they are opened. Open it on a machine without a network."),
		t("Never publish or forward it as it came: hidden marks in files have put sources in prison."),
		t("Once saved it lies on your disk as it is, outside of what the desk protects.")], t("Save it"), { isDanger: true });
	if (!sure)
		return;
	try {
		const { ticket } = await post("/v1/save", what);
		const link = el("a", { href: `/v1/file?ticket=${encodeURIComponent(ticket)}`, download: "" });
		document.body.append(link);
		link.click();
		link.remove();
	} catch (why) {
		toast.fail(why);
	}
}

async function showText(seq, file, place, by) {
	if (!place.hidden) {
		place.hidden = true;
		by.setAttribute("aria-expanded", "false");
		return;
	}
	try {
		const { text, cut } = await get("/v1/text", { seq, n: file.n });
		fill(place, body(text), cut && el("p", { class: "hint" }, t("Only the beginning is shown; save the file for the rest.")));
		place.hidden = false;
		by.setAttribute("aria-expanded", "true");
	} catch (why) {
		toast.fail(why);
	}
}

function fetchRest(seq, bar) {
	bar.hidden = false;
	bars.set(seq, bar);
	post("/v1/fetch", { seq }).catch(toast.fail);
}

function one(seq, file) {
	const place = el("div", { class: "file-text", hidden: true, tabindex: "0", role: "region", "aria-label": t("Text of the file") });
	const isText = file.type === "text/plain" && file.held !== false;
	const reader = isText && button(t("Show text"), (e) => showText(seq, file, place, e.currentTarget), { class: "quiet", "aria-expanded": "false" });
	return el("li", { class: "file" },
		el("div", { class: "file-line" },
			el("span", { class: "file-name" }, file.name ? bdi(file.name) : t("File {n}", { n: file.n })),
			el("span", { class: "file-kind" }, bdi(kind(file.type)), " · ", bdi(size(file.size ?? 0))),
			file.part && el("span", { class: "file-kind" }, t("part {n} of {of}", { n: file.part.n, of: file.part.of })),
			file.clean && el("span", { class: "file-kind" }, t("hidden details removed by the source")),
			el("span", { class: "buttons" }, reader, file.held === false ? null :
				button(t("Save…"), () => save({ seq, n: file.n }), { class: "quiet" }))),
		el("div", { class: "file-more" }, el("code", { title: "BLAKE2b-256" }, plain(file.blake2b ?? "", 64).slice(0, 16)), " ", plain(file.type)), place);
}

export function files(item) {
	if (!item.files?.length)
		return null;
	const rest = item.files.some((f) => f.held === false);
	const bar = el("progress", { hidden: true, "aria-label": t("Bringing the files") });
	if (rest)
		bars.set(item.seq, bar);
	return el("section", { class: "file-list", "aria-label": t("Files") },
		el("ul", {}, item.files.map((file) => one(item.seq, file))),
		rest && el("div", { class: "line" }, el("p", { class: "hint" }, t("Large: only the beginning is on this machine.")),
			button(t("Bring all of it"), () => fetchRest(item.seq, bar)), bar));
}
