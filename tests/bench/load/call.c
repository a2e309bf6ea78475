// call.c: the requests of a call: its signed events (PLATFORM section 7), its answer, its redirect.
#include "call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct event {
    const char *name;
    const char *status;
    const char *data;
};

static const struct event events[] = {
    [STEP_CREATED] = {"call.created", "in_progress", ""},
    [STEP_ANSWERED] = {"call.answered", "in_progress", ""},
    [STEP_GATHERED] = {"call.gathered", "in_progress",
                       "\"digits\":\"1\",\"status\":\"completed\",\"timed_out\":false,\"min_digits\":1,"
                       "\"max_digits\":1,\"timeout_seconds\":5,\"finish_on_key\":\"#\","},
    [STEP_COMPLETED] = {"call.completed", "completed", ""},
};

int platform_open(struct platform *platform, const char *path, const char *secret, const char *key) {
    struct timespec now;
    struct tm parts;
    char second[24];
    clock_gettime(CLOCK_REALTIME, &now);
    strftime(second, sizeof second, "%Y%m%dT%H%M%S", gmtime_r(&now.tv_sec, &parts));
    *platform = (struct platform){.path = path, .key = key, .sign = sign_new(secret)};
    snprintf(platform->run, sizeof platform->run, "call_%s.%03u", second,
             (unsigned int)(now.tv_nsec / 1000000) % 1000);
    return platform->sign == NULL ? -1 : 0;
}

void platform_close(struct platform *platform) {
    sign_free(platform->sign);
}

// Callers are many: no number calls twice in a run.
struct call *call_new(struct platform *platform) {
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL)
        return NULL;
    unsigned int number = platform->number++ % 1000000;
    snprintf(call->id, sizeof call->id, "%s%06u", platform->run, number);
    snprintf(call->from, sizeof call->from, "+1555%07u", 4000000 + number);
    return call;
}

enum kind call_kind(enum step step) {
    if (step <= STEP_COMPLETED)
        return KIND_EVENT;
    return step == STEP_ANSWER ? KIND_ANSWER : KIND_REDIRECT;
}

// created_at: the present, and later than that of the call's event before.
static void stamp(struct call *call, char out[32]) {
    struct timespec now;
    struct tm parts;
    char second[24];
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    if (ms <= call->last_ms)
        ms = call->last_ms + 1;
    call->last_ms = ms;
    time_t whole = ms / 1000;
    strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", gmtime_r(&whole, &parts));
    snprintf(out, 32, "%s.%03dZ", second, (int)(ms % 1000));
}

static size_t event_request(const struct platform *platform, struct call *call, const struct event *event,
                            char *out, size_t room) {
    char body[1024];
    char created_at[32];
    char timestamp[24];
    char signature[SIGN_SIZE];
    stamp(call, created_at);
    int length = snprintf(
        body, sizeof body,
        "{\"event\":\"%s\",\"created_at\":\"%s\",\"call\":{\"id\":\"%s\",\"customer_id\":\"cust_123\","
        "\"application_id\":\"app_20260529T120000.000000001\","
        "\"provider_call_id\":\"0b6b1c9e-6d0e-4b3f-9a53-0d2a4c1f7a11\",\"status\":\"%s\","
        "\"direction\":\"inbound\",\"from\":\"%s\",\"to\":\"+15551230001\",\"route_mode\":\"webhook\"},"
        "\"variables\":{},\"data\":{%s\"event_key\":\"%s:%s\"}}",
        event->name, created_at, call->id, event->status, call->from, event->data, call->id, event->name);
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)(call->last_ms / 1000));
    sign_body(platform->sign, timestamp, body, (size_t)length, signature);
    return (size_t)snprintf(
        out, room,
        "POST %s/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        "X-MiniVoice-Timestamp: %s\r\nX-MiniVoice-Signature: v1=%s\r\n"
        "Content-Length: %d\r\n\r\n%s",
        platform->path, timestamp, signature, length, body);
}

size_t call_request(const struct platform *platform, struct call *call, enum step step, char *out,
                    size_t room) {
    static const char rest[] = "HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    if (call_kind(step) == KIND_EVENT)
        return event_request(platform, call, &events[step], out, room);
    if (step == STEP_ANSWER)
        return (size_t)snprintf(
            out, room, "GET %s/answer?call_id=%s&from=%%2B%s&to=%%2B15551230001%s%s %s", platform->path,
            call->id, call->from + 1,
            platform->key == NULL ? "" : "&key=", platform->key == NULL ? "" : platform->key, rest);
    return (size_t)snprintf(out, room, "GET %s%s %s", call->redirect,
                            step == STEP_REDIRECT ? "&digits=1" : "", rest);
}

// The redirect of an answer, without scheme and host. "\/" and & are other ways to write JSON.
static const char *take_redirect(struct call *call, const char *path, const char *body) {
    const char *url = strstr(body, "\"url\":");
    char plain[sizeof call->redirect];
    size_t length = 0;
    if (url == NULL || (url = strchr(url + 6, '"')) == NULL)
        return "no redirect in the answer";
    for (url++; *url != '"' && *url != '\0' && length + 1 < sizeof plain; url++) {
        if (*url == '\\' && url[1] == '/')
            continue;
        bool ampersand = strncmp(url, "\\u0026", 6) == 0;
        plain[length++] = ampersand ? '&' : *url;
        url += ampersand ? 5 : 0;
    }
    plain[length] = '\0';
    const char *from = strstr(plain, path);
    if (from == NULL || strstr(from, "call_id=") == NULL)
        return "no call_id in the redirect";
    memcpy(call->redirect, from, strlen(from) + 1);
    return NULL;
}

const char *call_reply(const struct platform *platform, struct call *call, enum step step, int status,
                       const char *body) {
    if (status < 200 || status > 299)
        return "not 2xx";
    if (call_kind(step) == KIND_EVENT) {
        call->events++;
        call->closed = call->closed || step == STEP_COMPLETED;
        return NULL;
    }
    call->answers++;
    if (step == STEP_ANSWER)
        return take_redirect(call, platform->path, body);
    return strstr(body, "+15551230011") == NULL ? "digit 1 did not lead to sales" : NULL;
}
