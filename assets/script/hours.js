// When answers come out, by the masthead's policy.

const HOUR = 3600000, LATE = 1800000;
const DAY = 24 * HOUR;

/* The fixed hours of yesterday, today and tomorrow, as times. */
function around(hours, now) {
	const midnight = now - now % DAY;
	return [-DAY, 0, DAY].flatMap((day) =>
		[...hours].sort((a, b) => a - b).map((h) => midnight + day + h * HOUR));
}

/* Fields of the pages: next, next_time, next_day, next_hours. */
export function next(card, now = Date.now()) {
	const editions = card.policy?.editions ?? {};
	if (editions.seconds)
		return { next: "NEXT_UNTIMED" };
	if (!editions.hours?.length)
		return { next: "NEXT_UNKNOWN" };
	const at = around(editions.hours, now).find((t) => t > now);
	const iso = new Date(at).toISOString();
	const hours = Math.round((at - now) / HOUR);
	return { next: at < now + HOUR ? "NEXT_SOON"
		: hours < 2 ? "NEXT_HOUR" : "NEXT_HOURS", next_hours: hours,
	next_day: iso.slice(0, 10), next_time: iso.slice(11, 16) };
}

/* An hour has passed and the newest edition (a day since 1970) is of a day before.
 * Editions know days only. */
export function isLate(card, newest, now = Date.now()) {
	const hours = card.policy?.editions?.hours;
	if (!hours?.length)
		return false;
	const due = around(hours, now).filter((t) => t + LATE < now).at(-1);
	return newest < Math.floor(due / DAY);
}
