// report.h: prints every call whole, and sums all calls up.
#ifndef SIM_REPORT_H
#define SIM_REPORT_H

#include <pthread.h>
#include <stddef.h>

#include "options.h"
#include "record.h"
#include "tally.h"

// All calls so far; shared by the threads, which only report_add touches.
struct report {
    const struct options *options;
    pthread_mutex_t lock;
    unsigned long calls;
    unsigned long endings[ENDINGS];
    struct tally destinations;  // of transfers
    struct tally broken;        // sentences
    unsigned long broken_calls;
    unsigned long broken_rules;
    unsigned long redirects;
    unsigned long events_sent;
    unsigned long events_acknowledged;
    double *answer_ms;
    size_t answers;
    long long started_us;
};

void report_open(struct report *report, const struct options *options);
void report_close(struct report *report);

// Prints the call unless --quiet, and counts it. Any thread.
void report_add(struct report *report, const struct record *record);

// Prints the summary; after the last report_add.
void report_summary(struct report *report);

#endif
