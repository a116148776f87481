#include "age/age.h"

#include <string.h>

#include "base/err.h"

/* BIP 173. The last 1 of the text parts prefix and data. */

#define CHECK_SYMBOLS 6
#define HRP_MAX 83

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char
to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* One step of the checksum over 5-bit symbols, without a branch that depends on
 * them. */
static uint32_t
polymod(uint32_t sum, uint8_t symbol)
{
	static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d,
		0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = sum >> 25;
	int i;

	sum = (sum & 0x1ffffff) << 5 ^ symbol;
	for (i = 0; i < 5; i++) {
		sum ^= generator[i] & (0 - (top >> i & 1));
	}
	return sum;
}

static uint32_t
polymod_prefix(const char *hrp, size_t n)
{
	uint32_t sum = 1;
	size_t i;

	for (i = 0; i < n; i++)
		sum = polymod(sum, (uint8_t)to_lower(hrp[i]) >> 5);
	sum = polymod(sum, 0);
	for (i = 0; i < n; i++)
		sum = polymod(sum, (uint8_t)to_lower(hrp[i]) & 31);
	return sum;
}

/* The value of one symbol without an index that depends on it: identities
 * are read here too. Above 31 when it is none. */
static uint8_t
symbol_value(char c)
{
	uint32_t value = 255, hit;
	unsigned i;

	for (i = 0; i < 32; i++) {
		hit = (uint32_t)(alphabet[i] ^ c);
		hit = (hit - 1) >> 31; /* 1 when equal */
		value = (value & (hit - 1)) | (i & (0 - hit));
	}
	return (uint8_t)value;
}

static int
check_characters(struct text in)
{
	bool has_lower = false, has_upper = false;
	size_t i;

	for (i = 0; i < in.n; i++) {
		if (in.p[i] < 0x21 || in.p[i] > 0x7e)
			return ERR_FORMAT;
		has_lower |= to_upper(in.p[i]) != in.p[i];
		has_upper |= to_lower(in.p[i]) != in.p[i];
	}
	return has_lower && has_upper ? ERR_FORMAT : 0;
}

/* Packs 5-bit symbols into bytes. */
static int
read_data(
    struct text data, uint32_t sum, uint8_t *out, size_t size, size_t *ret_n)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t i, n = 0;
	uint8_t v;

	for (i = 0; i < data.n; i++) {
		v = symbol_value(to_lower(data.p[i]));
		if (v > 31)
			return ERR_FORMAT;
		sum = polymod(sum, v);
		if (i + CHECK_SYMBOLS >= data.n)
			continue;
		acc = (acc << 5 | v) & 0xfff;
		bits += 5;
		if (bits < 8)
			continue;
		bits -= 8;
		if (n < size)
			out[n] = (uint8_t)(acc >> bits);
		n++;
	}
	if (sum != 1 || bits >= 5 || (acc & ((1u << bits) - 1)) != 0)
		return ERR_FORMAT;
	if (n > size)
		return ERR_LIMIT;
	*ret_n = n;
	return 0;
}

int
bech32_read(struct text in, char *hrp, size_t hrp_size, uint8_t *out,
    size_t size, size_t *ret_n)
{
	struct text data;
	size_t n = in.n, got;
	int err;

	if ((err = check_characters(in)) != 0)
		return err;
	while (n > 0 && in.p[n - 1] != '1')
		n--;
	if (n < 2 || n - 1 > HRP_MAX || in.n - n < CHECK_SYMBOLS)
		return ERR_FORMAT;
	data = (struct text){ in.p + n, in.n - n };
	n--;
	err = read_data(data, polymod_prefix(in.p, n), out, size, &got);
	if (err == 0 && n >= hrp_size)
		err = ERR_LIMIT;
	if (err != 0)
		return err;
	memcpy(hrp, in.p, n);
	hrp[n] = '\0';
	*ret_n = got;
	return 0;
}

static void
put_symbol(struct buf *b, uint8_t v, bool is_upper, uint32_t *sum)
{
	char c = alphabet[v];

	if (is_upper)
		c = to_upper(c);
	*sum = polymod(*sum, v);
	buf_put(b, &c, 1);
}

void
bech32_put(struct buf *b, const char *hrp, const uint8_t *p, size_t n)
{
	bool is_upper = hrp[0] >= 'A' && hrp[0] <= 'Z';
	uint32_t sum = polymod_prefix(hrp, strlen(hrp)), check, acc = 0;
	unsigned bits = 0;
	size_t i;

	buf_puts(b, hrp);
	buf_puts(b, "1");
	for (i = 0; i < n; i++) {
		acc = (acc << 8 | p[i]) & 0xfff;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			put_symbol(b, acc >> bits & 31, is_upper, &sum);
		}
	}
	if (bits > 0)
		put_symbol(b, acc << (5 - bits) & 31, is_upper, &sum);
	check = sum;
	for (i = 0; i < CHECK_SYMBOLS; i++)
		check = polymod(check, 0);
	check ^= 1;
	for (i = 0; i < CHECK_SYMBOLS; i++)
		put_symbol(b, check >> (5 * (5 - i)) & 31, is_upper, &sum);
}
