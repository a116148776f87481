/*
 * A value as 30 decimal digits ('0' to '9', no NUL).
 */
#ifndef PISTA_RECEIPT_DIGITS_H
#define PISTA_RECEIPT_DIGITS_H

#include "receipt/receipt.h"

#define RECEIPT_PACKED_SIZE (RECEIPT_VALUE_SIZE + 1)	/* value and check */

void receipt_to_digits(const uint8_t value[static RECEIPT_VALUE_SIZE],
    char ret_digits[static RECEIPT_DIGITS]);

/* 0 or ERR_CHECK. */
int receipt_from_digits(const char digits[static RECEIPT_DIGITS],
    uint8_t ret_value[static RECEIPT_VALUE_SIZE]);

#endif
