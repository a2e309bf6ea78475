// outbox.h: when the events of a call go out: at once, later from a thread of their own, or all at the end.
#ifndef SIM_OUTBOX_H
#define SIM_OUTBOX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "events.h"

// One event on its way.
struct letter {
    const struct options *options;
    struct event event;
    struct delivery delivery;
    struct http *http;  // while flying
    long long due_us;   // steady clock; flying letters only
    pthread_t thread;
    bool flying;
};

// The events of one call, in the order they came about. Zeroed, then outbox_open; outbox_close frees.
struct outbox {
    const struct options *options;
    struct call *call;
    struct http_pool *pool;
    struct letter **letters;
    size_t count;
    bool holding;  // --order shuffle or reverse, until outbox_release
};

void outbox_open(struct outbox *outbox, const struct options *options, struct call *call,
                 struct http_pool *pool);

// The platform's time of day, ms.
long long outbox_now(const struct outbox *outbox);

// Writes an event of that moment; data may be NULL and is used up. The letter belongs to the outbox.
struct letter *outbox_write(struct outbox *outbox, const char *name, struct json_object *data,
                            long long moment);

// Sends all copies and waits for their replies; keeps the letter while the outbox is holding.
void outbox_send(struct outbox *outbox, struct letter *letter);

// Sends all copies from another thread, when the steady clock shows due_us; keeps it while the outbox is
// holding.
void outbox_send_at(struct outbox *outbox, struct letter *letter, long long due_us);

// Sends what was held, every copy on its own, shuffled or reversed; nothing is held afterwards.
void outbox_release(struct outbox *outbox);

// Waits for what is flying, judges every event into the record, frees.
void outbox_close(struct outbox *outbox, struct record *record);

#endif
