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

const BORDER = 3;

/* A drawing of squares: {size, get(x, y)}. */
export function drawing({ size, get }, label) {
	const row = Array.from({ length: size }, (_, i) => i), n = size + 2 * BORDER;
	const path = row.flatMap((y) => row.map((x) =>
		get(x, y) ? `M${x} ${y}h1v1h-1z` : "")).join("");
	return new Html(`<svg viewBox="-${BORDER} -${BORDER} ${n} ${n}" role=img aria-label="` +
		`${escape(label)}" shape-rendering=crispEdges><path d="${path}"/></svg>`);
}
