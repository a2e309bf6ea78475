// reply.h: what goes back: status, headers, body. The one place that turns a status into bytes.
#ifndef IVR_REPLY_H
#define IVR_REPLY_H

#include <stdbool.h>
#include <stddef.h>

// A zeroed reply is empty. Free it with reply_free.
struct reply {
    int status;         // what was sent
    const char *body;   // JSON, or NULL
    bool accepted;      // 202 instead of 200: it is safe, and not done yet
    char *owned;        // the body, where it is to be freed
    const char *type;   // NULL: JSON
    bool unwell;        // the body goes with 503 and not with 200
    bool headers_only;  // HEAD was asked: the body is measured and not sent
};

// Writes `size` bytes: returns 0, or -1 when the other side is gone.
typedef int reply_writer(void *sink, const char *bytes, size_t size);

// Fills the reply with JSON text, which it takes over.
void reply_json(struct reply *reply, char *json);

// Fills the reply with text of another type, a literal, which it takes over.
void reply_text(struct reply *reply, const char *type, char *text);

// Fills the reply with JSON text that outlives it, as a literal does: this cannot fail.
void reply_literal(struct reply *reply, const char *json);

// Sends the reply; `status` is what the handler returned: 0 for a filled reply (one without a body is a 500),
// else the HTTP status of an error, for which headers and body are made here. Returns 0, or -1 when the other
// side is gone.
int reply_send(struct reply *reply, int status, reply_writer *writer, void *sink);

// Frees the body.
void reply_free(struct reply *reply);

#endif
