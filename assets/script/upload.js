// The one door by which anything leaves the page: sealed bytes. A small letter goes
// whole, and whole again when the line broke; the key makes a repeat the same. A
// larger one goes in pieces (tus 1.0), and on from what has arrived. Where that is
// known to be stands in the letter: {sealed, key, id, offset, piece, most}, nowhere else.

export class Broken extends Error {}	/* no answer: try the same again */
export class Refused extends Error {
	/* after: when to ask again, in seconds, if somebody said so. */
	constructor(status, after) {
		super();
		this.status = status;
		this.wait = Math.min(1000 * after || 0, RETRY_MAX);
	}
}

const CHUNK = 65552;		/* the server keeps whole ones of these */
export const PIECE_MIN = 4 * CHUNK;
const PIECE_FIRST = 16 * CHUNK, PIECE_MAX = 64 * CHUNK;
const QUICK = 8000;		/* milliseconds; a piece that took less may grow */
const STALL = 30000;		/* milliseconds without a byte */
const ANSWER = 60000;		/* the same when all have gone out */
const WAIT_MAX = 60000;
const RETRY_MAX = 300000;
const BREAKS_MAX = 30;		/* in a row, without one more byte there */
const REFUSALS_MAX = 6;		/* the same where nothing is there yet */
const PASSING = [408, 429, 502, 503, 504];
const TUS = { "Tus-Resumable": "1.0.0" };

/* The request when it has been answered, whatever the answer. */
function ask(method, url, fields, body, signal, onProgress = () => {}) {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		const stop = () => request.abort();
		let timer;
		const hear = (ms) => {
			clearTimeout(timer);
			timer = setTimeout(stop, ms);
		};
		signal.throwIfAborted();
		signal.addEventListener("abort", stop);
		addEventListener("offline", stop);
		request.open(method, url);
		for (const name in fields)
			request.setRequestHeader(name, fields[name]);
		request.upload.onprogress = ({ loaded, total }) => {
			hear(loaded < total ? STALL : ANSWER);
			onProgress(loaded);
		};
		request.onload = () => resolve(request);
		request.onerror = () => reject(new Broken());
		request.onabort = () => reject(signal.aborted ? signal.reason
			: new Broken());
		request.onloadend = () => {
			clearTimeout(timer);
			signal.removeEventListener("abort", stop);
			removeEventListener("offline", stop);
		};
		hear(STALL);
		request.send(body);
	});
}

const refused = (request) =>
	new Refused(request.status, request.getResponseHeader("Retry-After"));

async function post(base, { sealed, key }, signal, onProgress) {
	const body = await sealed.read(0, sealed.size, signal);
	const request = await ask("POST", `${base}/letters`,
		{ "Idempotency-Key": key,
			"Content-Type": "application/octet-stream" }, body, signal,
		(n) => onProgress(n, sealed.size));
	if (request.status !== 200 && request.status !== 201)
		throw refused(request);
	if (request.responseText !== "{}")
		throw new Broken("not the server");
}

/* What the answer says of the upload; an answer of somebody in between counts as
 * none. */
function read(request, letter, wanted, field, pattern) {
	const { status } = request;
	const isGone = letter.id && (status === 404 || status === 410);
	if (isGone)
		[letter.id, letter.offset] = [null, 0];
	if (isGone || status === 409)
		throw new Broken();
	if (status >= 400)
		throw refused(request);
	const [value] = pattern.exec(request.getResponseHeader(field)) ?? [];
	if (status !== wanted || value === undefined)
		throw new Broken();
	return value;
}

async function resume(base, letter, signal, onProgress) {
	const { sealed, key } = letter;
	const send = async (method, id, fields, body, wanted, hear) => {
		const request = await ask(method, `${base}/upload${id}`,
			{ ...TUS, ...fields }, body, signal, hear);
		return method === "POST"
			? read(request, letter, wanted, "Location", /[0-9a-f]{32}$/)
			: Number(read(request, letter, wanted, "Upload-Offset",
				/^[0-9]{1,15}$/));
	};
	letter.piece ??= PIECE_FIRST;
	if (letter.id) {
		letter.offset = await send("HEAD", `/${letter.id}`, {}, null, 200);
	} else {
		letter.offset = 0;
		letter.id = await send("POST", "", { "Upload-Length": sealed.size,
			"Idempotency-Key": key }, null, 201);
	}
	while (letter.offset < sealed.size) {
		const from = letter.offset, began = Date.now();
		const body = await sealed.read(from, from + letter.piece, signal);
		const at = await send("PATCH", `/${letter.id}`, { "Upload-Offset": from,
			"Content-Type": "application/offset+octet-stream" },
		body, 204, (n) => onProgress(from + n, sealed.size));
		if (at <= from)
			throw new Broken();
		letter.offset = at;
		if (Date.now() - began < QUICK)
			letter.piece = Math.min(2 * letter.piece,
				letter.most ?? PIECE_MAX);
	}
}

/* Until the time is over or the network is back: was it that? */
const pause = (ms, signal) => new Promise((resolve, reject) => {
	const end = (event) => {
		clearTimeout(timer);
		removeEventListener("online", end);
		signal.removeEventListener("abort", end);
		if (signal.aborted)
			reject(signal.reason);
		else
			resolve(event?.type === "online");
	};
	const timer = setTimeout(end, ms);
	addEventListener("online", end);
	signal.addEventListener("abort", end);
});

/* Whether it is worth another try; a proxy that takes less at once gets less. */
function isPassing(why, letter) {
	return why instanceof Broken || PASSING.includes(why.status) ||
		why.status === 413 && letter.id && letter.piece > PIECE_MIN;
}

/* base: the place's …/v1. onBroken(why) before it waits. Resolves when the letter is
 * kept. Throws Refused, Broken, or why signal was aborted; called again it goes on. */
export async function upload(base, letter, { signal, onProgress, onBroken }) {
	const turn = letter.sealed.size > PIECE_MIN ? resume : post;
	for (let breaks = 0, refusals = 0;;) {
		const had = letter.offset;
		let wait;
		try {
			return await turn(base, letter, signal, onProgress);
		} catch (why) {
			if (letter.offset > had)
				breaks = refusals = 0;
			const tries = why.status ? ++refusals : ++breaks;
			const isNew = turn === post || why.status && !letter.offset;
			if (signal.aborted || !isPassing(why, letter) ||
			    tries >= (isNew ? REFUSALS_MAX : BREAKS_MAX))
				throw why;
			wait = Math.max(Math.min(500 * 2 ** tries, WAIT_MAX), why.wait ?? 0);
			letter.piece = Math.max(letter.piece / 2, PIECE_MIN);
			if (why.status === 413)
				letter.most = letter.piece;
			onBroken(why);
		}
		/* A new line is a new start. */
		if (await pause(wait, signal))
			breaks = 0;
	}
}

/* Nothing of it stays at the server. */
export function drop(base, letter) {
	if (letter?.id)
		fetch(`${base}/upload/${letter.id}`, { method: "DELETE", headers: TUS,
			credentials: "omit", keepalive: true }).catch(() => {});
}
