// A letter on its way: read, sealed, sent, with what a person sees and may do
// meanwhile.

import { hex } from "./bytes.js";
import { seal } from "./seal.js";
import { Broken, upload } from "./upload.js";

const SHOWN = 1000;		/* milliseconds between two words about progress */
const SPOKEN = 30000;		/* the same for who hears them */
const RECENT = 30000;		/* what the speed is measured over */

export class Cancelled extends Error {}
class Paused extends Error {}

const warn = (event) => event.preventDefault();

export class Sending {
	constructor(screen) {
		this.screen = screen;
		this.cover = screen.cover(screen.pages.sending({}));
		this.bar = this.cover.querySelector("[data-bar]");
		this.state = this.cover.querySelector("[data-state]");
		this.voice = this.cover.querySelector("[role=status]");
		[this.said, this.shown, this.spoken] = ["", 0, 0];
		this.control = new AbortController();
		this.button("pause").hidden = true;
		addEventListener("beforeunload", warn);
		this.wake = () => this.stayAwake();
		document.addEventListener("visibilitychange", this.wake);
		this.wake();
	}

	/* A phone that darkens its screen stops what its pages do. The browser takes
	 * the promise back when the page is out of sight. */
	async stayAwake() {
		try {
			this.lock = await navigator.wakeLock.request("screen");
		} catch {
			return;		/* it cannot, or will not */
		}
		if (this.isOver || this.resumed)
			this.lock.release();
	}

	button(name) {
		return this.cover.querySelector(`[data-act=${name}]`);
	}

	end() {
		removeEventListener("beforeunload", warn);
		document.removeEventListener("visibilitychange", this.wake);
		this.isOver = true;
		this.lock?.release();
	}

	say(state, view) {
		const now = Date.now(), isNew = state !== this.said;
		if (!isNew && now < this.shown + SHOWN)
			return;
		[this.said, this.shown] = [state, now];
		this.state.textContent = this.screen.pages.state({ state, ...view() })
			.trim();
		if (!isNew && now < this.spoken + SPOKEN)
			return;
		this.spoken = now;
		this.voice.textContent = this.state.textContent;
	}

	tell(state, done, total, more) {
		this.bar.value = total > 0 ? done / total : 0;
		this.say(state, () => ({ done: this.screen.size(done),
			total: this.screen.size(total), ...more }));
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

	/* {sealed, key} of a letter (letter.js): the file that is sent, and sent again. */
	async seal(recipients, letter) {
		let done = 0;
		const step = (n) => {
			done += n;
			this.control.signal.throwIfAborted();
			this.tell("STATE_SEALING", done, letter.size);
		};
		step(0);
		const sealed = await seal(recipients, letter, step);
		return { sealed, key: hex(sealed.once) };
	}

	async send(base, letter) {
		this.button("pause").hidden = false;
		for (;;) {
			this.marks = [];
			try {
				await upload(base, letter, { signal: this.control.signal,
					onProgress: (done, total) =>
						this.progress(done, total),
					onBroken: (why) => this.say(why instanceof Broken
						? "STATE_AGAIN" : "STATE_BUSY", () => ({})) });
				return;
			} catch (why) {
				if (!(why instanceof Paused))
					throw why;
			}
			await this.rest();
		}
	}

	/* The rest takes as long as it does at the speed of the last while, waiting
	 * and sending again included. */
	progress(done, total) {
		const now = Date.now(), marks = this.marks;
		marks.push([now, done]);
		while (marks[0][0] < now - RECENT)
			marks.shift();
		const [then, had] = marks[0];
		const left = (now - then) * (total - done) / (done - had);
		if (done >= total)
			this.say("STATE_CHECKING", () => ({}));
		else
			this.tell("STATE_SENDING", done, total, { minutes:
				left > 0 && left < Infinity && Math.ceil(left / 60000) });
	}

	/* Until the person goes on; throws when they stop instead. */
	async rest() {
		this.say("STATE_PAUSED", () => ({}));
		this.lock?.release();
		this.swap(true);
		this.control = new AbortController();
		await new Promise((resolve) => this.resumed = resolve);
		this.resumed = null;
		this.control.signal.throwIfAborted();
		this.wake();
		this.swap(false);
	}

	swap(isPaused) {
		this.button("pause").hidden = isPaused;
		this.button("resume").hidden = !isPaused;
		this.button(isPaused ? "resume" : "pause").focus();
	}
}
