// Under the button for files: what each that was chosen tells, whether that is to be
// taken out, and what was. Texts of all languages are in here, so that the request for
// this script names none.

import { escape } from "../script/html.js";
import { TYPES } from "../script/types.js";
import { Unclean } from "./bytes.js";
import { MAX, clean } from "./take.js";

const HEAD = 1024;
const LONG = 1000;		/* milliseconds, after which it is said how far it is */
const MAGIC = [[/^\xff\xd8\xff|^\x89PNG/, "KIND_PICTURE"], [/%PDF-/, "KIND_PDF"]];
const KINDS = [[/^(image|video|audio)/, "KIND_PICTURE"],
	[/office|opendocument|msword|ms-|rtf|epub/, "KIND_OFFICE"],
	[/^text.(plain|csv|mark|tab)/, "KIND_PLAIN"]];

/* What cannot be read is said when it is sealed. */
async function look(file) {
	const bytes = await file.slice(0, HEAD).arrayBuffer().catch(() => []);
	const head = String.fromCharCode(...new Uint8Array(bytes));
	const magic = MAGIC.find(([is]) => is.test(head));
	const type = TYPES[/[^.]*$/.exec(file.name)[0].toLowerCase()];
	return { file, kind: (magic ?? KINDS.find(([is]) => is.test(type)))?.[1],
		can: magic !== undefined && file.size <= MAX };
}

export class Details {
	/* make: of the texts; screen: back() of assets/script/screen.js; css: rules. */
	constructor(make, screen, css) {
		const [sheet] = document.styleSheets;
		sheet.insertRule(`@media all{${css}}`, sheet.cssRules.length);
		this.pages = make(escape);
		this.screen = screen;
		this.rows = new Map();	/* of each input for files */
		this.count = 0;
		this.isBusy = false;
		/* One file after the other: each is in memory, twice. */
		this.turn = Promise.resolve();
		document.addEventListener("change", ({ target }) => {
			if (target.matches("[data-clean]"))
				this.wish(target);
		});
		document.addEventListener("click", ({ target }) => {
			if (target.matches("[data-omit]"))
				this.omit(target.value);
		});
	}

	/* A tick was set or taken away. */
	wish(box) {
		const row = this.find(box.dataset.clean);
		row.wish = box.checked;
		this.begin(row);
	}

	find(number) {
		return [...this.rows.values()].flatMap((r) => r.list)
			.find((row) => row.number === Number(number));
	}

	choose(input) {
		for (const old of this.rows.keys())
			if (!old.isConnected)
				this.rows.delete(old);
		const entry = { list: [] };
		entry.ready = this.list(input, entry);
		this.rows.set(input, entry);
		return entry.ready;
	}

	async list(input, entry) {
		const rows = await Promise.all([...input.files].map(look));
		for (const row of rows.filter((r) => r.can))
			Object.assign(row, { number: ++this.count,
				wish: row.kind === "KIND_PICTURE" });
		if (this.rows.get(input) !== entry)
			return;
		let box = input.nextElementSibling;
		if (!box?.matches(".chosen")) {
			box = document.createElement("div");
			box.className = "chosen";
			input.after(box);
		}
		entry.list = rows;
		box.innerHTML = rows.length === 0 ? "" : this.pages.details({
			can: rows.some((row) => row.can),
			files: rows.map((row) => ({ ...row, name: row.file.name })) });
		rows.forEach((row) => this.begin(row));
	}

	/* A row without what its file tells, if that is wished. */
	begin(row) {
		if (row.can && row.wish && !row.made) {
			row.state = "CLEAN_WORKING";
			row.made = this.turn = this.turn.then(() => this.take(row));
		}
		this.show(row);
	}

	async take(row) {
		const began = Date.now();
		try {
			const { file, found } = await clean(row.file, (part) => {
				if (!this.isWanted(row))
					throw new Unclean("STOPPED");
				if (Date.now() > began + LONG)
					this.progress(row, part);
			});
			Object.assign(row, { state: "CLEAN_DONE", result: file,
				found: found.map((what) => ({ what })) });
		} catch (why) {
			row.state = why.reason ?? "BROKEN";
			if (row.state === "STOPPED")
				row.made = null;
		}
		this.show(row);
	}

	/* The tick is there, and the file still chosen. */
	isWanted(row) {
		return row.wish && [...this.rows].some(([input, { list }]) =>
			input.isConnected && list.includes(row));
	}

	place(row) {
		return document.getElementById(`cleaned${row.number}`);
	}

	progress(row, part) {
		const bar = this.place(row)?.querySelector("progress");
		if (!bar)
			return;
		bar.hidden = false;
		if (part)
			bar.value = part;
	}

	show(row) {
		const place = this.place(row);
		if (place)
			place.innerHTML = row.wish ? this.pages.cleaned(row) : "";
	}

	/* A file is not to be sent. */
	omit(number) {
		for (const [input, { list }] of this.rows) {
			if (!list.some((row) => row.number === Number(number)))
				continue;
			const left = new DataTransfer();
			for (const row of list.filter((r) => r.number !== Number(number)))
				left.items.add(row.file);
			input.files = left.files;
			input.focus();
			this.choose(input);
		}
	}

	/* The rows of an input, whatever is chosen while they are made. */
	async listed(input) {
		for (;;) {
			const entry = this.rows.get(input);
			await (entry?.ready ?? this.choose(input));
			if (entry && entry === this.rows.get(input))
				return entry.list;
		}
	}

	/* The rows of these when none is being worked on, whatever was chosen meanwhile;
	 * undefined when somebody has left them. */
	async settled(inputs) {
		while (inputs.every((input) => input.isConnected)) {
			const lists = [];
			for (const input of inputs)
				lists.push(await this.listed(input));
			const rows = lists.flat();
			await Promise.all(rows.map((row) => row.made));
			if (inputs.every((input, i) => this.rows.get(input)?.list === lists[i]) &&
			    rows.every((row) => row.state !== "CLEAN_WORKING"))
				return rows;
		}
	}

	/* All files of these as they are to be sealed; null when somebody has to choose
	 * first, which is said. */
	async ready(inputs) {
		if (this.isBusy)
			return null;
		this.isBusy = true;
		try {
			const files = (await this.settled(inputs))?.map((row) =>
				row.wish ? row.result : row.file);
			if (!files?.includes(undefined))
				return files?.filter((file) => file.size > 0) ?? null;
		} finally {
			this.isBusy = false;
		}
		this.screen.back(this.pages.undone({}));
		return null;
	}
}
