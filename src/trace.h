// trace.h: keeps requests whole, as they came, with what was replied: to see what a platform really sends.
// IVR_TRACE turns it on for so many hours.
//
// What is noted is written behind all other work, and dropped, counted (db_look), when there is no database
// or too much waits. It costs whoever asks nothing: it is noted when the reply has left.
#ifndef IVR_TRACE_H
#define IVR_TRACE_H

#include "app.h"

#define TRACE_MAX_BODY (64 * 1024)  // bytes that are kept of a body, and of a reply

// Whether requests are noted now. The hours count from the start of the process.
bool trace_is_on(const struct app *app);

// Notes a request that began at `start` (clock_now()) and was answered. Its environment must still be there.
void trace_note(struct app *app, struct request *request, const struct reply *reply, int64_t start);

#endif
