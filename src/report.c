// report.c: takes what is known of a call's reply and leaves what is not (PLATFORM sections 1 and 8, U15,
// U28).
#include "report.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "json.h"

enum { MAX_STATUS = 64, MAX_FIELD = 255 };

// The text of a member of at most so many bytes, or NULL.
static const char *member(struct json_object *object, const char *name, int most) {
    struct json_object *value;
    if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
        return NULL;
    int length = json_object_get_string_len(value);
    const char *text = json_object_get_string(value);
    return length > 0 && length <= most && strlen(text) == (size_t)length ? text : NULL;
}

static struct json_object *unwrapped(struct json_object *body) {
    struct json_object *data;
    if (json_object_is_type(body, json_type_object) && member(body, "status", MAX_STATUS) == NULL &&
        json_object_object_get_ex(body, "data", &data))
        return data;
    return body;
}

static bool keep(struct json_object *kept, const char *name, const char *text) {
    if (text == NULL)
        return true;
    struct json_object *value = json_object_new_string(text);
    if (value != NULL && json_object_object_add(kept, name, value) == 0)
        return true;
    json_object_put(value);
    return false;
}

static bool keep_status(struct json_object *kept, const char *status) {
    char lower[MAX_STATUS + 1] = "";
    for (size_t i = 0; status[i] != '\0'; i++)
        lower[i] = (char)tolower((unsigned char)status[i]);
    return keep(kept, "status", lower);
}

// No page names the field: the first that looks like it.
static const char *end_of(struct json_object *call) {
    static const char *const names[] = {"ended_at", "completed_at", "hangup_at", "failed_at", "canceled_at"};
    const char *at = NULL;
    for (size_t i = 0; at == NULL && i < sizeof names / sizeof *names; i++)
        at = member(call, names[i], MAX_FIELD);
    return at;
}

static char *kept_of(struct json_object *call, const char *status) {
    static const char *const names[] = {"direction", "from", "to"};
    struct json_object *kept = json_object_new_object();
    bool whole = kept != NULL && keep_status(kept, status) && keep(kept, "ended_at", end_of(call));
    for (size_t i = 0; whole && i < sizeof names / sizeof *names; i++)
        whole = keep(kept, names[i], member(call, names[i], MAX_FIELD));
    const char *text = whole ? json_print(kept) : NULL;
    char *copy = text == NULL ? NULL : strdup(text);
    json_object_put(kept);
    return copy;
}

char *report_read(const char *call_id, const char *body, size_t length) {
    struct json_object *parsed = strlen(body) == length ? json_parse(body) : NULL;
    struct json_object *call = unwrapped(parsed);
    char *kept = NULL;
    if (json_object_is_type(call, json_type_object)) {
        const char *id = member(call, "id", MAX_FIELD);
        const char *status = member(call, "status", MAX_STATUS);
        if (status != NULL && (id == NULL || strcmp(id, call_id) == 0))
            kept = kept_of(call, status);
    }
    json_object_put(parsed);
    return kept;
}

char *report_id(const char *body, size_t length) {
    struct json_object *parsed = strlen(body) == length ? json_parse(body) : NULL;
    struct json_object *call = unwrapped(parsed);
    const char *id = json_object_is_type(call, json_type_object) ? member(call, "id", MAX_FIELD) : NULL;
    char *copy = id == NULL ? NULL : strdup(id);
    json_object_put(parsed);
    return copy;
}

void report_error(const char *body, size_t length, char *code, size_t size) {
    struct json_object *parsed = strlen(body) == length ? json_parse(body) : NULL;
    struct json_object *error = NULL;
    const char *word = NULL;
    if (json_object_is_type(parsed, json_type_object) && json_object_object_get_ex(parsed, "error", &error) &&
        json_object_is_type(error, json_type_object))
        word = member(error, "code", MAX_FIELD);
    snprintf(code, size, "%s", word == NULL ? "" : word);
    json_object_put(parsed);
}
