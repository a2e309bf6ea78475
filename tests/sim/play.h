// play.h: the conversation of one call.
#ifndef SIM_PLAY_H
#define SIM_PLAY_H

#include "call.h"
#include "http.h"
#include "options.h"
#include "record.h"
#include "script.h"

// Who decides what the caller presses.
struct caller {
    void *state;
    // The keys pressed at that gather: "" = nothing, NULL = has no more to say. Valid until the next asking.
    const char *(*press)(void *state, const struct gather *gather);
};

// Plays one call from call.created to the terminal event, and until every event of it was answered.
// Everything that happened is in the record, which was opened before. pool is the calling thread's own.
void play_call(const struct options *options, struct call *call, const struct caller *caller,
               struct http_pool *pool, struct record *record);

#endif
