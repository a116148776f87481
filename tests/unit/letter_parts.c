#include "unit.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "letter/part.h"

/* "2/5" and, behind them, "b": other bytes; "=film.mp4.002" a name; "!" another
 * type. */
static struct part
part_of(const char *word)
{
	struct part p = { .type = TEXT("video/mp4") };
	char *end;

	p.at.n = (uint16_t)strtoul(word, &end, 10);
	p.at.of = (uint16_t)strtoul(end + 1, &end, 10);
	p.hash[0] = (uint8_t)p.at.n;
	if (*end == '!') {
		p.type = TEXT("image/png");
		end++;
	}
	if (*end == 'b') {
		p.hash[1] = 1;
		end++;
	}
	if (*end == '=')
		p.name = text_from(end + 1);
	return p;
}

/* Sorts words and gives the file of each as a letter, replaced ones as '-'. */
static void
check(const char *const *words, const char *expected)
{
	struct part parts[16];
	char got[17] = "";
	size_t n = 0, files;

	for (; words[n] != NULL; n++)
		parts[n] = part_of(words[n]);
	assert_int_equal(parts_sort(parts, n, &files), 0);
	for (size_t i = 0; i < n; i++) {
		assert_true(parts[i].file < files);
		got[i] =
		    parts[i].is_replaced ? '-' : (char)('a' + parts[i].file);
	}
	assert_string_equal(got, expected);
}

#define CHECK(expected, ...) \
	check((const char *const[]){ __VA_ARGS__, NULL }, expected)

static void
parts_of_a_thread_find_their_file(void **state)
{
	(void)state;
	check((const char *const[]){ NULL }, "");
	CHECK("aaa", "1/3", "2/3", "3/3");
	CHECK("aaa", "3/3", "1/3", "2/3");
	/* Sent again, broken or not: the later counts. */
	CHECK("a-aa", "1/3", "2/3", "2/3b", "3/3");
	CHECK("--a", "2/3", "2/3b", "2/3");
	CHECK("a-aa", "1/3", "2/3", "3/3", "2/3b");
	CHECK("-aaa", "1/3", "2/3", "3/3", "1/3");
	/* Another number of parts, another type, another name: another file. */
	CHECK("abab", "1/2", "1/3", "2/2", "2/3");
	CHECK("abab", "1/2", "1/2!", "2/2", "2/2!");
	CHECK("abab", "1/2=a.mp4.001", "1/2=b.mp4.001", "2/2=a.mp4.002",
	    "2/2=b.mp4.002");
	/* Who told one name and then none goes on with the newest. */
	CHECK("abb", "1/2=a.mp4.001", "1/2=b.mp4.001", "2/2");
	CHECK("aab", "1/2", "2/2=a.mp4.002", "1/2b=a.mp4.001");
}

static void
a_whole_file_is_followed_by_another(void **state)
{
	(void)state;
	CHECK("aabb", "1/2", "2/2", "1/2b", "2/2b");
	/* Not before it is whole: part 1 is sent again. */
	CHECK("-aa", "1/2", "1/2b", "2/2");
	CHECK("abc", "1/1", "1/1b", "1/1");
}

static void
whole_names_have_no_part_suffix(void **state)
{
	static const char *const names[][2] = {
		{ "film.mp4.001", "film.mp4" },
		{ "film.mp4.00", "film.mp4" },
		{ "film.mp4.0001", "film.mp4" },
		{ "film.mp4.00001", "film.mp4.00001" },
		{ "film.mp4.aa", "film.mp4" },
		{ "film.mp4.gz", "film.mp4" },
		{ "film.xyz.ab", "film.xyz" },
		{ "notes.md", "notes.md" },
		{ "film.mp4", "film.mp4" },
		{ "film.AB", "film.AB" },
		{ "film.ab", "film" },
		{ "film.", "film." },
		{ ".001", ".001" },
		{ "001", "001" },
		{ "xaa", "xaa" },
		{ "a.part1.rar", "a.part1.rar" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_true(text_is(
		    letter_whole_name(text_from(names[i][0])), names[i][1]));
	assert_string_equal(
	    letter_extension(letter_whole_name(TEXT("a.MOV.017"))), "mov");
}

static void
no_memory_is_said(void **state)
{
	struct part part = part_of("1/2");
	size_t files = 7;

	(void)state;
	mem_fail_at(1);
	assert_int_equal(parts_sort(&part, 1, &files), ERR_NOMEM);
	mem_fail_at(0);
	assert_int_equal(files, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_a_thread_find_their_file),
		cmocka_unit_test(a_whole_file_is_followed_by_another),
		cmocka_unit_test(whole_names_have_no_part_suffix),
		cmocka_unit_test(no_memory_is_said),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
