// What the readers' page needs while it seals and sends a large file: the most that all
// processes of the browser have at once (PSS by the kernel's count), beyond the same
// page with the file chosen, on a quick line and on a slow one. Run by
// tests/browser/source.py; BROWSER=firefox for Firefox, PISTA_BYTES for other sizes,
// PISTA_RATE bytes a second for the slow line, which is measured for PISTA_SECONDS.

import { randomFillSync } from "node:crypto";
import { appendFileSync, readFileSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";

import { breaking } from "../tests/browser/breaking.mjs";
import { URL_, folder, isReady, press, visit, write } from "../tests/browser/reader.mjs";

const MB = 1 << 20;
const BYTES = process.env.PISTA_BYTES?.split(",").map(Number) ?? [50 * MB, 500 * MB];
const RATE = Number(process.env.PISTA_RATE ?? 2 * MB);
const SECONDS = Number(process.env.PISTA_SECONDS ?? 20);

/* Of this program: those of the browser and nothing else. */
function children(parent) {
	const of = new Map();
	for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		try {
			const [, rest] = readFileSync(`/proc/${pid}/stat`, "latin1").split(/\) /);
			const above = rest.split(" ")[1];
			of.set(above, [...of.get(above) ?? [], pid]);
		} catch {
			/* It has ended meanwhile. */
		}
	}
	const all = (pid) => (of.get(pid) ?? []).flatMap((child) => [child, ...all(child)]);
	return all(String(parent));
}

function pss() {
	let sum = 0;
	for (const pid of children(process.pid)) {
		try {
			const text = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
			sum += Number(/^Pss: +(\d+)/m.exec(text)?.[1] ?? 0);
		} catch {
			/* It has ended meanwhile. */
		}
	}
	return sum / 1024;
}

async function most(until) {
	let peak = 0, isOver = false;
	until.then(() => isOver = true);
	while (!isOver) {
		peak = Math.max(peak, pss());
		await new Promise((go) => setTimeout(go, 200));
	}
	return peak;
}

const wait = (seconds) => new Promise((go) => setTimeout(go, seconds * 1000));

async function measure(bytes, rate) {
	const at = await breaking(URL_, { rate });
	const page = await visit("?lang=en", {}, { isBroken: true, at: at.url });
	page.setDefaultTimeout(600000);
	await isReady(page);
	const file = path.join(folder, `${bytes}.mp4`);
	for (let left = bytes; left > 0; left -= MB)
		appendFileSync(file, randomFillSync(Buffer.alloc(Math.min(left, MB))));
	await write(page, "A large file.", [file]);
	await wait(3);
	const idle = pss(), began = Date.now();
	await press(page, "send");
	const sealing = await most(page.locator("[data-state]", { hasText: "Sent so far" }).waitFor());
	const sealed = Date.now();
	const kept = page.locator("section.good h1").waitFor();
	const sending = await most(rate === Infinity ? kept : Promise.race([kept, wait(SECONDS)]));
	const second = (ms) => (ms / 1000).toFixed();
	console.log(`${bytes / MB} MiB, ${rate / MB} MiB/s: idle ${idle.toFixed()} MiB, sealing +` +
		`${(sealing - idle).toFixed()} in ${second(sealed - began)} s, sending +` +
		`${(sending - idle).toFixed()} in ${second(Date.now() - sealed)} s`);
	await page.context().close();
	at.close();
	rmSync(file);
}

for (const rate of [Infinity, RATE])
	for (const bytes of BYTES)
		await measure(bytes, rate);
rmSync(folder, { recursive: true });
process.exit();
