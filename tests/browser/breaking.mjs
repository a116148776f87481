// A line to the place that breaks: each connection ends after so many milliseconds,
// all of them together carry so many bytes a second towards the place.

import net from "node:net";

const SLICE = 20;		/* milliseconds */

export async function breaking(to, { rate = Infinity, life = Infinity } = {}) {
	const { hostname, port } = new URL(to);
	const open = new Set(), line = { rate, life, isDown: false, sent: 0, breaks: 0 };
	const cut = (pair) => pair.forEach((socket) => socket.resetAndDestroy());
	let budget = 0;
	const fill = setInterval(() => {
		budget = Math.min(budget + line.rate * SLICE / 1000, line.rate / 4);
	}, SLICE);
	async function carry(here, there) {
		for await (const bytes of here) {
			while (line.rate !== Infinity && budget < 0)
				await new Promise((go) => setTimeout(go, SLICE));
			budget -= bytes.length;
			line.sent += bytes.length;
			if (!there.write(bytes))
				await new Promise((go) => there.once("drain", go).once("close", go));
		}
		there.end();
	}
	const server = net.createServer((here) => {
		if (line.isDown)
			return here.resetAndDestroy();
		const there = net.connect(Number(port), hostname), pair = [here, there];
		open.add(pair);
		const timer = line.life < Infinity && setTimeout(() => {
			line.breaks++;
			cut(pair);
		}, line.life);
		carry(here, there).catch(() => {});
		there.pipe(here);
		for (const [one, other] of [[here, there], [there, here]])
			one.on("error", () => other.destroy()).on("close", () => {
				clearTimeout(timer);
				open.delete(pair);
				other.destroy();
			});
	});
	await new Promise((go) => server.listen(0, "127.0.0.1", go));
	return Object.assign(line, {
		url: `http://127.0.0.1:${server.address().port}`,
		cut: () => open.forEach(cut),
		close: () => {
			clearInterval(fill);
			server.close();
		},
	});
}
