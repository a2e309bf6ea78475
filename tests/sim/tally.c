// tally.c: texts, and how often each of them came.
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

void tally_add(struct tally *tally, const char *name) {
    size_t i = 0;
    while (i < tally->names.count && strcmp(tally->names.items[i], name) != 0)
        i++;
    if (i == tally->names.count) {
        text_list_add(&tally->names, "%s", name);
        tally->counts = memory_resize(tally->counts, tally->names.count, sizeof *tally->counts);
        tally->counts[i] = 0;
    }
    tally->counts[i]++;
}

void tally_free(struct tally *tally) {
    text_list_free(&tally->names);
    free(tally->counts);
    *tally = (struct tally){0};
}

struct json_object *tally_json(const struct tally *tally, size_t limit) {
    struct json_object *json = json_object_new_object();
    for (size_t i = 0; i < tally->names.count && i < limit; i++)
        json_object_object_add(json, tally->names.items[i], json_object_new_int64((int64_t)tally->counts[i]));
    return json;
}
