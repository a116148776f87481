/* What every unit test includes: cmocka and what it wants before it. */
#ifndef PISTA_TESTS_UNIT_H
#define PISTA_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

/* True when t holds exactly the C string s. */
#define assert_text(t, s) assert_true(text_is((t), (s)))

#endif
