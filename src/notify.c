// notify.c: what is due is sent, what came of it is noted; the database knows the rest. A process that dies
// has noted nothing of what was under way, so that it is told again.
#include "notify.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <json-c/json.h>

#include "clock.h"
#include "json.h"
#include "log.h"
#include "notices.h"
#include "web.h"

enum {
    READ_EVERY_MS = 500,    // the log
    AWAY_MS = 1000,         // between two tries to have the database
    LAST_REPLIES_MS = 5000  // are waited for when it is to stop
};

// One notice that is being told.
struct flight {
    const struct notify_conf *conf;
    int64_t notice;
    bool is_plain;  // http
    char sent_at[CLOCK_EXACT_SIZE];
    struct flight *next, **link;
};

struct run {
    const struct notify_conf *conf;
    struct web *web;
    struct notices *notices;
    struct flight *flights;
    struct json_object *tries;  // that are not noted yet
    int64_t next_read;
    bool all_read;  // the last reading found nothing new
    bool waits;     // for another process to end; said once
    long long told, failed;
};

int notify_conf_read(struct notify_conf *conf) {
    const char *text = getenv("IVR_NOTIFY_PRIVATE");
    int count = text == NULL ? 0 : network_read_list(text, conf->allowed, NOTIFY_MAX_NETWORKS);
    if (count < 0) {
        log_error("configuration",
                  "IVR_NOTIFY_PRIVATE must be up to %d networks, e.g. 10.1.0.0/16, fd00:1::/32",
                  NOTIFY_MAX_NETWORKS);
        return -1;
    }
    conf->allowed_count = (size_t)count;
    return 0;
}

// Sending

// Without TLS only inside one's own networks.
static bool may_be_called(const struct sockaddr *address, const void *context) {
    const struct flight *flight = context;
    return address_is_in(address, flight->conf->allowed, flight->conf->allowed_count) ||
           (!flight->is_plain && address_is_public(address));
}

static const char *text_of(struct json_object *notice, const char *name) {
    struct json_object *value;
    return json_object_object_get_ex(notice, name, &value) ? json_object_get_string(value) : NULL;
}

// Returns whether all three could be written.
static bool write_headers(struct json_object *notice, char *headers[3]) {
    static const char *const forms[][2] = {
        {"webhook-id", "id"}, {"webhook-timestamp", "timestamp"}, {"webhook-signature", "signature"}};
    bool written = true;
    for (size_t i = 0; i < 3; i++) {
        const char *value = text_of(notice, forms[i][1]);
        if (value == NULL || asprintf(&headers[i], "%s: %s", forms[i][0], value) < 0) {
            headers[i] = NULL;
            written = false;
        }
    }
    return written;
}

static bool post(struct run *run, struct json_object *notice, struct flight *flight) {
    char *headers[3] = {NULL};
    const char *url = text_of(notice, "url");
    const char *body = text_of(notice, "body");
    bool begun = false;
    if (write_headers(notice, headers) && url != NULL && body != NULL) {
        const struct web_request request = {
            .url = url,
            .headers = {"Content-Type: application/json", headers[0], headers[1], headers[2]},
            .body = body,
            .timeout_ms = run->conf->timeout_ms,
            .body_goes = true,
            .permit = may_be_called,
            .context = flight};
        flight->is_plain = strncmp(url, "https://", 8) != 0;
        begun = web_begin(run->web, &request, flight);
    }
    for (size_t i = 0; i < 3; i++)
        free(headers[i]);
    return begun;
}

static void send_one(struct run *run, struct json_object *notice) {
    struct json_object *number;
    struct flight *flight = calloc(1, sizeof *flight);
    if (flight == NULL || !json_object_object_get_ex(notice, "notice", &number)) {
        free(flight);
        return;
    }
    flight->conf = run->conf;
    flight->notice = json_object_get_int64(number);
    clock_exact(clock_wall(), flight->sent_at);
    if (!post(run, notice, flight)) {
        log_error("memory", "notice %lld is left for later", (long long)flight->notice);
        free(flight);
        return;
    }
    flight->next = run->flights;
    flight->link = &run->flights;
    if (run->flights != NULL)
        run->flights->link = &flight->next;
    run->flights = flight;
}

// The numbers of those under way, as an array. The caller frees it; NULL when memory has run out.
static char *list_flights(const struct run *run) {
    struct json_object *list = json_object_new_array();
    if (list == NULL)
        return NULL;
    for (const struct flight *flight = run->flights; flight != NULL; flight = flight->next)
        json_object_array_add(list, json_object_new_int64(flight->notice));
    const char *text = json_print(list);
    char *copy = text == NULL ? NULL : strdup(text);
    json_object_put(list);
    return copy;
}

// Replies

static void tell_log(const struct flight *flight, const struct web_reply *reply) {
    struct log_line line = {.priority = reply->status / 100 == 2 ? LOG_AS_INFO : LOG_AS_WARNING};
    log_number(&line, "notice", flight->notice);
    log_text(&line, "outcome", reply->status / 100 == 2 ? "told" : "not told");
    if (reply->status > 0)
        log_number(&line, "status", reply->status);
    log_text(&line, "fault", reply->fault);
    log_number(&line, "ms", reply->took_ms);
    log_write(&line);
}

// What memory has no room for is not noted, and so told again.
static void keep_try(struct run *run, const struct flight *flight, const struct web_reply *reply) {
    struct json_object *try = json_object_new_object();
    if (try == NULL)
        return;
    json_object_object_add(try, "notice", json_object_new_int64(flight->notice));
    json_object_object_add(try, "tried_at", json_object_new_string(flight->sent_at));
    if (reply->status > 0)
        json_object_object_add(try, "http_status", json_object_new_int64(reply->status));
    if (reply->fault != NULL)
        json_object_object_add(try, "fault", json_object_new_string(reply->fault));
    if (reply->retry_after_s >= 0)
        json_object_object_add(try, "retry_after", json_object_new_int64(reply->retry_after_s));
    json_object_object_add(try, "took_ms", json_object_new_int(reply->took_ms));
    json_object_array_add(run->tries, try);
}

// Takes the replies that are there, and waits for the first one for at most so many milliseconds.
static void hear(struct run *run, int ms) {
    struct web_reply reply;
    struct flight *flight;
    while ((flight = web_next(run->web, ms, &reply)) != NULL) {
        keep_try(run, flight, &reply);
        tell_log(flight, &reply);
        if (reply.status / 100 == 2)
            run->told++;
        else
            run->failed++;
        web_reply_free(&reply);
        *flight->link = flight->next;
        if (flight->next != NULL)
            flight->next->link = flight->link;
        free(flight);
        ms = 0;
    }
}

// A round

static enum notify_result note(struct run *run) {
    if (json_object_array_length(run->tries) == 0)
        return NOTIFY_DONE;
    const char *text = json_print(run->tries);
    struct json_object *next = json_object_new_array();
    if (text == NULL || next == NULL || notices_note(run->notices, text) != DB_OK) {
        json_object_put(next);
        return NOTIFY_NOT_KEPT;
    }
    json_object_put(run->tries);
    run->tries = next;
    return NOTIFY_DONE;
}

static enum notify_result read_log(struct run *run) {
    int count;
    if (clock_now() < run->next_read)
        return NOTIFY_DONE;
    if (notices_take(run->notices, &count) != DB_OK)
        return NOTIFY_NOT_KEPT;
    run->all_read = count == 0;
    run->next_read = count > 0 ? 0 : clock_in_ms(READ_EVERY_MS);
    return count < 0 ? NOTIFY_BUSY : NOTIFY_DONE;
}

// Adds to *count how many were due.
static enum notify_result send_due(struct run *run, size_t *count) {
    char *text = NULL;
    char *busy = list_flights(run);
    enum db_status status = busy == NULL ? DB_DOWN : notices_due(run->notices, busy, &text);
    free(busy);
    if (status != DB_OK)
        return NOTIFY_NOT_KEPT;
    if (text == NULL)
        return NOTIFY_BUSY;
    struct json_object *due = json_parse(text);
    free(text);
    if (!json_object_is_type(due, json_type_array)) {
        json_object_put(due);
        return NOTIFY_NOT_KEPT;
    }
    *count = json_object_array_length(due);
    for (size_t i = 0; i < *count; i++)
        send_one(run, json_object_array_get_idx(due, i));
    json_object_put(due);
    return NOTIFY_DONE;
}

static bool is_stopped(int ms) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    const struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    return sigtimedwait(&signals, NULL, &span) > 0;
}

// One that waits takes over in the second in which the other one ends.
static void say_trouble(struct run *run, enum notify_result result) {
    if (result == NOTIFY_NOT_KEPT)
        log_error("database", "does not tell what is due: minivoice-db check");
    else if (!run->waits)
        log_info("busy", "another process tells; this one waits");
    run->waits = result == NOTIFY_BUSY;
}

// What is under way is heard of and noted once more, but not for long.
static void end(struct run *run) {
    int64_t until = clock_in_ms(LAST_REPLIES_MS);
    while (run->flights != NULL && clock_now() < until)
        hear(run, clock_ms_until(until));
    if (note(run) != NOTIFY_DONE)
        log_warning("database", "%zu tries are not noted: they come again",
                    json_object_array_length(run->tries));
    struct log_line line = {0};
    log_number(&line, "told", run->told);
    log_number(&line, "failed", run->failed);
    log_write(&line);
}

static enum notify_result round_of(struct run *run, bool *is_idle) {
    size_t count = 0;
    enum notify_result result = note(run);
    if (result == NOTIFY_DONE)
        result = read_log(run);
    if (result == NOTIFY_DONE)
        result = send_due(run, &count);
    *is_idle = count == 0 && run->flights == NULL && run->all_read;
    return result;
}

static enum notify_result tell(struct run *run) {
    enum notify_result result = NOTIFY_DONE;
    bool is_over = false;
    while (!is_over) {
        bool is_idle = false;
        result = round_of(run, &is_idle);
        if (result != NOTIFY_DONE) {
            say_trouble(run, result);
            is_over = run->conf->once || is_stopped(AWAY_MS);
            continue;
        }
        is_over = is_stopped(0) || (run->conf->once && is_idle);
        if (!is_over)
            hear(run, is_idle || run->flights != NULL ? READ_EVERY_MS / 2 : 0);
    }
    end(run);
    return run->conf->once ? result : NOTIFY_DONE;
}

enum notify_result notify_run(const struct notify_conf *conf) {
    struct run run = {.conf = conf, .web = web_open(), .notices = notices_open()};
    run.tries = json_object_new_array();
    enum notify_result result = NOTIFY_NOT_KEPT;
    if (run.web != NULL && run.notices != NULL && run.tries != NULL)
        result = tell(&run);
    web_close(run.web);
    notices_close(run.notices);
    json_object_put(run.tries);
    while (run.flights != NULL) {
        struct flight *flight = run.flights;
        run.flights = flight->next;
        free(flight);
    }
    return result;
}
