// Runs in the page under test: judges it by what is laid out. Each function gives
// faults as texts.
/* global globalThis, document, getComputedStyle, innerWidth */
(() => {
	const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
	const shown = (e) => e.checkVisibility() && e.getClientRects().length > 0;
	const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
	const name = (e) => e.outerHTML.slice(0, 90).replace(/\s+/g, " ");

	/* Colours, mixed as far as needed here: none is half transparent. */
	const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
	function light(colour) {
		const [r, g, b] = channels(colour).map((c) => c / 255)
			.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	}
	function contrast(a, b) {
		const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
		return (x + 0.05) / (y + 0.05);
	}
	function behind(e) {
		for (let at = e; at !== null; at = at.parentElement) {
			const colour = getComputedStyle(at).backgroundColor;
			if (channels(colour)[3] !== 0)
				return colour;
		}
		return "rgb(255, 255, 255)";
	}

	/* Nothing at the side, nothing cut off. */
	function fits() {
		const faults = [], wide = document.documentElement.scrollWidth;
		if (wide > innerWidth)
			faults.push(`${wide} pixels wide in ${innerWidth}`);
		for (const e of all("body *")) {
			const at = e.getBoundingClientRect(), style = getComputedStyle(e);
			if (at.left < -1 || at.right > innerWidth + 1)
				faults.push(`stands out: ${name(e)}`);
			const isCut = style.overflow !== "visible" || e.matches("button, .button, .receipt span, .step");
			if (isCut && style.display !== "inline" && !e.matches("textarea, input, select, svg, progress") &&
			    (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
				faults.push(`cut off: ${name(e)}`);
		}
		for (const e of all(".receipt b")) {
			const cell = e.parentElement.getBoundingClientRect(), at = e.getBoundingClientRect();
			if (at.right > cell.right + 1 || at.left < cell.left - 1)
				faults.push(`word out of its cell: ${name(e)}`);
		}
		const out = all(".leave a")[0]?.getBoundingClientRect();
		for (const e of all("main > section"))
			if (out && e.getBoundingClientRect().top < out.bottom)
				faults.push(`slides under the way out: ${name(e)}`);
		return faults;
	}

	/* WCAG 2.5.8, and what a thumb needs: 44 pixels for whatever does something. */
	function targets() {
		const faults = [];
		for (const e of all(CONTROLS)) {
			const row = e.matches("[type=radio], [type=checkbox]") ? e.parentElement : e;
			const { width, height } = row.getBoundingClientRect();
			if (height < 44 || width < 44)
				faults.push(`${Math.round(width)} by ${Math.round(height)}: ${name(e)}`);
		}
		return faults;
	}

	/* Each control is reached, shows it, is seen, and is in the order of the page. */
	function focus() {
		const faults = [];
		for (const e of all("body *"))
			if (["fixed", "sticky"].includes(getComputedStyle(e).position))
				faults.push(`may cover what has the focus: ${name(e)}`);
		for (const e of all("[tabindex]"))
			if (e.tabIndex > 0)
				faults.push(`an order of its own: ${name(e)}`);
		for (const e of all(CONTROLS)) {
			e.focus();
			const style = getComputedStyle(e);
			if (document.activeElement !== e)
				faults.push(`cannot be focused: ${name(e)}`);
			else if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)
				faults.push(`no focus seen: ${name(e)}`);
			else if (contrast(style.outlineColor, behind(e.parentElement)) < 3)
				faults.push(`focus hard to see: ${name(e)}`);
		}
		document.activeElement.blur();
		return faults;
	}

	/* Every field and button has an edge that is seen: WCAG 1.4.11. */
	function edges() {
		const faults = [];
		for (const e of all("input:not([type=radio], [type=checkbox], [type=hidden]), select, textarea, button, a.button")) {
			const style = getComputedStyle(e);
			if (parseFloat(style.borderTopWidth) < 1 || style.borderTopStyle === "none" ||
			    contrast(style.borderTopColor, behind(e.parentElement)) < 3)
				faults.push(`no edge: ${name(e)}`);
		}
		return faults;
	}

	/* What axe leaves to people: names of regions, ties of errors, languages. */
	function speech() {
		const faults = [];
		const levels = all("h1, h2, h3, h4").map((h) => Number(h.tagName[1]));
		if (levels.filter((l) => l === 1).length > 1)
			faults.push("more than one h1");
		levels.forEach((l, i) => {
			if (l > (i === 0 ? 2 : levels[i - 1] + 1))
				faults.push(`a heading of level ${l} after ${levels[i - 1] ?? "none"}`);
		});
		for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
			for (const id of `${e.getAttribute("aria-describedby") ?? ""} ${e.getAttribute("aria-labelledby") ?? ""}`
				.trim().split(/\s+/))
				if (document.getElementById(id) === null)
					faults.push(`tied to nothing (${id}): ${name(e)}`);
		for (const e of all("progress"))
			if (!e.ariaLabel)
				faults.push(`no name: ${name(e)}`);
		for (const e of document.querySelectorAll(".receipt, .card ol"))
			if (!e.lang || e.dir !== "ltr")
				faults.push(`words without a language: ${name(e)}`);
		for (const e of document.querySelectorAll("#story option:not([value='']), .story bdi"))
			if (!e.lang)
				faults.push(`a title without its language: ${name(e)}`);
		for (const e of document.querySelectorAll("[data-said], .sending, [data-notes]"))
			if (!e.matches("[role=status]") && e.querySelector("[role=status]") === null)
				faults.push(`said to nobody: ${name(e)}`);
		return faults;
	}

	globalThis.judge = { fits, targets, focus, edges, speech };
})();
