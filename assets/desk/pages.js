// Pages beside the list: alarms, stories, people, numbers, ready answers.

import { alarms } from "./alarms.js";
import { el } from "./dom.js";
import { numbers } from "./numbers.js";
import { people, comeBack } from "./people.js";
import { ready } from "./ready.js";
import { stories } from "./stories.js";

const PAGES = { alarms, stories, people, numbers, ready };

export { comeBack };

export function make(view) {
	return el("div", { class: `page page-${view}` }, PAGES[view]());
}
