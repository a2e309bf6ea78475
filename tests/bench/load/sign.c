// sign.c: the platform's signature of an event. The load generator takes its CPU from what it measures, so
// the key is prepared once and copied, which costs a tenth of what a whole HMAC() does.
#include "sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>

struct sign {
    EVP_MAC *mac;
    EVP_MAC_CTX *keyed;
};

struct sign *sign_new(const char *secret) {
    struct sign *sign = calloc(1, sizeof *sign);
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                           OSSL_PARAM_construct_end()};
    if (sign == NULL)
        return NULL;
    sign->mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    sign->keyed = sign->mac == NULL ? NULL : EVP_MAC_CTX_new(sign->mac);
    if (sign->keyed != NULL &&
        EVP_MAC_init(sign->keyed, (const unsigned char *)secret, strlen(secret), params) == 1)
        return sign;
    sign_free(sign);
    return NULL;
}

void sign_free(struct sign *sign) {
    if (sign == NULL)
        return;
    EVP_MAC_CTX_free(sign->keyed);
    EVP_MAC_free(sign->mac);
    free(sign);
}

void sign_body(struct sign *sign, const char *timestamp, const char *body, size_t length,
               char out[SIGN_SIZE]) {
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[32];
    size_t size = 0;
    EVP_MAC_CTX *context = EVP_MAC_CTX_dup(sign->keyed);
    if (context == NULL ||
        EVP_MAC_update(context, (const unsigned char *)timestamp, strlen(timestamp)) != 1 ||
        EVP_MAC_update(context, (const unsigned char *)".", 1) != 1 ||
        EVP_MAC_update(context, (const unsigned char *)body, length) != 1 ||
        EVP_MAC_final(context, digest, &size, sizeof digest) != 1 || size != sizeof digest) {
        fputs("bench-load: HMAC-SHA256 is not available\n", stderr);
        abort();
    }
    EVP_MAC_CTX_free(context);
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 * i] = hex[digest[i] >> 4];
        out[2 * i + 1] = hex[digest[i] & 15];
    }
    out[2 * sizeof digest] = '\0';
}
