// tally.h: texts, and how often each of them came.
#ifndef SIM_TALLY_H
#define SIM_TALLY_H

#include <stddef.h>

#include "text.h"

struct json_object;

// Texts and how often each came, in the order of their first coming. Zeroed = empty; freed by tally_free.
struct tally {
    struct text_list names;
    unsigned long *counts;
};

void tally_add(struct tally *tally, const char *name);
void tally_free(struct tally *tally);

// An object of at most limit texts and their counts; the caller puts it.
struct json_object *tally_json(const struct tally *tally, size_t limit);

#endif
