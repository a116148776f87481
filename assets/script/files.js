// Chosen files as they are to be sealed. What they tell besides, and taking it out, is
// clean.js's. It is asked for with the first file, of whatever kind, so that asking
// tells nothing.

const LOAD_MAX = 60000;		/* milliseconds */

export class Files {
	/* integrity: of clean.js. */
	constructor(screen, prefix, integrity, lang) {
		Object.assign(this, { screen, prefix, integrity, lang, isPlain: false });
	}

	load() {
		return this.loading ??= new Promise((resolve, reject) => {
			const tag = document.createElement("script");
			const fail = () => {
				tag.onload = null;
				reject(this.loading = null);
			};
			const timer = setTimeout(fail, LOAD_MAX);
			tag.integrity = this.integrity;
			tag.src = `${this.prefix}/clean.js`;
			tag.onload = () => {
				clearTimeout(timer);
				this.details = globalThis.pistaClean(this.lang, this.screen);
				resolve(this.details);
			};
			tag.onerror = fail;
			document.head.append(tag);
		});
	}

	/* To go on without it was said of other files. */
	async change(input) {
		this.isPlain = false;
		(await this.load().catch(() => null))?.choose(input);
	}

	/* All files of a form; null when somebody has to choose first, which is said. What
	 * is shown of files once clean.js is there counts, whatever was said before. */
	async ready(form) {
		const inputs = [...form.querySelectorAll("[type=file]")];
		const files = inputs.flatMap((input) => [...input.files]);
		if (files.length === 0 || this.isPlain && !this.details)
			return files.filter((f) => f.size > 0);
		const details = await this.load().catch(() => null);
		if (details === null)
			this.screen.back(this.screen.pages.without({}));
		return details?.ready(inputs) ?? null;
	}
}
