/* Finding the file key in a header. */
#ifndef PISTA_OPEN_UNWRAP_H
#define PISTA_OPEN_UNWRAP_H

#include "open/open.h"

/* Takes the same time whichever stanza fits, and if none does. ERR_NO_KEY,
 * ERR_FORMAT, ERR_LOW_ORDER, ERR_NOMEM. */
int unwrap_identities(const struct age_header *h,
    const struct open_identities *ids,
    uint8_t ret_key[static AGE_FILE_KEY_SIZE]);

/* ERR_NO_KEY when the header is for no passphrase, ERR_PASSPHRASE,
 * ERR_FORMAT, ERR_LIMIT, ERR_NOMEM. */
int unwrap_passphrase(const struct age_header *h, struct text passphrase,
    unsigned max_log_n, uint8_t ret_key[static AGE_FILE_KEY_SIZE]);

#endif
