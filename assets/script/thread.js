// One receipt in the page, and what the pages show of it.

import { random, shuffle } from "./bytes.js";
import * as receipt from "./receipt.js";

export class Thread {
	constructor(value, own) {
		Object.assign(this, { value, ...own, keys: null });
		this.numbers = receipt.numbers(value);
		this.positions = shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8]).slice(0, 3)
			.sort((a, b) => a - b);
		this.renew();
	}

	/* What is sent from now on is another letter. */
	renew() {
		this.token = random(16);
	}

	words() {
		return this.numbers.map((n) => this.list[n]);
	}

	async derive(card, progress) {
		this.keys ??= await receipt.keys(this.value, card.id, progress);
	}

	/* The fields of view_write and view_sent about the receipt. */
	view() {
		const [pos1, pos2, pos3] = this.positions.map((n) => n + 1);
		return { words: wordsView(this.words()), words_lang: this.listLang,
			grouped: this.hasList ? ""
				: receipt.digits(this.value).match(/.../g).join(" "),
			pos1, pos2, pos3 };
	}

	/* gate and wrong of view_sent. */
	gate({ all, typed }) {
		if (all.trim() !== "") {
			const read = receipt.read(all, { [this.listLang]: this.list });
			return { gate: read.result === "ok" &&
				read.value.join() === this.value.join()
				? "GATE_RIGHT" : "GATE_WRONG" };
		}
		const wrong = this.positions.map((at, i) => ({ number: at + 1,
			typed: typed[i], isRight: receipt.isWord(typed[i], this.list,
				this.numbers[at]) })).filter((w) => !w.isRight);
		return { wrong, gate: wrong.length > 0 ? "GATE_WRONG" : "GATE_RIGHT" };
	}

	isIn(text) {
		return receipt.isInside(text, this.value,
			{ [this.listLang]: this.list });
	}

	wipe() {
		for (const secret of [this.value, ...Object.values(this.keys ?? {})])
			secret.fill(0);
	}
}

export const wordsView = (words) => words.map((word, i) => ({
	number: i + 1, word, is_first: i % 3 === 0, is_last: i % 3 === 2 }));
