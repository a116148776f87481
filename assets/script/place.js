// What the server says about the place: the card, proved by its signature, the
// stories, the board. Nothing that is asked for differs between two readers.

import * as masthead from "./masthead.js";
import { Broken } from "./upload.js";

export class Unproved extends Error {}
export class Closed extends Error {}

async function get(url) {
	let answer;
	try {
		answer = await fetch(url, { cache: "no-store", credentials: "omit",
			redirect: "error", referrerPolicy: "no-referrer" });
		if (answer.ok)
			return new Uint8Array(await answer.arrayBuffer());
	} catch {
		throw new Broken(url);
	}
	if (answer.status === 404)
		return null;
	throw new Broken(`${url}: ${answer.status}`);
}

const text = (bytes) => new TextDecoder().decode(bytes);

export class Place {
	constructor({ prefix, pin }, lang) {
		this.prefix = prefix;
		this.pin = pin;
		this.lang = lang;
		this.card = null;
		this.stories = [];
	}

	/* The card as it is now, checked; one older than an earlier answer's counts
	 * as unproved. */
	async look() {
		const [json, minisig, stories] = await Promise.all([
			get(`${this.prefix}/masthead.json`),
			get(`${this.prefix}/masthead.json.minisig`),
			get(`${this.prefix}/v1/stories`)]);
		if (json === null || minisig === null)
			throw new Closed("no card");
		let card;
		try {
			card = masthead.read(text(json), text(minisig), this.pin);
		} catch (error) {
			throw new Unproved(error.message);
		}
		if (this.card !== null && (card.serial < this.card.serial ||
		    card.newsroom !== this.card.newsroom))
			throw new Unproved("an older card");
		this.card = card;
		this.stories = JSON.parse(text(stories ?? new Uint8Array([91, 93])));
		return card;
	}

	/* For sealing. */
	async lookOpen() {
		const card = await this.look();
		if (!masthead.isCurrent(card))
			throw new Closed("expired");
		return card;
	}

	isOpen() {
		return masthead.isCurrent(this.card);
	}

	recipients(desk) {
		return masthead.recipients(this.card, desk);
	}

	/* One of the texts of a card in the page's language. */
	say(texts, otherwise) {
		return texts?.[this.lang] ?? texts?.[this.card.languages?.[0]] ??
			Object.values(texts ?? {})[0] ?? otherwise;
	}

	/* To choose from; none when there is no choice. */
	desks(chosen) {
		const desks = this.card.desks;
		return desks.length < 2 ? [] : desks.map((d) => ({ id: d.id,
			name: this.say(d.names, d.id), is_chosen: d.id === chosen }));
	}

	story(id) {
		return this.stories.find((s) => s.id === id);
	}

	promise(desk) {
		return this.card.policy?.promise_days?.[desk] ?? 0;
	}

	index() {
		return get(`${this.prefix}/v1/board/index`);
	}

	slots(number) {
		return get(`${this.prefix}/v1/board/${number}`);
	}

	async lists() {
		return JSON.parse(text(await get(`${this.prefix}/words.json`)));
	}

	/* Where letters go. */
	base() {
		return `${this.prefix}/v1`;
	}
}
