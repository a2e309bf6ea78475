// call.h: one call as the platform would play it: its requests as bytes, and what came back.
#ifndef BENCH_CALL_H
#define BENCH_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sign.h"

enum step {
    STEP_CREATED,
    STEP_ANSWERED,
    STEP_GATHERED,
    STEP_COMPLETED,
    STEP_ANSWER,    // GET answer
    STEP_REDIRECT,  // GET the redirect that came back, with digits=1
    STEP_WAIT,      // the same without digits: they come by call.gathered
    STEP_END,
};

enum kind { KIND_EVENT, KIND_ANSWER, KIND_REDIRECT, KINDS };

struct call {
    char id[64];
    char from[16];
    char redirect[256];     // path and query, once answer has been answered
    int64_t last_ms;        // created_at of its newest event
    int position;           // in its script
    int open;               // steps whose replies are still to come
    int events;             // acknowledged
    int answers;            // got
    bool closed;            // call.completed is acknowledged
    int64_t waiting_since;  // mixed: when the redirect was due, 0 unless it waits for the answer
    int caller;             // closed loops: whose it is
};

// What all calls of a run share.
struct platform {
    struct sign *sign;
    const char *path;     // of the endpoints: /minivoice
    const char *key;      // of the answer request, or NULL
    char run[40];         // the first part of each call id, told by the clock
    unsigned int number;  // of the next call
};

// The key is an access key, or NULL. Returns 0, or -1 when libcrypto cannot.
int platform_open(struct platform *platform, const char *path, const char *secret, const char *key);
void platform_close(struct platform *platform);

// A new call, free() it; NULL when memory is short.
struct call *call_new(struct platform *platform);

enum kind call_kind(enum step step);

// Writes the request of a step; returns its length. The buffer must hold 2048 bytes.
size_t call_request(const struct platform *platform, struct call *call, enum step step, char *out,
                    size_t room);

// Takes the reply of a step in. Returns NULL, or what is wrong with it.
const char *call_reply(const struct platform *platform, struct call *call, enum step step, int status,
                       const char *body);

#endif
