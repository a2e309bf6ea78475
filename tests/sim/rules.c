// rules.c: what the platform accepts as a reply: the strict reading of its documented rules.
//
// The rules are tables: one row per field, one per action. A new rule of the platform should be a new row.
#include "rules.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include "strict.h"

enum need { OPTIONAL, REQUIRED };

// What is "overly long" for digits to be sent has no documented figure.
enum { ANY_MAX = INT32_MAX, SEND_DIGITS_MAX = 255 };

// Where we are, for the sentences.
struct place {
    size_t index;
    const char *action;
    struct text_list *faults;
};

struct field {
    const char *name;
    enum need need;
    void (*check)(const struct place *place, const struct field *field, struct json_object *value);
    long min;
    long max;
    const char *const *choices;
};

struct action {
    const char *name;
    bool wrapped_only;
    bool ends_list;
    const struct field *fields;  // ends with a row without a name
    void (*check)(const struct place *place, struct json_object *fields);
};

static void fault(const struct place *place, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fault(const struct place *place, const char *format, ...) {
    va_list arguments;
    char sentence[512];
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (place->action != NULL)
        text_list_add(place->faults, "actions[%zu] %s: %s", place->index, place->action, sentence);
    else
        text_list_add(place->faults, "actions[%zu]: %s", place->index, sentence);
}

// Characters

bool rules_is_key(char key) {
    return key != '\0' && strchr("0123456789*#ABCD", key) != NULL;
}

// C0, DEL, or C1 as UTF-8.
static bool has_control(const char *string, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)string[i];
        if (byte < 0x20 || byte == 0x7F)
            return true;
        if (byte == 0xC2 && i + 1 < length && (unsigned char)string[i + 1] < 0xA0)
            return true;
    }
    return false;
}

static bool is_graphic(const char *string) {
    for (; *string != '\0'; string++)
        if ((unsigned char)*string <= 0x20 || (unsigned char)*string >= 0x7F)
            return false;
    return true;
}

static bool is_e164(const char *string) {
    size_t digits = *string == '+' ? strspn(string + 1, "0123456789") : 0;
    return digits >= 7 && digits <= 15 && string[1] != '0' && string[1 + digits] == '\0';
}

static bool is_sip(const char *string) {
    size_t scheme = strncasecmp(string, "sip:", 4) == 0 ? 4 : strncasecmp(string, "sips:", 5) == 0 ? 5 : 0;
    const char *at = strchr(string, '@');
    const char *host = at != NULL ? at + 1 : string + scheme;
    return scheme != 0 && is_graphic(string) && isalnum((unsigned char)*host) && at != string + scheme;
}

bool rules_is_destination(const char *string) {
    return is_e164(string) || is_sip(string);
}

// An absolute URL of that scheme ("http://") with a host and no white space.
static bool is_url(const char *string, const char *scheme) {
    size_t length = strlen(scheme);
    const char *host = string + length;
    return strncasecmp(string, scheme, length) == 0 && is_graphic(string) &&
           (isalnum((unsigned char)*host) || *host == '[');
}

// Values. Each adds its own fault.

// The value as a string that isn't empty; NULL after adding a fault.
static const char *need_string(const struct place *place, const struct field *field,
                               struct json_object *value) {
    if (!json_object_is_type(value, json_type_string)) {
        fault(place, "%s must be a string", field->name);
        return NULL;
    }
    const char *string = json_object_get_string(value);
    if (json_object_get_string_len(value) == 0) {
        fault(place, "%s must not be empty", field->name);
        return NULL;
    }
    if (has_control(string, (size_t)json_object_get_string_len(value))) {
        fault(place, "%s must not hold control characters", field->name);
        return NULL;
    }
    return string;
}

static void check_text(const struct place *place, const struct field *field, struct json_object *value) {
    const char *string = need_string(place, field, value);
    if (string != NULL && string[strspn(string, " ")] == '\0')
        fault(place, "%s must not be blank", field->name);
}

static void check_integer(const struct place *place, const struct field *field, struct json_object *value) {
    if (!json_object_is_type(value, json_type_int)) {
        fault(place, "%s must be an integer", field->name);
        return;
    }
    int64_t number = json_object_get_int64(value);
    if (number >= field->min && number <= field->max)
        return;
    if (field->max == ANY_MAX)
        fault(place, "%s must be at least %ld, not %lld", field->name, field->min, (long long)number);
    else
        fault(place, "%s must be %ld to %ld, not %lld", field->name, field->min, field->max,
              (long long)number);
}

static void check_boolean(const struct place *place, const struct field *field, struct json_object *value) {
    if (!json_object_is_type(value, json_type_boolean))
        fault(place, "%s must be true or false", field->name);
}

static void check_choice(const struct place *place, const struct field *field, struct json_object *value) {
    const char *string = need_string(place, field, value);
    if (string == NULL)
        return;
    struct text known = {0};
    for (const char *const *choice = field->choices; *choice != NULL; choice++) {
        if (strcmp(string, *choice) == 0) {
            text_free(&known);
            return;
        }
        text_format(&known, "%s%s", known.length != 0 ? ", " : "", *choice);
    }
    fault(place, "%s must be one of %s", field->name, text_string(&known));
    text_free(&known);
}

static void check_key(const struct place *place, const struct field *field, struct json_object *value) {
    const char *string = need_string(place, field, value);
    if (string != NULL && (!rules_is_key(string[0]) || string[1] != '\0'))
        fault(place, "%s must be one DTMF key", field->name);
}

static void check_dtmf(const struct place *place, const struct field *field, struct json_object *value) {
    const char *string = need_string(place, field, value);
    if (string != NULL && string[strspn(string, "0123456789*#ABCDwW,")] != '\0')
        fault(place, "%s may hold only 0-9 * # A-D w W and commas", field->name);
    else if (string != NULL && strlen(string) > SEND_DIGITS_MAX)
        fault(place, "%s is longer than %d characters", field->name, SEND_DIGITS_MAX);
}

static void check_destination(const struct place *place, const struct field *field,
                              struct json_object *value) {
    const char *string = need_string(place, field, value);
    if (string != NULL && !rules_is_destination(string))
        fault(place, "%s must be an E.164 number or a SIP URI", field->name);
}

static void check_http_url(const struct place *place, const struct field *field, struct json_object *value) {
    const char *string = need_string(place, field, value);
    if (string != NULL && !is_url(string, "http://") && !is_url(string, "https://"))
        fault(place, "%s must be an absolute http or https URL", field->name);
}

static void check_wss_url(const struct place *place, const struct field *field, struct json_object *value) {
    const char *string = need_string(place, field, value);
    if (string != NULL && !is_url(string, "wss://"))
        fault(place, "%s must be an absolute wss URL", field->name);
}

static void check_room(const struct place *place, const struct field *field, struct json_object *value) {
    const char *string = need_string(place, field, value);
    for (; string != NULL && *string != '\0'; string++) {
        unsigned char byte = (unsigned char)*string;
        if (byte < 0x80 && (isalnum(byte) || strchr(".-_", byte) != NULL))
            continue;
        fault(place, "%s may hold only letters, digits, dot, hyphen and underscore", field->name);
        return;
    }
}

// Fields together

static bool has(struct json_object *fields, const char *name) {
    return json_object_object_get_ex(fields, name, NULL);
}

static void check_gather(const struct place *place, struct json_object *fields) {
    struct json_object *min = json_object_object_get(fields, "min_digits");
    struct json_object *max = json_object_object_get(fields, "max_digits");
    if (has(fields, "num_digits") && (min != NULL || max != NULL))
        fault(place, "num_digits must not be combined with min_digits or max_digits");
    if (json_object_is_type(min, json_type_int) && json_object_is_type(max, json_type_int) &&
        json_object_get_int64(min) > json_object_get_int64(max))
        fault(place, "min_digits must not be more than max_digits");
}

// The table of the platform says destination, its sample says to: exactly one of them (PLATFORM
// section 11.1).
static void check_leg(const struct place *place, struct json_object *fields) {
    if (has(fields, "destination") && has(fields, "to"))
        fault(place, "destination and to must not be combined");
    else if (!has(fields, "destination") && !has(fields, "to"))
        fault(place, "destination is required");
}

// The tables

static const char *const methods[] = {"GET", "POST", NULL};
static const char *const directions[] = {"read", "write", "both", NULL};
static const char *const tracks[] = {"inbound", "outbound", "both", NULL};

static const struct field say_fields[] = {{"text", REQUIRED, check_text, 0, 0, NULL}, {0}};
static const struct field gather_fields[] = {
    {"prompt", OPTIONAL, check_text, 0, 0, NULL},
    {"num_digits", OPTIONAL, check_integer, 1, ANY_MAX, NULL},
    {"min_digits", OPTIONAL, check_integer, 0, ANY_MAX, NULL},
    {"max_digits", OPTIONAL, check_integer, 1, ANY_MAX, NULL},
    {"timeout_seconds", OPTIONAL, check_integer, 1, 30, NULL},
    {"finish_on_key", OPTIONAL, check_key, 0, 0, NULL},
    {0},
};
static const struct field send_digits_fields[] = {
    {"digits", REQUIRED, check_dtmf, 0, 0, NULL},
    {"pause_before_ms", OPTIONAL, check_integer, 0, 60000, NULL},
    {0},
};
static const struct field redirect_fields[] = {
    {"url", REQUIRED, check_http_url, 0, 0, NULL},
    {"method", OPTIONAL, check_choice, 0, 0, methods},
    {"max_redirects", OPTIONAL, check_integer, 0, 20, NULL},
    {0},
};
static const struct field transfer_fields[] = {
    {"destination", OPTIONAL, check_destination, 0, 0, NULL},
    {"to", OPTIONAL, check_destination, 0, 0, NULL},
    {"from", OPTIONAL, check_destination, 0, 0, NULL},
    {0},
};
static const struct field bridge_fields[] = {
    {"destination", OPTIONAL, check_destination, 0, 0, NULL},
    {"to", OPTIONAL, check_destination, 0, 0, NULL},
    {"from", OPTIONAL, check_destination, 0, 0, NULL},
    {"timeout_seconds", OPTIONAL, check_integer, 1, ANY_MAX, NULL},
    {0},
};
static const struct field conference_fields[] = {
    {"room", REQUIRED, check_room, 0, 0, NULL},
    {"mute", OPTIONAL, check_boolean, 0, 0, NULL},
    {"end_on_exit", OPTIONAL, check_boolean, 0, 0, NULL},
    {0},
};
static const struct field mute_fields[] = {{"direction", REQUIRED, check_choice, 0, 0, directions}, {0}};
static const struct field start_stream_fields[] = {
    {"stream_url", REQUIRED, check_wss_url, 0, 0, NULL},
    {"track", OPTIONAL, check_choice, 0, 0, tracks},
    {0},
};
static const struct field stop_stream_fields[] = {
    {"stream_url", OPTIONAL, check_wss_url, 0, 0, NULL},
    {"track", OPTIONAL, check_choice, 0, 0, tracks},
    {0},
};
static const struct field no_fields[] = {{0}};

// name, wrapped only, ends the list, fields, fields together
static const struct action actions[] = {
    {"say", true, false, say_fields, NULL},
    {"gather", true, false, gather_fields, check_gather},
    {"send_digits", true, false, send_digits_fields, NULL},
    {"redirect", false, true, redirect_fields, NULL},
    {"transfer", false, true, transfer_fields, check_leg},
    {"bridge", false, true, bridge_fields, check_leg},
    {"conference", false, true, conference_fields, NULL},
    {"hold", false, false, no_fields, NULL},
    {"resume", false, false, no_fields, NULL},
    {"mute", false, false, mute_fields, NULL},
    {"unmute", false, false, mute_fields, NULL},
    {"start_recording", false, false, no_fields, NULL},
    {"stop_recording", false, false, no_fields, NULL},
    {"start_stream", false, false, start_stream_fields, NULL},
    {"stop_stream", false, false, stop_stream_fields, NULL},
};

static const struct action *find_action(const char *name) {
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    return NULL;
}

static const struct field *find_field(const struct action *action, const char *name) {
    for (const struct field *field = action->fields; field->name != NULL; field++)
        if (strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

static void check_fields(const struct place *place, const struct action *action, struct json_object *fields,
                         bool typed) {
    json_object_object_foreach (fields, name, value) {
        const struct field *field = find_field(action, name);
        if (typed && strcmp(name, "type") == 0)
            continue;
        if (field != NULL)
            field->check(place, field, value);
        else
            fault(place, "field %s is not documented", name);
    }
    for (const struct field *field = action->fields; field->name != NULL; field++)
        if (field->need == REQUIRED && !has(fields, field->name))
            fault(place, "%s is required", field->name);
    if (action->check != NULL)
        action->check(place, fields);
}

static const struct action *check_typed(struct place *place, struct json_object *value,
                                        struct json_object *type) {
    if (!json_object_is_type(type, json_type_string)) {
        fault(place, "type must be a string");
        return NULL;
    }
    const struct action *action = find_action(json_object_get_string(type));
    if (action == NULL) {
        fault(place, "%s is not an action of the platform", json_object_get_string(type));
        return NULL;
    }
    place->action = action->name;
    if (action->wrapped_only)
        fault(place, "must be wrapped, its typed form is not documented");
    check_fields(place, action, value, true);
    return action;
}

static const struct action *check_wrapped(struct place *place, struct json_object *value) {
    struct json_object_iterator key = json_object_iter_begin(value);
    if (json_object_object_length(value) != 1) {
        fault(place, "a wrapped action has exactly one key, not %d", json_object_object_length(value));
        return NULL;
    }
    const struct action *action = find_action(json_object_iter_peek_name(&key));
    if (action == NULL) {
        fault(place, "%s is not an action of the platform", json_object_iter_peek_name(&key));
        return NULL;
    }
    place->action = action->name;
    if (json_object_is_type(json_object_iter_peek_value(&key), json_type_object))
        check_fields(place, action, json_object_iter_peek_value(&key), false);
    else
        fault(place, "must be an object");
    return action;
}

// The action's row, NULL after adding a fault.
static const struct action *check_action(struct place *place, struct json_object *value) {
    place->action = NULL;
    if (!json_object_is_type(value, json_type_object)) {
        fault(place, "an action must be an object");
        return NULL;
    }
    struct json_object *type;
    if (json_object_object_get_ex(value, "type", &type))
        return check_typed(place, value, type);
    return check_wrapped(place, value);
}

static void check_list(struct json_object *list, struct text_list *faults) {
    size_t count = json_object_array_length(list);
    if (count == 0)
        text_list_add(faults, "actions must not be empty");
    const struct action *end = NULL;
    size_t end_index = 0;
    for (size_t i = 0; i < count; i++) {
        struct place place = {i, NULL, faults};
        const struct action *action = check_action(&place, json_object_array_get_idx(list, i));
        if (end != NULL)
            fault(&place, "never reached, because actions[%zu] %s ends the list", end_index, end->name);
        else if (action != NULL && action->ends_list) {
            end = action;
            end_index = i;
        }
    }
}

static void check_root(struct json_object *root, struct text_list *faults) {
    if (!json_object_is_type(root, json_type_object)) {
        text_list_add(faults, "the body must be a JSON object");
        return;
    }
    json_object_object_foreach (root, name, value) {
        (void)value;
        if (strcmp(name, "actions") != 0)
            text_list_add(faults, "the body may hold nothing but actions, not %s", name);
    }
    struct json_object *list;
    if (!json_object_object_get_ex(root, "actions", &list))
        text_list_add(faults, "actions is missing");
    else if (!json_object_is_type(list, json_type_array))
        text_list_add(faults, "actions must be an array");
    else
        check_list(list, faults);
}

struct json_object *rules_parse(const char *body, size_t length, struct text_list *faults) {
    size_t before = faults->count;
    struct json_object *root = NULL;
    const char *reason;
    if (strict_parse(body, length, &root, &reason))
        check_root(root, faults);
    else
        text_list_add(faults, "the body is not JSON: %s", reason);
    if (faults->count == before)
        return root;
    json_object_put(root);
    return NULL;
}

void rules_check_http(long status, const char *content_type, struct text_list *faults) {
    static const char json[] = "application/json";
    size_t length = sizeof json - 1;
    if (status != 200)
        text_list_add(faults, "status %ld instead of 200", status);
    else if (content_type == NULL)
        text_list_add(faults, "no Content-Type instead of %s", json);
    else if (strncasecmp(content_type, json, length) != 0 || strchr("; \t", content_type[length]) == NULL)
        text_list_add(faults, "Content-Type %s instead of %s", content_type, json);
}

const char *rules_action(struct json_object *value, struct json_object **fields) {
    struct json_object_iterator key = json_object_iter_begin(value);
    struct json_object *type;
    const struct action *action;
    if (json_object_object_get_ex(value, "type", &type)) {
        *fields = value;
        action = find_action(json_object_get_string(type));
    } else {
        *fields = json_object_iter_peek_value(&key);
        action = find_action(json_object_iter_peek_name(&key));
    }
    return action != NULL ? action->name : NULL;
}
