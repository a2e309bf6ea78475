// sign.h: the platform's signature of an event, made cheaply: the key is prepared once.
#ifndef BENCH_SIGN_H
#define BENCH_SIGN_H

#include <stddef.h>

#define SIGN_SIZE 65  // 64 hex digits and the end

struct sign;

// Returns NULL when libcrypto cannot. Free it with sign_free.
struct sign *sign_new(const char *secret);
void sign_free(struct sign *sign);

// Writes HMAC-SHA256(secret, timestamp "." body) in hex.
void sign_body(struct sign *sign, const char *timestamp, const char *body, size_t length,
               char out[SIGN_SIZE]);

#endif
