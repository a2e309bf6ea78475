// actions.c: action lists with json-c. What is sent has been checked here before.
#include "actions.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "json.h"
#include "log.h"
#include "numbers.h"
#include "text.h"

const char ACTIONS_LAST_RESORT[] =
    "{\"actions\":[{\"say\":{\"text\":"
    "\"We are sorry, we cannot take your call right now. Please call again later.\"}}]}";

#define OUT_OF_MEMORY "out of memory"

// Checking: a list in memory has what its text would have

static const char *string_of(struct json_object *object, const char *key) {
    struct json_object *value;
    if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, json_type_string))
        return NULL;
    const char *text = json_object_get_string(value);
    return strlen(text) == (size_t)json_object_get_string_len(value) && text_is_clean(text) ? text : NULL;
}

static bool int_in(struct json_object *object, const char *key, int least, int most) {
    struct json_object *value;
    if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, json_type_int))
        return false;
    int64_t number = json_object_get_int64(value);
    return number >= least && number <= most;
}

static bool only_keys(struct json_object *object, const char *const *keys) {
    if (!json_object_is_type(object, json_type_object))
        return false;
    json_object_object_foreach (object, key, value) {
        (void)value;
        bool known = false;
        for (const char *const *at = keys; *at != NULL; at++)
            known |= strcmp(*at, key) == 0;
        if (!known)
            return false;
    }
    return true;
}

static const char *gather_fault(struct json_object *fields) {
    static const char *const keys[] = {"prompt", "num_digits", "timeout_seconds", "finish_on_key", NULL};
    if (!only_keys(fields, keys))
        return "gather has an undocumented field";
    // Without one it listens in silence.
    if (json_object_object_get_ex(fields, "prompt", NULL) && string_of(fields, "prompt") == NULL)
        return "gather has no prompt";
    if (!int_in(fields, "num_digits", 1, 99))
        return "gather has no num_digits";
    if (!int_in(fields, "timeout_seconds", 1, 30))
        return "gather has no timeout_seconds from 1 to 30";
    const char *finish_key = string_of(fields, "finish_on_key");
    if (json_object_object_get_ex(fields, "finish_on_key", NULL) &&
        (finish_key == NULL || strlen(finish_key) != 1 || !number_is_dtmf(*finish_key)))
        return "gather's finish_on_key is not one DTMF key";
    return NULL;
}

static const char *say_fault(struct json_object *fields) {
    static const char *const keys[] = {"text", NULL};
    return only_keys(fields, keys) && string_of(fields, "text") != NULL ? NULL : "say has no text";
}

static const char *typed_fault(struct json_object *action, const char *type) {
    static const char *const redirect_keys[] = {"type", "url", NULL};
    static const char *const transfer_keys[] = {"type", "destination", NULL};
    if (strcmp(type, "redirect") == 0) {
        const char *url = string_of(action, "url");
        bool http = url != NULL && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
        return http && only_keys(action, redirect_keys) ? NULL : "redirect has no http or https url";
    }
    if (strcmp(type, "transfer") == 0) {
        const char *destination = string_of(action, "destination");
        bool dialable = destination != NULL && number_is_destination(destination);
        return dialable && only_keys(action, transfer_keys) ? NULL
                                                            : "transfer has no E.164 or SIP destination";
    }
    return "an action has an unknown type";
}

static bool is_bare(struct json_object *fields) {
    return json_object_is_type(fields, json_type_object) && json_object_object_length(fields) == 0;
}

// *last is set when nothing may follow the action.
static const char *action_fault(struct json_object *action, bool *last) {
    struct json_object *fields;
    if (!json_object_is_type(action, json_type_object))
        return "an action is no object";
    const char *type = string_of(action, "type");
    *last = type != NULL;
    if (type != NULL)
        return typed_fault(action, type);
    if (json_object_object_length(action) != 1)
        return "a wrapped action has more than its name";
    if (json_object_object_get_ex(action, "gather", &fields))
        return gather_fault(fields);
    if (json_object_object_get_ex(action, "say", &fields))
        return say_fault(fields);
    if (json_object_object_get_ex(action, "start_recording", &fields))
        return is_bare(fields) ? NULL : "start_recording has fields";
    if (json_object_object_get_ex(action, "stop_recording", &fields))
        return is_bare(fields) ? NULL : "stop_recording has fields";
    return "an action has an unknown name";
}

static const char *list_fault(struct json_object *whole) {
    struct json_object *list;
    if (!json_object_is_type(whole, json_type_object) || json_object_object_length(whole) != 1 ||
        !json_object_object_get_ex(whole, "actions", &list) || !json_object_is_type(list, json_type_array))
        return "it is not an object with nothing but actions";
    size_t count = json_object_array_length(list);
    if (count == 0)
        return "the list is empty";
    for (size_t i = 0; i < count; i++) {
        bool last = false;
        const char *fault = action_fault(json_object_array_get_idx(list, i), &last);
        if (fault != NULL)
            return fault;
        if (last && i + 1 < count)
            return "an action follows one that ends the list";
    }
    return NULL;
}

// Building

// json_object_object_add_ex and its like take ownership only when they succeed. The key is a literal, and
// new.
static bool put(struct json_object *object, const char *key, struct json_object *value) {
    const unsigned literal = JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_KEY_IS_CONSTANT;
    if (object != NULL && value != NULL && json_object_object_add_ex(object, key, value, literal) == 0)
        return true;
    json_object_put(value);
    return false;
}

static bool push(struct json_object *list, struct json_object *action) {
    if (list != NULL && action != NULL && json_object_array_add(list, action) == 0)
        return true;
    json_object_put(action);
    return false;
}

// {"name": {fields}}; takes fields.
static struct json_object *wrapped(const char *name, struct json_object *fields) {
    struct json_object *action = json_object_new_object();
    if (put(action, name, fields))
        return action;
    json_object_put(action);
    return NULL;
}

// {"type": "name", "key": "value"}
static struct json_object *typed(const char *name, const char *key, const char *value) {
    struct json_object *action = json_object_new_object();
    if (put(action, "type", json_object_new_string(name)) && put(action, key, json_object_new_string(value)))
        return action;
    json_object_put(action);
    return NULL;
}

static struct json_object *gather(const struct menu *menu, const char *prompt) {
    struct json_object *fields = json_object_new_object();
    if ((prompt == NULL || put(fields, "prompt", json_object_new_string(prompt))) &&
        put(fields, "num_digits", json_object_new_int(menu->num_digits)) &&
        put(fields, "timeout_seconds", json_object_new_int(menu->timeout_seconds)) &&
        (menu->finish_on_key == NULL ||
         put(fields, "finish_on_key", json_object_new_string(menu->finish_on_key))))
        return wrapped("gather", fields);
    json_object_put(fields);
    return NULL;
}

static struct json_object *say(const char *text) {
    struct json_object *fields = json_object_new_object();
    if (put(fields, "text", json_object_new_string(text)))
        return wrapped("say", fields);
    json_object_put(fields);
    return NULL;
}

static char *print(struct json_object *whole) {
    const char *text = json_print(whole);
    return text == NULL ? NULL : strdup(text);
}

// The text of {"actions": list}, checked. Takes list.
static char *finish(struct json_object *list, bool complete) {
    struct json_object *whole = wrapped("actions", list);
    const char *fault = complete && whole != NULL ? list_fault(whole) : OUT_OF_MEMORY;
    char *text = NULL;
    if (fault == NULL)
        text = print(whole);
    if (text == NULL)
        log_error("actions", "%s", fault == NULL ? OUT_OF_MEMORY : fault);
    json_object_put(whole);
    return text;
}

// {"name": {}}
static struct json_object *bare(const char *name) {
    return wrapped(name, json_object_new_object());
}

// A number digit by digit, as it is read back.
static struct json_object *spelled(const char *number) {
    char digits[2 * MENU_NUMBER_SIZE];
    size_t length = 0;
    for (const char *digit = number + 1; *digit != '\0' && length + 2 < sizeof digits; digit++) {
        digits[length++] = *digit;
        digits[length++] = ' ';
    }
    digits[length > 0 ? length - 1 : 0] = '\0';
    return say(digits);
}

char *actions_for(const struct decision *decision, const char *url) {
    struct json_object *list = json_object_new_array();
    bool complete = !decision->stop_recording || push(list, bare("stop_recording"));
    for (size_t i = 0; complete && i < decision->say_count; i++)
        complete = push(list, say(decision->say[i]));
    if (complete && decision_asks(decision) && decision->number[0] != '\0')
        complete = push(list, spelled(decision->number));
    if (complete && decision->record)
        complete = push(list, bare("start_recording"));
    if (complete && decision_asks(decision))
        complete =
            push(list, gather(decision->menu, decision->prompt)) && push(list, typed("redirect", "url", url));
    else if (complete && decision->kind != DECIDED_MESSAGE)
        complete = push(list, typed("transfer", "destination", decision->destination));
    return finish(list, complete);
}

char *actions_unavailable(const char *destination) {
    if (destination == NULL)
        return strdup(ACTIONS_LAST_RESORT);
    struct json_object *list = json_object_new_array();
    bool complete = push(list, typed("transfer", "destination", destination));
    return finish(list, complete);
}

// Reading back

// jsonb sorts keys by length; this is the order in which they are sent.
static struct json_object *in_order(struct json_object *from) {
    static const char *const order[] = {"type",           "gather",      "say",        "start_recording",
                                        "stop_recording", "prompt",      "num_digits", "timeout_seconds",
                                        "finish_on_key",  "destination", "url",        "text"};
    if (!json_object_is_type(from, json_type_object))
        return json_object_get(from);
    struct json_object *to = json_object_new_object();
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        struct json_object *value;
        if (json_object_object_get_ex(from, order[i], &value))
            put(to, order[i], in_order(value));
    }
    if (to == NULL || json_object_object_length(to) == json_object_object_length(from))
        return to;
    json_object_put(to);
    return json_object_get(from);  // it has a key that no list has
}

char *actions_restore(const char *json) {
    struct json_object *stored = json_parse(json);
    struct json_object *actions;
    struct json_object *list = json_object_new_array();
    bool complete = true;
    size_t count = json_object_object_get_ex(stored, "actions", &actions) &&
                           json_object_is_type(actions, json_type_array)
                       ? json_object_array_length(actions)
                       : 0;
    for (size_t i = 0; complete && i < count; i++)
        complete = push(list, in_order(json_object_array_get_idx(actions, i)));
    json_object_put(stored);
    return finish(list, complete);
}

// Adding to what is sent

// Takes the place of the redirect's URL, and so of its order.
static bool extend_url(struct json_object *redirect, const char *url, const char *parameter) {
    size_t size = strlen(url) + strlen(parameter) + 2;
    char *longer = malloc(size);
    if (longer == NULL)
        return false;
    snprintf(longer, size, "%s%c%s", url, strchr(url, '?') == NULL ? '?' : '&', parameter);
    struct json_object *value = json_object_new_string(longer);
    free(longer);
    if (value != NULL && json_object_object_add(redirect, "url", value) == 0)
        return true;
    json_object_put(value);
    return false;
}

char *actions_with_parameter(const char *json, const char *parameter) {
    struct json_object *whole = json_parse(json);
    struct json_object *actions;
    bool complete = json_object_object_get_ex(whole, "actions", &actions) &&
                    json_object_is_type(actions, json_type_array);
    size_t count = complete ? json_object_array_length(actions) : 0;
    for (size_t i = 0; complete && i < count; i++) {
        struct json_object *action = json_object_array_get_idx(actions, i);
        const char *url = string_of(action, "url");
        complete = url == NULL || extend_url(action, url, parameter);
    }
    char *text = complete ? print(whole) : NULL;
    json_object_put(whole);
    return text;
}

// Checking text from outside

// NULL for what is no JSON of these flags, to its end.
static struct json_object *parse_whole(const char *json, size_t length, int flags) {
    struct json_tokener *tokener = json_tokener_new();
    if (tokener == NULL || length > INT_MAX)
        return NULL;
    json_tokener_set_flags(tokener, flags);
    struct json_object *whole = json_tokener_parse_ex(tokener, json, (int)length);
    bool complete = json_tokener_get_error(tokener) == json_tokener_success &&
                    json_tokener_get_parse_end(tokener) == length;
    json_tokener_free(tokener);
    if (complete)
        return whole;
    json_object_put(whole);
    return NULL;
}

// NULL for what is no JSON by the letter. The letter is judged by a copy without what is beyond ASCII, which
// json-c 0.17 and 0.18, being strict, take for control characters.
static struct json_object *parse_strictly(const char *json) {
    size_t length = strlen(json);
    char *plain = strdup(json);
    if (plain == NULL)
        return NULL;
    for (char *c = plain; *c != '\0'; c++)
        if (((unsigned char)*c & 0x80) != 0)
            *c = '?';
    struct json_object *judged = parse_whole(plain, length, JSON_TOKENER_STRICT);
    free(plain);
    bool strict = judged != NULL;
    json_object_put(judged);
    return strict ? parse_whole(json, length, 0) : NULL;
}

bool actions_valid(const char *json, const char **fault) {
    struct json_object *whole = parse_strictly(json);
    *fault = list_fault(whole);
    json_object_put(whole);
    // Of a member that is there twice only the last was looked at, but both are sent.
    if (*fault == NULL && !text_is_clean_json(json))
        *fault = "a member that is there twice is no clean text";
    return *fault == NULL;
}
