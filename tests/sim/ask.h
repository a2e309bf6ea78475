// ask.h: the two requests the platform makes for actions: the answer request and the redirect.
#ifndef SIM_ASK_H
#define SIM_ASK_H

#include <stdbool.h>

#include "call.h"
#include "http.h"
#include "options.h"

struct question {
    bool first;  // the answer request
    char *url;   // absolute; what the platform adds is not in it yet; owned by whoever made the question
    const char *method;  // that the redirect names, NULL: none
    const char *digits;  // of the gather before it, NULL: there was none; not owned
};

// Builds the request: the method, and the call id, numbers and digits where --carry and --digits-in want
// them. None of it is documented, so every variant is possible (PLATFORM section 12, U1 to U3). Free the
// request.
void ask_build(const struct options *options, const struct call *call, const struct question *question,
               struct http_request *request);

// The URL of the answer request, access key included; the caller frees.
char *ask_answer_url(const struct options *options);

// Sends the request once, or twice as --ask-twice wants: then the second reply is in replies[1], else that
// one is zeroed. Free both.
void ask_send(const struct options *options, struct http_pool *pool, const struct http_request *request,
              struct http_reply replies[2]);

#endif
