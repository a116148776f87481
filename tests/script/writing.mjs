// When a letter counts as the one that was sent before, and when as another.

import { send } from "../../assets/script/writing.js";

globalThis.FormData = class extends Map {
	constructor(form) {
		super(Object.entries(form));
	}
};

/* How often the token was made anew; what follows that ends at the screen. */
let renewed = 0;
const app = { files: { ready: async () => [] }, waiting: null, place: { base: () => "" },
	screen: { cover() {
		throw new Error("covered");
	}, pages: { sending() {} } },
	thread: { isIn: () => false, renew: () => renewed++ } };

const steps = [
	["a first try", "follow", "Take it back.", 1],
	["the same once more", "follow", "Take it back.", 1],
	["another text", "follow", "Take it back!", 2],
	["the same words in another form", "withdraw", "Take it back!", 3],
];
let failed = 0;
console.log(`1..${steps.length}`);
for (const [i, [name, what, message, wanted]] of steps.entries()) {
	const why = await send(app, { message }, what).catch((error) => error.message);
	const isRight = renewed === wanted && why === "covered";
	failed += !isRight;
	console.log(`${isRight ? "ok" : "not ok"} ${i + 1} - ${name}: ${renewed}, ${why}`);
}
process.exit(failed > 0 ? 1 : 0);
