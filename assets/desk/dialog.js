// Small dialogs: a menu answered by one letter, a line of text, a question.
// The browser's <dialog> keeps the focus inside and gives it back afterwards.

import { button, el, field, fresh, nodes } from "./dom.js";
import { t } from "./words.js";

/** Shows a dialog; make(done) gives what is in it, done(value) ends it. Gives
 * the value, null when it was left. */
export function ask(title, make, given = {}) {
	return new Promise((result) => {
		const id = fresh();
		let value = null;
		const before = document.activeElement;
		const box = el("dialog", { "aria-labelledby": id, class: "ask", ...given });
		const done = (v) => {
			value = v;
			box.close();
		};
		box.append(el("header", {}, el("h2", { id }, title),
			el("button", { type: "button", class: "quiet close", "aria-label": t("Close"), on: { click: () => box.close() } }, "×")),
		...nodes(make(done, box)));
		box.addEventListener("close", () => {
			box.remove();
			if (before?.isConnected)
				before.focus({ preventScroll: true });
			result(value);
		});
		box.addEventListener("click", (e) => {
			if (e.target === box)
				box.close();
		});
		document.body.append(box);
		box.showModal();
	});
}

/** items: {key, words, value, note, is_on}. below: more controls under the menu. */
export function menu(title, items, { intro, above, below, keys = {} } = {}) {
	return ask(title, (done, box) => {
		const rows = items.map((item, i) => el("button", {
			type: "button", class: "choice", autofocus: i === 0, "aria-keyshortcuts": item.key,
			"aria-pressed": item.is_on === undefined ? null : String(item.is_on),
			on: { click: () => done(item.value) },
		}, item.key && el("kbd", { "aria-hidden": "true" }, item.key), el("span", {}, item.words),
		item.note && el("small", {}, item.note)));
		box.addEventListener("keydown", (e) => {
			if (e.ctrlKey || e.metaKey || e.altKey || /^(input|textarea|select)$/i.test(e.target.localName) && e.target.type !== "checkbox")
				return undefined;
			if (keys[latin(e)]) {
				e.preventDefault();
				return keys[latin(e)]();
			}
			const found = items.findIndex((item) => item.key === e.key || item.key === latin(e));
			if (found >= 0) {
				e.preventDefault();
				done(items[found].value);
			}
			const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
			if (step) {
				e.preventDefault();
				const at = rows.indexOf(document.activeElement);
				rows[(at + step + rows.length) % rows.length].focus();
			}
			return undefined;
		});
		return [intro && el("p", { class: "intro" }, intro), above, el("div", { class: "choices" }, rows), below];
	});
}

/** The letter of a key on a keyboard that writes another script. */
export function latin(e) {
	return /^[\x20-\x7e]$/.test(e.key) ? e.key : /^Key[A-Z]$/.test(e.code) ?
		(e.shiftKey ? e.code[3] : e.code[3].toLowerCase()) : e.key;
}

/** One line; suggestions are offered. */
export function askLine(title, { label, value = "", max = 300, suggestions = [], note, yes = t("Save"), isEmptyGood = true, type = "text" } = {}) {
	return ask(title, (done) => {
		const list = fresh();
		const input = el("input", { type, value, maxlength: max, dir: "auto", autocomplete: "off", spellcheck: "false",
			list: suggestions.length ? list : null, autofocus: true });
		const end = () => (input.value.trim() || isEmptyGood) && done(input.value.trim());
		input.addEventListener("keydown", (e) => {
			if (e.key === "Enter" && !e.isComposing) {
				e.preventDefault();
				end();
			}
		});
		return [field(label, input), suggestions.length > 0 && el("datalist", { id: list },
			suggestions.map((value) => el("option", { value }))), note && el("p", { class: "hint" }, note),
		el("footer", {}, button(yes, end, { class: "main" }))];
	});
}

export function confirm(title, words, yes, { isDanger = false } = {}) {
	return ask(title, (done) => [words.map((line) => el("p", {}, line)),
		el("footer", {}, button(t("Cancel"), () => done(false), { class: "quiet", autofocus: true }),
			button(yes, () => done(true), { class: isDanger ? "main danger" : "main" }))]);
}

export const isOpen = () => document.querySelector("dialog[open]") !== null;
