// flow.h: the conversation that answer, route-menu and department share.
#ifndef IVR_FLOW_H
#define IVR_FLOW_H

#include "app.h"

// Answers one request of the platform with what the caller hears next: always 200 and a valid list of
// actions, whatever happens, but for 403 when an access key is configured and not told, or
// IVR_REQUIRE_SIGNED_QUESTIONS and the signature is not good. A probe (HEAD) is answered alike and leaves no
// row. `endpoint` is the program's name: its row in flow.c says whether it asks a menu (answer) or looks for
// the digits of one and acts on them.
int flow_answer(struct app *app, const char *endpoint, struct request *request, struct reply *reply,
                struct log_line *log);

#endif
