// event.c: finds call id, event name and time in a webhook, tolerant of everything else.
#include "event.h"

#include <stdbool.h>
#include <string.h>

#include <json-c/json.h>

#include "scalar.h"
#include "text.h"

// The beginning of the names of what the database notes itself: no event of the platform.
#define RESERVED "ivr."

enum { MAX_DEPTH = 64, MAX_TEXT = 255 };

static struct json_object *parse(const char *body, size_t length) {
    struct json_tokener *tokener = json_tokener_new_ex(MAX_DEPTH);
    if (tokener == NULL)
        return NULL;
    json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *json = json_tokener_parse_ex(tokener, body, (int)length);
    size_t end = json_tokener_get_parse_end(tokener);
    bool complete = json_tokener_get_error(tokener) == json_tokener_success;
    json_tokener_free(tokener);
    while (end < length && strchr(" \t\r\n", body[end]) != NULL && body[end] != '\0')
        end++;
    if (complete && end == length)
        return json;
    json_object_put(json);
    return NULL;
}

// Clean text of 1 to MAX_TEXT bytes; a whole number counts as one for ids.
static const char *text_of(struct json_object *object, const char *key) {
    struct json_object *value;
    if (!json_object_is_type(object, json_type_object) || !json_object_object_get_ex(object, key, &value))
        return NULL;
    const char *text = scalar_text(value);
    return text != NULL && strlen(text) <= MAX_TEXT && text_is_clean(text) ? text : NULL;
}

static const char *call_id_of(struct json_object *json) {
    struct json_object *call = NULL;
    json_object_object_get_ex(json, "call", &call);
    const char *id = text_of(call, "id");
    if (id == NULL)
        id = text_of(call, "call_id");
    return id != NULL ? id : text_of(json, "call_id");
}

static const char *read_once(struct event *event, const char *body, size_t length) {
    *event = (struct event){.json = parse(body, length)};
    const char *fault = NULL;
    if (!json_object_is_type(event->json, json_type_object)) {
        fault = "the body is no JSON object";
    } else {
        event->name = text_of(event->json, "event");
        event->call_id = call_id_of(event->json);
        event->created_at = text_of(event->json, "created_at");
        if (event->name == NULL)
            fault = "there is no event name";
        else if (strncmp(event->name, RESERVED, strlen(RESERVED)) == 0)
            fault = "the event name is reserved";
        else if (event->call_id == NULL)
            fault = "there is no call.id";
    }
    if (fault != NULL)
        event_free(event);
    return fault;
}

// json-c leaves a member out when memory has run out, and does not say so. What is missing is looked for once
// more, so that an event is not taken for none.
const char *event_read(struct event *event, const char *body, size_t length) {
    const char *fault = read_once(event, body, length);
    if (fault == NULL && event->created_at != NULL)
        return NULL;
    event_free(event);
    return read_once(event, body, length);
}

void event_free(struct event *event) {
    json_object_put(event->json);
    *event = (struct event){0};
}
