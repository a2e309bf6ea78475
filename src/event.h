// event.h: a webhook's JSON body, as far as the program must understand it (PLATFORM section 7).
#ifndef IVR_EVENT_H
#define IVR_EVENT_H

#include <stddef.h>

struct json_object;

// The strings belong to `json`. Free with event_free; a zeroed event is fine. Everything else in the body is
// the database's business.
struct event {
    struct json_object *json;
    const char *call_id;     // call.id, 1 to 255 bytes, opaque
    const char *name;        // event, 1 to 255 bytes; names nobody knows are fine, ivr.… is reserved
    const char *created_at;  // as sent, or NULL
};

// Reads a body. Returns NULL and fills *event, or says why it is no event (a literal) and leaves nothing to
// free.
const char *event_read(struct event *event, const char *body, size_t length);

// Frees what event_read allocated.
void event_free(struct event *event);

#endif
