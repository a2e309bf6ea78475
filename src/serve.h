// serve.h: runs a program: FastCGI with threads, or one request of plain CGI. The only user of fcgiapp.h.
#ifndef IVR_SERVE_H
#define IVR_SERVE_H

#include "app.h"

// The names of a thread of each process that has started (proc(5), task/*/comm): it serves, or stands by
// until the one that serves has ended.
#define SERVE_SERVES "serves"
#define SERVE_STANDS_BY "stands-by"

struct program {
    enum conf_needs needs;
    app_handler *handle;
};

// Serves until SIGTERM, finishes the requests at hand, and returns the exit status of the process: 0, 1 when
// it cannot start, 64 for arguments that it does not know, or 78 when the settings are wrong (sysexits.h).
// With wrong settings it serves all the same, what needs none: callers hear that they cannot be answered,
// events are asked for again, both at once. Started by a web server as plain CGI, it serves one request.
// The settings file (envfile.h) is read first, in each case.
//
// `--check` only says what is wrong with the settings, `--version` which version this is.
int serve(const struct program *program, int count, char **arguments);

#endif
