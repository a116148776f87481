// A file that is too large for the line, in a real browser without script: cut with
// coreutils, added part by part, one part broken off and sent again.

import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { breaking } from "./breaking.mjs";
import { URL_, check, click, door, fill, folder, letter, newsroom, picture, posts, press, run, until, visit, write } from "./reader.mjs";

const PART = 400_000;
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");
const said = (page) => page.locator("section.good h1").textContent();

async function choose(page, file) {
	await page.locator("input[name=file]").setInputFiles(file);
}

async function broken() {
	const whole = randomBytes(3 * PART - 77);
	writeFileSync(path.join(folder, "film.mp4"), whole);
	execFileSync("split", ["-b", PART, "film.mp4", "film.mp4."], { cwd: folder });
	const parts = readdirSync(folder).filter((name) => /\.a[a-z]$/.test(name)).sort()
		.map((name) => path.join(folder, name));
	check(parts.length === 3, parts);
	const line = await breaking(URL_);
	const page = await visit("?lang=en", { javaScriptEnabled: false }, { at: line.url, isBroken: true });
	await write(page, "A film follows, in parts.");
	await press(page, "send");
	check(await said(page) === "Received", await said(page));
	/* The help is folded away; opening it needs no script. */
	check(await page.locator("#part").isHidden(), "parts are in everybody's way");
	await click(page.locator(".again details > summary").first());
	await picture(page, "parts-first");
	await fill(page, "#part", "1");
	await fill(page, "#of", "3");
	await choose(page, parts[0]);
	await press(page, "add");
	check(await said(page) === "Part 1 of 3 received", await said(page));
	await picture(page, "parts-one");
	check(await page.inputValue("#part") === "2" && await page.inputValue("#of") === "3", "not filled in");
	/* The line breaks in the middle of the second: what the browser offers then is to try again. */
	await choose(page, parts[1]);
	const before = line.sent;
	line.limit = before + PART / 2;
	const gone = press(page, "add").catch(() => {});
	await until("half a part", () => line.sent >= line.limit);
	line.isDown = true;
	line.cut();
	await gone;
	await until("the browser's own words", async () => await page.locator("section.good").count()
		.catch(() => 1) === 0);
	Object.assign(line, { limit: Infinity, isDown: false });
	/* While the browser still puts its own page up it takes no order. */
	await until("sent again", () => page.reload().then(() => true, () => false));
	check(await said(page) === "Part 2 of 3 received", await said(page));
	await choose(page, parts[2]);
	await press(page, "add");
	check(await said(page) === "Part 3 of 3 received", await said(page));
	check((await page.locator("section.good").first().textContent()).includes("All 3 parts were received."),
		"not said to be whole");
	await picture(page, "parts-all");
	check(posts.splice(0).every((to) => to === "/"), posts);
	const first = await letter("A film follows, in parts.");
	const all = await newsroom.letters();
	check(all.filter((l) => l.seq > first.seq).length === 3, "the broken part came twice");
	check((await newsroom.digests(first.seq + 1)).includes(digest(whole)), "not the file that was cut");
	check(await door(page, "add").count() === 1, "no way to go on");
	await page.context().close();
	line.close();
}

await run({ "a broken part loses that part only": broken });
