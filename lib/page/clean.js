// The script that takes hidden details out of files, which seal-LANG.js asks for when a
// file is chosen. One for all languages.

import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/* Of the library only what stands between bytes and objects: no fonts, no pages. Its
 * modules do nothing by themselves, though it does not say so. */
const lean = {
	name: "lean",
	setup(build) {
		const library = createRequire(import.meta.url).resolve("@cantoo/pdf-lib");
		const core = path.join(library, "../../es/core/index.js");
		build.onResolve({ filter: /^@cantoo\/pdf-lib$/ }, () => ({ path: core,
			sideEffects: false }));
		build.onResolve({ filter: /standard-fonts\/index/ }, () =>
			({ path: "fonts", namespace: "none" }));
		build.onLoad({ filter: /.*/, namespace: "none" }, () =>
			({ contents: "export const FontNames = {}, Encodings = {}, Font = {};" }));
		build.onResolve({ filter: /^\.\.?\// }, ({ path: name, importer, resolveDir }) =>
			importer.includes("pdf-lib")
				? { path: path.join(resolveDir, name), sideEffects: false } : undefined);
	},
};

/* The bytes of clean.js, with the texts of every language there is, and what is in it. */
export async function bundleClean(esbuild, texts, assets, css) {
	const from = (folder, name) => JSON.stringify(path.resolve(folder, name));
	const languages = readdirSync(texts).sort().flatMap((name) =>
		/^files-([a-z]+)\.js$/.exec(name)?.[1] ?? []);
	const all = languages.map((lang) =>
		`import { make as ${lang} } from ${from(texts, `files-${lang}.js`)};`).join("\n");
	const { outputFiles, metafile } = await esbuild.build({
		stdin: { contents: `import { Details } from ${from(assets, "clean/details.js")};
${all}
const texts = { ${languages.join()} };
globalThis.pistaClean = (lang, screen) => new Details(texts[lang], screen, ${JSON.stringify(css)});`,
		resolveDir: path.resolve(assets) },
		bundle: true, minify: true, format: "iife", charset: "utf8",
		target: ["chrome100", "firefox100", "safari15.4"], legalComments: "none",
		plugins: [lean], metafile: true, write: false });
	return [outputFiles[0].contents, metafile];
}
