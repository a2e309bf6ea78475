// tally.c: latencies and their percentiles.
#include "tally.h"

#include <stdio.h>
#include <stdlib.h>

int tally_add(struct tally *tally, int64_t us) {
    if (tally->count == tally->room) {
        size_t room = tally->room == 0 ? 4096 : tally->room * 2;
        uint32_t *more = reallocarray(tally->us, room, sizeof *more);
        if (more == NULL)
            return -1;
        tally->us = more;
        tally->room = room;
    }
    tally->us[tally->count++] = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
    return 0;
}

static int by_value(const void *a, const void *b) {
    const uint32_t *left = a;
    const uint32_t *right = b;
    return (*left > *right) - (*left < *right);
}

// The smallest value that at least `share` of all do not exceed.
static uint32_t percentile(const struct tally *tally, double share) {
    double rank = share * (double)tally->count;
    size_t place = (size_t)rank;
    if ((double)place < rank)
        place++;
    return tally->us[place == 0 ? 0 : place - 1];
}

void tally_print(struct tally *tally, const char *name) {
    printf("%s=%zu\n", name, tally->count);
    if (tally->count == 0)
        return;
    qsort(tally->us, tally->count, sizeof *tally->us, by_value);
    printf("%s_p50=%u\n", name, percentile(tally, 0.5));
    printf("%s_p99=%u\n", name, percentile(tally, 0.99));
    printf("%s_p999=%u\n", name, percentile(tally, 0.999));
    printf("%s_max=%u\n", name, tally->us[tally->count - 1]);
}

void tally_free(struct tally *tally) {
    free(tally->us);
    *tally = (struct tally){0};
}
