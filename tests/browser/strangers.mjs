// A page of another origin gets nothing from the desk, and does nothing to it.

import http from "node:http";
import { ORIGIN, api, check, faults } from "./kit.mjs";

const PAGE = `<!doctype html><meta charset=utf-8><title>stranger</title><body>
<form id=f method=post action="${ORIGIN}/v1/lock" enctype="text/plain" target=t><input name='{"a":"' value='"}'></form><iframe name=t></iframe></body>`;

/** Everything one page can try on another; what it learned. */
async function tryAll(page, token) {
	return page.evaluate(async ([origin, tok]) => {
		const got = {};
		const tell = async (name, what) => {
			got[name] = await Promise.race([what().then((v) => v, (e) => `refused: ${e.name ?? e}`), new Promise((go) => setTimeout(() => go("refused: nothing came"), 1500))]);
		};
		const load = (name, make) => tell(name, () => new Promise((yes, no) => {
			const one = make();
			one.onload = () => yes("loaded");
			one.onerror = () => no(new Error("error"));
			document.body.append(one);
		}));
		const element = (tag, set) => Object.assign(document.createElement(tag), set);
		await Promise.all([
			tell("fetch", async () => (await fetch(`${origin}/v1/state`)).text()),
			tell("fetch with the token", async () => (await fetch(`${origin}/v1/state`, { headers: { "Pista-Token": tok } })).text()),
			tell("fetch of the page", async () => (await fetch(`${origin}/`)).text()),
			tell("blind lock", async () => (await fetch(`${origin}/v1/lock`, { method: "POST", mode: "no-cors", body: "{}" })).type),
			tell("blind panic", async () => (await fetch(`${origin}/v1/panic`, { method: "POST", mode: "no-cors", body: "{}" })).type),
			tell("beacon", async () => String(navigator.sendBeacon(`${origin}/v1/lock`, "{}"))),
			tell("websocket", () => new Promise((yes, no) => {
				const socket = new WebSocket(`${origin.replace("http", "ws")}/v1/state`);
				socket.onopen = () => yes("open");
				socket.onerror = () => no(new Error("error"));
			})),
			tell("event source", () => new Promise((yes, no) => {
				const events = new EventSource(`${origin}/v1/state`);
				events.onopen = () => yes("open");
				events.onerror = () => {
					events.close();
					no(new Error("error"));
				};
			})),
			load("image", () => element("img", { src: `${origin}/v1/state` })),
			load("script", () => element("script", { src: `${origin}/desk.js`, type: "module" })),
			load("style", () => element("link", { rel: "stylesheet", href: `${origin}/desk.css` })),
			tell("frame", () => new Promise((yes) => {
				const frame = element("iframe", { src: `${origin}/` });
				frame.onload = () => {
					let seen = "refused: another origin";
					try {
						seen = frame.contentDocument?.querySelector("title") ? "read" : seen;
					} catch { /* that is how it should be */ }
					yes(seen);
				};
				document.body.append(frame);
			})),
			tell("window", async () => {
				const other = window.open(`${origin}/`);
				await new Promise((go) => setTimeout(go, 800));
				try {
					return other && !other.closed && other.document.title ? "read" : "refused: no handle";
				} catch {
					return "refused: another origin";
				}
			}),
		]);
		document.getElementById("f").submit();
		await new Promise((go) => setTimeout(go, 500));
		return got;
	}, [ORIGIN, token]);
}

export function strangers(desk) {
	return [["a page of another origin gets nothing and does nothing", async () => {
		const server = http.createServer((asked, answer) => answer.setHeader("Content-Type", "text/html").end(PAGE));
		await new Promise((go) => server.listen(0, "127.0.0.1", go));
		const token = await desk.page.evaluate(() => sessionStorage.getItem("token"));
		const before = await api(desk.page, "GET", "/v1/state");
		try {
			// Another port of this machine is the same site; another name is not.
			for (const host of ["127.0.0.1", "localhost"]) {
				const context = await desk.browser.newContext();
				const page = await context.newPage();
				await page.goto(`http://${host}:${server.address().port}/`);
				const got = await tryAll(page, token);
				// A blind request is sent, which no browser prevents: what came of
				// it is asked below.
				for (const [name, what] of Object.entries(got))
					check(/^refused/.test(what) || /^blind|beacon/.test(name), `${host}: ${name}: ${what}`);
				await context.close();
			}
		} finally {
			server.close();
		}
		const after = await api(desk.page, "GET", "/v1/state");
		check(after.phase === "ready" && after.me.id === before.me.id, after.phase);
		check(faults.length === 0, faults);
	}]];
}
