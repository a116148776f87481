// What the page knows: the program's state, which view is open, which thread.
// Whoever shows something listens for the change it cares about.

import { get, hasToken } from "./api.js";

export const desk = {
	state: null,		// the last answer of /v1/state
	view: "queue",		// a view of the list, or a page of its own
	thread: null,		// id of the open thread
	gone: false,		// the program does not answer
	isStranger: false,	// somebody else answers in its place
	isOver: false,		// everything was ended from here: the page stays empty
};

const target = new EventTarget();

/** Events: state, phase, gone, view, thread, list, lang. */
export function on(name, listener) {
	target.addEventListener(name, (e) => listener(e.detail));
}

export function tell(name, detail) {
	target.dispatchEvent(new CustomEvent(name, { detail }));
}

export const me = () => desk.state?.me?.id;
export const today = () => desk.state?.today ?? new Date().toISOString().slice(0, 10);
export const isReady = () => desk.state?.phase === "ready";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function take(state) {
	const before = desk.state?.phase;
	const was = desk.state?.version;
	desk.state = state;
	if (desk.gone) {
		desk.gone = false;
		tell("gone");
	}
	if (state.phase !== before)
		tell("phase", before);
	else if (state.version !== was)
		tell("state");
}

/** Follows the program's state for as long as the page lives. While the
 * program restarts to lock itself there is nobody to answer: that is waited
 * for before it is called gone. */
export async function follow() {
	let misses = 0;
	while (hasToken()) {
		try {
			take(await get("/v1/state", { after: desk.state?.version }));
			misses = 0;
			desk.isStranger = false;
		} catch (why) {
			if (why.code === "token")
				break;
			if (why.code === "stranger")
				desk.isStranger = true;
			await pause(Math.min(200 * ++misses, 2000));
			if (misses === 8 || desk.isStranger && !desk.gone) {
				desk.gone = true;
				tell("gone");
			}
		}
	}
	desk.gone = true;
	tell("gone");
}

const people = () => desk.state?.people ?? { members: [], desks: [], left: [] };

/** A member's name by id; those who left keep theirs if the book knows it. */
export function name(id) {
	const found = [...people().members, ...people().left].find((m) => m.id === id);
	return found?.name ?? id ?? "";
}

export const deskName = (id, lang) => {
	const names = people().desks.find((d) => d.id === id)?.names ?? {};
	return names[lang] ?? Object.values(names)[0] ?? id ?? "";
};

export const storyOf = (id) => desk.state?.stories?.find((s) => s.id === id);
export const members = () => people().members;
export const desks = () => people().desks;
export const left = () => people().left.filter((m) => m.threads > 0);
