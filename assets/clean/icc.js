// Colour profiles (ICC.1). What a picture needs to look the same is kept: numbers of
// colours. Names, dates and marks of makers are not. A profile that was measured for
// one screen tells that screen apart from all others, so of profiles for red, green
// and blue only the common ones are kept.

import { ascii, broken, join, text, u16, u32, view } from "./bytes.js";

const HEAD = 128, MAX = 4 << 20, TAGS_MAX = 64;
const KEPT = ["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC", "wtpt", "chad",
	"A2B0", "A2B1", "A2B2", "B2A0", "B2A1", "B2A2", "gamt"];
const CHANNELS = { 1: "GRAY", 3: "RGB ", 4: "CMYK" };
/* Red, green and blue of sRGB, Display P3, Adobe RGB, Generic RGB (every PDF of older
 * Macs) and ProPhoto as they stand in their profiles. */
const COMMON = [
	[0.4361, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141],
	[0.5151, 0.2412, -0.0011, 0.2920, 0.6922, 0.0419, 0.1571, 0.0666, 0.7841],
	[0.6097, 0.3111, 0.0195, 0.2053, 0.6257, 0.0609, 0.1492, 0.0632, 0.7446],
	[0.4543, 0.2426, 0.0148, 0.3533, 0.6744, 0.0904, 0.1566, 0.0834, 0.7195],
	[0.7977, 0.2880, 0, 0.1352, 0.7119, 0, 0.0313, 0.0001, 0.8249],
];
const NEAR = 0.003;

const fixed = (number) => u32(Math.round(number * 65536));

function write(head, tags) {
	const names = Object.keys(tags);
	let at = HEAD + 4 + 12 * names.length;
	const table = [u32(names.length)], data = [];
	for (const name of names) {
		const size = tags[name].length, pad = -size & 3;
		table.push(ascii(name), u32(at, size));
		data.push(tags[name], new Uint8Array(pad));
		at += size + pad;
	}
	head.set(u32(at));
	return join(head, ...table, ...data);
}

/* The words a profile has to have. */
function words(version) {
	const mluc = join(ascii("mluc"), u32(0, 1, 12), ascii("enUS"), u32(2, 28), u16(45));
	const desc = join(ascii("desc"), u32(0, 2), ascii("-\0"), new Uint8Array(78));
	return version >= 4 ? { desc: mluc, cprt: mluc }
		: { desc, cprt: join(ascii("text"), u32(0), ascii("-\0")) };
}

function header(version, kind, space, pcs, intent) {
	return join(u32(0, 0), version, ascii(kind + space + pcs),
		u16(2000, 1, 1, 0, 0, 0), ascii("acsp"), u32(0, 0, 0, 0, 0, 0), u32(intent),
		u32(0xf6d6, 0x10000, 0xd32d), u32(0), new Uint8Array(44));
}

/* How many bytes of a tag count. */
function length(tag) {
	const n = tag.length >= 12 ? view(tag).getUint32(8) : 0;
	switch (text(tag.subarray(0, 4))) {
	case "XYZ ":
		return 20;
	case "curv":
		return 12 + 2 * n;
	case "para":
		return 12 + 4 * ([1, 3, 4, 5, 7][n >>> 16] ?? NaN);
	case "sf32":
		return 44;
	case "mft1":
	case "mft2":
	case "mAB ":
	case "mBA ":
		return tag.length;
	}
	return NaN;
}

function read(profile) {
	if (profile.length < HEAD + 4 || profile.length > MAX)
		throw broken();
	const data = view(profile), n = data.getUint32(HEAD), tags = {};
	if (n > TAGS_MAX || HEAD + 4 + 12 * n > profile.length)
		throw broken();
	for (let at = HEAD + 4; at < HEAD + 4 + 12 * n; at += 12) {
		const name = text(profile.subarray(at, at + 4));
		if (!KEPT.includes(name))
			continue;
		const from = data.getUint32(at + 4), size = data.getUint32(at + 8);
		const tag = profile.subarray(from, Math.min(from + size, profile.length));
		if (!(length(tag) <= tag.length))
			throw broken();
		tags[name] = tag.subarray(0, length(tag));
	}
	return tags;
}

/* Only those made of three colours and a curve. */
function isCommon(tags) {
	const names = ["rXYZ", "gXYZ", "bXYZ"];
	if (names.some((name) => !tags[name]) || "A2B0" in tags || "B2A0" in tags)
		return false;
	const is = names.flatMap((name) => [8, 12, 16].map((at) =>
		view(tags[name]).getInt32(at) / 65536));
	return COMMON.some((wanted) =>
		wanted.every((number, i) => Math.abs(number - is[i]) <= NEAR));
}

/* The profile with nothing but colours; null when it should go altogether. */
export function clean(profile, channels) {
	if (profile.length < HEAD ||
	    text(profile.subarray(16, 20)) !== CHANNELS[channels])
		return null;
	let tags;
	try {
		tags = read(profile);
	} catch {
		return null;
	}
	if (channels === 3 && !isCommon(tags))
		return null;
	const version = profile.slice(8, 12), data = view(profile);
	const kind = text(profile.subarray(12, 16)), pcs = text(profile.subarray(20, 24));
	if (!["mntr", "prtr", "scnr", "spac"].includes(kind) ||
	    !["XYZ ", "Lab "].includes(pcs) || version[0] > 4)
		return null;
	return write(header(Uint8Array.of(version[0], version[1], 0, 0), kind,
		CHANNELS[channels], pcs, data.getUint32(64) & 3),
	{ ...words(version[0]), ...tags });
}

/* What stands for the colours of a screen. */
export function sRgb() {
	const xyz = (...n) => join(ascii("XYZ "), u32(0), ...n.map(fixed));
	const curve = join(ascii("para"), u32(0, 3 << 16),
		...[2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].map(fixed));
	const [red, green, blue] = [0, 3, 6].map((i) => xyz(...COMMON[0].slice(i, i + 3)));
	return write(header(u32(0x04200000), "mntr", "RGB ", "XYZ ", 0),
		{ ...words(4), wtpt: xyz(0.9642, 1, 0.8249), rXYZ: red, gXYZ: green,
			bXYZ: blue, rTRC: curve, gTRC: curve, bTRC: curve });
}
