/* A receipt typed or handed in: never on the command line. */
#ifndef PISTA_CMD_SOURCE_RECEIPT_IN_H
#define PISTA_CMD_SOURCE_RECEIPT_IN_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "receipt/receipt.h"

struct receipt_in {
	const char *file;
	int fd; /* -1: none */
};

enum { RECEIPT_FILE = 0x1200, RECEIPT_FD };
#define RECEIPT_OPTIONS                                            \
	{ "receipt-file", required_argument, NULL, RECEIPT_FILE }, \
	{                                                          \
		"receipt-fd", required_argument, NULL, RECEIPT_FD  \
	}

void receipt_in_init(struct receipt_in *in);
/* False when option is none of RECEIPT_OPTIONS. */
bool receipt_in_option(struct receipt_in *in, int option, const char *arg);
bool receipt_in_is_given(const struct receipt_in *in);

/*
 * Reads and understands it: the file, the descriptor, or the terminal is
 * asked. A likely correction is offered on the terminal. value is secret
 * memory of RECEIPT_VALUE_SIZE bytes. Says what is wrong; returns an exit
 * status.
 */
int receipt_in_read(const struct receipt_in *in, const char *command,
    size_t list, uint8_t *value);

/* Three lines of three numbered words, straight to standard output. ERR_IO,
 * ERR_NOMEM. */
int receipt_print(const uint8_t value[static RECEIPT_VALUE_SIZE], size_t list);

#endif
