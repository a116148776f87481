// Makes what the page's script is served as.
//
// usage: node bundle.js OUT.c OUT.json OUT.txt TEXTS-DIR ASSETS-DIR LANG...
//
// OUT.c: seal-LANG.js for every language, words.json and clean.js, as gzip makes them;
// OUT.json: what a browser checks each script by; OUT.txt: whose work is in them besides,
// and its licences, for which the scripts have no room.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { bundleClean } from "./clean.js";

const [outC, outJson, outLicences, texts, assets, ...languages] = process.argv.slice(2);
let esbuild, zopfli;
try {
	esbuild = await import("esbuild");
	({ default: zopfli } = await import("@gfx/zopfli"));
	await import("age-encryption");
} catch {
	console.error("The page's script needs packages that are not there. Run `npm ci` " +
		"at the top of the sources (script/build does it), with Debian's nodejs and npm.");
	process.exit(1);
}
const { pack } = await import(path.resolve(assets, "script/words.js"));

const read = (name) => readFileSync(path.join(assets, name), "utf8");
const lists = Object.fromEntries(readdirSync(path.join(assets, "words"))
	.filter((name) => name.endsWith(".txt")).sort()
	.map((name) => [name.slice(0, -4),
		pack(read(`words/${name}`).trim().split("\n"))]));

// What the page never uses: kinds of recipients that no masthead of version 1 has,
// though age-encryption names them all, and its payloads, which assets/script/seal.js
// makes. Whoever uses one of them gets an error.
const no = (...names) => 'const no = () => { throw new Error("not in this page"); };' +
	names.map((name) => `export const ${name} = no;`).join("");
const INSTEAD = {
	"./recipients.js": 'export { X25519Recipient } from "./recipients.js";' +
		no("HybridRecipient", "ScryptRecipient", "TagRecipient", "HybridTagRecipient",
			"HybridIdentity", "ScryptIdentity", "X25519Identity",
			"generateIdentity", "generateHybridIdentity",
			"generateX25519Identity", "identityToRecipient"),
	"./webauthn.js": "export {};",
	"./stream.js": "export const encryptSTREAM = () => new TransformStream();" +
		no("decryptSTREAM", "ciphertextSize", "plaintextSize"),
};
const absent = {
	name: "absent",
	setup(build) {
		build.onResolve({ filter: /^\.\// }, ({ path: name, importer, resolveDir }) =>
			importer.includes("age-encryption") && Object.hasOwn(INSTEAD, name)
				? { path: name, namespace: "absent", pluginData: resolveDir } : undefined);
		build.onLoad({ filter: /.*/, namespace: "absent" }, ({ path: name, pluginData }) =>
			({ contents: INSTEAD[name], resolveDir: pluginData }));
	},
};

const style = (css) => css.replace(/\/\*.*?\*\//gs, "").replace(/\s+/g, " ")
	.replace(/ ?([{};,>]) ?/g, "$1").trim();

const hash = (bytes) => "sha256-" + createHash("sha256").update(bytes).digest("base64");
const [clean, ofClean] = await bundleClean(esbuild, texts, assets, style(read("page/clean.css")));

async function bundle(lang) {
	const listLang = lang in lists ? lang : "en";
	const entry = `import { start } from ${JSON.stringify(path.resolve(assets, "script/main.js"))};
import { make, lang } from ${JSON.stringify(path.resolve(texts, `texts-${lang}.js`))};
start({ make, lang, words: ${JSON.stringify(lists[listLang])}, listLang: "${listLang}",
css: ${JSON.stringify(style(read("page/live.css")))}, clean: "${hash(clean)}" });`;
	const { outputFiles, metafile } = await esbuild.build({
		stdin: { contents: entry, resolveDir: path.resolve(assets) },
		bundle: true, minify: true, format: "iife", charset: "utf8",
		target: ["chrome100", "firefox100", "safari15.4"], legalComments: "none",
		plugins: [absent], metafile: true, write: false });
	return [outputFiles[0].contents, metafile];
}

/* What of others is in the scripts, with the words it asks for. */
function licences(metafiles) {
	const folders = metafiles.flatMap(({ outputs }) => Object.values(outputs))
		.flatMap(({ inputs }) => Object.entries(inputs))
		.filter(([, { bytesInOutput }]) => bytesInOutput > 0)
		.flatMap(([name]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(name) ?? []);
	return [...new Set(folders)].sort().map((folder) => {
		const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
		const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
		return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
	}).join(`\n${"-".repeat(72)}\n\n`);
}

const LINE = 64;
function literal(bytes) {
	const out = [];
	for (let at = 0; at < bytes.length; at += LINE)
		out.push('\t"' + [...bytes.subarray(at, at + LINE)].map((b) =>
			"\\" + b.toString(8).padStart(3, "0")).join("") + '"');
	return out.join("\n");
}

const files = [], integrity = {}, metafiles = [ofClean];
for (const lang of languages) {
	const [bytes, metafile] = await bundle(lang);
	metafiles.push(metafile);
	integrity[lang] = hash(bytes);
	files.push([`seal-${lang}.js`, "text/javascript; charset=utf-8", bytes]);
}
files.push(["words.json", "application/json", Buffer.from(JSON.stringify(lists))]);
files.push(["clean.js", "text/javascript; charset=utf-8", clean]);

const rows = [];
for (const [name, type, bytes] of files) {
	const packed = await zopfli.gzipAsync(bytes, { numiterations: 15 });
	rows.push(`\t{ "${name}", "${type}", (const unsigned char *)\n${literal(packed)},\n\t  ${packed.length}, "${hash(bytes)}" },`);
}
writeFileSync(outJson, JSON.stringify(integrity));
writeFileSync(outLicences, licences(metafiles));
writeFileSync(outC, `#include "page/script.h"

const struct page_script page_scripts[] = {
${rows.join("\n")}
};
const size_t page_scripts_n = ${files.length};
`);
