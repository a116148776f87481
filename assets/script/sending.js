// A letter on its way: read, sealed, sent, with what a person sees and may do
// meanwhile.

import { hex } from "./bytes.js";
import * as letter from "./letter.js";
import { seal } from "./seal.js";
import { upload } from "./upload.js";

const GATHER = 8 << 20;		/* sealed bytes handed to the browser at once */
const SPOKEN = 3000;		/* milliseconds between two words about progress */

export class Cancelled extends Error {}
class Paused extends Error {}

const warn = (event) => event.preventDefault();

export class Sending {
	constructor(screen) {
		this.screen = screen;
		this.cover = screen.cover(screen.pages.sending({}));
		this.bar = this.cover.querySelector("[data-bar]");
		this.state = this.cover.querySelector("[data-state]");
		[this.said, this.spoken] = ["", 0];
		this.control = new AbortController();
		this.button("pause").hidden = true;
		addEventListener("beforeunload", warn);
	}

	button(name) {
		return this.cover.querySelector(`[data-act=${name}]`);
	}

	end() {
		removeEventListener("beforeunload", warn);
	}

	say(state, view, isNow) {
		if (!isNow && state === this.said && Date.now() < this.spoken + SPOKEN)
			return;
		[this.said, this.spoken] = [state, Date.now()];
		this.state.textContent = this.screen.pages.state({ state, ...view })
			.trim();
	}

	tell(state, done, total, more) {
		this.bar.value = total > 0 ? done / total : 0;
		this.say(state, { done: this.screen.size(done),
			total: this.screen.size(total), ...more }, false);
	}

	cancel() {
		this.control.abort(new Cancelled());
		this.resumed?.();
	}

	pause() {
		this.control.abort(new Paused());
	}

	resume() {
		this.resumed?.();
	}

	/* {blob, key} of a letter: the file that is sent, and sent again. */
	async seal(recipients, tip, message, files, token) {
		const bytes = files.reduce((n, f) => n + f.blob.size, 0);
		let done = 0;
		const step = (n) => {
			done += n;
			this.control.signal.throwIfAborted();
			this.tell("STATE_SEALING", done, 2 * bytes + 1);
		};
		this.say("STATE_SEALING", { done: this.screen.size(0),
			total: this.screen.size(2 * bytes) }, true);
		const plan = await letter.plan(tip, message, files, token, step);
		const { stream } = await seal(recipients, plan.stream(), plan.size);
		const reader = stream.getReader(), blobs = [];
		let parts = [], n = 0;
		for (;;) {
			const { done: isOver, value } = await reader.read();
			if (value) {
				parts.push(value);
				n += value.length;
				step(value.length);
			}
			if (isOver || n >= GATHER) {
				blobs.push(new Blob(parts));
				[parts, n] = [[], 0];
			}
			if (isOver)
				return { blob: new Blob(blobs), key: hex(plan.once) };
		}
	}

	async send(url, { blob, key }) {
		this.button("pause").hidden = false;
		for (;;) {
			const began = Date.now();
			try {
				await upload(url, blob, key, { signal: this.control.signal,
					onProgress: (done, total) =>
						this.progress(done, total, began),
					onBroken: () => this.say("STATE_AGAIN", {}, true) });
				return;
			} catch (why) {
				if (!(why instanceof Paused))
					throw why;
			}
			await this.rest();
		}
	}

	progress(done, total, began) {
		const left = (Date.now() - began) * (total - done) / (done || 1);
		if (done >= total)
			this.say("STATE_CHECKING", {}, true);
		else
			this.tell("STATE_SENDING", done, total,
				{ minutes: Math.ceil(left / 60000) });
	}

	/* Until the person goes on; throws when they stop instead. */
	async rest() {
		this.say("STATE_PAUSED", {}, true);
		this.swap(true);
		this.control = new AbortController();
		await new Promise((resolve) => this.resumed = resolve);
		this.resumed = null;
		this.control.signal.throwIfAborted();
		this.swap(false);
	}

	swap(isPaused) {
		this.button("pause").hidden = isPaused;
		this.button("resume").hidden = !isPaused;
		this.button(isPaused ? "resume" : "pause").focus();
	}
}
