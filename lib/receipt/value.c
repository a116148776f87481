#include <string.h>

#include "base/err.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "receipt/receipt.h"
#include "receipt/digits.h"

#define WORD_BITS 11
#define SPARE_BITS 5 /* unused at the front of 12 and of 13 bytes */

static uint8_t
check_byte(const uint8_t value[static RECEIPT_VALUE_SIZE])
{
	struct hash h;
	uint8_t sum[HASH_SIZE], check;

	hash_init(&h, sizeof(sum));
	hash_put_text(&h, "pista/v1 check");
	hash_put(&h, value, RECEIPT_VALUE_SIZE);
	hash_finish(&h, sum);
	check = sum[0];
	secret_wipe(sum, sizeof(sum));
	return check;
}

/* Value and check byte behind one another: the 99-bit number, big-endian. */
static void
receipt_pack(uint8_t packed[static RECEIPT_PACKED_SIZE],
    const uint8_t value[static RECEIPT_VALUE_SIZE])
{
	memcpy(packed, value, RECEIPT_VALUE_SIZE);
	packed[RECEIPT_VALUE_SIZE] = check_byte(value);
}

static int
receipt_unpack(const uint8_t packed[static RECEIPT_PACKED_SIZE],
    uint8_t ret_value[static RECEIPT_VALUE_SIZE])
{
	if (packed[0] >> (8 - SPARE_BITS) != 0 ||
	    packed[RECEIPT_VALUE_SIZE] != check_byte(packed))
		return ERR_CHECK;
	memcpy(ret_value, packed, RECEIPT_VALUE_SIZE);
	return 0;
}

void
receipt_random(uint8_t value[static RECEIPT_VALUE_SIZE])
{
	random_bytes(value, RECEIPT_VALUE_SIZE);
	value[0] &= 0xff >> SPARE_BITS;
}

void
receipt_numbers(const uint8_t value[static RECEIPT_VALUE_SIZE],
    uint16_t ret_numbers[static RECEIPT_WORDS])
{
	uint8_t packed[RECEIPT_PACKED_SIZE];

	receipt_pack(packed, value);
	memset(ret_numbers, 0, RECEIPT_WORDS * sizeof(ret_numbers[0]));
	for (size_t i = 0; i < RECEIPT_WORDS * WORD_BITS; i++) {
		size_t at = SPARE_BITS + i;
		unsigned bit = packed[at / 8] >> (7 - at % 8) & 1;
		uint16_t *number = &ret_numbers[i / WORD_BITS];
		*number = (uint16_t)(*number << 1 | bit);
	}
	secret_wipe(packed, sizeof(packed));
}

int
receipt_from_numbers(const uint16_t numbers[static RECEIPT_WORDS],
    uint8_t ret_value[static RECEIPT_VALUE_SIZE])
{
	uint8_t packed[RECEIPT_PACKED_SIZE] = { 0 };
	int err = 0;

	for (size_t i = 0; i < RECEIPT_WORDS * WORD_BITS; i++) {
		size_t at = SPARE_BITS + i;
		unsigned shift = WORD_BITS - 1 - i % WORD_BITS;
		unsigned bit = numbers[i / WORD_BITS] >> shift & 1;
		packed[at / 8] |= (uint8_t)(bit << (7 - at % 8));
	}
	for (size_t i = 0; i < RECEIPT_WORDS; i++) {
		if (numbers[i] >> WORD_BITS != 0)
			err = ERR_CHECK;
	}
	if (err == 0)
		err = receipt_unpack(packed, ret_value);
	secret_wipe(packed, sizeof(packed));
	return err;
}

void
receipt_spell(
    struct buf *b, const uint8_t value[static RECEIPT_VALUE_SIZE], size_t list)
{
	uint16_t numbers[RECEIPT_WORDS];

	receipt_numbers(value, numbers);
	for (size_t i = 0; i < RECEIPT_WORDS; i++) {
		if (i > 0)
			buf_puts(b, " ");
		buf_puts(b, receipt_word(list, numbers[i]));
	}
	secret_wipe(numbers, sizeof(numbers));
}

void
receipt_to_digits(const uint8_t value[static RECEIPT_VALUE_SIZE],
    char ret_digits[static RECEIPT_DIGITS])
{
	uint8_t packed[RECEIPT_PACKED_SIZE];

	receipt_pack(packed, value);
	for (size_t i = RECEIPT_DIGITS; i-- > 0;) {
		unsigned rest = 0;
		for (size_t k = 0; k < sizeof(packed); k++) {
			rest = rest << 8 | packed[k];
			packed[k] = (uint8_t)(rest / 10);
			rest %= 10;
		}
		ret_digits[i] = (char)('0' + rest);
	}
	secret_wipe(packed, sizeof(packed));
}

int
receipt_from_digits(const char digits[static RECEIPT_DIGITS],
    uint8_t ret_value[static RECEIPT_VALUE_SIZE])
{
	uint8_t packed[RECEIPT_PACKED_SIZE] = { 0 };
	int err;

	/* 10^30 is below 2^104, so nothing is carried out at the front. */
	for (size_t i = 0; i < RECEIPT_DIGITS; i++) {
		unsigned carry = (unsigned)(digits[i] - '0');
		for (size_t k = sizeof(packed); k-- > 0;) {
			carry += packed[k] * 10u;
			packed[k] = (uint8_t)carry;
			carry >>= 8;
		}
	}
	err = receipt_unpack(packed, ret_value);
	secret_wipe(packed, sizeof(packed));
	return err;
}

void
receipt_spell_digits(
    struct buf *b, const uint8_t value[static RECEIPT_VALUE_SIZE])
{
	char digits[RECEIPT_DIGITS];

	receipt_to_digits(value, digits);
	buf_put(b, digits, sizeof(digits));
	secret_wipe(digits, sizeof(digits));
}
