// Text into HTML. Everything a template is filled with goes through escape, which
// leaves out what no page may contain.

class Html {
	constructor(html) {
		this.html = html;
	}
}

const MEANING = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;",
	"'": "&#39;" };

export function escape(value) {
	if (value instanceof Html)
		return value.html;
	return String(value ?? "")
		.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
		.replace(/[&<>"']/g, (c) => MEANING[c]);
}

/* Text whose line ends are shown. */
export const lines = (text) =>
	new Html(escape(text).replace(/\n/g, "<br>\n"));

/* A drawing: black where rows are true. */
export function drawing(rows, label) {
	const path = rows.map((row, y) => row.map((is, x) =>
		is ? `M${x} ${y}h1v1h-1z` : "").join("")).join("");
	const n = rows.length;
	return new Html(`<svg viewBox="0 0 ${n} ${n}" role=img aria-label="` +
		`${escape(label)}" shape-rendering=crispEdges><path d="${path}"/></svg>`);
}
