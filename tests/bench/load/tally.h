// tally.h: latencies, every one kept, so that percentiles are exact.
#ifndef BENCH_TALLY_H
#define BENCH_TALLY_H

#include <stddef.h>
#include <stdint.h>

struct tally {
    uint32_t *us;
    size_t count;
    size_t room;
};

// Returns 0, or -1 when memory is short.
int tally_add(struct tally *tally, int64_t us);

// Prints NAME=count, NAME_p50=, NAME_p99=, NAME_p999=, NAME_max= (us), a line each; sorts.
void tally_print(struct tally *tally, const char *name);

void tally_free(struct tally *tally);

#endif
