// What the cases of the scripts share: to compare, and to tell the result (TAP).

export function is(got, wanted, what = "it") {
	const [one, other] = [got, wanted].map((value) => JSON.stringify(value));
	if (one !== other)
		throw new Error(`${what}: ${one}, not ${other}`);
}

/* Runs the cases in order, by their names, and ends the program. */
export async function run(cases) {
	let number = 0, failed = 0;
	console.log(`1..${Object.keys(cases).length}`);
	for (const [name, does] of Object.entries(cases)) {
		const began = performance.now();
		try {
			await does();
			console.log(`ok ${++number} - ${name} # ${Math.round(performance.now() - began)} ms`);
		} catch (why) {
			failed++;
			console.log(`not ok ${++number} - ${name}\n${why.stack}`.replace(/\n/g, "\n# "));
		}
	}
	process.exit(failed > 0 ? 1 : 0);
}
