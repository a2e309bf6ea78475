// signature.c: verifies what the platform signed. The only user of OpenSSL.
#include "signature.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/sha.h>

enum { HEX = 2 * SHA256_DIGEST_LENGTH };

static int nibble(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// "v1=" and 64 hex digits of either case.
static bool read_value(const char *text, unsigned char mac[SHA256_DIGEST_LENGTH]) {
    if (strncmp(text, "v1=", 3) != 0 || strlen(text + 3) != HEX)
        return false;
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) {
        int high = nibble(text[3 + 2 * i]);
        int low = nibble(text[4 + 2 * i]);
        if (high < 0 || low < 0)
            return false;
        mac[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static EVP_MAC_CTX *make_hmac(void) {
    static const unsigned char any_key[] = "any";  // not every OpenSSL 3 copies a context that has none
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    OSSL_LIB_CTX *own =
        OSSL_LIB_CTX_new();  // where memory has run out, the default one is used without a look
    EVP_MAC *hmac = own == NULL ? NULL : EVP_MAC_fetch(own, "HMAC", NULL);
    EVP_MAC_CTX *made = hmac == NULL ? NULL : EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    if (made != NULL && EVP_MAC_init(made, any_key, sizeof any_key, params) == 1)
        return made;
    EVP_MAC_CTX_free(made);
    OSSL_LIB_CTX_free(own);
    return NULL;
}

// HMAC-SHA256 ready to be copied: looking it up costs more than half a check. Made once, never changed after.
// NULL when memory has run out; tried again the next time.
static const EVP_MAC_CTX *hmac_sha256(void) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static const EVP_MAC_CTX *made;
    pthread_mutex_lock(&mutex);
    if (made == NULL)
        made = make_hmac();
    const EVP_MAC_CTX *hmac = made;
    pthread_mutex_unlock(&mutex);
    return hmac;
}

static bool update(EVP_MAC_CTX *hmac, const void *bytes, size_t length) {
    return length == 0 || EVP_MAC_update(hmac, bytes, length) == 1;
}

// HMAC-SHA256(secret, timestamp "." body). False when memory has run out.
static bool compute(const struct signature *signature, const char *secret,
                    unsigned char mac[SHA256_DIGEST_LENGTH]) {
    const EVP_MAC_CTX *made = hmac_sha256();
    EVP_MAC_CTX *hmac = made == NULL ? NULL : EVP_MAC_CTX_dup(made);
    size_t length;
    bool done = hmac != NULL &&
                EVP_MAC_init(hmac, (const unsigned char *)secret, strlen(secret), NULL) == 1 &&
                update(hmac, signature->timestamp, strlen(signature->timestamp)) && update(hmac, ".", 1) &&
                update(hmac, signature->body, signature->body_length) &&
                EVP_MAC_final(hmac, mac, &length, SHA256_DIGEST_LENGTH) == 1;
    EVP_MAC_CTX_free(hmac);
    return done;
}

static bool read_rfc3339(const char *text, int64_t *microseconds) {
    struct tm utc = {0};
    const char *at = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
    struct tm day = utc;
    if (at == NULL || timegm(&day) == -1 || day.tm_mday != utc.tm_mday)
        return false;  // no time, or the 31st of February
    int64_t fraction = 0;
    int64_t unit = 100000;
    if (*at == '.')
        for (at++; isdigit((unsigned char)*at); at++, unit /= 10)
            fraction += (*at - '0') * unit;
    int hours = 0;
    int minutes = 0;
    int sign = *at == '-' ? 1 : -1;
    if (*at == '+' || *at == '-') {
        struct tm zone = {0};
        at = strptime(at + 1, "%H:%M", &zone);
        if (at == NULL || *at != '\0')
            return false;
        hours = zone.tm_hour;
        minutes = zone.tm_min;
    } else if (toupper((unsigned char)*at) != 'Z' || at[1] != '\0') {
        return false;
    }
    *microseconds = ((int64_t)timegm(&utc) + sign * (hours * 3600 + minutes * 60)) * 1000000 + fraction;
    return true;
}

// Seconds until the year 5138, milliseconds since 1973: no number can be both.
static bool read_unix(const char *text, int64_t *microseconds) {
    if (strlen(text) > 15)
        return false;
    int64_t number = strtoll(text, NULL, 10);
    *microseconds = number < 100000000000 ? number * 1000000 : number * 1000;
    return true;
}

bool signature_time(const char *text, int64_t *microseconds) {
    if (*text != '\0' && text[strspn(text, "0123456789")] == '\0')
        return read_unix(text, microseconds);
    return read_rfc3339(text, microseconds);
}

// An empty secret is everybody's: nothing matches it.
static enum signature_verdict match(const struct signature *signature, const unsigned char *sent,
                                    const char *const *secrets, size_t secret_count) {
    bool matches = false;
    bool known = true;
    for (size_t i = 0; i < secret_count; i++) {
        unsigned char mac[SHA256_DIGEST_LENGTH];
        if (*secrets[i] == '\0')
            continue;
        if (compute(signature, secrets[i], mac))
            matches |= CRYPTO_memcmp(mac, sent, sizeof mac) == 0;
        else
            known = false;
    }
    return matches ? SIGNATURE_GOOD : known ? SIGNATURE_WRONG : SIGNATURE_UNKNOWN;
}

enum signature_verdict signature_check(const struct signature *signature, const char *const *secrets,
                                       size_t secret_count, int64_t now, int max_age_s) {
    unsigned char sent[SHA256_DIGEST_LENGTH];
    int64_t at;
    if (signature->timestamp == NULL || signature->value == NULL)
        return SIGNATURE_MISSING;
    if (!read_value(signature->value, sent))
        return SIGNATURE_MALFORMED;
    enum signature_verdict verdict = match(signature, sent, secrets, secret_count);
    if (verdict != SIGNATURE_GOOD)
        return verdict;
    if (!signature_time(signature->timestamp, &at))
        return SIGNATURE_NO_TIME;
    if (at > now + (int64_t)SIGNATURE_MAX_AHEAD_S * 1000000)
        return SIGNATURE_FUTURE;
    return at < now - (int64_t)max_age_s * 1000000 ? SIGNATURE_STALE : SIGNATURE_GOOD;
}

const char *signature_verdict_text(enum signature_verdict verdict) {
    static const char *const texts[] = {
        [SIGNATURE_GOOD] = "the signature is good",
        [SIGNATURE_MISSING] = "a signature header is missing",
        [SIGNATURE_MALFORMED] = "the signature is not v1= and 64 hex digits",
        [SIGNATURE_WRONG] = "the signature fits none of the secrets",
        [SIGNATURE_NO_TIME] = "the timestamp is no time",
        [SIGNATURE_STALE] = "the timestamp is too old",
        [SIGNATURE_FUTURE] = "the timestamp is in the future",
        [SIGNATURE_UNKNOWN] = "memory has run out",
    };
    return texts[verdict];
}

const char *signature_verdict_word(enum signature_verdict verdict) {
    static const char *const words[] = {
        [SIGNATURE_GOOD] = "good",     [SIGNATURE_MISSING] = "missing", [SIGNATURE_MALFORMED] = "malformed",
        [SIGNATURE_WRONG] = "wrong",   [SIGNATURE_NO_TIME] = "no_time", [SIGNATURE_STALE] = "stale",
        [SIGNATURE_FUTURE] = "future", [SIGNATURE_UNKNOWN] = NULL,
    };
    return words[verdict];
}

bool signature_equal(const char *one, const char *other) {
    if (one == NULL || other == NULL)
        return false;
    size_t length = strlen(one);
    size_t sent = strlen(other);
    unsigned char difference = length != sent;
    for (size_t i = 0; i < length; i++)
        difference |= (unsigned char)(one[i] ^ other[i < sent ? i : sent]);
    return difference == 0;
}
