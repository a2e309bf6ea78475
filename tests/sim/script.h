// script.h: what the caller presses, and what a gather makes of it. Pure: no clock, no JSON, no network.
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

enum { DIGITS_SIZE = 64 };  // more keys than that are dropped

// One caller's presses, one entry a gather; "-" or an empty entry presses nothing.
struct script {
    char *source;  // as it was written
    struct text_list presses;
};

// The scripts of --digits. Zeroed = none.
struct scripts {
    struct script *items;
    size_t count;
};

// A gather as the platform understands it (PLATFORM section 5).
struct gather {
    size_t ordinal;  // 1 = the first of the call
    long min_digits;
    long max_digits;  // num_digits gives both
    long timeout_seconds;
    char finish_on_key;    // '\0': none
    const char *prompt;    // "" when it has none; valid while the caller is asked, as next_url is
    const char *next_url;  // of the redirect that follows it; NULL: none does
};

// What a gather ended with.
struct press {
    char digits[DIGITS_SIZE];  // without the finish key
    bool timed_out;
};

// Cuts "9,-,1/2" into scripts; the caller frees them. On a key no telephone has: a sentence in error, false.
bool script_parse(const char *source, struct scripts *scripts, char *error, size_t error_size);
void script_free(struct scripts *scripts);

// The keys pressed at that gather ("" = nothing), NULL beyond the script's end. Belongs to the script.
const char *script_keys(const struct script *script, const struct gather *gather);

// What the gather collects when these keys are pressed and nothing after them.
void script_press(const struct gather *gather, const char *keys, struct press *press);

#endif
