// A source's side of an upload: a letter with one file, sealed as the page seals
// it, sent with tus-js-client. upload.mjs URL PIN BYTES: prints a line of JSON.

import { webcrypto } from "node:crypto";
import fs from "node:fs";
import { Upload } from "tus-js-client";

import { hash, hex, unhex } from "../../assets/script/bytes.js";
import { plan } from "../../assets/script/letter.js";
import { read, recipients } from "../../assets/script/masthead.js";
import { create, keys } from "../../assets/script/receipt.js";
import { seal } from "../../assets/script/seal.js";

globalThis.crypto ??= webcrypto; /* Node 18 */

const [url, pin, bytes, folder] = process.argv.slice(2);
const get = async (path) => (await fetch(url + path)).text();

const card = read(await get("/masthead.json"),
	await get("/masthead.json.minisig"), pin);
const file = new Uint8Array(Number(bytes));
for (let at = 0; at < file.length; at += 4096)
	crypto.getRandomValues(file.subarray(at, Math.min(at + 64, file.length)));
const tip = { kind: "tip", newsroom: card.id, card: card.hash,
	keys: await keys(create(), unhex(card.newsroom)), channel: "sealed-form",
	desk: card.desks[0].id, lang: "en",
	day: new Date().toISOString().slice(0, 10) };
const letter = plan(tip, "by and by",
	[{ blob: new Blob([file]), name: "a.mp4", hasName: true }],
	crypto.getRandomValues(new Uint8Array(16)));
const { read: sealed, size, once } = await seal(recipients(card), letter);
const path = `${folder}/sealed.age`;
fs.writeFileSync(path, await sealed(0, size));

let errors = 0, sent = 0;
await new Promise((resolve, reject) => {
	new Upload(fs.createReadStream(path), {
		endpoint: url + "/v1/upload",
		uploadSize: size,
		chunkSize: 4 << 20,
		headers: { "Idempotency-Key": hex(once) },
		retryDelays: Array(200).fill(50),
		onShouldRetry: () => {
			errors++;
			return true;
		},
		onProgress: (n) => {
			sent = n;
		},
		onError: reject,
		onSuccess: resolve,
	}).start();
});
console.log(JSON.stringify({ size, errors, sent,
	blake2b: hex(hash(file)) }));
process.exit(0);
