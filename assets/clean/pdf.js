// PDF: everything that the pages need is copied into a new file (see shapes.js), so
// that what nobody copies cannot be in it: not the older versions of an edited
// document, not what no page shows. Reading and writing is @cantoo/pdf-lib's.

import { PDFArray, PDFContext, PDFDict, PDFInvalidObject, PDFName, PDFNull, PDFNumber,
	PDFParser, PDFRawStream, PDFRef, PDFStreamWriter, PDFString,
	decodePDFRawStream } from "@cantoo/pdf-lib";
import { zlibSync } from "fflate";

import { Unclean, broken, finish, join, strange, text } from "./bytes.js";
import * as icc from "./icc.js";
import * as jpeg from "./jpeg.js";
import * as jpx from "./jpx.js";
import { ANNOTATIONS, SHAPES, TELLS } from "./shapes.js";

const STEP = 500;			/* objects between two breaths of the browser */
const SECONDS = 60;
const UNPACKED_MAX = 512 << 20;		/* bytes of all that is unpacked for reading */

const PICTURES = ["DCTDecode", "DCT", "JPXDecode"];	/* filters, the last of a stream's */

const name = (word) => PDFName.of(word);
const spell = (pdfName) => pdfName.decodeText();
const latin = (bytes) => new TextDecoder("latin1").decode(bytes);

/* A file can be made to unpack without end. The library grows its buffers in one
 * place; there it is stopped. */
let room = 0;
{
	const empty = PDFRawStream.of(PDFDict.fromMapWithContext(new Map([[name("Filter"),
		name("ASCIIHexDecode")]]), PDFContext.create()), new Uint8Array());
	const base = Object.getPrototypeOf(Object.getPrototypeOf(decodePDFRawStream(empty)));
	const grow = base.ensureBuffer;
	base.ensureBuffer = function (n) {
		const before = this.buffer.byteLength;
		if (n > before && (room -= n) < 0)
			throw strange();
		return grow.call(this, n);
	};
}

/* What is read, within a time: some files can be read for ever. */
async function parse(bytes) {
	const parser = PDFParser.forBytesWithOptions(bytes, STEP, true);
	const end = Date.now() + SECONDS * 1000, stream = parser.bytes;
	stream.moveTo = function (at) {
		if (Date.now() > end)
			throw strange();
		this.idx = at;
	};
	room = UNPACKED_MAX;
	try {
		return await parser.parseDocument();
	} catch (why) {
		if (why instanceof Unclean)
			throw why;
		throw /\/Encrypt\b/.test(latin(bytes)) ? new Unclean("LOCKED") : broken();
	}
}

class Copy {
	constructor(from) {
		this.from = from;
		this.to = PDFContext.create();
		this.made = new Map();
		this.waiting = [];
		this.pages = this.dropped = 0;
		this.found = new Set();
	}

	drop(key, value) {
		this.dropped++;
		if (Object.hasOwn(TELLS, key))
			this.found.add(TELLS[key]);
		/* The lists of a document say by their keys what is in them. */
		if (key === "Names" || key === "Info")
			for (const inner of this.from.lookup(value)?.keys?.() ?? [])
				this.drop(spell(inner));
	}

	/* The copy of an object as one of a kind; undefined when nothing is to be kept. */
	ref(ref, kind, isMap) {
		const known = `${ref} ${kind} ${isMap}`;
		if (this.made.has(known))
			return this.made.get(known);
		const target = this.from.lookup(ref);
		if (target instanceof PDFInvalidObject || target instanceof PDFRef)
			throw broken();
		let made;
		if (target !== undefined && (isMap || this.isKept(target, kind))) {
			made = this.to.nextRef();
			this.waiting.push([made, target, kind, isMap]);
		}
		this.made.set(known, made);
		return made;
	}

	isKept(value, kind) {
		if (!(value instanceof PDFDict || value instanceof PDFRawStream))
			return true;
		const type = this.type(value);
		return kind === "annot" ? ANNOTATIONS.has(type)
			: kind === "xobject" ? type === "Image" || type === "Form"
				: kind !== "";
	}

	type(value) {
		const dict = value instanceof PDFRawStream ? value.dict : value;
		const type = dict.lookup(name("Subtype"));
		return type instanceof PDFName ? spell(type) : "";
	}

	value(value, kind, isMap) {
		if (value instanceof PDFRef)
			return this.ref(value, kind, isMap);
		if (value instanceof PDFArray)
			return this.array(value, kind);
		if (!isMap && !this.isKept(value, kind))
			return undefined;
		if (value instanceof PDFRawStream)
			return this.stream(value, kind);
		if (value instanceof PDFDict)
			return this.dict(value, kind, isMap);
		return value;
	}

	array(array, kind) {
		const copy = PDFArray.withContext(this.to);
		const isProfile = kind === "space" && array.get(0) === name("ICCBased");
		for (const item of array.asArray()) {
			const kept = this.value(item, isProfile ? "profile" : kind, false);
			if (kept !== undefined)
				copy.push(kept);
			else {
				this.drop("");
				if (kind !== "annot" && kind !== "node")
					copy.push(PDFNull);
			}
		}
		return copy;
	}

	/* What a dictionary of a kind is in truth. */
	kindOf(dict, kind, isStream) {
		if (kind === "xobject")
			return this.type(dict) === "Image" ? "image" : "form";
		return kind === "look" && isStream ? "form" : kind;
	}

	dict(dict, kind, isMap, isStream = false) {
		const copy = PDFDict.withContext(this.to);
		if (!isMap)
			kind = this.kindOf(dict, kind, isStream);
		/* An annotation looks like a form, or like one of several by name. */
		isMap ||= kind === "look";
		for (const [key, value] of dict.entries()) {
			const word = spell(key);
			const shape = isMap ? { kind, isMap: false } : SHAPES.get(kind).get(word) ??
				(isStream ? SHAPES.get("stream").get(word) : undefined);
			if (shape === undefined && isStream && word === "Length")
				continue;
			const kept = shape && !this.isStray(kind, word, value)
				? this.value(value, shape.kind, shape.isMap) : undefined;
			if (kept === undefined)
				this.drop(word, value);
			else
				copy.set(key, kept);
		}
		this.settle(copy, kind);
		return copy;
	}

	/* Up from a page there may be other pages than those it was come by: of an
	 * earlier version, or of the document it was taken from. */
	isStray(kind, word, value) {
		return kind === "node" && word === "Parent" &&
			!this.made.has(`${value} node false`);
	}

	settle(copy, kind) {
		if (kind === "node" && !copy.has(name("Kids")))
			this.pages++;
		if (kind === "annot" && copy.get(name("Subtype")) === name("Widget")) {
			copy.set(name("Subtype"), name("Stamp"));
			this.found.add("FORM");
		}
		/* A layer has to have a name; its own could be anybody's. */
		if (kind === "layer" && copy.get(name("Type")) === name("OCG"))
			copy.set(name("Name"), PDFString.of("-"));
	}

	stream(stream, kind) {
		const dict = this.dict(stream.dict, kind, false, true);
		const filters = this.filters(stream.dict);
		if (filters.includes("Crypt"))
			throw new Unclean("LOCKED");
		let bytes = stream.getContents();
		const last = filters.at(-1);
		if (filters.includes("") || filters.slice(0, -1).some((f) => PICTURES.includes(f)))
			throw strange();
		if (last === "DCTDecode" || last === "DCT")
			bytes = this.picture(stream, dict, filters, (b) =>
				join(...finish(jpeg.clean(b, this.found, true))));
		else if (last === "JPXDecode")
			bytes = this.picture(stream, dict, filters, jpx.clean);
		else if (kind === "profile")
			bytes = this.colours(stream, dict);
		return PDFRawStream.of(dict, bytes);
	}

	filters(dict) {
		const filter = dict.lookup(name("Filter"));
		const list = filter instanceof PDFArray ? filter.asArray() : [filter];
		return list.filter(Boolean).map((f) => this.from.lookup(f))
			.map((f) => f instanceof PDFName ? spell(f) : "");
	}

	/* Contents of a stream without its last filters. */
	unpack(stream, filters) {
		const only = PDFDict.withContext(this.from);
		if (filters.length > 0) {
			const list = PDFArray.withContext(this.from);
			filters.forEach((f) => list.push(name(f)));
			only.set(name("Filter"), list);
		}
		try {
			return decodePDFRawStream(PDFRawStream.of(only, stream.getContents()))
				.decode();
		} catch (why) {
			throw why instanceof Unclean ? why : strange();
		}
	}

	picture(stream, dict, filters, clean) {
		const before = filters.length > 1 ? this.unpack(stream, filters.slice(0, -1))
			: stream.getContents();
		if (filters.length > 1) {
			dict.set(name("Filter"), name(filters.at(-1)));
			const parms = stream.dict.lookup(name("DecodeParms"));
			const own = parms instanceof PDFArray ? parms.lookup(filters.length - 1) : null;
			dict.delete(name("DecodeParms"));
			if (own instanceof PDFDict)
				dict.set(name("DecodeParms"), this.dict(own, "parms", false));
		}
		return clean(before);
	}

	/* A profile as it may stay. */
	colours(stream, dict) {
		const n = stream.dict.lookup(name("N"));
		const channels = n instanceof PDFNumber ? n.asNumber() : 0;
		const before = this.unpack(stream, this.filters(stream.dict));
		const after = icc.clean(before, channels);
		if (after === null && channels !== 3)
			throw strange();
		dict.set(name("Filter"), name("FlateDecode"));
		dict.delete(name("DecodeParms"));
		if (after === null)
			this.found.add("COLOURS");
		return zlibSync(after ?? icc.sRgb());
	}

	async run(rest) {
		const { Root: root, Info: info, ID: id, Encrypt: lock } = this.from.trailerInfo;
		if (lock !== undefined)
			throw new Unclean("LOCKED");
		if (info !== undefined)
			this.drop("Info", info);
		if (id !== undefined)
			this.drop("ID");
		if (!(root instanceof PDFRef) || !(this.from.lookup(root) instanceof PDFDict))
			throw broken();
		this.to.trailerInfo.Root = this.ref(root, "catalog", false);
		for (let n = 0; n < this.waiting.length; n++) {
			const [ref, target, kind, isMap] = this.waiting[n];
			this.to.assign(ref, this.value(target, kind, isMap) ?? PDFNull);
			if (n % STEP === STEP - 1)
				await rest();
		}
		if (this.pages === 0)
			throw broken();
	}
}

async function copy(bytes, rest) {
	await rest();
	const made = new Copy(await parse(bytes));
	try {
		await made.run(rest);
	} catch (why) {
		throw why instanceof Unclean ? why : broken();
	}
	return made;
}

/* How many objects a file has besides those that only hold others. */
const count = (context) => context.enumerateIndirectObjects().filter(([, object]) =>
	!(object instanceof PDFRawStream && ["ObjStm", "XRef"].includes(
		object.dict.get(name("Type"))?.decodeText?.()))).length;

/* An edited file has its earlier versions before the last one. */
function hasPast(bytes) {
	const marks = latin(bytes).split("%%EOF").length - 1;
	return marks > (/\/Linearized/.test(text(bytes.subarray(0, 1024))) ? 2 : 1);
}

/* rest: waits while the page answers its person. */
export async function clean(bytes, found, rest) {
	const made = await copy(bytes, rest);
	const whole = await PDFStreamWriter.forContext(made.to, STEP).serializeToBuffer();
	/* What was written is read again: nothing may be left to leave out. */
	const again = await copy(whole, rest);
	if (again.dropped > 0 || count(again.from) !== count(again.to))
		throw strange();
	made.found.forEach((what) => found.add(what));
	if (hasPast(bytes))
		found.add("PAST");
	if (made.dropped > 0 && found.size === 0)
		found.add("OTHER");
	return [whole];
}
