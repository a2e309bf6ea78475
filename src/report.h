// report.h: what the platform says of a call: the body of GET /v1/calls/ID.
#ifndef IVR_REPORT_H
#define IVR_REPORT_H

#include <stddef.h>

// Reads the body, bare or wrapped in `data` (PLATFORM section 11.11). Returns what of it is kept, as JSON:
// status in lower case, and where they are told direction, from, to and ended_at. NULL when it says nothing
// of this call: it is no JSON object, has no status, or tells another call's id. The caller frees.
char *report_read(const char *call_id, const char *body, size_t length);

// Reads the body of POST /v1/calls. Returns the call's id, or NULL when there is none. The caller frees.
char *report_id(const char *body, size_t length);

// Copies the code of an error's body (PLATFORM section 1), cut to fit; "" when there is none.
void report_error(const char *body, size_t length, char *code, size_t size);

#endif
