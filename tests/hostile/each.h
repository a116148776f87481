/*
 * One file per trick: a directory of inputs that must all be refused.
 */
#ifndef PISTA_TESTS_EACH_H
#define PISTA_TESTS_EACH_H

#include "base/text.h"

/*
 * Calls attempt with the content of every file of the directory, in the order
 * of their names; it returns NULL when the trick was refused as it should be,
 * or words for what happened instead. Prints TAP; returns the exit status of
 * the program.
 */
int each_file(const char *directory,
    const char *(*attempt)(const char *name, struct text content));

#endif
