/*
 * A fuzz target: one function that takes any bytes at all and must return.
 * Built twice: with libFuzzer, and with replay.c, which feeds it a directory.
 */
#ifndef PISTA_TESTS_FUZZ_H
#define PISTA_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Optional: called once before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

#endif
