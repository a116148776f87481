// The picture of a receipt says its nine words to a reader of another make.

import { readFileSync, readdirSync } from "node:fs";
import decode from "qr/decode.js";

import { drawing } from "../../assets/script/html.js";
import { code } from "../../assets/script/keepsake.js";
import { numbers } from "../../assets/script/receipt.js";

const FOLDER = new URL("../../assets/words/", import.meta.url), SCALE = 4;
const lists = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));

/* The squares of a drawing as pixels. */
function pixels({ html }) {
	const [, from, size] = /viewBox="(-\d+) -\d+ (\d+) /.exec(html).map(Number);
	const width = size * SCALE, data = new Uint8Array(4 * width * width).fill(255);
	for (const [, ...at] of html.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
		const [x, y] = at.map((n) => (n - from) * SCALE);
		for (let row = y; row < y + SCALE; row++)
			data.fill(0, 4 * (row * width + x), 4 * (row * width + x + SCALE));
	}
	return { width, height: width, data };
}

console.log(`1..${lists.length}`);
let failed = 0;
for (const [i, name] of lists.entries()) {
	const list = readFileSync(new URL(name, FOLDER), "utf8").trim().split("\n");
	const value = Uint8Array.from({ length: 12 }, (_, k) => k * 31 * (i + 3) & (k ? 255 : 7));
	const words = numbers(value).map((n) => list[n]).join(" ");
	const said = decode(pixels(drawing(code(words), "label")));
	failed += said !== words;
	console.log(`${said === words ? "ok" : "not ok"} ${i + 1} - ${name}: ${said}`);
}
process.exit(failed > 0 ? 1 : 0);
