/*
 * The masthead: the newsroom's signed public card. Reading and verifying;
 * signing is masthead/sign.h, in no server program. FORMATS.md section 6.
 */
#ifndef PISTA_MASTHEAD_MASTHEAD_H
#define PISTA_MASTHEAD_MASTHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

#define MASTHEAD_MAX (128 * 1024)
#define MASTHEAD_DAYS_MAX 30
#define MASTHEAD_MEMBERS_MAX 256
#define MASTHEAD_ID_MAX 32	/* bytes of a member's or a desk's id */
#define MASTHEAD_NAME_MAX 100	/* bytes of a member's name */
#define MASTHEAD_DESKS_MAX 32
#define MASTHEAD_SCRIPTS_MAX 64
#define MASTHEAD_SCRIPT_SIZE 32	/* bytes of a SHA-256 */
#define MINISIG_MAX 1024
#define STORIES_MAX (128 * 1024)

/* A minisign public key: what everyone pins. */
struct masthead_pin {
	uint8_t key_id[8];
	uint8_t pk[32];
};
/* From the base64 line of a minisign .pub file, with or without its comment.
 * ERR_FORMAT, ERR_LIMIT. */
int masthead_pin_read(struct text in, struct masthead_pin *ret_pin);
/* Appends the base64 line without its end. */
void masthead_pin_put(struct buf *b, const struct masthead_pin *pin);

struct masthead_member {
	struct text id, name;
	struct age_recipient recipient;	/* valid on the day asked for */
	bool has_recipient;
	uint8_t sign[32];	/* Ed25519, letters */
	uint8_t request[32];	/* Ed25519, desk requests */
};

struct masthead_desk {
	struct text id;
	json_t *names;			/* {lang: text} */
	size_t members[AGE_STANZAS_MAX];	/* numbers into members */
	size_t members_n;
};

/* A verified card. All texts are borrowed from it. */
struct masthead {
	json_t *root;
	uint8_t *json;		/* the very bytes that were signed */
	size_t json_n;
	char minisig[MINISIG_MAX];
	size_t minisig_n;
	uint8_t newsroom[16];
	bool is_drill;
	uint64_t serial;
	uint32_t issued, expires;	/* days, inclusive */
	uint8_t previous[32];
	uint8_t hash[32];	/* H(JSON): what letters name as card */
	struct masthead_member members[MASTHEAD_MEMBERS_MAX];
	size_t members_n;
	struct masthead_desk desks[MASTHEAD_DESKS_MAX];
	size_t desks_n;
	struct age_recipient recovery;
	bool has_recovery;
	uint32_t retention_days;	/* 0: never */
	uint64_t letter_max;		/* bytes of a sealed letter */
	uint32_t edition_hours;	/* bit h set: an edition at h:00 UTC */
	uint32_t edition_seconds;	/* drill newsrooms only, else 0 */
	/* What may run on the page; older cards do not say. */
	bool has_scripts;
	uint8_t scripts[MASTHEAD_SCRIPTS_MAX][MASTHEAD_SCRIPT_SIZE];
	size_t scripts_n;
};

/*
 * Verifies signature, trusted comment and shape, then parses. newsroom NULL
 * takes any. day selects members' recipients; it does not refuse an expired
 * card (masthead_is_current does). ERR_SIGNATURE, ERR_NEWSROOM, ERR_FORMAT,
 * ERR_LIMIT.
 */
int masthead_read(struct text json, struct text minisig,
    const struct masthead_pin *pin, const uint8_t *newsroom, uint32_t day,
    struct masthead **ret_masthead);
void masthead_free(struct masthead **m);

/* 0, ERR_EXPIRED, ERR_NOT_YET. One day of clock error is forgiven at issued. */
int masthead_is_current(const struct masthead *m, uint32_t day);

/* The last hour of the mask (bit h: h:00 UTC) that has begun, and the next one
 * that will, in seconds since 1970; 0 when the mask is empty. */
uint64_t masthead_last_hour(uint32_t hours, uint64_t now);
uint64_t masthead_next_hour(uint32_t hours, uint64_t now);

/* Everyone a letter to desk is sealed to: its members valid that day and the
 * recovery key. desk empty: the first desk. ERR_NOT_FOUND, ERR_LIMIT. */
int masthead_recipients(const struct masthead *m, struct text desk,
    struct age_recipient ret_to[static AGE_STANZAS_MAX], size_t *ret_n);

/* The member with this request or signing key; NULL when nobody has it. */
const struct masthead_member *masthead_by_request(const struct masthead *m,
    const uint8_t pk[static 32]);
const struct masthead_member *masthead_by_sign(const struct masthead *m,
    const uint8_t pk[static 32]);

/* Text in a language from {lang: text}, falling back to the card's first
 * language, then to any. */
struct text masthead_say(const struct masthead *m, json_t *names,
    struct text lang);
struct text masthead_name(const struct masthead *m, struct text lang);
/* Language i of the card; empty text behind the last. */
struct text masthead_language(const struct masthead *m, size_t i);

/* One line of the policy's scripts, as an integrity attribute has it:
 * "sha256-" and 32 bytes in strict base64. ERR_FORMAT. */
int masthead_script_read(
    struct text in, uint8_t ret_hash[static MASTHEAD_SCRIPT_SIZE]);
/* True when the card lets what has this SHA-256 run on the page. */
bool masthead_has_script(const struct masthead *m,
    const uint8_t hash[static MASTHEAD_SCRIPT_SIZE]);

/* True for [a-z0-9-]{1,32}: the id of a member or a desk. */
bool masthead_is_id(struct text t);

/* Card and signature as one run of bytes, wherever they travel or rest
 * together (inbox entries, messages, PUT v1/masthead): u32 length of the JSON,
 * JSON, minisig. */
#define MASTHEAD_FRAME_MAX (4 + MASTHEAD_MAX + MINISIG_MAX)
void masthead_frame_put(struct buf *b, struct text json, struct text minisig);
/* Borrows both parts. ERR_TRUNCATED, ERR_LIMIT. */
int masthead_frame_read(struct text in, struct text *ret_json, struct text *ret_minisig);

/* digest(card) of the chain. */
void masthead_digest(uint8_t out[static 32], struct text json, struct text minisig);

/* Stories: the list a newsroom publishes. */
struct story {
	struct text id, title, lang, url;
	uint32_t day;
};
struct stories {
	json_t *root;
	struct story *story;
	size_t n;
};
int stories_read(struct text json, struct stories **ret_stories);
void stories_free(struct stories **s);
const struct story *stories_find(const struct stories *s, struct text id);

#endif
