#include "member/cut.h"

#include <stdio.h>

#include "letter/letter.h"
#include "member/show.h"
#include "say.h"

uint64_t
cut_seq(const json_t *file, size_t i)
{
	return show_number_of(
	    json_array_get(json_object_get(file, "parts"), i), "seq");
}

const json_t *
cut_find(const json_t *list, uint64_t seq)
{
	const json_t *file;
	uint64_t one;
	size_t i, k;

	json_array_foreach (list, i, file) {
		for (k = 0; (one = cut_seq(file, k)) != 0; k++)
			if (one == seq)
				return file;
	}
	return NULL;
}

bool
cut_is_whole(const json_t *file)
{
	return json_array_size(json_object_get(file, "missing")) == 0;
}

/* "2, 4-6" */
static void
print_numbers(const json_t *list)
{
	size_t i, last, n = json_array_size(list);

	for (i = 0; i < n; i = last + 1) {
		json_int_t from = json_integer_value(json_array_get(list, i));
		json_int_t to = from;

		for (last = i; last + 1 < n &&
			       json_integer_value(
				   json_array_get(list, last + 1)) == to + 1;
		     last++)
			to++;
		printf("%s%lld", i > 0 ? ", " : "", (long long)from);
		if (to > from)
			printf("-%lld", (long long)to);
	}
}

void
cut_print(const json_t *file)
{
	struct text name = show_text_of(file, "name");
	size_t here = json_array_size(json_object_get(file, "parts"));

	if (name.n > 0) {
		say_line(stdout, name, LETTER_NAME_MAX);
		printf(", ");
	}
	say_line(stdout, show_text_of(file, "type"), LETTER_NAME_MAX);
	printf(", ");
	say_size(stdout, show_number_of(file, "size"));
	printf(", %zu of %llu parts here", here,
	    (unsigned long long)show_number_of(file, "of"));
	if (!cut_is_whole(file)) {
		printf(", missing ");
		print_numbers(json_object_get(file, "missing"));
	}
	if (show_is(file, "doubtful"))
		printf(", perhaps with parts of another file");
}
