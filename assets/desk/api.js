// What the page asks of the program that served it (docs/formats/desk-page.md).

import { t } from "./words.js";

export class Problem extends Error {
	constructor(code, title, status) {
		super(title);
		this.code = code;
		this.status = status;
	}
}

let token = sessionStorage.getItem("token") ?? "";

export const hasToken = () => token !== "";

function forget() {
	token = "";
	sessionStorage.removeItem("token");
}

let isDoubted = false;	// the connection was lost: who answers now?

const hex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");

/** Whoever has the port now must show that they know our token before they get
 * it, or a passphrase: while the program was away another user of this machine
 * may have taken its place. */
async function doubt(signal) {
	const nonce = crypto.getRandomValues(new Uint8Array(32));
	const said = await (await fetch(`/v1/prove?nonce=${hex(nonce)}`, { signal, cache: "no-store", credentials: "omit", redirect: "error" })).json();
	const bytes = Uint8Array.from(token.match(/../g), (pair) => parseInt(pair, 16));
	const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
	const label = new TextEncoder().encode("pista/v1 desk ");
	const proof = hex(await crypto.subtle.sign("HMAC", key, new Uint8Array([...label, ...nonce])));
	if (said.proof !== proof)
		throw new Problem("stranger", "", 0);
	isDoubted = false;
}

async function ask(method, path, body, signal) {
	let answer;
	try {
		if (isDoubted && token)
			await doubt(signal);
		answer = await fetch(path, {
			method, signal, cache: "no-store", credentials: "omit", redirect: "error",
			headers: { ...(token && { "Pista-Token": token }), ...(body && { "Content-Type": "application/json" }) },
			body: body && JSON.stringify(body),
		});
	} catch (why) {
		if (why.name === "AbortError")
			throw why;
		isDoubted = true;
		if (why instanceof Problem)
			throw why;
		throw new Problem("gone", why.message, 0);
	}
	const said = await answer.json().catch(() => ({}));
	if (answer.ok)
		return said;
	if (said.code === "token")
		forget();
	throw new Problem(said.code ?? "io", said.title ?? answer.statusText, answer.status);
}

export const post = (path, body = {}) => ask("POST", path, body);
export const put = (path, body) => ask("PUT", path, body);

/** GET with parameters; those that are empty are left out. */
export function get(path, parameters = {}, signal) {
	const query = new URLSearchParams(Object.entries(parameters).filter(([, v]) => v !== undefined && v !== null && v !== ""));
	return ask("GET", query.size ? `${path}?${query}` : path, undefined, signal);
}

/** Changes the key of the address, which works once, for a token. The key
 * leaves the address before anything else happens. */
export async function enter() {
	const key = location.hash.slice(1);
	if (key)
		history.replaceState(null, "", location.pathname);
	if (!/^[0-9a-f]{16,128}$/.test(key))
		return;
	({ token } = await post("/v1/enter", { key }));
	sessionStorage.setItem("token", token);
}

/** Words for a person on what went wrong. */
export function sorry(why) {
	const words = {
		token: t("This page is no longer known to the program. Close it and start “pista desk” again."),
		locked: t("The desk is locked."),
		passphrase: t("That passphrase is wrong."),
		"not-found": t("That is not there (any more)."),
		conflict: t("Somebody else was quicker. Look again at what it says now."),
		format: t("The program did not understand this. Nothing was changed."),
		limit: t("That is too long or too much."),
		denied: t("You are not on the newsroom’s masthead, or this desk is not yours."),
		busy: t("The program is busy. Try again in a moment."),
		io: t("This machine could not write or read something. Is the disk full?"),
		newsroom: t("The newsroom’s server does not answer as it should."),
		stranger: t("Something else answers in the place of the program. Close this page, type nothing into it, and start “pista desk” again."),
		gone: t("The program on this machine does not answer."),
	};
	return words[why?.code] ?? plainError(why);
}

function plainError(why) {
	return t("Something went wrong: {what}", { what: String(why?.message ?? why).slice(0, 200) });
}
