// Elements and text nodes, and nothing that parses markup: what a source wrote
// can only ever become text.

const SVG = "http://www.w3.org/2000/svg";

/** Strings become text nodes; nothing, false and nested lists are taken apart. */
export function nodes(...children) {
	return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== "")
		.map((c) => (c instanceof Node ? c : document.createTextNode(String(c))));
}

function dress(made, given) {
	for (const [name, value] of Object.entries(given ?? {})) {
		if (value === null || value === undefined || value === false)
			continue;
		if (name === "on")
			for (const [event, listener] of Object.entries(value))
				made.addEventListener(event, listener);
		else if (name === "vars")
			for (const [key, one] of Object.entries(value))
				made.style.setProperty(`--${key}`, one);
		else if (name === "data")
			Object.assign(made.dataset, value);
		else if (name === "value" || name === "checked" || name === "disabled" || name === "selected" || name === "open")
			made[name] = value;
		else
			made.setAttribute(name, value === true ? "" : String(value));
	}
	return made;
}

/** An element: el("p", {class: "x", on: {click}}, "text", node, …). */
export function el(name, given, ...children) {
	const made = document.createElement(name);
	made.append(...nodes(children));
	return dress(made, given);
}

export function svg(name, given, ...children) {
	const made = document.createElementNS(SVG, name);
	made.append(...nodes(children));
	return dress(made, given);
}

/** Puts children in place of what was there. */
export function fill(parent, ...children) {
	parent.replaceChildren(...nodes(children));
	return parent;
}

/** A button that says what it does; key is the shortcut shown beside it. */
export function button(words, does, { key, ...given } = {}) {
	return el("button", { type: "button", "aria-keyshortcuts": key, ...given, on: { click: does } },
		el("span", {}, words), key && el("kbd", { "aria-hidden": "true" }, key));
}

/** A labelled control. */
export function field(words, control, given = {}) {
	control.id ||= `f${++made}`;
	return el("div", { class: "field", ...given }, el("label", { for: control.id }, words), control);
}

/** A list to choose from; options are [value, words]. */
export function choice(options, chosen, given) {
	return el("select", given, options.map(([value, words]) =>
		el("option", { value, selected: value === chosen }, words)));
}

let made = 0;

export function fresh() {
	return `i${++made}`;
}

// Drawn here, so that nothing is fetched. Each is strokes on a 16 by 16 sheet.
const PATHS = {
	clip: "M13 7 8 12a3 3 0 0 1-4.5-4.5l5.5-5.5a2 2 0 0 1 3 3L6.5 10.5a1 1 0 0 1-1.4-1.4L10 4.3",
	back: "M10 3 5 8l5 5",
	search: "M7 2a5 5 0 1 1 0 10A5 5 0 0 1 7 2M10.7 10.7 14 14",
	filter: "M2 4h12M4.5 8h7M7 12h2",
	warn: "M8 2 15 14H1zM8 6.5v3.5M8 12v.3",
	lock: "M4 7.5h8V14H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
	return: "M6 4 2.5 7.5 6 11M2.5 7.5H10a3.5 3.5 0 0 1 0 7H8",
	menu: "M2 4h12M2 8h12M2 12h12",
	more: "M3 8h.3M8 8h.3M13 8h.3",
};

export function icon(name) {
	return svg("svg", { class: `icon icon-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
		svg("path", { d: PATHS[name] }));
}
