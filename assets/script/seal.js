// Sealing: docs/formats/sealed-letter.md, with age-encryption for the age file.

import { bech32 } from "@scure/base";
import { Encrypter } from "age-encryption";
import { x25519 } from "@noble/curves/ed25519.js";

import { random, shuffle } from "./bytes.js";

const FILLS = [8, 16, 32, 64];

const toRecipient = (key) =>
	bech32.encodeFromBytes("age", key);

/*
 * Seals what source (an async iterable of bytes, size in all) gives, to
 * recipients (age1…), filled up with keys that nobody has. A ReadableStream of
 * the age file with its length as .length.
 */
export async function seal(recipients, source, size) {
	const to = [...recipients];
	const fill = FILLS.find((n) => n >= to.length);
	if (fill === undefined || to.length === 0)
		throw new RangeError("recipients");
	while (to.length < fill)
		to.push(toRecipient(x25519.getPublicKey(random(32))));
	const encrypter = new Encrypter();
	for (const recipient of shuffle(to))
		encrypter.addRecipient(recipient);
	const sealed = await encrypter.encrypt(toStream(source));
	return { stream: sealed, size: sealed.size(size) };
}

function toStream(source) {
	const iterator = source[Symbol.asyncIterator]();
	return new ReadableStream({
		async pull(controller) {
			const { done, value } = await iterator.next();
			if (done)
				controller.close();
			else
				controller.enqueue(value);
		},
		async cancel() {
			await iterator.return?.();
		},
	});
}
