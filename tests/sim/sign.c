// sign.c: the signature of a webhook: v1=hex(HMAC-SHA256(secret, timestamp "." raw body)).
#include "sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "text.h"

void sign_body(const char *secret, const char *timestamp, const char *body, size_t length,
               char out[SIGNATURE_SIZE]) {
    struct text signed_text = {0};
    text_format(&signed_text, "%s.", timestamp);
    text_add_bytes(&signed_text, body, length);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int digest_length = 0;
    if (HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)signed_text.bytes,
             signed_text.length, digest, &digest_length) == NULL ||
        digest_length != 32) {
        fputs("minivoice-sim: HMAC-SHA256 is not available\n", stderr);
        abort();
    }
    text_free(&signed_text);
    memcpy(out, "v1=", 3);
    for (unsigned int i = 0; i < digest_length; i++)
        snprintf(out + 3 + 2 * i, 3, "%02x", digest[i]);
}
