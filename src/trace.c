// trace.c: writes down one request and its reply, without what would open anything.
#include "trace.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "clock.h"
#include "json.h"
#include "shorten.h"
#include "text.h"

enum { MAX_HEADER = 8192 };

bool trace_is_on(const struct app *app) {
    return app->trace_until != 0 && app->store != NULL && clock_now() < app->trace_until;
}

// Text

static size_t shorten(const struct app *app, char *bytes, size_t length) {
    length = shorten_keys(bytes, length);
    for (size_t i = 0; i < app->conf.access_key_count; i++)
        length = shorten_known(bytes, length, app->conf.access_keys[i]);
    for (size_t i = 0; i < app->conf.secret_count; i++)
        length = shorten_known(bytes, length, app->conf.secrets[i]);
    return length;
}

// A copy of at most `most` bytes without secrets. NULL when memory runs out.
static char *copy_of(const struct app *app, const char *bytes, size_t length, size_t most, size_t *kept) {
    char *copy = malloc(length + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, length > 0 ? bytes : "", length);
    *kept = shorten(app, copy, length);
    if (*kept > most)
        *kept = most;
    copy[*kept] = '\0';
    return copy;
}

// The same for what the database takes as text: what is none has question marks.
static char *text_of(const struct app *app, const char *text, size_t most) {
    size_t kept;
    char *copy = copy_of(app, text, strlen(text), most, &kept);
    if (copy != NULL && !text_is_clean(copy))
        for (char *at = copy; *at != '\0'; at++)
            if (*at < ' ' || *at > '~')
                *at = '?';
    return copy;
}

// What is behind the first question mark is read as a query is.
static char *url_of(const struct app *app, const struct request *request) {
    const char *whole = request_variable(request, "REQUEST_URI");
    const char *path = request_variable(request, "SCRIPT_NAME");
    whole = whole != NULL ? whole : path != NULL ? path : "";
    size_t before = strcspn(whole, "?");
    char *query = text_of(app, whole + before + (whole[before] == '?'), MAX_HEADER);
    char *place = strndup(whole, before);
    char *clean = place == NULL ? NULL : text_of(app, place, MAX_HEADER);
    char *url = NULL;
    const char *mark = whole[before] == '?' ? "?" : "";
    if (query == NULL || clean == NULL || asprintf(&url, "%s%s%s", clean, mark, query) < 0)
        url = NULL;
    free(query);
    free(place);
    free(clean);
    return url;
}

// The body

static bool is_key_of(const struct param *param, const struct param *other) {
    bool named = strcmp(param->name, "key") == 0 || strcmp(param->name, "accesskey") == 0;
    return named && strcmp(param->name, other->name) == 0 && strcmp(param->value, other->value) == 0 &&
           strlen(param->value) > strspn(param->value, "*");
}

// Whether a key can still be read in it: JSON may be written in more ways than are looked for.
static bool tells_key(const struct request *request, const char *body, size_t length) {
    struct request again = {.method = "POST", .declared_length = -1, .body_length = length};
    again.body = malloc(length + 1);
    if (again.body == NULL)
        return true;
    memcpy(again.body, body, length);
    again.body[length] = '\0';
    struct parameters parameters;
    request_parameters(&again, &parameters);
    bool tells = again.out_of_memory;
    for (size_t i = 0; i < request->param_count; i++)
        for (size_t j = 0; j < again.param_count; j++)
            tells |= is_key_of(&request->params[i], &again.params[j]);
    request_free(&again);
    return tells;
}

// Where a key was told, a body that still tells it is left out.
static char *body_of(const struct app *app, const struct request *request, const struct parameters *told,
                     size_t *kept) {
    static const char instead[] = "(left out: it tells an access key)";
    char *body = copy_of(app, request->body, request->body_length, REQUEST_MAX_BODY, kept);
    if (body != NULL && told->key != NULL && *kept > 0 && tells_key(request, body, *kept)) {
        free(body);
        return copy_of(app, instead, sizeof instead - 1, TRACE_MAX_BODY, kept);
    }
    if (*kept > TRACE_MAX_BODY)
        *kept = TRACE_MAX_BODY;
    return body;
}

// Headers

// HTTP_X_THING becomes x-thing.
static void header_name(const char *variable, size_t length, char name[128]) {
    size_t skipped = strncmp(variable, "HTTP_", 5) == 0 ? 5 : 0;
    size_t kept = 0;
    for (size_t i = skipped; i < length && kept < 127; i++)
        name[kept++] = variable[i] == '_' ? '-' : (char)tolower((unsigned char)variable[i]);
    name[kept] = '\0';
}

static void add_header(const struct app *app, struct json_object *headers, const char *variable) {
    size_t length = strcspn(variable, "=");
    bool is_one = strncmp(variable, "HTTP_", 5) == 0 || strncmp(variable, "CONTENT_", 8) == 0;
    if (!is_one || variable[length] != '=' || variable[length + 1] == '\0')
        return;
    char name[128];
    header_name(variable, length, name);
    char *value = text_of(app, variable + length + 1, MAX_HEADER);
    char *clean = text_of(app, name, sizeof name);
    if (value != NULL && clean != NULL) {
        char spelled[128];
        snprintf(spelled, sizeof spelled, "%.*s", (int)length, variable);
        if (shorten_is_secret_header(spelled))
            value[shorten_secret(value, strlen(value))] = '\0';
        json_object_object_add(headers, clean, json_object_new_string(value));
    }
    free(value);
    free(clean);
}

static struct json_object *headers_of(const struct app *app, const struct request *request) {
    struct json_object *headers = json_object_new_object();
    for (char *const *at = request->environment; headers != NULL && at != NULL && *at != NULL; at++)
        add_header(app, headers, *at);
    return headers;
}

// The whole

static const char *reply_text_of(const struct reply *reply) {
    return reply->body == NULL ? "" : reply->body;
}

void trace_note(struct app *app, struct request *request, const struct reply *reply, int64_t start) {
    if (!store_takes_traces(app->store))
        return;
    struct parameters parameters;
    request_parameters(request, &parameters);
    int64_t took_us = clock_now() - start;
    size_t kept = 0;
    char *url = url_of(app, request);
    char *method = text_of(app, request->method, 32);
    char *body = body_of(app, request, &parameters, &kept);
    char *given = text_of(app, reply_text_of(reply), TRACE_MAX_BODY);
    struct json_object *headers = headers_of(app, request);
    struct store_trace trace = {
        .received_at = clock_wall() - took_us,
        .took_us = took_us,
        .program = program_invocation_short_name,
        .call_id = parameters.call_id,
        .method = method,
        .url = url,
        .remote_address = request_text(request, "REMOTE_ADDR"),
        .headers = headers == NULL ? NULL : json_print(headers),
        .body = body,
        .body_length = kept,
        .length = (long long)request->body_length,
        .http_status = reply->status,
        .reply = given,
    };
    bool whole = url != NULL && method != NULL && body != NULL && given != NULL && trace.headers != NULL;
    if (whole)
        store_trace(app->store, &trace);
    json_object_put(headers);
    free(url);
    free(method);
    free(body);
    free(given);
}
