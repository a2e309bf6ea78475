// health.h: how a program is: its answer to /minivoice/healthz and /minivoice/metrics, and the line in which
// it says that it has started.
//
// All of it is what the process knows: nothing waits for the database, nothing is stored.
#ifndef IVR_HEALTH_H
#define IVR_HEALTH_H

#include "app.h"

// The variable with which the web server, and nobody else, asks for it; its value is healthz or metrics.
#define HEALTH_VARIABLE "MINIVOICE_PROBE"

// Fills the reply and returns 0, or returns an HTTP status. healthz is answered with 503 where the program
// cannot do its work: no settings to answer callers by, no database to store events in, or settings that are
// wrong.
int health_answer(struct app *app, const char *probe, struct reply *reply);

// Whether the database was tried, and the first settings are there if it could be reached.
bool health_is_known(struct app *app);

// Says in the log that the program has started, with versions as far as they are known.
void health_log_start(struct app *app);

#endif
