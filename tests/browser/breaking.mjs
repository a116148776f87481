// A line to the place that breaks: once begun, every so many milliseconds, or after each so
// many bytes, whatever is open ends. All together carry so many bytes a second towards the
// place, and none beyond the limit: so a case finds the line in the middle of a file, however
// busy the machine is.

import net from "node:net";

const SLICE = 20;		/* milliseconds */

export async function breaking(to, { rate = Infinity, every = 0, each = Infinity } = {}) {
	const { hostname, port } = new URL(to);
	const open = new Set(), line = { rate, limit: Infinity, isDown: false, sent: 0, breaks: 0 };
	const cut = () => open.forEach((pair) => {
		line.breaks++;
		pair.forEach((socket) => socket.resetAndDestroy());
	});
	let budget = 0, breaks, next = Infinity;
	const fill = setInterval(() => {
		budget = Math.min(budget + line.rate * SLICE / 1000, line.rate / 4);
	}, SLICE);
	async function carry(here, there) {
		for await (const bytes of here) {
			while (line.rate !== Infinity && budget < 0 || line.sent >= line.limit)
				await new Promise((go) => setTimeout(go, SLICE));
			if (there.destroyed)
				return;
			budget -= bytes.length;
			line.sent += bytes.length;
			if (line.sent >= next) {
				next = line.sent + each;
				cut();
				return;
			}
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
			next = line.sent + each;
		},
		close: () => {
			clearInterval(breaks);
			clearInterval(fill);
			server.close();
		},
	});
}
