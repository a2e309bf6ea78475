// repeats.h: which faults were told a moment ago, so that the same one is counted and not told again.
#ifndef IVR_REPEATS_H
#define IVR_REPEATS_H

#include <stdbool.h>
#include <stdint.h>

#define REPEATS_KEPT 8        // different faults that are remembered; more are told each time
#define REPEATS_MS 10000      // for so long after it was told
#define REPEATS_DETAIL 512    // bytes of a detail, its NUL counted
#define REPEATS_WHAT_SIZE 24  // bytes of the word for what failed, its NUL counted

struct repeat {
    int64_t until;  // clock.h; 0: this one is free
    unsigned long more;
    int priority;
    char what[REPEATS_WHAT_SIZE];
    char detail[REPEATS_DETAIL];
};

// A zeroed one has seen nothing. Not for several threads.
struct repeats {
    struct repeat list[REPEATS_KEPT];
};

// Returns whether a fault is to be told; one that was told less than REPEATS_MS before `now` is counted.
bool repeats_admit(struct repeats *repeats, int priority, const char *what, const char *detail, int64_t now);

// When the next count is to be told; INT64_MAX where nothing was counted.
int64_t repeats_due(const struct repeats *repeats);

// Takes one whose count is to be told by `now` (INT64_MAX: any that was counted). Returns false when there is
// none.
bool repeats_take(struct repeats *repeats, int64_t now, struct repeat *due);

#endif
