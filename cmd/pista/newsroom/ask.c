#include "newsroom/ask.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "say.h"

/* One line of standard input, however long; ERR_LIMIT when it does not fit. */
static int
read_line(char line[static ASK_MAX])
{
	size_t n = 0;
	int c;

	while ((c = getchar()) != EOF && c != '\n')
		if (n < ASK_MAX)
			line[n++] = (char)c;
	if (c == EOF)
		return ERR_CLOSED;
	if (n == ASK_MAX)
		return ERR_LIMIT;
	line[n] = '\0';
	return 0;
}

int
ask(const struct ask *a, char answer[static ASK_MAX])
{
	char line[ASK_MAX];
	const char *wrong;
	struct text t;
	int err;

	printf("\n");
	if (a->hint != NULL)
		printf("%s\n", a->hint);
	for (;;) {
		printf("%s", a->question);
		if (answer[0] != '\0') {
			printf(" [");
			say_line(stdout, text_from(answer), ASK_MAX);
			printf("]");
		}
		printf(": ");
		fflush(stdout);
		if ((err = read_line(line)) == ERR_CLOSED) {
			printf("\n");
			return err;
		}
		t = text_trim(text_from(line));
		if (err == 0 && t.n == 0 && answer[0] != '\0')
			t = text_from(answer);
		if (err != 0)
			wrong = "is too long";
		else if (t.n == 0)
			wrong = "needs an answer";
		else if (!text_is_utf8(t))
			wrong = "is not UTF-8";
		else {
			memmove(line, t.p, t.n);
			line[t.n] = '\0';
			wrong = a->check(line);
		}
		if (wrong == NULL)
			break;
		printf("  That %s.\n", wrong);
	}
	memcpy(answer, line, sizeof(line));
	return 0;
}
