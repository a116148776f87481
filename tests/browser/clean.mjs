// Hidden details of files: what is planted in them does not arrive when somebody wants
// it out, arrives when not, and the picture is the same.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { opened, pdf, planted, tiff } from "../script/samples.mjs";
import { axe, begin, check, door, fits, folder, isReady, letter, newsroom, open, picture, posts,
	press, readBack, received, run, visit, write } from "./reader.mjs";

const shared = {};

/* A picture that the browser itself makes, with planted details. */
async function pictures(page) {
	const plain = await page.evaluate(() => {
		const canvas = Object.assign(document.createElement("canvas"),
			{ width: 120, height: 80 });
		const draw = canvas.getContext("2d");
		for (let i = 0; i < 120; i++) {
			draw.fillStyle = `hsl(${i * 3} 80% ${30 + i % 40}%)`;
			draw.fillRect(i, 0, 1, 80 - i % 30);
		}
		return ["jpeg", "png"].map((type) =>
			canvas.toDataURL(`image/${type}`).split(",")[1]);
	});
	const [jpeg, png] = plain.map((data) => Buffer.from(data, "base64"));
	const files = { "foto.jpg": planted.jpeg(jpeg, tiff({ orientation: 6 })),
		"screen.png": planted.png(png), "acta.pdf": pdf(jpeg) };
	return Object.entries(files).map(([name, bytes]) => {
		const file = path.join(folder, name);
		writeFileSync(file, bytes);
		return file;
	});
}

const row = (page, name) => page.locator(".details > li", { hasText: name });

async function sent(page, words) {
	await press(page, "send");
	await received(page);
	const got = await letter(words);
	const saved = await newsroom.export(got.seq);
	return { got, files: Object.entries(saved).filter(([name]) => /\.(jpg|png|pdf)$/.test(name))
		.map(([name, data]) => ({ name, bytes: Buffer.from(data, "base64") })) };
}

/* Size and pixels of a picture as the browser shows it. */
const pixels = (page, bytes, type) => page.evaluate(async ([data, mime]) => {
	const raw = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
	const image = await createImageBitmap(new Blob([raw], { type: mime }));
	const canvas = Object.assign(document.createElement("canvas"),
		{ width: image.width, height: image.height });
	const draw = canvas.getContext("2d");
	draw.drawImage(image, 0, 0);
	const digest = await crypto.subtle.digest("SHA-256",
		draw.getImageData(0, 0, image.width, image.height).data);
	return [image.width, image.height, ...new Uint8Array(digest)].join();
}, [bytes.toString("base64"), type]);

const TYPES = { jpg: "image/jpeg", png: "image/png" };

/* A page of a PDF as poppler draws it, and its text. */
function drawn(file) {
	return execFileSync("pdftoppm", ["-r", "40", file], { maxBuffer: 1 << 26 })
		.toString("base64") + execFileSync("pdftotext", [file, "-"]);
}

async function removed() {
	const page = await visit();
	await isReady(page);
	const asked = [];
	page.on("request", (r) => asked.push(new URL(r.url()).pathname));
	const files = await pictures(page);
	Object.assign(shared, { files });
	await write(page, "They signed it on the roof.");
	check(!asked.includes("/clean.js"), "asked for without a file");
	await page.locator("input[type=file]").first().setInputFiles(files);
	await row(page, "foto.jpg").locator(".found").waitFor();
	check(asked.filter((a) => a === "/clean.js").length === 1, asked);
	await page.check(`#${await row(page, "acta.pdf").locator("input").getAttribute("id")}`);
	await row(page, "acta.pdf").locator(".found").waitFor();
	const said = await row(page, "foto.jpg").locator("[role=status]").textContent();
	for (const what of ["place", "time", "device", "names", "preview"])
		check(said.includes(what), said);
	const told = await row(page, "acta.pdf").locator("[role=status]").textContent();
	for (const what of ["attachments", "scripts", "names", "earlier versions"])
		check(told.includes(what), told);
	await picture(page, "clean-chosen");
	await axe(page, "files chosen");
	await fits(page, "files chosen");
	const { got, files: arrived } = await sent(page, "on the roof");
	check(got.files === 3 && arrived.length === 3, arrived.map((f) => f.name));
	for (const { name, bytes } of arrived)
		check(!opened(bytes).includes("SECRET") && !bytes.includes("roof-phone"), name);
	for (const file of files.slice(0, 2)) {
		const suffix = file.split(".").at(-1);
		const after = arrived.find((f) => f.name.endsWith(suffix)).bytes;
		check(await pixels(page, readFileSync(file), TYPES[suffix]) ===
			await pixels(page, after, TYPES[suffix]), `other pixels: ${suffix}`);
	}
	const after = path.join(folder, "after.pdf");
	writeFileSync(after, arrived.find((f) => f.name.endsWith("pdf")).bytes);
	check(drawn(files[2]) === drawn(after), "the document looks different");
	await page.context().close();
}

async function keptOnWish() {
	const page = await visit();
	await isReady(page);
	await write(page, "They signed it in the cellar.");
	await page.locator("input[type=file]").first().setInputFiles(shared.files);
	await row(page, "foto.jpg").locator(".found").waitFor();
	for (const box of await page.locator("[data-clean]").all())
		await box.uncheck();
	const { files } = await sent(page, "in the cellar");
	for (const file of shared.files)
		check(files.some(({ bytes }) => bytes.equals(readFileSync(file))), file);
	await page.context().close();
}

/* What cannot be cleaned is not sent before somebody chooses. */
async function refused() {
	const broken = path.join(folder, "broken.jpg");
	writeFileSync(broken, readFileSync(shared.files[0]).subarray(0, 600));
	const word = path.join(folder, "memo.docx");
	writeFileSync(word, "PK");
	const page = await visit("?lang=en", { colorScheme: "dark" });
	await isReady(page);
	await write(page, "They signed it in the garden.");
	const input = page.locator("input[type=file]").first();
	await input.setInputFiles([broken, shared.files[1], word]);
	await row(page, "broken.jpg").locator(".warn").waitFor();
	check((await row(page, "memo.docx").textContent()).includes("cannot remove"), "docx");
	check(await row(page, "memo.docx").locator("input").count() === 0, "docx");
	await press(page, "send");
	await page.locator("[data-problem] h2", { hasText: "could not be removed" }).waitFor();
	check(posts.length === 0, posts);
	await picture(page, "clean-refused-dark");
	await axe(page, "refused");
	await row(page, "broken.jpg").locator("button").click();
	await row(page, "broken.jpg").waitFor({ state: "detached" });
	const { files, got } = await sent(page, "in the garden");
	check(got.files === 2 && !files.some((f) => f.bytes.includes("SECRET")), got);
	await page.context().close();
}

/* The script for files does not come, or is another: said, and only on a person's
 * word files go as they are. */
async function missing() {
	for (const body of [null, "globalThis.pistaClean = () => evil()"]) {
		const page = await visit("?lang=en", {}, { isBroken: true, before: (p) =>
			p.route("**/clean.js", (route) => body === null ? route.abort()
				: route.fulfill({ body, contentType: "text/javascript" })) });
		await isReady(page);
		await write(page, "They signed it at sea.", [shared.files[0]]);
		await press(page, "send");
		await page.locator("[data-problem] h2", { hasText: "did not come" }).waitFor();
		check(posts.length === 0, posts);
		if (body !== null) {
			await picture(page, "clean-missing");
			await axe(page, "missing");
			await page.locator("[data-act=without]").click();
			const { files } = await sent(page, "at sea");
			check(files[0].bytes.equals(readFileSync(shared.files[0])), "as it is");
		}
		await page.context().close();
	}
}

/* Going on without the script is said of files that were there, not of later ones. */
async function later() {
	const page = await visit("?lang=en", {}, { isBroken: true,
		before: (p) => p.route("**/clean.js", (route) => route.abort()) });
	await isReady(page);
	await write(page, "They signed it upstairs.", [shared.files[0]]);
	await press(page, "send");
	await page.locator("[data-act=without]").click();
	await page.unrouteAll();
	await page.locator("input[type=file]").first().setInputFiles([shared.files[1]]);
	await row(page, "screen.png").locator(".found").waitFor();
	const { files } = await sent(page, "upstairs");
	check(files.length === 1 && !files[0].bytes.includes("SECRET"), "as it was");
	await page.context().close();
}

/* What is chosen while the page still works on a file is what goes. */
async function meanwhile() {
	const page = await visit();
	await isReady(page);
	await write(page, "They signed it at noon.");
	await page.locator("input[type=file]").first().setInputFiles([shared.files[2],
		shared.files[0]]);
	await row(page, "foto.jpg").locator(".found").waitFor();
	/* The file is read, and no answer comes until it may. */
	await page.evaluate(() => {
		const own = File.prototype.arrayBuffer;
		File.prototype.arrayBuffer = async function () {
			await new Promise((go) => globalThis.goOn = go);
			return own.call(this);
		};
	});
	await row(page, "foto.jpg").locator("input").uncheck();
	await row(page, "acta.pdf").locator("input").check();
	await press(page, "send");
	await page.waitForFunction(() => globalThis.goOn);
	await page.locator("input[type=file]").first().setInputFiles([shared.files[1]]);
	await page.evaluate(() => {
		const go = globalThis.goOn;
		globalThis.goOn = null;
		go();
	});
	await page.waitForFunction(() => globalThis.goOn);
	check(posts.length === 0, posts);
	await page.evaluate(() => globalThis.goOn());
	await received(page);
	const got = await letter("at noon");
	const saved = Object.entries(await newsroom.export(got.seq))
		.filter(([name]) => /\.(jpg|png|pdf)$/.test(name));
	check(got.files === 1 && saved.length === 1 && saved[0][0].endsWith("png") &&
		!Buffer.from(saved[0][1], "base64").includes("SECRET"), saved.map(([name]) => name));
	await page.context().close();
}

/* The other doors by which files go. */
async function everywhere() {
	const page = await visit("?lang=ar");
	await isReady(page);
	const words = await begin(page);
	await readBack(page, words);
	await page.fill("#message", "They signed it by night.");
	await page.locator("input[type=file]").nth(1).setInputFiles([shared.files[0]]);
	await page.locator(".found").waitFor();
	await fits(page, "arabic");
	await picture(page, "clean-arabic");
	await press(page, "send");
	await received(page);
	await page.locator("input[type=file]").setInputFiles([shared.files[1]]);
	await press(page, "add");
	await page.waitForFunction(() => document.querySelector("section.good h1"));
	await page.goto(page.url());
	await isReady(page);
	await open(page, words.join(" "));
	await page.locator("#message").waitFor();
	await page.fill("#message", "And at dawn.");
	await page.locator("input[type=file]").setInputFiles([shared.files[0]]);
	await page.locator(".found").waitFor();
	await press(page, "follow");
	await received(page);
	const late = await letter("at dawn");
	check(!Object.values(await newsroom.export(late.seq)).some((data) =>
		Buffer.from(data, "base64").includes("SECRET")), "follow-up");
	await page.context().close();
}

/* How many could know it is nobody's business but the writer's. */
async function circle() {
	for (const javaScriptEnabled of [true, false]) {
		const page = await visit("?lang=en", { javaScriptEnabled });
		if (javaScriptEnabled)
			await isReady(page);
		await door(page, "new").locator("button").click();
		await page.locator("#circle3").check();
		check(await page.locator("#circle3-t").isVisible() &&
			!await page.locator("#circle2-t").isVisible(), "advice");
		check(await page.evaluate(() => document.querySelector("#circle3").form === null &&
			[...new FormData(document.querySelector("#message").form).keys()]
				.every((name) => name !== "circle")), "belongs to a form");
		if (javaScriptEnabled)
			await axe(page, "circle");
		await picture(page, `circle-${javaScriptEnabled}`);
		await page.context().close();
		posts.splice(0);
	}
}

await run({
	"planted details do not arrive": removed,
	"without the choice files arrive as they are": keptOnWish,
	"what cannot be cleaned waits for a choice": refused,
	"without the script for files nothing goes unasked": missing,
	"a file chosen later is asked about again": later,
	"what is chosen while a file is worked on is what goes": meanwhile,
	"files of every form, in Arabic": everywhere,
	"a small circle": circle,
});
