// flow.h: the conversation that answer, route-menu and department share.
#ifndef IVR_FLOW_H
#define IVR_FLOW_H

#include "serve.h"

// Answers one request of the platform with what the caller hears next: always 200 and a valid list of
// actions, whatever happens, but for 403 when an access key is configured and not told.
//
// flow_first is for answer: it asks a menu. flow_next is for the redirect after a menu: it looks for the
// digits and acts on them. `endpoint` is the program's name.
int flow_first(struct app *app, struct request *request, struct reply *reply, struct log_line *log,
               const char *endpoint);
int flow_next(struct app *app, struct request *request, struct reply *reply, struct log_line *log,
              const char *endpoint);

#endif
