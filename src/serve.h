// serve.h: runs a program: FastCGI with threads, or one request of plain CGI. The only user of fcgiapp.h.
#ifndef IVR_SERVE_H
#define IVR_SERVE_H

#include "conf.h"
#include "log.h"
#include "reply.h"
#include "request.h"
#include "settings.h"
#include "store.h"

struct rejections;

// What every request may use. Made at the start; only what its parts say they lock is changed after.
struct app {
    struct conf conf;
    struct store *store;
    struct settings *settings;      // NULL in programs for webhooks
    struct rejections *rejections;  // see reject.h
};

// Handles one request: fills the reply and returns 0, or returns the HTTP status of an error. Adds to the log
// line what it knows. Called by many threads at once.
typedef int serve_handler(struct app *app, struct request *request, struct reply *reply,
                          struct log_line *log);

struct program {
    enum conf_needs needs;
    serve_handler *handle;
};

// Serves until SIGTERM, finishes the requests at hand, and returns the exit status of the process: 0, or 2
// when the configuration is wrong. Started by a web server as plain CGI, it serves one request.
int serve(const struct program *program);

#endif
