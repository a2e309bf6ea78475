// json.c: does everything twice: what was left out once is not left out the same way again.
#include "json.h"

#include <stddef.h>
#include <string.h>

#include <json-c/json.h>

enum { TRIES = 3 };

struct json_object *json_parse(const char *text) {
    for (int tries = 0; tries < TRIES; tries++) {
        struct json_object *one = json_tokener_parse(text);
        struct json_object *other = json_tokener_parse(text);
        int same = json_object_equal(one, other);
        json_object_put(other);
        if (same)
            return one;
        json_object_put(one);
    }
    return NULL;
}

// The object keeps its buffer: where that could not grow the first time, the second text is longer.
const char *json_print(struct json_object *object) {
    size_t length = 0;
    for (int tries = 0; tries <= TRIES; tries++) {
        const char *text =
            json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
        size_t now = text == NULL ? 0 : strlen(text);
        if (now > 0 && now == length)
            return text;
        length = now;
    }
    return NULL;
}
