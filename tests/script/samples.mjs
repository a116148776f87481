// Files with planted details: each word that gives somebody away contains SECRET.

import { deflateSync, inflateSync } from "node:zlib";

const u16 = (...n) => Buffer.from(n.flatMap((x) => [x >> 8 & 255, x & 255]));
const u32 = (...n) => Buffer.concat(n.map((x) => u16(x >>> 16, x & 65535)));
const ascii = (s) => Buffer.from(s, "latin1");

const CRC = Array.from({ length: 256 }, (_, n) => {
	for (let k = 0; k < 8; k++)
		n = n & 1 ? n >>> 1 ^ 0xedb88320 : n >>> 1;
	return n;
});

export function chunk(name, body) {
	const named = Buffer.concat([ascii(name), body]);
	let c = ~0;
	for (const b of named)
		c = c >>> 8 ^ CRC[(c ^ b) & 255];
	return Buffer.concat([u32(body.length), named, u32(~c >>> 0)]);
}

export const segment = (marker, ...parts) => {
	const body = Buffer.concat(parts);
	return Buffer.concat([Buffer.from([255, marker]), u16(body.length + 2), body]);
};

/* A TIFF as a telephone writes it: what made it, when, where, a smaller picture. */
export function tiff({ orientation = 1, isLittle = false } = {}) {
	const parts = [];
	const size = { 2: 1, 3: 2, 4: 4 };
	let at = 8;
	const directory = (entries, next) => {
		let free = at + 2 + 12 * entries.length + 4;
		const rows = [u16(entries.length)], data = [];
		for (const [tag, type, value] of entries) {
			const bytes = type === 2 ? ascii(`${value}\0`)
				: type === 3 ? u16(value, 0) : u32(value);
			const n = type === 2 ? bytes.length / size[2] : 1;
			if (bytes.length > 4) {
				rows.push(u16(tag, type), u32(n, free));
				data.push(bytes);
				free += bytes.length;
			} else
				rows.push(u16(tag, type), u32(n),
					Buffer.concat([bytes, Buffer.alloc(4)]).subarray(0, 4));
		}
		const whole = Buffer.concat([...rows, u32(next ? free : 0), ...data]);
		parts.push(whole);
		at += whole.length;
	};
	const main = [[0x10f, 2, "SECRETMAKER"], [0x110, 2, "roof-phone SECRET"],
		[0x112, 3, orientation], [0x132, 2, "2026:01:02 03:04:05"],
		[0x13b, 2, "SECRETARTIST"], [0x8825, 4, 8]];
	directory(main, true);
	directory([[0x201, 4, 8], [0x202, 4, 12]], false);
	const bytes = Buffer.concat([ascii("MM"), u16(42), u32(8), ...parts]);
	return isLittle ? Buffer.concat([ascii("II"), bytes.subarray(2)]) : bytes;
}

const XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>SECRETXMP</dc:creator></x:xmpmeta>';

export const planted = {
	jpeg: (jpeg, exif = tiff()) => Buffer.concat([jpeg.subarray(0, 2),
		segment(0xe1, ascii("Exif\0\0"), exif),
		segment(0xe1, ascii(`http://ns.adobe.com/xap/1.0/\0${XMP}`)),
		segment(0xed, ascii("Photoshop 3.0\0SECRETIPTC")),
		segment(0xfe, ascii("SECRETCOMMENT")), jpeg.subarray(2), ascii("SECRETTRAILER")]),
	png: (png, exif = tiff({ orientation: 1 })) => Buffer.concat([png.subarray(0, 33),
		chunk("tEXt", ascii("Author\0SECRETAUTHOR")),
		chunk("zTXt", Buffer.concat([ascii("Comment\0\0"),
			deflateSync(ascii("SECRETZIPPED"))])),
		chunk("iTXt", ascii(`XML:com.adobe.xmp\0\0\0\0\0${XMP}`)),
		chunk("eXIf", exif), chunk("tIME", Buffer.from([7, 234, 1, 2, 3, 4, 5])),
		png.subarray(33), ascii("SECRETTRAILER")]),
};

/* A document of one page with a picture, changed once after it was made; extra: more
 * objects, { number: text or [dictionary, bytes] }. */
export function pdf(jpeg, extra = {}) {
	const objects = {
		1: "<</Type/Catalog/Pages 2 0 R/Metadata 9 0 R/Names<</EmbeddedFiles<</Names" +
			"[(SECRETNAME)10 0 R]>>/JavaScript<</Names[(a)12 0 R]>>>>/OpenAction 12 0 R" +
			"/Outlines 13 0 R/AcroForm<</Fields[8 0 R]>>/PieceInfo<</SECRETAPP<<>>>>>>",
		2: "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 200]>>",
		3: "<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F1 6 0 R>>/XObject" +
			"<</Im0 7 0 R>>>>/Annots[8 0 R 14 0 R 15 0 R]/LastModified(D:2026SECRET)" +
			"/AA<</O 12 0 R>>>>",
		4: "<</Author(SECRETAUTHOR)/Producer(SECRETPROGRAM)/CreationDate(D:20260102)>>",
		5: ["<<>>", ascii("BT /F1 24 Tf 20 150 Td (The minutes) Tj ET " +
			"q 120 0 0 80 20 20 cm /Im0 Do Q")],
		6: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		7: ["<</Type/XObject/Subtype/Image/Width 120/Height 80/ColorSpace/DeviceRGB" +
			"/BitsPerComponent 8/Filter/DCTDecode/Metadata 9 0 R>>", planted.jpeg(jpeg)],
		8: "<</Type/Annot/Subtype/Widget/FT/Tx/T(SECRETFIELD)/V(SECRETVALUE)" +
			"/Rect[200 20 280 60]/AP<</N 16 0 R>>/F 4>>",
		9: ["<</Type/Metadata/Subtype/XML>>", ascii(XMP)],
		10: "<</Type/Filespec/F(SECRETFILE)/EF<</F 11 0 R>>>>",
		11: ["<</Type/EmbeddedFile>>", ascii("SECRETATTACHED")],
		12: "<</S/JavaScript/JS(SECRETSCRIPT)>>",
		13: "<</Type/Outlines/First 17 0 R/Last 17 0 R>>",
		14: "<</Type/Annot/Subtype/Text/Rect[200 100 220 120]/Contents(a note)/T(SECRETWHO)" +
			"/M(D:2026SECRET)/NM(SECRETID)/CreationDate(D:2026SECRET)/AP<</N 16 0 R>>>>",
		15: "<</Type/Annot/Subtype/Link/Rect[20 140 150 180]/Border[0 0 2]/C[1 0 0]" +
			"/A<</S/URI/URI(http://SECRET.example/?me)>>>>",
		16: ["<</Type/XObject/Subtype/Form/BBox[0 0 80 40]/PieceInfo<</SECRETAPP<<>>>>>>",
			ascii("0 0 1 rg 0 0 80 40 re f")],
		17: "<</Title(SECRETBOOKMARK)/Parent 13 0 R/Dest[3 0 R/Fit]>>", ...extra,
	};
	const first = write(ascii("%PDF-1.7\n"), { ...objects,
		5: ["<<>>", ascii("BT /F1 24 Tf 20 150 Td (SECRETDRAFT) Tj ET")] }, 0);
	return write(first.bytes, { 5: objects[5] }, first.at).bytes;
}

/* A document with everything in it unpacked, to look for words. */
export function opened(bytes) {
	const parts = [bytes];
	for (let at = 0; (at = bytes.indexOf("stream\n", at)) >= 0; at += 7) {
		const end = bytes.indexOf("\nendstream", at);
		try {
			parts.push(inflateSync(bytes.subarray(at + 7, end)));
		} catch { /* not packed */ }
	}
	return Buffer.concat(parts);
}

function write(before, objects, previous) {
	const parts = [before], places = {};
	let at = before.length;
	const put = (part) => {
		parts.push(part);
		at += part.length;
	};
	for (const [number, what] of Object.entries(objects)) {
		places[number] = at;
		const [dictionary, data] = Array.isArray(what) ? what : [what];
		put(ascii(`${number} 0 obj\n${data ? dictionary.replace(/>>$/,
			`/Length ${data.length}>>`) : dictionary}\n`));
		if (data)
			put(Buffer.concat([ascii("stream\n"), data, ascii("\nendstream\n")]));
		put(ascii("endobj\n"));
	}
	const start = at;
	put(ascii("xref\n" + Object.entries(places).map(([number, place]) =>
		`${number} 1\n${String(place).padStart(10, "0")} 00000 n \n`).join("") +
		`trailer\n<</Size 30/Root 1 0 R/Info 4 0 R/ID[<53454352><4554>]` +
		`${previous ? `/Prev ${previous}` : ""}>>\nstartxref\n${start}\n%%EOF\n`));
	return { bytes: Buffer.concat(parts), at: start };
}
