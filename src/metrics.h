// metrics.h: what a process counts, and its text for Prometheus (exposition format 0.0.4).
//
// Counting is a few additions without a lock. The figures are those of one process: of a program's two, one
// serves.
#ifndef IVR_METRICS_H
#define IVR_METRICS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define METRICS_STATUSES 9   // see metrics.c: the statuses that are told apart
#define METRICS_OUTCOMES 17  // … and the outcomes
#define METRICS_BUCKETS 13   // … and the durations

// A zeroed one has counted nothing. For many threads.
struct metrics {
    atomic_ullong requests[METRICS_STATUSES][METRICS_OUTCOMES];
    atomic_ullong buckets[METRICS_BUCKETS];
    atomic_ullong total_us;
    atomic_ullong waits;
    atomic_ullong waited_ms;
};

// Counts a request that was answered with `status` after so many microseconds; `outcome` is the word of its
// log line, or NULL.
void metrics_count(struct metrics *metrics, int status, const char *outcome, int64_t us);

// Counts a redirect that waited for its digits.
void metrics_count_wait(struct metrics *metrics, int ms);

// Writes all that was counted; `program` is the label of each line.
void metrics_print(const struct metrics *metrics, const char *program, FILE *to);

// One figure of somebody else's.
struct metrics_value {
    const char *name;
    const char *type;  // counter or gauge
    const char *help;
    double value;
};

void metrics_print_values(const struct metrics_value *values, size_t count, const char *program, FILE *to);

#endif
