// mail.h: the platform's events: shuffled, some of them twice, each sent until it is acknowledged.
#ifndef CHAOS_MAIL_H
#define CHAOS_MAIL_H

#include <stdint.h>

#include "ledger.h"

struct mail;

struct mail_counts {
    long events;        // different ones
    long repeats;       // sent again although nothing was wrong, half of them at the same moment
    long acknowledged;  // different ones
    long refused;       // replies other than 2xx: tried again
    long broken;        // connections that ended without a reply: tried again
};

// Threads that deliver to URL/webhook, signed. All strings and the ledger stay the caller's.
struct mail *mail_open(struct ledger *ledger, const char *url, const char *secret, long threads,
                       uint64_t seed);

// Queues an event of a call; data is the inside of an object, "" for nothing.
void mail_post(struct mail *mail, const char *call, const char *from, const char *event, const char *data);

// Waits until everything is acknowledged, at most so many seconds, ends the threads, and counts.
struct mail_counts mail_close(struct mail *mail, long patience_s);

#endif
