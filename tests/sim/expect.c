// expect.c: whether a call ended where --expect says.
#include "expect.h"

#include <string.h>

static const char *find_destination(const struct expectations *expectations, const char *press) {
    for (size_t i = 0; i < expectations->count; i++)
        if (strcmp(expectations->items[i].press, press) == 0)
            return expectations->items[i].destination;
    return NULL;
}

static const char *press_key(const struct record *record) {
    if (record->digits == NULL || *record->digits == '\0')
        return "none";
    return strcmp(record->digits, "*") == 0 ? "star" : record->digits;
}

static bool is_there(const struct record *record, const char *destination) {
    if (strcmp(destination, "say") == 0)
        return record->ended == ENDED_MESSAGE;
    if (strcmp(destination, "hangup") == 0)
        return record->ended == ENDED_HANGUP;
    return record->ended == ENDED_TRANSFER && strcmp(record->destination, destination) == 0;
}

void expect_check(const struct expectations *expectations, struct record *record) {
    const char *key = press_key(record);
    const char *destination = find_destination(expectations, key);
    if (expectations->count == 0)
        return;
    if (destination == NULL)
        destination = find_destination(expectations, "default");
    if (destination == NULL)
        record_broken(record, "expected: nothing is said for %s", key);
    else if (!is_there(record, destination))
        record_broken(record, "expected: %s leads to %s, not to %s%s%s", key, destination,
                      record_ending_name(record->ended), record->destination != NULL ? " " : "",
                      record->destination != NULL ? record->destination : "");
}
