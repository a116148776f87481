// Which files a form sends when clean.js comes late, or not at all.

import { Files } from "../../assets/script/files.js";
import { is, run } from "./tap.mjs";

/* A page where clean.js comes when isThere. */
let isThere, problems;
globalThis.document = { createElement: () => ({}), head: { append: (tag) =>
	queueMicrotask(() => isThere ? tag.onload() : tag.onerror()) } };
globalThis.pistaClean = () => ({ choose() {}, ready: async () => ["cleaned"] });
const screen = { pages: { without: () => "without" }, back: (html) => problems.push(html) };
const input = { files: [{ size: 1 }] }, form = { querySelectorAll: () => [input] };

function begin(is) {
	[isThere, problems] = [is, []];
	return new Files(screen, "", "", "en");
}

async function missing() {
	const files = begin(false);
	await files.change(input);
	is(await files.ready(form), null, "nothing goes");
	is(problems.join(), "without", "said");
	files.isPlain = true;
	is((await files.ready(form))[0], input.files[0], "as it is, by choice");
}

/* The button to go on without it may stand there still. */
async function late() {
	const files = begin(false);
	await files.change(input);
	is(await files.ready(form), null, "nothing goes");
	isThere = true;
	await files.change(input);
	files.isPlain = true;
	is((await files.ready(form)).join(), "cleaned", "what is shown");
}

await run({ "without clean.js files go by choice alone": missing,
	"what was shown as cleaned goes cleaned": late });
