// record.c: what happened in one call, written down for people and for programs.
#include "record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "rules.h"

// As wide as "  123456 ms", so that notes stand below the exchanges.
#define MARGIN "            "

static const char *const ending_names[ENDINGS] = {"error",      "transfer", "bridge",
                                                  "conference", "message",  "hangup"};

const char *record_ending_name(enum ending ending) {
    return ending_names[ending];
}

void record_open(struct record *record, const struct options *options, const struct call *call,
                 const char *script) {
    *record = (struct record){
        .options = options,
        .call = call,
        .script = script,
        .exchanges = json_object_new_array(),
        .events = json_object_new_array(),
        .ended = ENDED_ERROR,
    };
}

void record_close(struct record *record) {
    text_free(&record->text);
    text_free(&record->events_text);
    text_list_free(&record->broken);
    json_object_put(record->exchanges);
    json_object_put(record->events);
    free(record->answer_ms);
    free(record->destination);
    free(record->message);
    free(record->digits);
    *record = (struct record){0};
}

static struct json_object *json_string(const char *string) {
    return string != NULL ? json_object_new_string(string) : NULL;
}

static struct json_object *json_ms(double ms) {
    char digits[32];
    snprintf(digits, sizeof digits, "%.3f", ms);
    return json_object_new_double_s(ms, digits);
}

// Below BASE the path alone says enough; elsewhere the whole URL does; never the query.
static void add_place(struct text *text, const struct options *options, const char *url) {
    size_t base = strlen(options->base);
    if (strncmp(url, options->base, base) == 0 && url[base] == '/')
        url += base + 1;
    text_add_bytes(text, url, strcspn(url, "?"));
}

static const char *string_of(struct json_object *fields, const char *name) {
    struct json_object *value;
    return json_object_object_get_ex(fields, name, &value) ? json_object_get_string(value) : NULL;
}

static void add_gather(struct text *text, struct json_object *fields) {
    const char *prompt = string_of(fields, "prompt");
    const char *digits = string_of(fields, "num_digits");
    const char *min = string_of(fields, "min_digits");
    const char *max = string_of(fields, "max_digits");
    const char *seconds = string_of(fields, "timeout_seconds");
    const char *key = string_of(fields, "finish_on_key");
    text_format(text, "gather \"%s\" (", prompt != NULL ? prompt : "");
    if (min != NULL || max != NULL)
        text_format(text, "%s to %s digits", min != NULL ? min : "1", max != NULL ? max : "any");
    else
        text_format(text, "%s digit%s", digits != NULL ? digits : "1",
                    digits != NULL && strcmp(digits, "1") != 0 ? "s" : "");
    if (seconds != NULL)
        text_format(text, ", %s s", seconds);
    if (key != NULL)
        text_format(text, ", %s ends", key);
    text_add(text, ")");
}

static void add_action(struct text *text, const struct options *options, struct json_object *action) {
    struct json_object *fields;
    const char *name = rules_action(action, &fields);
    const char *leg =
        string_of(fields, "destination") != NULL ? string_of(fields, "destination") : string_of(fields, "to");
    if (strcmp(name, "gather") == 0) {
        add_gather(text, fields);
    } else if (strcmp(name, "say") == 0) {
        text_format(text, "say \"%s\"", string_of(fields, "text"));
    } else if (strcmp(name, "redirect") == 0) {
        text_add(text, "redirect ");
        add_place(text, options, string_of(fields, "url"));
    } else if (strcmp(name, "conference") == 0) {
        text_format(text, "conference %s", string_of(fields, "room"));
    } else {
        text_format(text, "%s%s%s", name, leg != NULL ? " " : "", leg != NULL ? leg : "");
    }
}

void record_add_actions(struct text *text, const struct options *options, struct json_object *list) {
    struct json_object *actions = json_object_object_get(list, "actions");
    for (size_t i = 0; actions != NULL && i < json_object_array_length(actions); i++) {
        text_add(text, i != 0 ? ", " : "");
        add_action(text, options, json_object_array_get_idx(actions, i));
    }
}

static void add_outcome(struct text *text, const struct options *options, const struct exchange *exchange) {
    if (exchange->reply->status == 0)
        text_format(text, "no reply: %s", exchange->reply->error);
    else if (exchange->list == NULL)
        text_format(text, "%ld, not accepted", exchange->reply->status);
    else if (exchange->again)
        text_add(text, "asked again");
    else
        record_add_actions(text, options, exchange->list);
}

static void write_exchange(struct record *record, const struct exchange *exchange) {
    const struct http_request *request = exchange->request;
    text_format(&record->text, "  %6.0f ms  %s ", exchange->reply->ms, request->method);
    add_place(&record->text, record->options, request->url);
    text_add(&record->text, " -> ");
    add_outcome(&record->text, record->options, exchange);
    text_add(&record->text, "\n");
    if (!record->options->verbose)
        return;
    record_note(record, "%s", request->url);
    for (size_t i = 0; i < HTTP_HEADERS_MAX && request->headers[i] != NULL; i++)
        record_note(record, "%s", request->headers[i]);
    if (request->body != NULL)
        record_note(record, "sent  %s", request->body);
    record_note(record, "reply %ld %s", exchange->reply->status, exchange->reply->body);
}

static struct json_object *exchange_json(const struct options *options, const struct exchange *exchange) {
    struct json_object *json = json_object_new_object();
    struct json_object *actions = json_object_object_get(exchange->list, "actions");
    json_object_object_add(json, "what", json_string(exchange->what));
    json_object_object_add(json, "again", json_object_new_boolean(exchange->again));
    json_object_object_add(json, "method", json_string(exchange->request->method));
    json_object_object_add(json, "url", json_string(exchange->request->url));
    json_object_object_add(json, "status", json_object_new_int64(exchange->reply->status));
    json_object_object_add(json, "ms", json_ms(exchange->reply->ms));
    json_object_object_add(json, "actions", json_object_get(actions));
    if (!options->verbose)
        return json;
    json_object_object_add(json, "sent", json_string(exchange->request->body));
    json_object_object_add(json, "reply", json_string(exchange->reply->body));
    return json;
}

void record_exchange(struct record *record, const struct exchange *exchange) {
    record->answer_ms = memory_resize(record->answer_ms, record->answers + 1, sizeof *record->answer_ms);
    record->answer_ms[record->answers++] = exchange->reply->ms;
    if (record->options->json)
        json_object_array_add(record->exchanges, exchange_json(record->options, exchange));
    else
        write_exchange(record, exchange);
}

static void write_delivery(struct record *record, const struct delivery *delivery) {
    struct text *text = &record->events_text;
    text_format(text, "%s%s ", text->length != 0 ? ", " : "", delivery->event);
    if (delivery->status != 0)
        text_format(text, "%ld", delivery->status);
    else
        text_add(text, "no reply");
    if (delivery->copies > 1)
        text_format(text, " x%u", delivery->copies);
    text_format(text, " (%.0f ms)", delivery->ms);
}

void record_delivery(struct record *record, const struct delivery *delivery) {
    record->events_sent += delivery->copies;
    record->events_acknowledged += delivery->acknowledged;
    if (!record->options->json) {
        write_delivery(record, delivery);
        return;
    }
    struct json_object *json = json_object_new_object();
    json_object_object_add(json, "event", json_string(delivery->event));
    json_object_object_add(json, "status", json_object_new_int64(delivery->status));
    json_object_object_add(json, "ms", json_ms(delivery->ms));
    json_object_object_add(json, "copies", json_object_new_int64(delivery->copies));
    json_object_object_add(json, "acknowledged", json_object_new_int64(delivery->acknowledged));
    json_object_object_add(json, "attempts", json_object_new_int64(delivery->attempts));
    json_object_array_add(record->events, json);
}

static char *sentence(const char *format, va_list arguments) {
    char *made;
    if (vasprintf(&made, format, arguments) < 0)
        abort();
    return made;
}

void record_note(struct record *record, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *made = sentence(format, arguments);
    va_end(arguments);
    text_format(&record->text, MARGIN " %s\n", made);
    free(made);
}

void record_broken(struct record *record, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *made = sentence(format, arguments);
    va_end(arguments);
    text_list_add(&record->broken, "%s", made);
    free(made);
}

void record_text(const struct record *record, struct text *out) {
    text_format(out, "%s  %s -> %s\n%s", record->call->id, record->call->from, record->call->to,
                text_string(&record->text));
    if (record->events_text.length != 0)
        text_format(out, MARGIN " events: %s\n", text_string(&record->events_text));
    for (size_t i = 0; i < record->broken.count; i++)
        text_format(out, "    BROKEN   %s\n", record->broken.items[i]);
    text_format(out, MARGIN " ends: %s%s%s\n", record_ending_name(record->ended),
                record->destination != NULL ? " " : "",
                record->destination != NULL ? record->destination : "");
}

static struct json_object *result_json(const struct record *record) {
    struct json_object *json = json_object_new_object();
    json_object_object_add(json, "ended", json_string(record_ending_name(record->ended)));
    json_object_object_add(json, "destination", json_string(record->destination));
    json_object_object_add(json, "digits", json_string(record->digits));
    return json;
}

struct json_object *record_json(const struct record *record) {
    struct json_object *json = json_object_new_object();
    struct json_object *broken = json_object_new_array();
    for (size_t i = 0; i < record->broken.count; i++)
        json_object_array_add(broken, json_string(record->broken.items[i]));
    json_object_object_add(json, "call_id", json_string(record->call->id));
    json_object_object_add(json, "from", json_string(record->call->from));
    json_object_object_add(json, "to", json_string(record->call->to));
    json_object_object_add(json, "script", json_string(record->script));
    json_object_object_add(json, "result", result_json(record));
    json_object_object_add(json, "redirects", json_object_new_int64(record->redirects));
    json_object_object_add(json, "exchanges", json_object_get(record->exchanges));
    json_object_object_add(json, "events", json_object_get(record->events));
    json_object_object_add(json, "broken", broken);
    return json;
}
