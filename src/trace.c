// trace.c: takes requests as they came, and writes them down without what would open anything.
#include "trace.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "shorten.h"
#include "text.h"

// More is taken of a long body than is kept, so that no secret is cut in two before it is known for one.
enum { BEYOND = 1024 };

// Taking

static bool begins(const char *text, const char *with) {
    return *text == *with && strncmp(text, with, strlen(with)) == 0;  // most differ at once
}

static bool is_header(const char *variable) {
    return begins(variable, "HTTP_") || begins(variable, "CONTENT_");
}

static bool is_wanted(const char *variable) {
    return is_header(variable) || begins(variable, "REQUEST_URI=") || begins(variable, "REQUEST_METHOD=") ||
           begins(variable, "SCRIPT_NAME=") || begins(variable, "REMOTE_ADDR=");
}

// Puts the variables into `bytes`, or only measures them where that is NULL.
static size_t put_variables(char *const *environment, char *bytes) {
    size_t length = 0;
    for (char *const *at = environment; at != NULL && *at != NULL; at++) {
        size_t size = is_wanted(*at) ? strlen(*at) + 1 : 0;
        if (size == 0 || length + size > TRACE_MAX_VARIABLES)
            continue;
        if (bytes != NULL)
            memcpy(bytes + length, *at, size);
        length += size;
    }
    return length;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

// Reading the body once more is not for here: where nobody has, it is done when the trace is written down.
static const char *call_id_of(struct request *request) {
    struct parameters parameters = {0};
    if (request->sorted)
        request_parameters(request, &parameters);
    return request->sorted ? parameters.call_id : request->event_call;
}

struct trace *trace_take(struct request *request, const struct reply *reply, int64_t start) {
    const char *call_id = call_id_of(request);
    const char *replied = reply->body == NULL ? "" : reply->body;
    struct trace known = {
        .took_us = clock_now() - start,
        .http_status = reply->status,
        .told = request->sorted || call_id != NULL,
        .variables = put_variables(request->environment, NULL),
        .call_id = call_id == NULL ? 0 : strlen(call_id) + 1,
        .body = least(request->body_length, TRACE_MAX_BODY + BEYOND),
        .reply = least(strlen(replied), TRACE_MAX_BODY),
        .body_length = request->body_length,
    };
    known.received_at = clock_wall() - known.took_us;
    known.size = sizeof known + known.variables + known.call_id + known.body + known.reply;
    struct trace *trace = malloc(known.size);
    if (trace == NULL)
        return NULL;
    *trace = known;
    char *at = trace->bytes + put_variables(request->environment, trace->bytes);
    if (call_id != NULL)
        at = (char *)memcpy(at, call_id, known.call_id) + known.call_id;
    if (known.body > 0)
        memcpy(at, request->body, known.body);
    memcpy(at + known.body, replied, known.reply);
    return trace;
}

// Writing down

// Room that is filled from its beginning.
struct room {
    const struct conf *conf;
    char *at;
};

static size_t shorten_all_known(const struct conf *conf, char *bytes, size_t length) {
    for (size_t i = 0; i < conf->access_key_count; i++)
        length = shorten_known(bytes, length, conf->access_keys[i]);
    for (size_t i = 0; i < conf->secret_count; i++)
        length = shorten_known(bytes, length, conf->secrets[i]);
    return length;
}

// The database takes it as text: what is none has question marks.
static void clean(char *text) {
    if (*text == '\0' || text_is_clean(text))
        return;
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

// Ends what was begun at `begun` and has no end yet.
static const char *room_end(struct room *room, char *begun) {
    room->at = begun + shorten_all_known(room->conf, begun, (size_t)(room->at - begun));
    *room->at++ = '\0';
    return begun;
}

// Adds a text without a NUL; keys are looked for in it alone.
static char *room_add(struct room *room, const char *text, size_t length) {
    char *begun = room->at;
    memcpy(begun, text, length);
    room->at += shorten_keys(begun, length);
    *room->at = '\0';
    clean(begun);
    return begun;
}

static const char *variable_of(const struct trace *trace, const char *name) {
    size_t length = strlen(name);
    for (const char *at = trace->bytes; at < trace->bytes + trace->variables; at += strlen(at) + 1)
        if (strncmp(at, name, length) == 0 && at[length] == '=')
            return at + length + 1;
    return "";
}

static const char *put_text(struct room *room, const char *text) {
    return room_end(room, room_add(room, text, strlen(text)));
}

// What is behind the first question mark is read as a query is.
static const char *put_url(struct room *room, const struct trace *trace) {
    const char *whole = variable_of(trace, "REQUEST_URI");
    if (*whole == '\0')
        whole = variable_of(trace, "SCRIPT_NAME");
    size_t path = strcspn(whole, "?");
    char *begun = room_add(room, whole, path);
    if (whole[path] == '?') {
        *room->at++ = '?';
        room_add(room, whole + path + 1, strlen(whole + path + 1));
    }
    return room_end(room, begun);
}

// HTTP_X_THING=value becomes x-thing: value.
static void add_header(struct room *room, const char *variable) {
    size_t length = strcspn(variable, "=");
    if (variable[length] == '\0' || variable[length + 1] == '\0')
        return;
    bool secret = shorten_is_secret_header(variable, length);
    for (size_t i = begins(variable, "HTTP_") ? 5 : 0; i < length; i++)
        *room->at++ = isalnum((unsigned char)variable[i]) ? (char)tolower((unsigned char)variable[i]) : '-';
    *room->at++ = ':';
    *room->at++ = ' ';
    char *value = room_add(room, variable + length + 1, strlen(variable + length + 1));
    if (secret)
        room->at = value + shorten_secret(value, (size_t)(room->at - value));
    *room->at++ = '\n';
}

static const char *put_headers(struct room *room, const struct trace *trace) {
    char *begun = room->at;
    for (const char *at = trace->bytes; at < trace->bytes + trace->variables; at += strlen(at) + 1)
        if (is_header(at))
            add_header(room, at);
    return room_end(room, begun);
}

// The body

static bool has(const char *bytes, size_t length, const char *word) {
    return memmem(bytes, length, word, strlen(word)) != NULL;
}

// JSON may be written in ways in which quotes tell nothing.
static bool is_odd(const char *bytes, size_t length) {
    return memchr(bytes, '\'', length) != NULL || has(bytes, length, "/*") || has(bytes, length, "//");
}

static bool is_open_key(const struct param *param) {
    bool named = strcmp(param->name, "key") == 0 || strcmp(param->name, "accesskey") == 0;
    size_t length = strlen(param->value);
    return named && length > 0 && param->value[length - 1] != '*';
}

// Reads what was written down as a program would have: for the call that it tells, and whether a key can
// still be read in it. *call_id is the caller's to free.
static bool tells_key(char *body, size_t length, char **call_id) {
    struct request again = {.method = "POST", .declared_length = -1, .body = body, .body_length = length};
    struct parameters parameters;
    request_parameters(&again, &parameters);
    bool tells = again.out_of_memory;
    for (size_t i = 0; i < again.param_count; i++)
        tells |= is_open_key(&again.params[i]);
    if (parameters.call_id != NULL)
        *call_id = strdup(parameters.call_id);
    again.body = NULL;  // it is not the request's
    request_free(&again);
    return tells;
}

// The end of a body that was cut may be part of a secret: it is not kept.
static size_t kept_of(const struct trace *trace, size_t length) {
    if (trace->body < trace->body_length)
        length -= least(length, BEYOND);
    return least(length, TRACE_MAX_BODY);
}

static const char *put_body(struct room *room, const struct trace *trace, const char *bytes,
                            struct trace_row *row, char **call_id) {
    static const char instead[] = "(left out: it tells an access key)";
    char *begun = room->at;
    memcpy(begun, bytes, trace->body);
    size_t length = shorten_all_known(room->conf, begun, shorten_keys(begun, trace->body));
    begun[length] = '\0';
    bool odd = length > 0 && is_odd(begun, length);
    bool read = length > 0 && (odd || !trace->told);
    bool tells = read && tells_key(begun, length, call_id);
    tells |= odd && trace->body < trace->body_length && bytes[strspn(bytes, " \t\r\n")] == '{';
    row->body_length = tells ? sizeof instead - 1 : kept_of(trace, length);
    room->at += row->body_length;
    return tells ? instead : begun;
}

bool trace_read(const struct trace *trace, const struct conf *conf, struct trace_row *row) {
    const char *call_id = trace->bytes + trace->variables;
    const char *body = call_id + trace->call_id;
    // Nothing becomes longer but the names of headers that do not begin with HTTP_, by one byte.
    struct room room = {.conf = conf, .at = malloc(4 * trace->variables + trace->size + 256)};
    char *told = NULL;
    *row = (struct trace_row){.block = room.at};
    if (room.at == NULL)
        return false;
    row->method = put_text(&room, variable_of(trace, "REQUEST_METHOD"));
    row->remote_address = put_text(&room, variable_of(trace, "REMOTE_ADDR"));
    row->url = put_url(&room, trace);
    row->headers = put_headers(&room, trace);
    row->reply = room_end(&room, room_add(&room, body + trace->body, trace->reply));
    row->body = put_body(&room, trace, body, row, &told);
    row->told = told;
    row->call_id = trace->call_id > 0 ? put_text(&room, call_id) : told;
    return true;
}

void trace_row_free(struct trace_row *row) {
    free(row->block);
    free(row->told);
    *row = (struct trace_row){0};
}
