// notify.h: tells subscribers what the log holds for them, many at once, until it is asked to stop.
#ifndef IVR_NOTIFY_H
#define IVR_NOTIFY_H

#include <stdbool.h>

#include "address.h"

#define NOTIFY_MAX_NETWORKS 64

// What the program's end says: its exit code.
enum notify_result {
    NOTIFY_DONE = 0,
    NOTIFY_WRONG = 2,     // usage or settings
    NOTIFY_NOT_KEPT = 5,  // no database
    NOTIFY_BUSY = 6,      // another process tells
};

struct notify_conf {
    bool once;       // what is due now, and then the end
    int timeout_ms;  // for one try
    struct network allowed[NOTIFY_MAX_NETWORKS];
    size_t allowed_count;  // addresses of one's own that may be called
};

// Reads IVR_NOTIFY_PRIVATE. Returns 0, or -1 after logging what is wrong.
int notify_conf_read(struct notify_conf *conf);

// Tells until SIGTERM or SIGINT, which the caller has blocked in all threads; with conf->once until nothing
// is due. Where the database is away, or another process tells, it waits.
enum notify_result notify_run(const struct notify_conf *conf);

#endif
