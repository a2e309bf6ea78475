// section.c: unwraps a section and finds its status (PLATFORM section 10: data, or count and data).
#include "section.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "json.h"

enum { MAX_STATUS = 64 };

const char *const section_names[SECTION_COUNT] = {"transcription", "summary", "score", "topics"};
const char *const section_paths[SECTION_COUNT] = {"/transcription", "/ai-summary", "/ai-score", "/ai-topics"};

static const char *status_of(struct json_object *object) {
    struct json_object *value;
    if (!json_object_is_type(object, json_type_object) ||
        !json_object_object_get_ex(object, "status", &value) || !json_object_is_type(value, json_type_string))
        return NULL;
    int length = json_object_get_string_len(value);
    const char *status = json_object_get_string(value);
    return length > 0 && length <= MAX_STATUS && strlen(status) == (size_t)length ? status : NULL;
}

// What the section itself says, before what its envelope says.
static char *print(struct json_object *body, struct json_object *content) {
    const char *status = status_of(content) != NULL ? status_of(content) : status_of(body);
    struct json_object *said = json_object_new_string(status != NULL ? status : "completed");
    const char *word = said == NULL ? NULL : json_print(said);
    const char *text = word == NULL ? NULL : json_print(content);
    char *all = NULL;
    if (text != NULL && asprintf(&all, "{\"status\":%s,\"content\":%s}", word, text) < 0)
        all = NULL;
    json_object_put(said);
    return all;
}

char *section_read(const char *body, size_t length) {
    struct json_object *parsed = strlen(body) == length ? json_parse(body) : NULL;
    struct json_object *content = parsed;
    char *section = NULL;
    if (json_object_is_type(parsed, json_type_object) && !json_object_object_get_ex(parsed, "error", NULL)) {
        if (!json_object_object_get_ex(parsed, "data", &content))
            content = parsed;
        if (json_object_is_type(content, json_type_object) || json_object_is_type(content, json_type_array))
            section = print(parsed, content);
    }
    json_object_put(parsed);
    return section;
}

char *section_all(char *const sections[SECTION_COUNT]) {
    size_t size = sizeof "{}";
    for (int i = 0; i < SECTION_COUNT; i++)
        size +=
            sections[i] == NULL ? 0 : strlen(section_names[i]) + strlen(sections[i]) + sizeof ",\"\":null";
    char *all = malloc(size);
    if (all == NULL)
        return NULL;
    char *at = stpcpy(all, "{");
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (sections[i] == NULL)
            continue;
        at = stpcpy(stpcpy(at, at == all + 1 ? "\"" : ",\""), section_names[i]);
        at = stpcpy(stpcpy(at, "\":"), *sections[i] != '\0' ? sections[i] : "null");
    }
    stpcpy(at, "}");
    return all;
}
