// A line to the place that breaks: once begun, every so many milliseconds whatever is
// open ends. All together carry so many bytes a second towards the place.

import net from "node:net";

const SLICE = 20;		/* milliseconds */

export async function breaking(to, { rate = Infinity, every = 0 } = {}) {
	const { hostname, port } = new URL(to);
	const open = new Set(), line = { rate, isDown: false, sent: 0, breaks: 0 };
	const cut = () => open.forEach((pair) => {
		line.breaks++;
		pair.forEach((socket) => socket.resetAndDestroy());
	});
	let budget = 0, breaks;
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
		carry(here, there).catch(() => {});
		there.pipe(here);
		for (const [one, other] of [[here, there], [there, here]])
			one.on("error", () => other.destroy()).on("close", () => {
				open.delete(pair);
				other.destroy();
			});
	});
	await new Promise((go) => server.listen(0, "127.0.0.1", go));
	return Object.assign(line, {
		url: `http://127.0.0.1:${server.address().port}`,
		cut,
		begin: () => {
			breaks = every > 0 && setInterval(cut, every);
		},
		close: () => {
			clearInterval(breaks);
			clearInterval(fill);
			server.close();
		},
	});
}
