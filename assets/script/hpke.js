// HPKE (RFC 9180), mode PSK, for the receiver: DHKEM(X25519, HKDF-SHA256),
// HKDF-SHA256, ChaCha20-Poly1305, one message. tests/vectors holds it to the
// RFC's own vectors.

import { x25519 } from "@noble/curves/ed25519.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { join, utf8 } from "./bytes.js";

const KEM = join(utf8("KEM"), new Uint8Array([0, 0x20]));
const SUITE = join(utf8("HPKE"), new Uint8Array([0, 0x20, 0, 1, 0, 3]));
const VERSION = utf8("HPKE-v1");
const PSK = new Uint8Array([1]);
const NONE = new Uint8Array();

const labeledExtract = (suite, salt, label, key) =>
	extract(sha256, join(VERSION, suite, utf8(label), key), salt);

const labeledExpand = (suite, key, label, info, n) => expand(sha256, key,
	join(new Uint8Array([n >> 8, n & 255]), VERSION, suite, utf8(label), info),
	n);

/* What was sealed. Throws. */
export function open(secret, enc, { psk, pskId, info, aad }, sealed) {
	const dh = x25519.getSharedSecret(secret, enc);
	const shared = labeledExpand(KEM,
		labeledExtract(KEM, NONE, "eae_prk", dh), "shared_secret",
		join(enc, x25519.getPublicKey(secret)), 32);
	const context = join(PSK,
		labeledExtract(SUITE, NONE, "psk_id_hash", pskId),
		labeledExtract(SUITE, NONE, "info_hash", info));
	const key = labeledExtract(SUITE, shared, "secret", psk);
	return chacha20poly1305(labeledExpand(SUITE, key, "key", context, 32),
		labeledExpand(SUITE, key, "base_nonce", context, 12), aad)
		.decrypt(sealed);
}
