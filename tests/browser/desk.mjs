// The page of `pista desk` as a person uses it: one day at a desk. See desk.py
// for what the newsroom and its tips are.

import { launch } from "./chromium.mjs";
import { Colleague, check, faults, picture, run, watch } from "./kit.mjs";
import { looks } from "./looks.mjs";
import { strangers } from "./strangers.mjs";
import { together } from "./together.mjs";
import { work } from "./work.mjs";

const browser = await launch();
let failed = 1;
try {
	const desk = { browser };
	desk.page = await watch(await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en" }));
	const cases = [["an address lets one page in, and leaves it at once", async () => {
		await desk.page.goto(process.env.DESK_URL);
		await desk.page.waitForSelector("input[type=password]");
		check(!desk.page.url().includes("#"), desk.page.url());
		await picture(desk.page, "locked");
		[desk.bo, desk.cy] = await Promise.all([process.env.OTHER_URL, process.env.THIRD_URL].map((url) => new Colleague(url).enter()));
		check(faults.length === 0, faults);
	}], ...work(desk), ...together(desk), ...strangers(desk), ...looks(desk)];
	failed = await run(cases, () => desk.page);
} finally {
	await browser.close();
}
process.exit(failed ? 1 : 0);
