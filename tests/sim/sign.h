// sign.h: the signature of a webhook; sign.c is the only user of libcrypto.
#ifndef SIM_SIGN_H
#define SIM_SIGN_H

#include <stddef.h>

enum { SIGNATURE_SIZE = 3 + 64 + 1 };

// Writes "v1=" and the lower-case hex HMAC-SHA256 of timestamp, a dot and the raw body (PLATFORM section 7).
void sign_body(const char *secret, const char *timestamp, const char *body, size_t length,
               char out[SIGNATURE_SIZE]);

#endif
