// tracer.h: keeps requests whole, as they came, with what was replied: to see what a platform really sends.
// IVR_TRACE turns it on for so many hours.
//
// It has a thread and a connection of its own, which nobody waits for: whoever notes a request copies it,
// without a lock. What the database does not take costs traces, and nothing else.
#ifndef IVR_TRACER_H
#define IVR_TRACER_H

#include "conf.h"
#include "reply.h"
#include "request.h"

struct tracer;

struct tracer_counts {
    uint64_t noted;    // dropped ones included
    uint64_t dropped;  // too many waited, there was no memory or no database, or it refused them
};

// Starts the thread, where conf, which must outlive it, has hours of it. NULL, logged: nothing is traced.
struct tracer *tracer_open(const struct conf *conf);

// Whether requests are noted now: the hours count from tracer_open. NULL: no.
bool tracer_is_on(const struct tracer *tracer);

// Notes a request that began at `start` (clock_now()) and was answered. Its environment must still be there.
// Never waits.
void tracer_note(struct tracer *tracer, struct request *request, const struct reply *reply, int64_t start);

// All 0 for NULL.
struct tracer_counts tracer_look(const struct tracer *tracer);

// Stores what was noted, for a moment, and frees the tracer. NULL is fine.
void tracer_close(struct tracer *tracer);

#endif
