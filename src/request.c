// request.c: reads a request and finds in it what an unknown platform may have put anywhere.
#include "request.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "scalar.h"
#include "text.h"

// Reading

const char *request_variable(const struct request *request, const char *name) {
    size_t length = strlen(name);
    for (char *const *at = request->environment; at != NULL && *at != NULL; at++)
        if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
            return (*at)[length + 1] == '\0' ? NULL : *at + length + 1;
    return NULL;
}

static long long declared_length(const struct request *request) {
    const char *value = request_variable(request, "CONTENT_LENGTH");
    char *end;
    if (value == NULL)
        return -1;
    long long length = strtoll(value, &end, 10);
    return *end == '\0' && length >= 0 ? length : -1;
}

static bool grow(struct request *request, size_t *room) {
    size_t more = *room == 0 ? 1024 : *room * 4;
    if (more > REQUEST_MAX_BODY + 1)
        more = REQUEST_MAX_BODY + 1;
    char *body = realloc(request->body, more + 1);
    if (body == NULL) {
        request->out_of_memory = true;
        return false;
    }
    request->body = body;
    *room = more;
    return true;
}

// Reads until the end of the body or one byte past what is allowed.
static enum body_state read_body(struct request *request, request_reader *reader, void *source) {
    size_t room = 0;
    int got = 1;
    while (got > 0 && request->body_length <= REQUEST_MAX_BODY) {
        if (request->body_length == room && !grow(request, &room))
            return BODY_BROKEN;
        got = reader(source, request->body + request->body_length, (int)(room - request->body_length));
        request->body_length += got > 0 ? (size_t)got : 0;
        request->body[request->body_length] = '\0';
    }
    if (request->body_length > REQUEST_MAX_BODY) {
        request->body_length = REQUEST_MAX_BODY;
        return BODY_TOO_LARGE;
    }
    bool all = request->declared_length < 0 || (long long)request->body_length == request->declared_length;
    return all && got >= 0 ? BODY_WHOLE : BODY_BROKEN;
}

void request_read(struct request *request, char *const *environment, request_reader *reader, void *source) {
    *request = (struct request){.environment = environment};
    const char *method = request_variable(request, "REQUEST_METHOD");
    request->method = method == NULL ? "GET" : method;
    request->remote_address = request_variable(request, "REMOTE_ADDR");
    request->declared_length = declared_length(request);
    request->body_state = read_body(request, reader, source);
}

bool request_is_probe(const struct request *request) {
    return strcmp(request->method, "HEAD") == 0;
}

int request_age_ms(const struct request *request, int64_t now) {
    const char *since = request_variable(request, "MINIVOICE_SINCE");
    char *end;
    if (since == NULL)
        return 0;
    double ms = (double)now / 1e3 - strtod(since, &end) * 1e3;
    return *end == '\0' && ms >= 0 && ms <= REQUEST_MAX_AGE_MS ? (int)ms : 0;
}

void request_free(struct request *request) {
    for (size_t i = 0; i < request->param_count; i++) {
        free(request->params[i].name);
        free(request->params[i].value);
    }
    free(request->body);
    free(request->event_call);
    *request = (struct request){0};
}

// Parameters

// Lower case without separators: call_id, callId, Call-Id and call.id are one name.
static char *plain_name(const char *name) {
    char *plain = calloc(strlen(name) + 1, 1);
    char *end = plain;
    for (; plain != NULL && *name != '\0'; name++)
        if (isalnum((unsigned char)*name))
            *end++ = (char)tolower((unsigned char)*name);
    return plain;
}

const char *request_text(const struct request *request, const char *name) {
    const char *value = request_variable(request, name);
    return value != NULL && text_is_clean(value) ? value : NULL;
}

struct signature request_signature(const struct request *request) {
    return (struct signature){
        .timestamp = request_variable(request, "HTTP_X_MINIVOICE_TIMESTAMP"),
        .value = request_variable(request, "HTTP_X_MINIVOICE_SIGNATURE"),
        .body = request->body,
        .body_length = request->body_length,
    };
}

// Takes value. Drops what is empty, holds control characters or is not UTF-8.
static void add_param(struct request *request, const char *name, char *value) {
    bool fit =
        name != NULL && value != NULL && text_is_clean(value) && request->param_count < REQUEST_MAX_PARAMS;
    char *plain = fit ? plain_name(name) : NULL;
    if (plain == NULL) {
        request->out_of_memory |= fit;
        free(value);
        return;
    }
    request->params[request->param_count++] = (struct param){.name = plain, .value = value};
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

// Decodes %XX and +. A %00 or a broken escape spoils the value: NULL.
static char *decode(struct request *request, const char *from, size_t length) {
    char *to = malloc(length + 1);
    request->out_of_memory |= to == NULL;
    size_t kept = 0;
    for (size_t i = 0; to != NULL && i < length; i++) {
        char c = from[i] == '+' ? ' ' : from[i];
        if (c == '%') {
            int high = i + 2 < length ? hex_digit(from[i + 1]) : -1;
            int low = i + 2 < length ? hex_digit(from[i + 2]) : -1;
            c = (char)(high * 16 + low);
            if (high < 0 || low < 0 || c == '\0') {
                free(to);
                return NULL;
            }
            i += 2;
        }
        to[kept++] = c;
    }
    if (to != NULL)
        to[kept] = '\0';
    return to;
}

static void add_pair(struct request *request, const char *text, size_t name_length, size_t length) {
    char *name = decode(request, text, name_length);
    char *value = decode(request, text + name_length + 1, length - name_length - 1);
    add_param(request, name, value);
    free(name);
}

static void add_pairs(struct request *request, const char *text) {
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, "&");
        const char *equals = memchr(text, '=', length);
        if (equals != NULL)
            add_pair(request, text, (size_t)(equals - text), length);
        text += length + (text[length] == '&');
    }
}

static void add_members(struct request *request, struct json_object *object, const char *within) {
    json_object_object_foreach (object, key, value) {
        char name[128];
        const char *text = scalar_text(value);
        int length = snprintf(name, sizeof name, "%s%s", within, key);
        if (text == NULL || length < 0 || (size_t)length >= sizeof name)
            continue;
        char *copy = strdup(text);
        request->out_of_memory |= copy == NULL;
        add_param(request, name, copy);
    }
}

// Top level, then call and data. A member of call counts under its own name and as call<name>: call.id is
// callid, call.from is from; one of data under its own.
static void add_json(struct request *request) {
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *part;
    request->out_of_memory |= tokener == NULL;
    if (tokener == NULL || request->body_length == 0)
        return json_tokener_free(tokener);
    struct json_object *body = json_tokener_parse_ex(tokener, request->body, (int)request->body_length);
    if (json_object_is_type(body, json_type_object)) {
        add_members(request, body, "");
        if (json_object_object_get_ex(body, "call", &part) && json_object_is_type(part, json_type_object)) {
            add_members(request, part, "call");
            add_members(request, part, "");
        }
        if (json_object_object_get_ex(body, "data", &part) && json_object_is_type(part, json_type_object)) {
            add_members(request, part, "");
        }
    }
    json_object_put(body);
    json_tokener_free(tokener);
}

static void add_body(struct request *request) {
    if (request->body_state != BODY_WHOLE || request->body_length == 0)
        return;
    const char *start = request->body + strspn(request->body, " \t\r\n");
    if (*start == '{')
        add_json(request);
    else if (strlen(request->body) == request->body_length)
        add_pairs(request, start);
}

// Finding

// The first parameter under the first of these names that is there, in the order in which they were added.
static const char *find(const struct request *request, const char *const *names) {
    for (; *names != NULL; names++)
        for (size_t i = 0; i < request->param_count; i++)
            if (strcmp(request->params[i].name, *names) == 0)
                return request->params[i].value;
    return NULL;
}

static const char *find_short(const struct request *request, const char *const *names, size_t most) {
    const char *value = find(request, names);
    return value != NULL && strlen(value) <= most ? value : NULL;
}

// A raw + in a query or form arrives as a space.
static const char *find_number(const struct request *request, const char *const *names) {
    const char *value = find_short(request, names, 255);
    if (value == NULL || value[0] != ' ')
        return value;
    for (size_t i = 0; i < request->param_count; i++)
        if (request->params[i].value == value)
            request->params[i].value[0] = '+';
    return value;
}

void request_parameters(struct request *request, struct parameters *parameters) {
    static const char *const call_id[] = {"callid", "callcallid", "calluuid", "callsid", NULL};
    static const char *const bare_id[] = {"id", NULL};
    static const char *const digits[] = {"digits", "digit", "dtmf", "gathereddigits", "pressed", NULL};
    static const char *const from[] = {"from", "fromnumber", "caller", "callernumber", "callerid", NULL};
    static const char *const to[] = {"to", "tonumber", "called", "callednumber", "did", NULL};
    static const char *const application_id[] = {"applicationid", "application", "appid", NULL};
    static const char *const step[] = {"step", NULL};
    static const char *const menu[] = {"menu", NULL};
    static const char *const language[] = {"lang", NULL};
    static const char *const number[] = {"callback", NULL};
    static const char *const key[] = {"key", "accesskey", NULL};

    if (!request->sorted) {
        add_pairs(request, request_variable(request, "QUERY_STRING"));
        add_body(request);
    }
    request->sorted = true;
    const char *header = request_text(request, "HTTP_X_MINIVOICE_CALL_ID");
    *parameters = (struct parameters){
        .call_id = find_short(request, call_id, 255),
        .digits = find_short(request, digits, 64),
        .from = find_number(request, from),
        .to = find_number(request, to),
        .application_id = find_short(request, application_id, 255),
        .menu = find_short(request, menu, 127),
        .language = find_short(request, language, 63),
        .number = find_short(request, number, 15),
        .key = find_short(request, key, 255),
    };
    if (parameters->call_id == NULL && header != NULL && strlen(header) <= 255)
        parameters->call_id = header;
    if (parameters->call_id == NULL)
        parameters->call_id = find_short(request, bare_id, 255);
    const char *told = find_short(request, step, 4);
    if (told != NULL && strspn(told, "0123456789") == strlen(told))
        parameters->step = (int)strtol(told, NULL, 10);
}
