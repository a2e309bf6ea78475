// signature.h: is this body from the platform? HMAC-SHA256 over the raw bytes (PLATFORM section 7).
#ifndef IVR_SIGNATURE_H
#define IVR_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIGNATURE_MAX_AHEAD_S 300  // a timestamp may be this far in the future

enum signature_verdict {
    SIGNATURE_GOOD,
    SIGNATURE_MISSING,    // a header is absent
    SIGNATURE_MALFORMED,  // not v1= and 64 hex digits
    SIGNATURE_WRONG,      // no secret gives this value
    SIGNATURE_NO_TIME,    // the timestamp is no time
    SIGNATURE_STALE,      // older than max_age_s
    SIGNATURE_FUTURE,     // more than SIGNATURE_MAX_AHEAD_S ahead
    SIGNATURE_UNKNOWN,    // memory has run out: nothing can be said
};

struct signature {
    const char *timestamp;  // X-MiniVoice-Timestamp as sent, or NULL
    const char *value;      // X-MiniVoice-Signature as sent, or NULL
    const void *body;
    size_t body_length;
};

// Judges a signature against any of several secrets, in constant time; an empty one fits nothing. `now` is in
// microseconds since 1970 UTC. The HMAC comes first: only a true sender learns what is wrong with the time.
enum signature_verdict signature_check(const struct signature *signature, const char *const *secrets,
                                       size_t secret_count, int64_t now, int max_age_s);

// The verdict in words, for the log and for ivr.rejected_requests.
const char *signature_verdict_text(enum signature_verdict verdict);

// The verdict as one word: what ivr.answers.signature says. NULL for SIGNATURE_UNKNOWN.
const char *signature_verdict_word(enum signature_verdict verdict);

// Reads Unix seconds, Unix milliseconds or RFC 3339 into microseconds since 1970 UTC (PLATFORM U14).
bool signature_time(const char *text, int64_t *microseconds);

// Compares two strings in a time that tells nothing of where they differ, nor of anything but the length of
// `one`. NULL equals nothing. Needs no memory, so that nobody is refused for the lack of it.
bool signature_equal(const char *one, const char *other);

#endif
