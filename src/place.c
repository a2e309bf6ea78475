// place.c: a test call: it costs money and rings, so nothing here tries twice.
#include "place.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <json-c/json.h>

#include "api.h"
#include "clock.h"
#include "json.h"
#include "log.h"
#include "numbers.h"
#include "report.h"
#include "reported.h"

enum { LOOK_EVERY_MS = 500 };

static bool is_number(const char *text) {
    if (*text == '+' && number_is_destination(text))
        return true;
    fprintf(stderr, "minivoice-reconcile: %s is no E.164 number, as +15551230002\n", text);
    return false;
}

// Returns the body of the request, for json_object_put.
static struct json_object *body_of(const char *to, const char *from) {
    struct json_object *body = json_object_new_object();
    if (body == NULL)
        return NULL;
    if (json_object_object_add(body, "from", json_object_new_string(from)) == 0 &&
        json_object_object_add(body, "to", json_object_new_string(to)) == 0)
        return body;
    json_object_put(body);
    return NULL;
}

// What the platform says of a call that it did not place.
static enum reconcile_result not_placed(const struct web_reply *reply) {
    char code[64];
    report_error(reply->body, reply->length, code, sizeof code);
    if (reply->status == 0) {
        log_error("platform", "%s: the call may have been placed all the same, and is not tried again",
                  reply->fault);
        return RECONCILE_NOT_TOLD;
    }
    log_error("platform", "did not place the call: status %ld %s", reply->status, code);
    if (reply->status == 401)
        return RECONCILE_REFUSED;
    return reply->status == 429 || reply->status >= 500 ? RECONCILE_NOT_TOLD : RECONCILE_WRONG;
}

// On RECONCILE_DONE *call_id is for the caller to free.
static enum reconcile_result post(struct api *api, const char *to, const char *from, char **call_id) {
    struct json_object *body = body_of(to, from);
    const char *text = body == NULL ? NULL : json_print(body);
    enum reconcile_result result = RECONCILE_NOT_TOLD;
    *call_id = NULL;
    if (text != NULL) {
        struct web_reply reply;
        api_post_call(api, text, &reply);
        bool placed = reply.status / 100 == 2;
        *call_id = placed ? report_id(reply.body, reply.length) : NULL;
        if (*call_id != NULL)
            result = RECONCILE_DONE;
        else if (placed)
            log_error("platform", "placed the call and did not tell its id");
        else
            result = not_placed(&reply);
        web_reply_free(&reply);
    }
    json_object_put(body);
    return result;
}

// A story, for json_object_put, or NULL: nothing is known of the call yet, or the database is away for a
// moment.
static struct json_object *look(struct reported *reported, const char *call_id) {
    char *text;
    struct json_object *story = NULL;
    if (reported_story(reported, call_id, &text) == DB_OK && text != NULL)
        story = json_parse(text);
    free(text);
    return story;
}

static struct json_object *part_of(struct json_object *story, const char *name) {
    struct json_object *part = NULL;
    if (json_object_is_type(story, json_type_object))
        json_object_object_get_ex(story, name, &part);
    return part;
}

// The last story that could be had, which is that of the whole call or of wait_s seconds.
static struct json_object *await(struct reported *reported, const char *call_id, int wait_s) {
    const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
    int64_t until = clock_in_ms(wait_s * 1000LL);
    struct json_object *story = look(reported, call_id);
    while (!json_object_get_boolean(part_of(story, "over")) && clock_now() < until) {
        nanosleep(&pause, NULL);
        struct json_object *newer = look(reported, call_id);
        if (newer == NULL)
            continue;
        json_object_put(story);
        story = newer;
    }
    return story;
}

static enum reconcile_result tell(struct reported *reported, const char *call_id, int wait_s) {
    printf("MiniVoice places the call %s\n", call_id);
    fflush(stdout);
    struct json_object *story = await(reported, call_id, wait_s);
    struct json_object *lines = part_of(story, "lines");
    bool over = json_object_get_boolean(part_of(story, "over"));
    size_t count = lines == NULL ? 0 : json_object_array_length(lines);
    for (size_t i = 0; i < count; i++)
        puts(json_object_get_string(json_object_array_get_idx(lines, i)));
    json_object_put(story);
    if (!over)
        printf("%s within %d s\n", count == 0 ? "no event came: is the webhook_url right?" : "no end came",
               wait_s);
    return over ? RECONCILE_DONE : RECONCILE_DIFFERS;
}

enum reconcile_result place_call(const struct reconcile_conf *conf, const char *to, const char *from,
                                 int wait_s) {
    if (!is_number(to) || !is_number(from))
        return RECONCILE_WRONG;
    struct api *api = api_open(conf->url, conf->key, conf->timeout_ms);
    struct reported *reported = reported_open();
    char *call_id = NULL;
    enum reconcile_result result = RECONCILE_NOT_KEPT;
    if (api != NULL && reported != NULL)
        result = post(api, to, from, &call_id);
    if (call_id != NULL)
        result = tell(reported, call_id, wait_s);
    free(call_id);
    reported_close(reported);
    api_close(api);
    return result;
}
