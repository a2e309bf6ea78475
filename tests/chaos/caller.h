// caller.h: one call, from its beginning to its end, as its caller hears it.
#ifndef CHAOS_CALLER_H
#define CHAOS_CALLER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "../sim/http.h"
#include "ledger.h"
#include "mail.h"

// What all callers heard. Times are in ms, one for each reply.
struct heard {
    pthread_mutex_t mutex;
    long replies;
    long not_200;
    long invalid;  // a list of actions that the platform would refuse
    long stat;     // the web server's own sentence: no program answered
    long broken;   // connections that ended without a reply: asked again
    float *ms;     // of the replies that waited for nothing
    size_t count;
    size_t room;
};

struct callers {
    const char *url;
    struct ledger *ledger;
    struct mail *mail;
    bool only_events;  // nobody asks what to do next
    struct heard heard;
};

// Plays a call; its id, what is pressed and how it is told follow from the seed.
void caller_play(struct callers *callers, struct http *http, const char *run, long number, uint64_t seed);

#endif
