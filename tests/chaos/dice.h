// dice.h: random numbers of a seed: the same seed, the same throws.
#ifndef CHAOS_DICE_H
#define CHAOS_DICE_H

#include <stddef.h>
#include <stdint.h>

// A number from 0 to below-1; below must not be 0 (splitmix64).
static inline size_t dice_below(uint64_t *dice, size_t below) {
    uint64_t z = (*dice += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (size_t)((z ^ (z >> 31)) % below);
}

#endif
