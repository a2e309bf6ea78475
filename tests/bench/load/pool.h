// pool.h: keep-alive connections to one server, and the requests that wait for a free one.
#ifndef BENCH_POOL_H
#define BENCH_POOL_H

#include <stdint.h>

#include "call.h"
#include "http.h"

// One request to be sent. `due` is when it should have been sent: latency counts from there.
struct job {
    struct call *call;
    enum step step;
    int64_t due;
};

struct pool;

// Told of every reply, with the time; returns NULL, or what is wrong.
typedef const char *pool_finished(void *context, const struct job *job, const struct http_reply *reply,
                                  int64_t now);

// Microseconds of the monotonic clock.
int64_t pool_now(void);

// Opens all connections. Returns NULL after saying why. The platform and the context stay the caller's.
struct pool *pool_new(const struct platform *platform, int port, int lanes, pool_finished *finished,
                      void *context);
void pool_free(struct pool *pool);

// Sends a job, or queues it until a connection is free. Returns 0, or -1 when something failed (it has said
// so).
int pool_submit(struct pool *pool, struct job job);

// Handles what comes until that time, at least once. Returns 0, or -1 when something failed (it has said so).
int pool_wait(struct pool *pool, int64_t until);

// Jobs without a reply.
long pool_open_jobs(const struct pool *pool);

#endif
