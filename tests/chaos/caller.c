// caller.c: asks, listens, presses, is asked again, and tells the events that go with it.
#include "caller.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "../sim/clock.h"
#include "../sim/rules.h"
#include "../sim/text.h"
#include "dice.h"

enum { MOST_QUESTIONS = 12, AGAIN_MS = 20 };

struct call {
    struct callers *callers;
    struct http *http;
    uint64_t dice;
    char id[64];
    char from[32];
    char *redirect;  // to be followed next; NULL: the conversation is over
};

static void add_ms(struct heard *heard, double ms) {
    if (heard->count == heard->room) {
        heard->room = heard->room == 0 ? 4096 : heard->room * 2;
        heard->ms = memory_resize(heard->ms, heard->room, sizeof *heard->ms);
    }
    heard->ms[heard->count++] = (float)ms;
}

static const char *judge(const struct http_reply *reply, struct text_list *faults,
                         struct json_object **list) {
    *list = NULL;
    rules_check_http(reply->status, reply->content_type, faults);
    if (faults->count == 0)
        *list = rules_parse(reply->body, reply->length, faults);
    if (faults->count > 0)
        return "fault";
    return reply->is_static ? "static" : "heard";
}

static void count(struct heard *heard, const struct http_reply *reply, const char *kind, bool waits) {
    pthread_mutex_lock(&heard->mutex);
    heard->replies++;
    heard->not_200 += reply->status != 200;
    heard->invalid += reply->status == 200 && strcmp(kind, "fault") == 0;
    heard->stat += reply->is_static;
    if (!waits)
        add_ms(heard, reply->ms);
    pthread_mutex_unlock(&heard->mutex);
}

// Asks until there is a reply: a connection that breaks is the caller's own web server gone, which it cannot
// hear.
static void ask(struct call *call, const char *url, struct http_reply *reply) {
    struct text copy = {0};
    text_add(&copy, url);
    struct http_request request = {.method = "GET", .url = copy.bytes};
    for (;;) {
        http_send(call->http, &request, reply);
        if (reply->status != 0)
            break;
        http_reply_free(reply);
        pthread_mutex_lock(&call->callers->heard.mutex);
        call->callers->heard.broken++;
        pthread_mutex_unlock(&call->callers->heard.mutex);
        clock_wait_ms(AGAIN_MS);
    }
    text_free(&copy);
}

static void follow(struct call *call, struct json_object *list) {
    struct json_object *actions = NULL;
    free(call->redirect);
    call->redirect = NULL;
    if (list == NULL || !json_object_object_get_ex(list, "actions", &actions))
        return;
    for (size_t i = 0; i < json_object_array_length(actions); i++) {
        struct json_object *fields = NULL;
        struct json_object *url = NULL;
        const char *name = rules_action(json_object_array_get_idx(actions, i), &fields);
        if (name != NULL && strcmp(name, "redirect") == 0 && json_object_object_get_ex(fields, "url", &url))
            call->redirect = text_copy(json_object_get_string(url));
    }
}

static long step_of(const char *url) {
    const char *step = strstr(url, "step=");
    return step == NULL ? 0 : strtol(step + 5, NULL, 10);
}

static const char *endpoint_of(const char *url) {
    static const char *const names[] = {"/route-menu", "/department"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strstr(url, names[i]) != NULL)
            return names[i] + 1;
    return "answer";
}

static void question(struct call *call, const char *url, bool waits) {
    struct http_reply reply;
    struct text_list faults = {0};
    struct json_object *list;
    struct line line = {.kind = "asked", .call = call->id, .name = endpoint_of(url), .step = step_of(url)};
    ledger_write(call->callers->ledger, &line);
    ask(call, url, &reply);
    line.kind = judge(&reply, &faults, &list);
    line.body = reply.body;
    ledger_write(call->callers->ledger, &line);
    count(&call->callers->heard, &reply, line.kind, waits);
    for (size_t i = 0; i < faults.count; i++)
        fprintf(stderr, "chaos: %s: %s: %.300s\n", url, faults.items[i], reply.body);
    follow(call, list);
    json_object_put(list);
    text_list_free(&faults);
    http_reply_free(&reply);
}

static void post(struct call *call, const char *event, const char *data) {
    mail_post(call->callers->mail, call->id, call->from, event, data);
}

// The digit is told in the redirect, by call.gathered, or by both, as nobody documents which.
static void press(struct call *call) {
    static const char *const keys[] = {"1", "1", "1", "1", "2", "2", "2", "9", "5", ""};
    const char *key = keys[dice_below(&call->dice, sizeof keys / sizeof *keys)];
    bool told = dice_below(&call->dice, 10) < 6;
    struct text url = {0};
    char data[96];
    text_add(&url, call->redirect);
    if (told)
        text_format(&url, "&digits=%s", key);
    snprintf(data, sizeof data, "\"digits\":\"%s\",\"status\":\"%s\",\"timed_out\":%s", key,
             *key == '\0' ? "timeout" : "completed", *key == '\0' ? "true" : "false");
    post(call, "call.gathered", data);
    question(call, text_string(&url), !told || *key == '\0');  // an empty digit is none
    text_free(&url);
}

void caller_play(struct callers *callers, struct http *http, const char *run, long number, uint64_t seed) {
    struct call call = {.callers = callers, .http = http, .dice = seed + (uint64_t)number * 7919};
    struct text url = {0};
    snprintf(call.id, sizeof call.id, "%s-%06ld", run, number);
    snprintf(call.from, sizeof call.from, "+1555%07ld", 4000000 + number);
    text_format(&url, "%s/answer?call_id=%s&from=%%2B%s&to=%%2B15551230002%s", callers->url, call.id,
                call.from + 1, dice_below(&call.dice, 5) == 0 ? "&menu=department" : "");
    post(&call, "call.created", "");
    if (!callers->only_events)
        question(&call, text_string(&url), false);
    post(&call, "call.answered", "");
    if (callers->only_events)
        post(&call, "call.gathered", "\"digits\":\"1\",\"status\":\"completed\",\"timed_out\":false");
    for (int questions = 0; call.redirect != NULL && questions < MOST_QUESTIONS; questions++)
        press(&call);
    post(&call, "call.completed", "");
    free(call.redirect);
    text_free(&url);
}
