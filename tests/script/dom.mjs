// As much of a browser as the desk's modules need to say something: elements that
// hold text and others, and nothing that is laid out or drawn.

class Node {
	parentNode = null;
	children = [];

	append(...more) {
		for (const one of more) {
			one.remove();
			one.parentNode = this;
			this.children.push(one);
		}
	}
	replaceChildren(...more) {
		[...this.children].forEach((one) => one.remove());
		this.append(...more);
	}
	remove() {
		const all = this.parentNode?.children ?? [];
		if (all.includes(this))
			all.splice(all.indexOf(this), 1);
		this.parentNode = null;
	}
	contains(other) {
		return other === this || this.children.some((one) => one.contains(other));
	}
	/** Its strings, in order, less those that are hidden. */
	get texts() {
		return this.hidden ? [] : this.data ?? this.children.flatMap((one) => one.texts);
	}
	get textContent() {
		return [this.texts].flat().join("");
	}
	get firstElementChild() {
		return this.children.find((one) => one.tagName) ?? null;
	}
	get isConnected() {
		return this === document.body || (this.parentNode?.isConnected ?? false);
	}
}

class Element extends Node {
	dataset = {};
	style = { setProperty() {} };
	attributes = new Map();
	listeners = {};
	scrollTop = 0;

	constructor(name) {
		super();
		this.tagName = name;
		const names = () => (this.attributes.get("class") ?? "").split(" ");
		this.classList = { contains: (c) => names().includes(c), add: (c) => this.setAttribute("class", [...names(), c].join(" ")),
			remove: (c) => this.setAttribute("class", names().filter((one) => one !== c).join(" ")), toggle() {} };
	}
	setAttribute(name, value) {
		this.attributes.set(name, value);
	}
	getAttribute(name) {
		return this.attributes.get(name) ?? null;
	}
	get hidden() {
		return this.attributes.has("hidden");
	}
	set hidden(is) {
		is ? this.attributes.set("hidden", "") : this.attributes.delete("hidden");
	}
	addEventListener(type, listener) {
		(this.listeners[type] ??= []).push(listener);
	}
	click() {
		return Promise.all((this.listeners.click ?? []).map((does) => does({ currentTarget: this, target: this })));
	}
	/** By a name or a class, no more. */
	querySelectorAll(what) {
		const is = (one) => (what.startsWith(".") ? one.classList?.contains(what.slice(1)) : one.tagName === what);
		return this.children.flatMap((one) => (one.tagName ? [...(is(one) ? [one] : []), ...one.querySelectorAll(what)] : []));
	}
	querySelector(what) {
		return this.querySelectorAll(what)[0] ?? null;
	}
	focus() {
		document.activeElement = this;
	}
	scrollIntoView() {}
	getBoundingClientRect() {
		return { top: 0, bottom: 0 };
	}
}

const store = new Map();
globalThis.Node = Node;
globalThis.document = Object.assign(new Element("#document"), { documentElement: new Element("html"), body: new Element("body"),
	createElement: (name) => new Element(name), createElementNS: (_, name) => new Element(name),
	createTextNode: (data) => Object.assign(new Node(), { data }), hasFocus: () => true, visibilityState: "visible" });
globalThis.navigator ??= { languages: ["en"] };
globalThis.sessionStorage = { getItem: (k) => store.get(k) ?? null, setItem: (k, v) => store.set(k, v), removeItem: (k) => store.delete(k) };

/** The button in it that says so. */
export function buttonOf(parent, words) {
	const found = parent.querySelectorAll("button").find((one) => one.textContent === words && !one.hidden);
	if (!found)
		throw new Error(`no button “${words}” in ${parent.textContent}`);
	return found;
}
