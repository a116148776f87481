// Word lists as they travel: each word is a capital letter (how many letters it
// shares with the one before: A none) and the rest. bundle.js writes them.

export const unpack = (packed) => {
	let last = "";
	return packed.match(/[A-Z][^A-Z]*/g).map((w) =>
		last = last.slice(0, w.charCodeAt(0) - 65) + w.slice(1));
};

export function pack(words) {
	let last = "", out = "";
	for (const word of words) {
		let n = 0;
		while (n < 25 && n < last.length && last[n] === word[n])
			n++;
		out += String.fromCharCode(65 + n) + word.slice(n);
		last = word;
	}
	return out;
}
