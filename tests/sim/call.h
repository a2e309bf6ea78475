// call.h: one telephone call: its id, its numbers, and its dice.
#ifndef SIM_CALL_H
#define SIM_CALL_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "options.h"

// Owned strings, freed by call_free.
struct call {
    char *id;
    char *from;
    char *to;
    size_t index;   // 0 = the first
    uint64_t dice;  // state of call_roll
};

// The call of that index; started is when the program began: ids are counted up from it (PLATFORM section 1).
void call_make(const struct options *options, size_t index, const struct timespec *started,
               struct call *call);
void call_free(struct call *call);

// A number from 0 to below limit, the same ones for the same --seed and index. limit is not 0.
uint64_t call_roll(struct call *call, uint64_t limit);

#endif
