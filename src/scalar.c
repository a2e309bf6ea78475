// scalar.c: tells strings and numbers that can be kept as text from what would lose something.
#include "scalar.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <json-c/json.h>

// What is larger or smaller than json-c keeps becomes one of these two.
static bool is_exact(struct json_object *number) {
    return json_object_get_uint64(number) != UINT64_MAX && json_object_get_int64(number) != INT64_MIN;
}

const char *scalar_text(struct json_object *value) {
    if (json_object_is_type(value, json_type_int))
        return is_exact(value) ? json_object_get_string(value) : NULL;
    if (!json_object_is_type(value, json_type_string))
        return NULL;
    const char *text = json_object_get_string(value);
    return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}
