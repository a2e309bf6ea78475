// request.h: one HTTP request as the web server hands it over, and what it tells of its call.
#ifndef IVR_REQUEST_H
#define IVR_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signature.h"

#define REQUEST_MAX_BODY (256 * 1024)  // bytes; more is not read
#define REQUEST_MAX_PARAMS 200         // more are ignored
#define REQUEST_MAX_AGE_MS 10000       // an age beyond is none: a clock was set meanwhile

enum body_state {
    BODY_WHOLE,
    BODY_TOO_LARGE,  // more than REQUEST_MAX_BODY; what was read is kept
    BODY_BROKEN,     // shorter than CONTENT_LENGTH, or it could not be read, or memory has run out
};

struct param {
    char *name;
    char *value;
};

// Owned by whoever called request_read; free it with request_free. Strings from the environment live as
// long as the environment. A zeroed request is empty.
struct request {
    char *const *environment;
    const char *method;
    const char *remote_address;
    char *body;  // ends in a NUL that is not counted
    size_t body_length;
    long long declared_length;  // CONTENT_LENGTH, or -1
    enum body_state body_state;
    struct param params[REQUEST_MAX_PARAMS];
    size_t param_count;
    bool sorted;         // its parameters are there
    char *event_call;    // of which call its event is, where it holds one and has been read; ours
    bool out_of_memory;  // something of it is missing
};

// Reads at most `size` bytes of the body: returns how many, 0 at its end, -1 on an error.
typedef int request_reader(void *source, char *bytes, int size);

// Takes the environment of one request (CGI variables as NAME=value, ended by NULL) and reads its body.
// A body that is too large or broken is no error here: see body_state.
void request_read(struct request *request, char *const *environment, request_reader *reader, void *source);

// True for HEAD: a monitor or a balancer that wants to know whether somebody answers, and no call.
bool request_is_probe(const struct request *request);

// Frees what request_read allocated.
void request_free(struct request *request);

// A CGI variable, or NULL when it is absent or empty.
const char *request_variable(const struct request *request, const char *name);

// The same, but NULL also when it is not fit for the database: not UTF-8, or with control characters in it.
const char *request_text(const struct request *request, const char *name);

// How many milliseconds ago, at `now` (microseconds since 1970), the web server first passed this request on:
// it says so in MINIVOICE_SINCE, in seconds since 1970, and when a process dies it asks the next one in the
// same words. No header can set it: those begin with HTTP_. 0 where it is not told, to come, or longer ago
// than REQUEST_MAX_AGE_MS.
int request_age_ms(const struct request *request, int64_t now);

// What the platform signed, as it came (X-MiniVoice-Timestamp, X-MiniVoice-Signature and the raw body).
struct signature request_signature(const struct request *request);

// What a request tells of its call. All may be NULL (PLATFORM U2, U3: nothing is guaranteed); all point
// into the request.
struct parameters {
    const char *call_id;  // at most 255 bytes
    const char *digits;   // never empty
    const char *from;
    const char *to;
    const char *application_id;
    const char *menu;
    const char *language;  // in which the call is spoken
    const char *number;    // that its question is about: digits
    const char *key;       // the access key
    int step;              // 0: not told
};

// Looks in the query, then in a form or JSON body, then in the header X-MiniVoice-Call-Id, under all
// plausible spellings (call_id, callId, CallId, call.id, …). The one place that knows them. Content-Type is
// not relied on.
void request_parameters(struct request *request, struct parameters *parameters);

#endif
