// The one screen: templates filled in, shown, covered while something runs, and
// shown again as they were.

const main = () => document.querySelector("main");

/* The one section of a template. */
function element(html) {
	const box = document.createElement("template");
	box.innerHTML = html.trim();
	return box.content.firstElementChild;
}

export class Screen {
	constructor(pages) {
		this.pages = pages;
	}

	/* Instead of all that was there. */
	show(html) {
		main().innerHTML = html;
		this.point(main().querySelector("h1, h2"));
	}

	/* Hides what is there, with all that was typed and chosen. */
	cover(html) {
		this.uncover();
		this.forget();
		this.from = document.activeElement;
		for (const child of main().children)
			child.hidden = true;
		const cover = element(html);
		cover.dataset.cover = "";
		main().append(cover);
		this.point(cover.querySelector("h1"));
		return cover;
	}

	uncover() {
		const cover = main().querySelector("[data-cover]");
		if (cover === null)
			return;
		cover.remove();
		for (const child of main().children)
			child.hidden = false;
		if (this.from.isConnected)
			this.from.focus();
		else
			this.point(main().querySelector("h1, h2"));
	}

	/* What was wrong before. */
	forget() {
		main().querySelector("[data-problem]")?.remove();
		for (const field of main().querySelectorAll("[aria-invalid]"))
			field.removeAttribute("aria-invalid");
	}

	/* Back, with a reason above, and the field it is about. */
	back(html, field) {
		this.uncover();
		this.forget();
		if (field) {
			field.setAttribute("aria-invalid", true);
			field.setAttribute("aria-errormessage", "problem");
		}
		const box = element(html);
		box.dataset.problem = "";
		main().prepend(box);
		this.point(box.querySelector("h2"));
	}

	/* So that a screen reader begins where something is new. */
	point(heading) {
		scrollTo(0, 0);
		if (heading === null)
			return;
		heading.tabIndex = -1;
		heading.focus();
	}

	/* 1000000 as people say it. */
	size(bytes) {
		let number = Math.floor(bytes / 1024), unit = 0;
		for (; number >= 1024 && unit < 2; unit++)
			number = Math.floor(number / 1024);
		return this.pages.size({ number,
			unit: ["SIZE_KB", "SIZE_MB", "SIZE_GB"][unit] }).trim();
	}
}
