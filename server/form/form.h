/*
 * One person's request, from its first byte to its answer. This process lives
 * for nothing else.
 */
#ifndef PISTA_FORM_FORM_H
#define PISTA_FORM_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"
#include "http/server.h"
#include "masthead/masthead.h"
#include "page/view.h"
#include "form/post.h"
#include "receipt/receipt.h"
#include "wire/child.h"

#define FORM_TOKEN_SIZE 16
#define FORM_GATE 3 /* words asked for */
#define FORM_CUT_SIZE ((LETTER_PARTS_MAX + 7) / 8)

/* When answers come out next, as keep says. */
struct form_next {
	bool is_known;
	uint64_t time; /* unix seconds, 0: when something waits */
};

/* A part of a file that the person has cut; of zeros: no part. */
struct form_cut {
	bool is_wrong; /* what was typed are no numbers of a part */
	struct letter_part part;
	uint8_t have[FORM_CUT_SIZE]; /* a bit a part that came before */
};

/* What is secret, in one locked block. */
struct form_secrets {
	uint8_t value[RECEIPT_VALUE_SIZE];
	uint16_t numbers[RECEIPT_WORDS];
	char digits[RECEIPT_DIGITS + 2];
	char grouped[RECEIPT_DIGITS + RECEIPT_DIGITS / 3 + 1]; /* in threes */
	struct thread_keys keys;
	struct receipt_reading reading;
};

struct letter_out;

struct form {
	struct child child;
	struct wire_peer *keep; /* NULL: gone */
	struct http_server *http;
	struct http_request *request;
	int spare; /* a copy of the connection, for an answer out of turn */
	unsigned entry;
	bool has_head;   /* it is known what is asked */
	bool is_stopped; /* answered before the body was whole */
	unsigned linger; /* seconds to read on behind that answer */
	uint8_t *page;   /* being sent */
	size_t page_n;

	struct masthead *card; /* NULL: none, or none that verifies */
	struct stories *stories;
	struct form_next next;
	uint32_t today;

	struct secret_arena *arena;
	struct post *post;
	struct form_secrets *secret;
	struct letter_out *out; /* the letter being sealed */

	/* Settled as soon as they are needed. */
	bool is_settled;
	size_t lang, list;
	uint8_t token[FORM_TOKEN_SIZE];
	bool has_receipt; /* value, numbers, digits and grouped are set */
	bool has_keys;
	uint8_t position[FORM_GATE]; /* words asked for, from 0 */
	struct form_cut cut;
	char file_max[64];           /* for people: "2 GB" */
};

/*
 * Works out language, token, receipt and positions from the fields so far.
 * Called at the first byte of a file or at the end; the second call does
 * nothing.
 */
void form_settle(struct form *f);
/* A new receipt, with new positions to ask for. */
void form_new_receipt(struct form *f);
/* Sets value, and what follows from it. */
void form_set_receipt(
    struct form *f, const uint8_t value[static RECEIPT_VALUE_SIZE]);
/* The keys of the receipt; Argon2id the first time. ERR_NOMEM. */
int form_keys(struct form *f);
enum wire_front form_front(const struct form *f);
/* True when letters are taken: a current card, and no company in between. */
bool form_is_open(const struct form *f);
struct page_place form_place(const struct form *f);

#endif
