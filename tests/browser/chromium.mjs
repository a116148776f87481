// Debian's Chromium without the windows, profiles and services that no case looks at: the
// same engine at a third of the processor's time. What a person's own browser keeps on the
// disk is asked of the whole one, in traces.mjs. CHROMIUM takes another program.

import { chromium } from "playwright-core";

export const launch = (...args) => chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/lib/chromium/chromium-headless-shell",
	args: ["--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", ...args,
		...(process.getuid() === 0 ? ["--no-sandbox"] : [])] });
