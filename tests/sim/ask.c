// ask.c: the two requests the platform makes for actions: the answer request and the redirect.
#include "ask.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "thread.h"

// name=value at the end of a query, or of a form when url is false.
static void add_parameter(struct text *text, bool url, const char *name, const char *value) {
    if (!url)
        text_add(text, text->length != 0 ? "&" : "");
    else
        text_add(text, strchr(text_string(text), '?') != NULL ? "&" : "?");
    text_format(text, "%s=", name);
    text_escape(text, value);
}

static void add_call(struct text *text, bool url, const struct call *call) {
    add_parameter(text, url, "call_id", call->id);
    add_parameter(text, url, "from", call->from);
    add_parameter(text, url, "to", call->to);
    add_parameter(text, url, "direction", "inbound");
}

// What is pressed, as far as this request may tell it; NULL: nothing to tell.
static const char *told_digits(const struct options *options, const struct question *question) {
    return options->digits_in == DIGITS_WEBHOOK ? NULL : question->digits;
}

static char *make_form(const struct call *call, const char *digits) {
    struct text form = {0};
    add_call(&form, false, call);
    if (digits != NULL)
        add_parameter(&form, false, "digits", digits);
    return form.bytes;
}

static char *make_json(const struct call *call, const char *digits) {
    struct json_object *root = json_object_new_object();
    struct json_object *about = json_object_new_object();
    json_object_object_add(about, "id", json_object_new_string(call->id));
    json_object_object_add(about, "from", json_object_new_string(call->from));
    json_object_object_add(about, "to", json_object_new_string(call->to));
    json_object_object_add(about, "direction", json_object_new_string("inbound"));
    json_object_object_add(root, "call", about);
    if (digits != NULL)
        json_object_object_add(root, "digits", json_object_new_string(digits));
    char *made = text_copy(json_object_to_json_string_ext(root, JSON_C_TO_STRING_PLAIN));
    json_object_put(root);
    return made;
}

static const char *choose_method(const struct options *options, const struct question *question) {
    bool body = options->carry == CARRY_FORM || options->carry == CARRY_JSON;
    if (options->method != METHOD_DEFAULT)
        return options->method == METHOD_POST ? "POST" : "GET";
    if (question->method != NULL)
        return strcmp(question->method, "POST") == 0 ? "POST" : "GET";
    return body ? "POST" : "GET";
}

static void add_body(const struct options *options, const struct call *call, const char *digits,
                     struct http_request *request) {
    bool form = options->carry == CARRY_FORM;
    request->body = form ? make_form(call, digits) : make_json(call, digits);
    request->length = strlen(request->body);
    request->content_type = form ? "application/x-www-form-urlencoded" : "application/json";
}

void ask_build(const struct options *options, const struct call *call, const struct question *question,
               struct http_request *request) {
    const char *digits = told_digits(options, question);
    *request = (struct http_request){.method = choose_method(options, question)};
    struct text url = {0};
    text_add(&url, question->url);
    struct text header = {0};
    if (options->carry == CARRY_FORM || options->carry == CARRY_JSON) {
        add_body(options, call, digits, request);
        digits = NULL;
    } else if (options->carry == CARRY_HEADER) {
        text_format(&header, "X-MiniVoice-Call-Id: %s", call->id);
        request->headers[0] = header.bytes;
    } else if (options->carry == CARRY_QUERY || (options->carry == CARRY_FIRST && question->first)) {
        add_call(&url, true, call);
    }
    if (digits != NULL)
        add_parameter(&url, true, "digits", digits);
    request->url = url.bytes;
}

char *ask_answer_url(const struct options *options) {
    struct text url = {0};
    text_format(&url, "%s/%s", options->base, options->answer + strspn(options->answer, "/"));
    // Of several the first, as the programs give it.
    char *key = strndup(options->key, strcspn(options->key, ", \t\r\n"));
    if (key != NULL && *key != '\0')
        add_parameter(&url, true, "key", key);
    free(key);
    return url.bytes;
}

// The second asking at the same moment.
struct errand {
    struct http *http;
    const struct http_request *request;
    struct http_reply *reply;
};

static void *run_errand(void *argument) {
    struct errand *errand = argument;
    http_send(errand->http, errand->request, errand->reply);
    return NULL;
}

void ask_send(const struct options *options, struct http_pool *pool, const struct http_request *request,
              struct http_reply replies[2]) {
    struct http *http = http_pool_take(pool);
    struct errand errand = {NULL, request, &replies[1]};
    replies[1] = (struct http_reply){0};
    pthread_t thread;
    bool flying = false;
    if (options->ask_twice == ASK_AT_ONCE) {
        errand.http = http_pool_take(pool);
        flying = thread_start(&thread, run_errand, &errand);
    }
    http_send(http, request, &replies[0]);
    if (flying)
        pthread_join(thread, NULL);
    else if (options->ask_twice != ASK_ONCE)
        http_send(http, request, &replies[1]);
    http_pool_give(pool, http);
    if (errand.http != NULL)
        http_pool_give(pool, errand.http);
}
