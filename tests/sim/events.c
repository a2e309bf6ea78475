// events.c: webhooks: their bodies, their signature, their delivery, and what their status means.
#include "events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "clock.h"
#include "sign.h"

#define APPLICATION_ID "app_20260102T030405.000000001"
#define OFFSET "+02:00"
#define OFFSET_MS 7200000
#define CUSTOMER_ID "cust_20260102T030405.000000002"

static void add_string(struct json_object *object, const char *name, const char *string) {
    json_object_object_add(object, name, json_object_new_string(string));
}

// The platform's samples have these in call.created alone.
static void add_origin(struct json_object *object, const struct call *call) {
    struct text provider = {0};
    text_format(&provider, "00000000-0000-4000-8000-%012zx", call->index + 1);
    add_string(object, "provider_call_id", text_string(&provider));
    text_free(&provider);
    add_string(object, "route_mode", "webhook");
    add_string(object, "routing_target", APPLICATION_ID);
}

static const char *status_after(const char *name) {
    if (strcmp(name, "call.completed") == 0)
        return "completed";
    if (strcmp(name, "call.failed") == 0)
        return "failed";
    if (strcmp(name, "call.canceled") == 0)
        return "canceled";
    return "in_progress";
}

static struct json_object *call_json(const struct call *call, const char *name) {
    struct json_object *json = json_object_new_object();
    add_string(json, "id", call->id);
    add_string(json, "customer_id", CUSTOMER_ID);
    add_string(json, "application_id", APPLICATION_ID);
    if (strcmp(name, "call.created") == 0)
        add_origin(json, call);
    add_string(json, "status", status_after(name));
    add_string(json, "direction", "inbound");
    add_string(json, "from", call->from);
    add_string(json, "to", call->to);
    return json;
}

static void add_event_key(struct json_object *data, const struct call *call, const char *name) {
    struct text key = {0};
    text_format(&key, "%s:%s", call->id, name);
    add_string(data, "event_key", text_string(&key));
    text_free(&key);
}

// Consumers must ignore what they don't know (PLATFORM section 1).
static void add_unknown(struct json_object *root, struct json_object *data) {
    struct json_object *list = json_object_new_array();
    json_object_array_add(list, json_object_new_double_s(2.5, "2.5"));
    json_object_array_add(list, NULL);
    json_object_array_add(list, json_object_new_string("gr\xC3\xBC\xC3\x9F"));
    json_object_object_add(data, "novelties", list);
    json_object_object_add(data, "digits", NULL);
    json_object_object_add(root, "release", json_object_new_int64(9007199254740993));
    json_object_object_add(root, "trace", json_object_new_object());
}

static void write_created_at(const struct options *options, long long moment,
                             char created_at[CLOCK_TEXT_SIZE]) {
    bool offset = options->created_at == CREATED_AT_OFFSET;
    clock_rfc3339(moment + (offset ? OFFSET_MS : 0), options->created_at == CREATED_AT_MS, created_at);
    if (offset)
        snprintf(created_at + strlen(created_at) - 1, sizeof OFFSET, "%s", OFFSET);
}

void event_write(const struct options *options, const struct call *call, const char *name,
                 struct json_object *data, long long moment, struct event *event) {
    struct json_object *root = json_object_new_object();
    char created_at[CLOCK_TEXT_SIZE];
    write_created_at(options, moment, created_at);
    if (data == NULL)
        data = json_object_new_object();
    if (strcmp(name, "call.created") == 0 || strcmp(name, "call.gathered") == 0)
        add_event_key(data, call, name);
    if (strcmp(name, "call.something_new") == 0)
        add_unknown(root, data);
    add_string(root, "event", name);
    add_string(root, "created_at", created_at);
    json_object_object_add(root, "call", call_json(call, name));
    json_object_object_add(root, "variables", json_object_new_object());
    json_object_object_add(root, "data", data);
    const char *bytes = json_object_to_json_string_length(
        root, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &event->length);
    event->name = name;
    event->moment = moment;
    event->body = text_copy(bytes);
    json_object_put(root);
}

void event_free(struct event *event) {
    free(event->body);
    *event = (struct event){0};
}

struct json_object *event_gathered_data(const struct options *options, const struct gather *gather,
                                        const struct press *press) {
    struct json_object *data = json_object_new_object();
    const char finish[] = {gather->finish_on_key, '\0'};
    if (options->digits_in != DIGITS_REDIRECT)
        add_string(data, "digits", press->digits);
    add_string(data, "status", press->timed_out ? "timeout" : "completed");
    json_object_object_add(data, "timed_out", json_object_new_boolean(press->timed_out));
    json_object_object_add(data, "min_digits", json_object_new_int64(gather->min_digits));
    json_object_object_add(data, "max_digits", json_object_new_int64(gather->max_digits));
    json_object_object_add(data, "timeout_seconds", json_object_new_int64(gather->timeout_seconds));
    add_string(data, "finish_on_key", finish);
    return data;
}

struct json_object *event_recording_data(const struct call *call, const char *status) {
    struct json_object *data = json_object_new_object();
    struct json_object *recording = json_object_new_object();
    struct text id = {0};
    text_format(&id, "rec_%s", call->id);
    add_string(recording, "id", text_string(&id));
    text_free(&id);
    add_string(recording, "call_id", call->id);
    add_string(recording, "status", status);
    add_string(recording, "storage_type", "local");
    add_string(recording, "file_url", "");
    json_object_object_add(recording, "duration_seconds", json_object_new_int64(0));
    json_object_object_add(recording, "size_bytes", json_object_new_int64(0));
    json_object_object_add(data, "recording", recording);
    return data;
}

static void write_stamp(const struct options *options, char stamp[CLOCK_TEXT_SIZE]) {
    const long long month_ms = 30LL * 24 * 3600 * 1000;
    long long moment = clock_today_ms() + options->clock_skew_ms;
    if (options->signature == SIGNATURE_STALE)
        moment -= month_ms;
    if (options->signature == SIGNATURE_FUTURE)
        moment += month_ms;
    if (options->signature_time == STAMP_RFC3339)
        clock_rfc3339(moment, false, stamp);
    else
        snprintf(stamp, CLOCK_TEXT_SIZE, "%lld",
                 options->signature_time == STAMP_MS ? moment : moment / 1000);
}

// Both headers, or none when the platform has no secret (PLATFORM section 7).
static void add_signature(const struct options *options, const struct event *event,
                          struct http_request *request) {
    if (options->signature == SIGNATURE_NONE || *options->first_secret == '\0')
        return;
    struct text secret = {0};
    text_format(&secret, "%s%s", options->first_secret,
                options->signature == SIGNATURE_WRONG ? "-wrong" : "");
    char stamp[CLOCK_TEXT_SIZE];
    write_stamp(options, stamp);
    char signature[SIGNATURE_SIZE];
    sign_body(text_string(&secret), stamp, event->body, event->length, signature);
    text_free(&secret);
    struct text lines[2] = {{0}};
    text_format(&lines[0], "X-MiniVoice-Timestamp: %s", stamp);
    text_format(&lines[1], "X-MiniVoice-Signature: %s", signature);
    request->headers[0] = lines[0].bytes;
    request->headers[1] = lines[1].bytes;
}

static void make_request(const struct options *options, const struct event *event,
                         struct http_request *request) {
    struct text url = {0};
    text_format(&url, "%s/webhook", options->base);
    *request = (struct http_request){
        .method = "POST",
        .url = url.bytes,
        .body = text_copy(event->body),
        .length = event->length,
        .content_type = "application/json",
    };
    add_signature(options, event, request);
}

static bool is_acknowledged(long status) {
    return status >= 200 && status < 300;
}

// Whether that status is the one a right application gives.
static bool is_right(const struct options *options, long status) {
    return options->signature == SIGNATURE_GOOD ? is_acknowledged(status) : status == 401;
}

// The same event once more, so many seconds later by its own word. created_at is as long as before.
static void restamp(const struct options *options, const struct event *event, long later, char *body) {
    char old[CLOCK_TEXT_SIZE];
    char new[CLOCK_TEXT_SIZE];
    write_created_at(options, event->moment, old);
    write_created_at(options, event->moment + later * 1000, new);
    char *at = strstr(body, old);
    if (at != NULL)
        memcpy(at, new, strlen(new));
}

static void attempt(const struct options *options, struct http *http, const struct event *event, long before,
                    struct http_reply *reply) {
    struct http_request request;
    struct event copy = *event;
    copy.body = text_copy(event->body);
    if (options->repeated_as == REPEATED_LATER && before > 0)
        restamp(options, event, before, copy.body);
    make_request(options, &copy, &request);
    http_send(http, &request, reply);
    http_request_free(&request);
    event_free(&copy);
}

void event_send(const struct options *options, struct http *http, const struct event *event,
                struct delivery *delivery) {
    struct http_reply reply = {0};
    for (long left = options->retries;; left--) {
        attempt(options, http, event, delivery->attempts, &reply);
        delivery->attempts++;
        if (is_right(options, reply.status) || left == 0)
            break;
        http_reply_free(&reply);
        clock_wait_ms(options->retry_ms);
    }
    if (delivery->copies == 0 || is_right(options, delivery->status))
        delivery->status = reply.status;
    if (reply.status == 0)
        snprintf(delivery->error, sizeof delivery->error, "%s", reply.error);
    if (reply.ms > delivery->ms)
        delivery->ms = reply.ms;
    delivery->copies++;
    delivery->acknowledged += is_acknowledged(reply.status);
    http_reply_free(&reply);
}

void event_judge(const struct delivery *delivery, struct record *record) {
    const struct options *options = record->options;
    bool outage = delivery->status == 0 || delivery->status == 503;
    if (delivery->copies == 0)
        return;
    record_delivery(record, delivery);
    if (is_right(options, delivery->status) || (outage && options->accept_events_failure))
        return;
    if (delivery->status == 0)
        record_broken(record, "%s: no reply: %s", delivery->event, delivery->error);
    else if (options->signature != SIGNATURE_GOOD)
        record_broken(record, "%s: status %ld instead of 401 (signature: %s)", delivery->event,
                      delivery->status, options_signature_name(options->signature));
    else if (delivery->status >= 300 && delivery->status < 400)
        record_broken(record, "%s: status %ld, a webhook must never redirect", delivery->event,
                      delivery->status);
    else
        record_broken(record, "%s: status %ld instead of 2xx", delivery->event, delivery->status);
}
