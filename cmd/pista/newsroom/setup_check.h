/* Answers to the questions of `pista setup': what is wrong with one, or NULL.
 * The words follow "that" or the name of an option. */
#ifndef PISTA_CMD_NEWSROOM_SETUP_CHECK_H
#define PISTA_CMD_NEWSROOM_SETUP_CHECK_H

const char *setup_check_name(const char *answer);
const char *setup_check_languages(const char *answer);
const char *setup_check_member_name(const char *answer);
const char *setup_check_member_id(const char *answer);
const char *setup_check_front(const char *answer);
const char *setup_check_listen(const char *answer);
const char *setup_check_dir(const char *answer);

#endif
