#include "newsroom/masthead_print.h"

#include "base/day.h"
#include "say.h"

#define LINE_MAX_CHARS 300

static void
print_field(const char *name)
{
	printf("  %-10s ", name);
}

void
masthead_print_left(FILE *to, const struct masthead *m)
{
	uint32_t today = day_today();

	if (today > m->expires)
		fputs("EXPIRED: the page is closed", to);
	else if (today == m->expires)
		fputs("today is its last day", to);
	else
		fprintf(to, "%u day%s left", m->expires - today,
		    m->expires - today == 1 ? "" : "s");
}

static void
print_days(const struct masthead *m)
{
	print_field("issued");
	say_day(stdout, m->issued);
	printf(", expires ");
	say_day(stdout, m->expires);
	printf(", ");
	masthead_print_left(stdout, m);
	printf("\n");
}

static void
print_policy(const struct masthead *m)
{
	const char *before = "";
	unsigned hour;

	print_field("answers");
	if (m->edition_seconds > 0)
		printf("appear after %u s (drill)", m->edition_seconds);
	else {
		printf("appear at ");
		for (hour = 0; hour < 24; hour++)
			if (m->edition_hours & 1u << hour) {
				printf("%s%02u:00", before, hour);
				before = ", ";
			}
		printf(" UTC");
	}
	printf("\n");
	print_field("letters");
	printf("at most ");
	say_size(stdout, m->letter_max);
	if (m->retention_days > 0)
		printf(", deleted after %u days\n", m->retention_days);
	else
		printf(", kept until deleted\n");
	print_field("scripts");
	if (m->has_scripts)
		printf("%zu may run on the page\n", m->scripts_n);
	else
		printf("not named\n");
}

static void
print_recipient(const struct age_recipient *r)
{
	struct buf b;

	buf_init(&b, 256);
	age_recipient_put(&b, r);
	say_text(stdout, buf_text(&b));
	buf_fini(&b);
}

static void
print_people(const struct masthead *m)
{
	const struct masthead_member *member;
	const struct masthead_desk *desk;
	size_t i, k;

	for (i = 0; i < m->members_n; i++) {
		member = &m->members[i];
		print_field(i == 0 ? "members" : "");
		say_line(stdout, member->id, MASTHEAD_ID_MAX);
		printf(" (");
		say_line(stdout, member->name, MASTHEAD_NAME_MAX);
		printf(") ");
		if (member->has_recipient)
			print_recipient(&member->recipient);
		else
			printf("has no key today");
		printf("\n");
	}
	if (m->members_n == 0) {
		print_field("members");
		printf("nobody yet\n");
	}
	for (i = 0; i < m->desks_n; i++) {
		desk = &m->desks[i];
		print_field(i == 0 ? "desks" : "");
		say_line(stdout, desk->id, MASTHEAD_ID_MAX);
		printf(" (");
		say_line(stdout,
		    masthead_say(m, desk->names, masthead_language(m, 0)),
		    LINE_MAX_CHARS);
		printf("):");
		for (k = 0; k < desk->members_n; k++) {
			printf(" ");
			say_line(stdout, m->members[desk->members[k]].id,
			    MASTHEAD_ID_MAX);
		}
		printf("%s\n", desk->members_n == 0 ? " nobody" : "");
	}
}

static void
print_channels(const struct masthead *m)
{
	json_t *channel;
	struct text kind, address;
	size_t i;

	json_array_foreach (json_object_get(m->root, "channels"), i, channel) {
		if (json_text(channel, "kind", 32, &kind) != 0 ||
		    json_text(channel, "address", LINE_MAX_CHARS, &address) !=
			0)
			continue;
		print_field(i == 0 ? "channels" : "");
		say_line(stdout, kind, 32);
		printf(" ");
		say_line(stdout, address, LINE_MAX_CHARS);
		printf("\n");
	}
}

void
masthead_print(const struct masthead *m)
{
	char id[33] = "";
	struct text lang;
	size_t i;

	hex_write(id, m->newsroom, sizeof(m->newsroom));
	say_line(
	    stdout, masthead_name(m, masthead_language(m, 0)), LINE_MAX_CHARS);
	printf("%s, serial %llu\n", m->is_drill ? " (drill)" : "",
	    (unsigned long long)m->serial);
	print_field("newsroom");
	printf("%s\n", id);
	print_days(m);
	print_field("languages");
	for (i = 0; (lang = masthead_language(m, i)).n > 0; i++) {
		say_line(stdout, lang, 16);
		printf(" ");
	}
	printf("\n");
	print_policy(m);
	print_people(m);
	print_field("recovery");
	if (m->has_recovery)
		print_recipient(&m->recovery);
	else
		printf("none: letters are lost with the members' keys");
	printf("\n");
	print_channels(m);
}
