// events.h: webhooks: their bodies, their signature, their delivery, and what their status means.
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H

#include <stddef.h>

#include "call.h"
#include "http.h"
#include "options.h"
#include "record.h"

struct json_object;

// One event, the same bytes for every copy. Freed by event_free.
struct event {
    const char *name;  // a constant
    long long moment;  // told in created_at
    char *body;
    size_t length;
};

// Writes the event's body. moment is the platform's time of day in ms (clock skew included); data may be NULL
// and is used up (PLATFORM section 7).
void event_write(const struct options *options, const struct call *call, const char *name,
                 struct json_object *data, long long moment, struct event *event);
void event_free(struct event *event);

// A new object for event_write: what a finished gather tells (PLATFORM section 7).
struct json_object *event_gathered_data(const struct options *options, const struct gather *gather,
                                        const struct press *press);

// The same for recording.started ("started") and recording.completed ("completed") (PLATFORM section 9).
struct json_object *event_recording_data(const struct call *call, const char *status);

// Sends one copy (with --repeated-as later each but the first one has a created_at of its own), with retries,
// and adds what happened to delivery.
void event_send(const struct options *options, struct http *http, const struct event *event,
                struct delivery *delivery);

// Writes the delivery into the record, and a broken rule when its status is not the one that must come.
void event_judge(const struct delivery *delivery, struct record *record);

#endif
