#include "base/day.h"

#include <stdbool.h>
#include <time.h>

#include "base/err.h"

#define SECONDS_A_DAY 86400
#define DAYS_IN_400_YEARS 146097
#define EPOCH 719468 /* days from 0000-03-01 to 1970-01-01 */

/*
 * Years are counted from the first of March, so that the leap day is the last
 * of its year; month 0 is March. (153m + 2) / 5 is the number of days before
 * month m of such a year.
 */
static uint32_t
days_before_month(uint32_t month)
{
	return (153 * month + 2) / 5;
}

static uint32_t
days_before_year(uint32_t year)
{
	return 365 * year + year / 4 - year / 100 + year / 400;
}

uint32_t
day_today(void)
{
	return (uint32_t)(time(NULL) / SECONDS_A_DAY);
}

static void
write_number(char *out, uint32_t value, int digits)
{
	while (digits-- > 0) {
		out[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

void
day_write(char out[static DAY_TEXT_SIZE + 1], uint32_t day)
{
	uint32_t year, month, rest;

	rest = (day < DAY_MAX ? day : DAY_MAX) + EPOCH;
	/* The estimate may be one year late at the end of a leap period. */
	year = (uint32_t)((uint64_t)rest * 400 / DAYS_IN_400_YEARS);
	while (days_before_year(year) > rest)
		year--;
	while (days_before_year(year + 1) <= rest)
		year++;
	rest -= days_before_year(year);
	month = (5 * rest + 2) / 153;
	rest -= days_before_month(month);
	write_number(out, month < 10 ? year : year + 1, 4);
	out[4] = '-';
	write_number(out + 5, month < 10 ? month + 3 : month - 9, 2);
	out[7] = '-';
	write_number(out + 8, rest + 1, 2);
	out[10] = '\0';
}

static bool
read_number(const char *p, int digits, uint32_t *ret_value)
{
	uint32_t value = 0;

	for (int i = 0; i < digits; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		value = value * 10 + (uint32_t)(p[i] - '0');
	}
	*ret_value = value;
	return true;
}

static uint32_t
days_in_month(uint32_t year, uint32_t month)
{
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month == 2)
		return is_leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int
day_read(struct text a, uint32_t *ret_day)
{
	uint32_t year, month, day;

	if (a.n != DAY_TEXT_SIZE || a.p[4] != '-' || a.p[7] != '-' ||
	    !read_number(a.p, 4, &year) || !read_number(a.p + 5, 2, &month) ||
	    !read_number(a.p + 8, 2, &day))
		return ERR_FORMAT;
	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month))
		return ERR_FORMAT;
	if (month < 3) {
		year--;
		month += 12;
	}
	*ret_day = days_before_year(year) + days_before_month(month - 3) + day -
		   1 - EPOCH;
	return 0;
}
