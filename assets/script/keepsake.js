// What helps to keep a receipt: copy it, print it, practise it.

import { correction, generate } from "lean-qr/nano";

import { hex } from "./bytes.js";
import { drawing } from "./html.js";
import * as receipt from "./receipt.js";

const say = (thread, button, said) => {
	button.closest("section").querySelector("[data-said]").textContent =
		thread.screen.pages.said({ said }).trim();
};

/* Browsers lend the clipboard to safe connections only; the old way works in
 * others. */
async function copy(text, button) {
	try {
		await navigator.clipboard.writeText(text);
	} catch {
		const area = document.createElement("textarea");
		area.value = text;
		document.body.append(area);
		area.select();
		document.execCommand("copy");
		area.remove();
		button.focus();
	}
}

/* A QR code. */
export const code = (text) =>
	generate(text, { minCorrectionLevel: correction.M });

function card(thread, button) {
	const words = thread.words();
	document.querySelector(".card")?.remove();
	const label = button.closest("section").querySelector(".receipt")
		.getAttribute("aria-label");
	button.closest("section").insertAdjacentHTML("afterend",
		thread.screen.pages.card({ words: words.map((word) => ({ word })),
			words_lang: thread.listLang,
			qr: drawing(code(words.join(" ")), label) }));
	document.body.classList.add("has-card");
	const heading = document.querySelector(".card h2");
	heading.tabIndex = -1;
	heading.focus();
}

/* Shown or hidden again, with the focus where one goes on. */
function practise(button) {
	const section = button.closest("section");
	const form = section.querySelector("[data-practise]");
	form.hidden = !form.hidden;
	section.classList.toggle("is-covered", !form.hidden);
	section.querySelector("[data-said]").textContent = "";
	form.elements.words.value = "";
	(form.hidden ? section.querySelector("[data-act=practise]")
		: form.elements.words).focus();
}

export const acts = {
	async copy(thread, button) {
		await copy(thread.words().join(" "), button);
		say(thread, button, "SAID_COPIED");
	},
	card,
	practise(thread, button) {
		practise(button);
	},
	print() {
		print();
	},
};

/* Nine words were typed to compare. */
export function compare(thread, form) {
	const read = receipt.read(form.elements.words.value,
		{ [thread.listLang]: thread.list });
	const isRight = read.result === "ok" &&
		hex(read.value) === hex(thread.value);
	say(thread, form, isRight ? "SAID_RIGHT" : "SAID_WRONG");
	if (isRight) {
		const said = form.closest("section").querySelector("[data-said]");
		const text = said.textContent;
		practise(form);
		said.textContent = text;
	} else {
		form.elements.words.focus();
	}
}
