// The one door by which anything leaves the page: sealed bytes. They go whole, and
// again from the beginning when the line broke; the key makes a repeat the same.

export class Broken extends Error {}	/* no answer: try the same again */
export class Refused extends Error {
	constructor(status) {
		super(`status ${status}`);
		this.status = status;
	}
}

const AGAIN = [2000, 5000, 10000];	/* milliseconds before each repeat */

function once(url, blob, key, { signal, onProgress }) {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		const stop = () => request.abort();
		request.open("POST", url);
		request.setRequestHeader("Idempotency-Key", key);
		request.setRequestHeader("Content-Type", "application/octet-stream");
		request.upload.onprogress = (e) => onProgress(e.loaded, e.total);
		request.onload = () => {
			if (request.status === 201 || request.status === 200)
				resolve();
			else
				reject(new Refused(request.status));
		};
		request.onerror = () => reject(new Broken("no answer"));
		request.onabort = () => reject(signal.reason);
		request.onloadend = () => signal.removeEventListener("abort", stop);
		signal.addEventListener("abort", stop);
		request.send(blob);
	});
}

const pause = (ms, signal) => new Promise((resolve, reject) => {
	const timer = setTimeout(resolve, ms);
	signal.addEventListener("abort", () => {
		clearTimeout(timer);
		reject(signal.reason);
	}, { once: true });
});

/* Resolves when the letter is kept. Throws Refused, Broken, or why signal was
 * aborted. */
export async function upload(url, blob, key, options) {
	for (const wait of [...AGAIN, null]) {
		try {
			return await once(url, blob, key, options);
		} catch (error) {
			const isOver = error instanceof Refused &&
				![502, 503, 504].includes(error.status);
			if (isOver || options.signal.aborted || wait === null)
				throw error;
		}
		options.onBroken();
		await pause(wait, options.signal);
	}
	throw new Broken("never");
}
