// Sending over lines and past fronts that do what lines and fronts do, with a clock of
// its own: hours pass at once, and nothing depends on how busy the machine is.

import { Sending } from "../../assets/script/sending.js";
import { Broken, PIECE_MIN, Refused, drop, upload } from "../../assets/script/upload.js";
import { is, run } from "./tap.mjs";

const MB = 1 << 20, SEED = 1763900000000;

/* Time, which passes only while all wait for it. */
const clock = { now: SEED, timers: new Map(), n: 0 };
Date.now = () => clock.now;
globalThis.setTimeout = (does, ms) => {
	clock.timers.set(++clock.n, { at: clock.now + ms, does });
	return clock.n;
};
globalThis.clearTimeout = (id) => clock.timers.delete(id);
const settled = () => new Promise((go) => setImmediate(go));

/* What work comes to: a value or what it threw, and how many seconds it took. */
async function pass(work) {
	const began = clock.now;
	let result;
	work.then((value) => result = { value }, (why) => result = { why });
	for (await settled(); !result; await settled()) {
		const [[id, next]] = [...clock.timers].sort(([, a], [, b]) => a.at - b.at);
		clock.timers.delete(id);
		clock.now = next.at;
		next.does();
	}
	return { ...result, seconds: (clock.now - began) / 1000 };
}

/* The window. */
const window_ = new EventTarget();
for (const name of ["addEventListener", "removeEventListener"])
	globalThis[name] = window_[name].bind(window_);
const happens = (name) => window_.dispatchEvent(new Event(name));
const in_ = (seconds, does) => setTimeout(does, seconds * 1000);

/* The place, as docs/formats/requests.md has it. It does what plan says for each request
 * in turn: {status, headers}, "gone" (no answer but an end), "silent" (none at all),
 * {has: n, then} (so many bytes arrive before); and without one what it should. */
let plan, asked, kept, there;
function begin(...what) {
	[plan, asked, kept, there] = [what, [], 0, null];
	clock.timers.clear();
}

function place({ method, url, fields, body }) {
	const [, id] = /upload\/(.*)$/.exec(url) ?? [];
	if (url.endsWith("/letters")) {
		kept++;
		return { status: 201, text: "{}" };
	}
	if (!id) {
		there = { id: "0123456789abcdef".repeat(2), at: 0, size: fields["Upload-Length"] };
		return { status: 201, headers: { Location: `/v1/upload/${there.id}` } };
	}
	if (id !== there?.id)
		return { status: 404 };
	if (method === "PATCH") {
		if (fields["Upload-Offset"] !== there.at)
			return { status: 409 };
		there.at += body.length;
		kept += there.at === there.size;
	}
	return { status: method === "HEAD" ? 200 : 204, headers: { "Upload-Offset": there.at } };
}

globalThis.XMLHttpRequest = class {
	upload = {};
	fields = {};

	open(method, url) {
		Object.assign(this, { method, url });
	}

	setRequestHeader(name, value) {
		this.fields[name] = value;
	}

	getResponseHeader(name) {
		return this.headers?.[name] === undefined ? null : String(this.headers[name]);
	}

	send(body) {
		this.body = body;
		asked.push({ method: this.method, at: (clock.now - SEED) / 1000,
			size: body?.length, from: this.fields["Upload-Offset"] });
		queueMicrotask(() => this.go(plan.shift()));
	}

	go(turn) {
		if (this.isOver)
			return;
		if (turn?.has) {
			this.progress(turn.has);
			there.at += Math.floor(turn.has / 65552) * 65552;
			return this.go(turn.then);
		}
		if (turn === "silent")
			return;
		if (turn === "gone")
			return this.end("error");
		const { status, headers, text } = turn ?? place(this);
		if (this.body && !turn)
			this.progress(this.body.length);
		Object.assign(this, { status, headers, responseText: text ?? "" });
		this.end("load");
	}

	progress(loaded) {
		this.upload.onprogress({ loaded, total: this.body.length });
	}

	abort() {
		this.end("abort");
	}

	end(how) {
		this.isOver = true;
		this[`on${how}`]();
		this.onloadend();
	}
};

const letterOf = (size) => ({ key: "k", sealed: { size,
	read: async (from, to) => new Uint8Array(Math.min(to, size) - from) } });
const large = () => letterOf(6 * MB), small = () => letterOf(MB / 16);
const refusal = (status, after) => ({ status, headers: after && { "Retry-After": after } });
const times = (n, what) => Array.from({ length: n }, () => what);

/* What became of a letter, with why it waited, each time. */
async function send(letter, control = new AbortController()) {
	const waits = [];
	const result = await pass(upload("/v1", letter, { signal: control.signal,
		onProgress: () => {}, onBroken: (why) => waits.push(why.status ?? "line") }));
	is(clock.timers.size, 0, "timers left");
	return { ...result, waits: waits.join() };
}

async function arrives() {
	begin();
	const { why, seconds } = await send(large());
	is(why, undefined, "why");
	is(seconds, 0, "seconds");
	is(kept, 1, "kept");
	is(asked.map((a) => a.method).join(), "POST,PATCH,PATCH,PATCH", "asked");
	begin();
	await send(small());
	is(kept, 1, "kept");
	is(asked.length, 1, "requests");
}

/* Busy places say when to come back, or do not. */
async function busy() {
	begin(refusal(503, "120"), undefined, refusal(503), refusal(429, "Wed, 21 Oct 2026"));
	const { waits, seconds } = await send(large());
	is(waits, "503,503,429", "waits");
	is(seconds, 120 + 2 + 4, "seconds");
	is(kept, 1, "kept");
	/* Nobody waits for hours because a front says so. */
	begin(refusal(503, "86400"));
	is((await send(small())).seconds, 300, "seconds");
	/* Nothing is there yet: said soon, with the letter still here. */
	for (const letter of [small(), large()]) {
		begin(...times(99, refusal(503)));
		const { why, seconds } = await send(letter);
		is(why instanceof Refused && why.status, 503, "why");
		is(seconds, 2 ** 5 - 1, "seconds");
		plan = [];
		await send(letter);
		is(kept, 1, "kept when asked again");
	}
	/* Something is there: a front that starts anew for ten minutes costs no letter. */
	begin(undefined, undefined, ...times(15, refusal(502)));
	is((await send(large())).why, undefined, "why");
	is(kept, 1, "kept");
}

/* Other refusals are no reason to come back. */
async function final() {
	for (const status of [400, 403, 500, 507]) {
		begin(undefined, refusal(status));
		is((await send(large())).why?.status, status, "why");
		is(asked.length, 2, "requests");
	}
	begin(refusal(413));
	is((await send(large())).why?.status, 413, "why");
	is(asked.length, 1, "requests");
	/* A front that takes half a megabyte at once is asked for no more after that. */
	const letter = large();
	begin(undefined, refusal(413));
	await send(letter);
	const most = Math.max(...asked.slice(2).map((a) => a.size ?? 0));
	is(most, 8 * 65552, "largest piece");
	is(kept, 1, "kept");
}

/* A line that is there and says nothing. */
async function silent() {
	begin("silent");
	const first = await send(large());
	is(first.seconds, 31, "seconds");
	is(first.waits, "line", "waits");
	begin(undefined, "silent", undefined, { has: 3 * 65552, then: "silent" });
	const { seconds, waits } = await send(large());
	is(waits, "line,line", "waits");
	is(seconds, 30 + 1 + 30 + 2, "seconds");
	is(kept, 1, "kept");
	/* All has gone out: the answer may take longer. */
	begin(undefined, { has: 16 * 65552, then: "silent" });
	is((await send(large())).seconds, 60 + 1, "seconds");
	begin(...times(99, "silent"));
	const { why, seconds: all } = await send(small());
	is(why instanceof Broken, true, "why");
	is(all, 6 * 30 + 2 ** 5 - 1, "seconds");
}

/* Half an hour without a line, and no longer, unless some of it arrived. */
async function broken() {
	begin(undefined, ...times(99, "gone"));
	const { why, seconds } = await send(large());
	is(why instanceof Broken, true, "why");
	is(seconds > 1200 && seconds < 1800, true, `seconds: ${seconds}`);
	begin(undefined, ...times(40, [{ has: 65552, then: "gone" }, undefined]).flat());
	is((await send(large())).why, undefined, "why");
	is(kept, 1, "kept");
	/* A long break, and then a busy moment, before anything is there. */
	begin(...times(20, "gone"), refusal(503), "gone", refusal(503));
	is((await send(large())).why, undefined, "why");
	/* The upload is not there any more: anew, once more whole. */
	begin(undefined, undefined, refusal(404));
	await send(large());
	is(asked.filter((a) => a.method === "POST").length, 2, "begun");
	is(kept, 1, "kept");
}

/* What the browser says of its network. */
async function network() {
	begin(undefined, "silent", "gone", "gone", "gone");
	in_(5, () => happens("offline"));
	in_(10, () => happens("online"));
	const { seconds } = await send(large());
	/* Left at 5, again at 6 and at 8, in vain; at 10 again in vain, at 11 with success. */
	is(asked.slice(0, 6).map((a) => a.at - asked[0].at).join(), "0,0,6,8,10,11", "asked at");
	is(seconds, 11, "seconds");
	is(kept, 1, "kept");
	/* A network that comes and goes uses up no patience. */
	begin(undefined, ...times(50, "gone"));
	for (let i = 1; i <= 50; i++)
		in_(i / 10, () => happens("online"));
	is((await send(large())).why, undefined, "why");
}

async function stopped() {
	for (const [when, ...what] of [[5, "silent"], [5, undefined, "silent"], [2, "gone", "gone"]]) {
		begin(...what);
		const control = new AbortController(), reason = new Error("stop");
		in_(when, () => control.abort(reason));
		const { why, seconds } = await send(large(), control);
		is(why, reason, "why");
		is(seconds, when, "seconds");
	}
}

// What a person sees of it.

function screenOf() {
	const element = () => ({ hidden: false, textContent: "", value: 0, focus() {} });
	const parts = {}, said = [];
	const cover = { querySelector: (name) => parts[name] ??= element() };
	return { said, parts, size: (n) => String(n), cover: () => cover, pages: {
		sending: () => "", state: (view) => (said.push(view.state), view.state) } };
}

async function seen() {
	const locks = { held: 0, request: async () => {
		locks.held++;
		return { release: () => locks.held-- };
	} };
	Object.defineProperty(globalThis, "navigator", { value: { wakeLock: locks } });
	globalThis.document = new EventTarget();
	const screen = screenOf(), sending = new Sending(screen), letter = large();
	begin(undefined, "silent", undefined, refusal(503, "90"), undefined, "silent");
	in_(1 + 30 + 1 + 90 + 5, () => sending.pause());
	in_(3600, () => {
		is(locks.held, 0, "screen kept on while paused");
		document.dispatchEvent(new Event("visibilitychange"));
	});
	in_(3601, () => is(locks.held, 0, "screen kept on while paused and seen again"));
	in_(7200, () => sending.resume());
	const { why, seconds } = await pass(sending.send("/v1", letter));
	is(why, undefined, "why");
	is(seconds, 7200, "seconds");
	is(kept, 1, "kept");
	is(locks.held, 1, "screen kept on");
	is([...new Set(screen.said)].join(), "STATE_AGAIN,STATE_BUSY,STATE_PAUSED,STATE_SENDING," +
		"STATE_CHECKING", "said");
	is(screen.parts["[data-act=pause]"].hidden, false, "pause");
	sending.end();
	is(locks.held, 0, "screen kept on after the end");
}

async function cancelled() {
	const sending = new Sending(screenOf()), letter = large();
	begin(undefined, "silent");
	in_(1, () => sending.pause());
	in_(100, () => sending.cancel());
	const { why, seconds } = await pass(sending.send("/v1", letter));
	is(why?.constructor.name, "Cancelled", "why");
	is(seconds, 100, "seconds");
	sending.end();
	const dropped = [];
	globalThis.fetch = async (url, { method }) => dropped.push(`${method} ${url}`);
	drop("/v1", letter);
	is(dropped.join(), `DELETE /v1/upload/${letter.id}`, "dropped");
}

is(PIECE_MIN > MB / 16 && PIECE_MIN < 6 * MB, true, "sizes");
await run({ "a letter arrives, in pieces or whole": arrives,
	"a busy place is asked again when it says, or soon": busy,
	"what is refused for good is not tried again, and large pieces only once": final,
	"a line that says nothing is left": silent, "a line that breaks": broken,
	"what the browser says of its network": network, "who stops is heard at once": stopped,
	"what a person sees, paused for two hours": seen, "stopped while it was paused": cancelled });
