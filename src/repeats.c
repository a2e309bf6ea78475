// repeats.c: a short list of the faults that were told last.
#include "repeats.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool is_same(const struct repeat *repeat, const char *what, const char *detail) {
    return repeat->until != 0 && strncmp(repeat->what, what, sizeof repeat->what - 1) == 0 &&
           strncmp(repeat->detail, detail, sizeof repeat->detail - 1) == 0;
}

static struct repeat *find_same(struct repeats *repeats, const char *what, const char *detail) {
    for (size_t i = 0; i < REPEATS_KEPT; i++)
        if (is_same(&repeats->list[i], what, detail))
            return &repeats->list[i];
    return NULL;
}

// One that is free, or that is over and owes no count.
static struct repeat *find_room(struct repeats *repeats, int64_t now) {
    for (size_t i = 0; i < REPEATS_KEPT; i++)
        if (repeats->list[i].until <= now && repeats->list[i].more == 0)
            return &repeats->list[i];
    return NULL;
}

bool repeats_admit(struct repeats *repeats, int priority, const char *what, const char *detail, int64_t now) {
    struct repeat *repeat = find_same(repeats, what, detail);
    if (repeat != NULL && now < repeat->until) {
        repeat->more++;
        return false;
    }
    if (repeat == NULL)
        repeat = find_room(repeats, now);
    if (repeat == NULL)
        return true;
    *repeat = (struct repeat){.until = now + REPEATS_MS * 1000LL, .priority = priority};
    snprintf(repeat->what, sizeof repeat->what, "%s", what);
    snprintf(repeat->detail, sizeof repeat->detail, "%s", detail);
    return true;
}

int64_t repeats_due(const struct repeats *repeats) {
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < REPEATS_KEPT; i++)
        if (repeats->list[i].more > 0 && repeats->list[i].until < due)
            due = repeats->list[i].until;
    return due;
}

// It goes on being counted: a fault that lasts is told at every end of the time.
bool repeats_take(struct repeats *repeats, int64_t now, struct repeat *due) {
    for (size_t i = 0; i < REPEATS_KEPT; i++) {
        struct repeat *repeat = &repeats->list[i];
        if (repeat->more == 0 || repeat->until > now)
            continue;
        *due = *repeat;
        repeat->more = 0;
        repeat->until += REPEATS_MS * 1000LL;
        return true;
    }
    return false;
}
