// reject.h: keeps what was refused, so that the owner can find out why; but not without limit.
#ifndef IVR_REJECT_H
#define IVR_REJECT_H

#include "serve.h"

// At most this many rejections of strangers are kept each minute by one process: nobody fills the disk.
#define REJECT_PER_MINUTE 600

struct rejections;

// Returns NULL when memory runs out.
struct rejections *rejections_open(void);

// NULL is fine.
void rejections_close(struct rejections *rejections);

// Keeps the request in ivr.rejected_requests with `reason` (a fixed word) and `detail`, notes both in the
// log, and returns `status`: what the handler is to return. Whether it could be kept changes nothing.
int reject(struct app *app, const struct request *request, struct log_line *log, int status,
           const char *reason, const char *detail);

// The same for a body that the platform did sign but that is no event: kept without limit. Returns 0 once it
// is kept, so that it can be acknowledged, or 503.
int reject_acknowledged(struct app *app, const struct request *request, struct log_line *log,
                        const char *reason, const char *detail);

#endif
