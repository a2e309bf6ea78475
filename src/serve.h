// serve.h: runs a program: FastCGI with threads, or one request of plain CGI. The only user of fcgiapp.h.
#ifndef IVR_SERVE_H
#define IVR_SERVE_H

#include "app.h"

struct program {
    enum conf_needs needs;
    app_handler *handle;
};

// Serves until SIGTERM, finishes the requests at hand, and returns the exit status of the process: 0, 1 when
// it cannot start, or 2 when the configuration is wrong. Started by a web server as plain CGI, it serves one
// request.
int serve(const struct program *program);

#endif
