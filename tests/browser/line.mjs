// A line to the place that can be made slow, for any browser: what is visited is its
// address. The bytes pass as they are.

import net from "node:net";

export async function line(to) {
	const { hostname, port } = new URL(to);
	let rate = Infinity;	/* bytes a second, towards the place */
	const server = net.createServer((here) => {
		const there = net.connect(Number(port), hostname);
		here.on("data", (bytes) => {
			there.write(bytes);
			if (rate === Infinity)
				return;
			here.pause();
			setTimeout(() => here.resume(), bytes.length / rate * 1000);
		});
		here.on("end", () => there.end());
		there.pipe(here);
		for (const [one, other] of [[here, there], [there, here]])
			one.on("error", () => other.destroy()).on("close", () => other.destroy());
	});
	await new Promise((go) => server.listen(0, "127.0.0.1", go));
	return {
		url: `http://127.0.0.1:${server.address().port}`,
		narrow: (to_) => rate = to_,
		close: () => server.close(),
	};
}
