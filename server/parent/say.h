/*
 * What the operator reads on standard error: a line at a time, never a word
 * about who connects or what they say.
 */
#ifndef PISTA_PARENT_SAY_H
#define PISTA_PARENT_SAY_H

void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
