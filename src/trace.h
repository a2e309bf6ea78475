// trace.h: a request as it came, with what was replied; and the same without what would open anything.
//
// Taking it is a copy of its bytes, for the thread that has served it; all else is for the one that stores it
// (tracer.h).
#ifndef IVR_TRACE_H
#define IVR_TRACE_H

#include "conf.h"
#include "reply.h"
#include "request.h"

#define TRACE_MAX_BODY (64 * 1024)       // bytes that are kept of a body, and of a reply
#define TRACE_MAX_VARIABLES (64 * 1024)  // of URL and headers together; those beyond are left out

// One block; free it with free().
struct trace {
    struct trace *next;   // for whoever has several
    size_t size;          // of all of it
    int64_t received_at;  // microseconds since 1970
    int64_t took_us;
    int http_status;
    bool told;           // its call id is known, or it has none; else it stands in the body
    size_t variables;    // bytes of the CGI variables, each with its NUL …
    size_t call_id;      // … of the call id with its NUL, 0: none …
    size_t body;         // … of what was taken of the body …
    size_t reply;        // … and of the reply; all one behind the other
    size_t body_length;  // what came of the body
    char bytes[];
};

// What ivr.traces has of it. Text is what the database takes as text; free with trace_row_free.
struct trace_row {
    char *block;
    char *told;           // the call id, where it stood in the body
    const char *call_id;  // NULL: none was told
    const char *method;
    const char *url;
    const char *remote_address;  // "": not known
    const char *headers;         // "name: value" lines, the names in lower case
    const char *body;
    size_t body_length;  // what is kept of it
    const char *reply;
};

// Takes a request that began at `start` (clock_now()) and was answered; its environment must still be there.
// NULL when memory runs out.
struct trace *trace_take(struct request *request, const struct reply *reply, int64_t start);

// Writes it down without secrets, access keys, signatures and cookies: those of `conf` wherever they stand,
// and whatever stands where one is expected. Returns false when memory runs out.
bool trace_read(const struct trace *trace, const struct conf *conf, struct trace_row *row);

void trace_row_free(struct trace_row *row);

#endif
