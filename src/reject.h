// reject.h: keeps what was refused, so that the owner can find out why; but a stranger fills no disk.
#ifndef IVR_REJECT_H
#define IVR_REJECT_H

#include "app.h"

// What one process keeps of strangers in a minute, and of one stranger's body.
#define REJECT_PER_MINUTE 600
#define REJECT_BYTES_PER_MINUTE (512 * 1024)
#define REJECT_MAX_RAW 4096

struct rejections;

// Returns NULL when memory runs out.
struct rejections *rejections_open(void);

// NULL is fine.
void rejections_close(struct rejections *rejections);

// Keeps the request in ivr.rejected_requests with `reason` (a fixed word) and `detail`, notes both in the
// log, and returns `status`: what the handler is to return. Whether it could be kept changes nothing.
int reject(struct app *app, const struct request *request, struct log_line *log, int status,
           const char *reason, const char *detail);

// The same for a body that the platform did sign but that is no event: kept whole and without limit. Returns
// 0 once it is stored, 202 once it is in the spool (IVR_SPOOL_EVENTS=1), so that it can be acknowledged, or
// 503.
int reject_acknowledged(struct app *app, const struct request *request, struct log_line *log,
                        const char *reason, const char *detail);

// Whether one more answer may be stored for a request that belongs to no known call: anybody may send those.
// Up to REJECT_PER_MINUTE in a minute.
bool reject_admits_stray(struct app *app);

#endif
