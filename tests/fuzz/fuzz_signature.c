// fuzz_signature.c: signature headers of any bytes. The first line of an input is the timestamp, the second
// the signature, the rest the body. Each is then signed as the platform would, and changed by one bit.
#include "signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "fuzz.h"

#define SECRET "a secret that no input can know"

enum { MAX_AGE_S = 86400, VALUE_SIZE = 3 + 64 + 1 };

static const int64_t now = INT64_C(1748520600) * 1000000;

static enum signature_verdict check(const char *timestamp, const char *value, const uint8_t *body,
                                    size_t length) {
    const char *const secrets[] = {"another", SECRET};
    const struct signature signature = {timestamp, value, body, length};
    return signature_check(&signature, secrets, 2, now, MAX_AGE_S);
}

static void sign(const char *timestamp, const uint8_t *body, size_t length, char value[VALUE_SIZE]) {
    size_t before = strlen(timestamp) + 1;
    unsigned char mac[EVP_MAX_MD_SIZE];
    uint8_t *message = malloc(before + length);
    REQUIRE(message != NULL);
    memcpy(message, timestamp, before - 1);
    message[before - 1] = '.';
    if (length > 0)
        memcpy(message + before, body, length);
    REQUIRE(HMAC(EVP_sha256(), SECRET, strlen(SECRET), message, before + length, mac, NULL) != NULL);
    free(message);
    memcpy(value, "v1=", 4);
    for (size_t i = 0; i < 32; i++)
        snprintf(value + 3 + 2 * i, 3, i % 2 == 0 ? "%02x" : "%02X", mac[i]);
}

static enum signature_verdict verdict_of_time(const char *timestamp) {
    int64_t at;
    if (!signature_time(timestamp, &at))
        return SIGNATURE_NO_TIME;
    REQUIRE(at >= INT64_C(-62167305600) * 1000000 && at <= INT64_C(1000000000000) * 1000000);
    if (at > now + INT64_C(300) * 1000000)
        return SIGNATURE_FUTURE;
    return at < now - INT64_C(86400) * 1000000 ? SIGNATURE_STALE : SIGNATURE_GOOD;
}

static void check_signed(const char *timestamp, const uint8_t *body, size_t length) {
    char value[VALUE_SIZE];
    sign(timestamp, body, length, value);
    REQUIRE(check(timestamp, value, body, length) == verdict_of_time(timestamp));
    REQUIRE(check(timestamp, value, body, length == 0 ? 0 : length - 1) == SIGNATURE_WRONG || length == 0);
    value[VALUE_SIZE - 2] = value[VALUE_SIZE - 2] == '0' ? '1' : '0';
    REQUIRE(check(timestamp, value, body, length) == SIGNATURE_WRONG);
}

static void check_changed(const char *timestamp, const uint8_t *body, size_t length) {
    char value[VALUE_SIZE];
    uint8_t *changed = malloc(length);
    REQUIRE(changed != NULL);
    sign(timestamp, body, length, value);
    memcpy(changed, body, length);
    changed[length / 2] ^= 1;
    REQUIRE(check(timestamp, value, changed, length) == SIGNATURE_WRONG);
    free(changed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *timestamp = fuzz_line(&data, &size);
    char *value = fuzz_line(&data, &size);
    enum signature_verdict verdict = check(timestamp, value, data, size);
    REQUIRE(verdict == SIGNATURE_MALFORMED || verdict == SIGNATURE_WRONG);
    check_signed(timestamp, data, size);
    if (size > 0)
        check_changed(timestamp, data, size);
    REQUIRE(signature_equal(timestamp, value) == (strcmp(timestamp, value) == 0));
    free(timestamp);
    free(value);
    return 0;
}
