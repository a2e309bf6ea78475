// app.h: what every request may use, and how a program answers one.
#ifndef IVR_APP_H
#define IVR_APP_H

#include "conf.h"
#include "log.h"
#include "metrics.h"
#include "reply.h"
#include "request.h"
#include "snapshot.h"
#include "store.h"

struct pool;
struct rejections;
struct spool;
struct tracer;

// Made at the start; only what its parts say they lock is changed after.
struct app {
    struct conf conf;
    struct spool *spool;  // NULL: there is none
    struct store *store;
    struct snapshots *snapshots;    // NULL in programs for webhooks
    struct rejections *rejections;  // see reject.h
    struct metrics metrics;         // counted without a lock
    struct tracer *tracer;          // NULL: nothing is traced
    struct pool *pool;              // the threads that serve; NULL in plain CGI, where there is one
};

// Handles one request: fills the reply and returns 0, or returns the HTTP status of an error. Adds to the log
// line what it knows. Called by many threads at once.
typedef int app_handler(struct app *app, struct request *request, struct reply *reply, struct log_line *log);

// Opens what a program with these needs uses; conf has been read. Returns false, and what is open is to be
// closed, when memory or a thread cannot be had.
bool app_open(struct app *app, enum conf_needs needs);

// Whether what the platform has sent may wait in the spool, after this answer of the database: the owner
// wants that, and the database may take it later. What it has refused is not tried again.
bool app_may_spool(const struct app *app, enum db_status status);

// Writes what is still to be stored, for a moment, and frees everything. A zeroed app is fine.
void app_close(struct app *app);

#endif
