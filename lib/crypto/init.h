/* What crypto_init calls: each fetches the one OpenSSL algorithm its file
 * uses and keeps it. ERR_SYS. */
#ifndef PISTA_CRYPTO_INIT_H
#define PISTA_CRYPTO_INIT_H

int aead_init(void);
int hmac_init(void);

#endif
