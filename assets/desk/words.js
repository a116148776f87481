// The page's own texts: English in the source, other languages from
// /words/LANG.json, which the build makes of po/desk.

let words = {};
let chosen = { code: "en", name: "English", dir: "ltr" };
let plurals = new Intl.PluralRules("en");
let known = [chosen];

export const lang = () => chosen.code;
export const languages = () => known;

function put(text, values) {
	return text.replace(/\{(\w+)\}/g, (all, name) => values?.[name] ?? all);
}

/** A sentence; {name} in it is a value. */
export function t(text, values) {
	return put(words[text] ?? text, values);
}

/** A sentence in the form that n of something wants. */
export function tn(one, many, n, values) {
	const forms = words[one];
	const text = forms ? forms[plurals.select(n)] ?? forms.other : plurals.select(n) === "one" ? one : many;
	return put(text, { n: new Intl.NumberFormat(chosen.code).format(n), ...values });
}

/** A sentence whose values are nodes: a list of strings and nodes. */
export function tx(text, values) {
	return (words[text] ?? text).split(/(\{\w+\})/).map((piece) =>
		(/^\{\w+\}$/.test(piece) ? values[piece.slice(1, -1)] ?? piece : piece));
}

async function json(path) {
	const answer = await fetch(path, { cache: "no-store" });
	return answer.ok ? answer.json() : null;
}

/** Takes a language by its code; what is not there stays English. */
export async function speak(code) {
	const one = known.find((l) => l.code === code) ?? known[0];
	words = one.code === "en" ? {} : (await json(`/words/${one.code}.json`))?.words ?? {};
	chosen = one;
	plurals = new Intl.PluralRules(one.code);
	document.documentElement.lang = one.code;
	document.documentElement.dir = one.dir;
	sessionStorage.setItem("lang", one.code);
}

/** The language of the browser, or the one chosen before. */
export async function learn() {
	known = [chosen, ...((await json("/words/index.json").catch(() => null))?.langs ?? [])];
	const wanted = [sessionStorage.getItem("lang"), ...navigator.languages].filter(Boolean)
		.map((code) => code.slice(0, 2));
	await speak(wanted.find((code) => known.some((l) => l.code === code)) ?? "en");
}
