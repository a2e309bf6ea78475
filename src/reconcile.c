// reconcile.c: which reply means what, when to ask again, and when to stop.
#include "reconcile.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <json-c/json.h>

#include "api.h"
#include "clock.h"
#include "guarded.h"
#include "json.h"
#include "log.h"
#include "report.h"
#include "reported.h"
#include "section.h"

enum {
    MAX_KEY = 4096,
    TRIES = 5,             // of one call in one run
    AWAY_AFTER = 12,       // failures without anything in between: the platform is away
    LONGEST_PAUSE_S = 60,  // whatever Retry-After says: what is left then is for the next run
};

// What a reply means.
enum answer { ANSWER_TOLD, ANSWER_NOT_FOUND, ANSWER_REFUSED, ANSWER_LATER, ANSWER_NEVER };

struct run {
    const struct reconcile_conf *conf;
    struct api *api;
    struct reported *reported;
    int64_t next_at;  // clock_now() of the next request
    int requests;
    int failures;  // without anything in between
    int closed, open, agree, differ, not_found, failed, sections;
};

struct told {
    enum answer answer;
    long http_status;
    char *report;  // what was read of it; with ANSWER_TOLD
};

// Settings

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

// What would break the header is no key.
static bool is_key(const char *key) {
    for (const char *at = key; *at != '\0'; at++)
        if (*at <= ' ' || *at >= 0x7f)
            return false;
    return *key != '\0';
}

static char *read_key_file(const char *path) {
    mode_t mode;
    const char *fault;
    char *key = guarded_read(path, MAX_KEY, &mode, &fault);
    if (key != NULL && (mode & S_IRWXO) == 0) {
        key[strcspn(key, "\r\n")] = '\0';
        return key;
    }
    log_error("configuration", "the file of MINIVOICE_API_KEY_FILE: %s",
              key == NULL ? fault : "may be read or written by others: chmod 600 (or 640)");
    free(key);
    return NULL;
}

static int read_key(struct reconcile_conf *conf) {
    const char *value = setting("MINIVOICE_API_KEY");
    const char *path = setting("MINIVOICE_API_KEY_FILE");
    if ((value == NULL) == (path == NULL)) {
        log_error(
            "configuration",
            "set MINIVOICE_API_KEY to the application's API key, or MINIVOICE_API_KEY_FILE to a file that "
            "holds it, and not both");
        return -1;
    }
    conf->key = path != NULL ? read_key_file(path) : strdup(value);
    if (conf->key == NULL)
        return -1;
    if (is_key(conf->key))
        return 0;
    log_error("configuration", "%s: a key is printable ASCII without blanks",
              path != NULL ? "MINIVOICE_API_KEY_FILE" : "MINIVOICE_API_KEY");
    return -1;
}

// The key would be readable on its way: http is for tests on this host.
static bool may_be_asked(const char *url) {
    static const char *const here[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    bool fit = strncmp(url, "https://", 8) == 0 && url[8] != '\0';
    for (size_t i = 0; i < sizeof here / sizeof *here; i++) {
        size_t length = strlen(here[i]);
        fit |= strncmp(url, here[i], length) == 0 && strchr(":/", url[length]) != NULL;
    }
    return fit && strpbrk(url, "@?# \"<>\\") == NULL;
}

static int read_url(struct reconcile_conf *conf) {
    const char *value = setting("MINIVOICE_API_URL");
    conf->url_copy = strdup(value != NULL ? value : "https://api.minivoice.eu");
    if (conf->url_copy == NULL)
        return -1;
    for (size_t length = strlen(conf->url_copy); length > 0 && conf->url_copy[length - 1] == '/'; length--)
        conf->url_copy[length - 1] = '\0';
    conf->url = conf->url_copy;
    if (may_be_asked(conf->url))
        return 0;
    log_error("configuration", "MINIVOICE_API_URL must be an https URL, or an http one of this host");
    return -1;
}

int reconcile_conf_read(struct reconcile_conf *conf) {
    int faults = (read_url(conf) != 0) + (read_key(conf) != 0);
    return faults == 0 ? 0 : -1;
}

void reconcile_conf_free(struct reconcile_conf *conf) {
    if (conf->key != NULL)
        explicit_bzero(conf->key, strlen(conf->key));
    free(conf->key);
    free(conf->url_copy);
    *conf = (struct reconcile_conf){0};
}

// One call

static enum answer meaning(const struct web_reply *reply) {
    if (reply->status == 401 || reply->status == 403)
        return ANSWER_REFUSED;
    if (reply->status == 404)
        return ANSWER_NOT_FOUND;
    if (reply->status == 0 || reply->status == 408 || reply->status == 429 || reply->status >= 500)
        return ANSWER_LATER;
    return reply->status / 100 == 2 ? ANSWER_TOLD : ANSWER_NEVER;
}

static void wait_until(int64_t at) {
    struct timespec until = clock_timespec(at);
    while (clock_now() < at)
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

// Longer after each failure, so that a platform in trouble is left alone.
static void pause_after(struct run *run, const struct web_reply *reply) {
    int64_t ms = (int64_t)run->conf->pause_ms << (run->failures < 8 ? run->failures : 8);
    if (reply->retry_after_s >= 0)
        ms = reply->retry_after_s * 1000;
    if (ms > LONGEST_PAUSE_S * 1000)
        ms = LONGEST_PAUSE_S * 1000;
    run->failures++;
    if (run->next_at < clock_in_ms(ms))
        run->next_at = clock_in_ms(ms);
}

// `below`: "", or the path of a section.
static void ask_once(struct run *run, const char *call_id, const char *below, struct told *told) {
    struct web_reply reply;
    wait_until(run->next_at);
    run->next_at = clock_now() + 1000000 / run->conf->rate;
    run->requests++;
    api_get_call(run->api, call_id, below, &reply);
    *told = (struct told){.answer = meaning(&reply), .http_status = reply.status};
    if (told->answer == ANSWER_TOLD) {
        told->report = *below == '\0' ? report_read(call_id, reply.body, reply.length)
                                      : section_read(reply.body, reply.length);
        if (told->report == NULL)
            told->answer = ANSWER_LATER;
    }
    if (told->answer == ANSWER_LATER)
        pause_after(run, &reply);
    else
        run->failures = 0;
    web_reply_free(&reply);
}

static bool may_ask(const struct run *run) {
    return run->requests < run->conf->most && run->failures < AWAY_AFTER;
}

// Fills *told, whose report the caller frees. At least one request is made.
static void ask(struct run *run, const char *call_id, const char *below, struct told *told) {
    ask_once(run, call_id, below, told);
    for (int tries = 1; told->answer == ANSWER_LATER && tries < TRIES && may_ask(run); tries++)
        ask_once(run, call_id, below, told);
}

// What comes of one call

static void count(struct run *run, const char *word) {
    static const char *const words[] = {"closed", "open", "agrees", "differs", "not found", "failed"};
    int *const counters[] = {&run->closed, &run->open,      &run->agree,
                             &run->differ, &run->not_found, &run->failed};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0)
            ++*counters[i];
}

static bool store(struct run *run, const char *call_id, const struct told *told) {
    const char *outcome = told->answer == ANSWER_TOLD        ? "reported"
                          : told->answer == ANSWER_NOT_FOUND ? "not found"
                                                             : "failed";
    char *word;
    enum db_status status =
        reported_store(run->reported, call_id, outcome, told->http_status, told->report, &word);
    // What the database refuses of one call is not the others' fault.
    if (status == DB_REFUSED)
        run->failed++;
    if (status == DB_OK && word != NULL)
        count(run, word);
    if (status == DB_OK && word != NULL && strcmp(word, "differs") == 0)
        log_warning("differs", "call %s: minivoice-reconcile %s", call_id, call_id);
    free(word);
    return status == DB_OK || status == DB_REFUSED;
}

static enum reconcile_result refused(void) {
    log_error("platform", "does not take the key: look at MINIVOICE_API_KEY or MINIVOICE_API_KEY_FILE");
    return RECONCILE_REFUSED;
}

static enum reconcile_result away(void) {
    log_error("platform", "gave no usable answer %d times on end: the rest is for the next run", AWAY_AFTER);
    return RECONCILE_NOT_TOLD;
}

static enum reconcile_result not_kept(void) {
    log_error("database", "does not keep what was said: minivoice-db check");
    return RECONCILE_NOT_KEPT;
}

static enum reconcile_result ask_for(struct run *run, const char *call_id) {
    struct told told;
    ask(run, call_id, "", &told);
    if (told.answer == ANSWER_REFUSED)
        return refused();
    bool kept = store(run, call_id, &told);
    free(told.report);
    if (!kept)
        return not_kept();
    return run->failures < AWAY_AFTER ? RECONCILE_DONE : away();
}

// Sections

// Fills `sections` for section_all. Returns false when the key is refused.
static bool ask_sections(struct run *run, const char *call_id, char *sections[SECTION_COUNT]) {
    bool welcome = true;
    for (int i = 0; i < SECTION_COUNT && welcome && may_ask(run); i++) {
        struct told told;
        ask(run, call_id, section_paths[i], &told);
        welcome = told.answer != ANSWER_REFUSED;
        sections[i] = told.answer == ANSWER_NOT_FOUND ? strdup("") : told.report;
    }
    return welcome;
}

static bool store_sections(struct run *run, const char *call_id, char *const sections[SECTION_COUNT]) {
    char *count = NULL;
    char *all = section_all(sections);
    enum db_status status = all == NULL ? DB_DOWN : reported_store_ai(run->reported, call_id, all, &count);
    if (status == DB_OK && count != NULL)
        run->sections += (int)strtol(count, NULL, 10);
    free(count);
    free(all);
    return status == DB_OK || status == DB_REFUSED;
}

static enum reconcile_result ask_for_ai(struct run *run, const char *call_id) {
    char *sections[SECTION_COUNT] = {NULL};
    bool welcome = ask_sections(run, call_id, sections);
    bool kept = store_sections(run, call_id, sections);
    for (int i = 0; i < SECTION_COUNT; i++)
        free(sections[i]);
    if (!welcome)
        return refused();
    if (!kept)
        return not_kept();
    return run->failures < AWAY_AFTER ? RECONCILE_DONE : away();
}

// All that are due

typedef enum reconcile_result asker_of_one(struct run *run, const char *call_id);

static enum reconcile_result ask_for_all(struct run *run, struct json_object *calls, asker_of_one *asker) {
    enum reconcile_result result = RECONCILE_DONE;
    size_t count = json_object_array_length(calls);
    for (size_t i = 0; i < count && result == RECONCILE_DONE && may_ask(run); i++)
        result = asker(run, json_object_get_string(json_object_array_get_idx(calls, i)));
    return result;
}

static void sum_up(const struct run *run, size_t due) {
    struct log_line line = {0};
    log_number(&line, "due", (long long)due);
    log_number(&line, "requests", run->requests);
    log_number(&line, "closed", run->closed);
    log_number(&line, "open", run->open);
    log_number(&line, "agree", run->agree);
    log_number(&line, "differ", run->differ);
    log_number(&line, "not_found", run->not_found);
    log_number(&line, "failed", run->failed);
    log_number(&line, "sections", run->sections);
    log_write(&line);
}

static enum reconcile_result untold(void) {
    log_error("database", "does not tell which calls are due: minivoice-db check");
    return RECONCILE_NOT_KEPT;
}

// `text` is an array of call ids, and is freed here. Adds to *due how many.
static enum reconcile_result ask_listed(struct run *run, char *text, asker_of_one *asker, size_t *due) {
    struct json_object *calls = text == NULL ? NULL : json_parse(text);
    bool listed = json_object_is_type(calls, json_type_array);
    free(text);
    enum reconcile_result result = listed ? ask_for_all(run, calls, asker) : untold();
    *due += listed ? json_object_array_length(calls) : 0;
    json_object_put(calls);
    return result;
}

static enum reconcile_result run_ai(struct run *run, size_t *due) {
    char *text;
    int most = (run->conf->most - run->requests) / SECTION_COUNT;
    if (most <= 0)
        return RECONCILE_DONE;
    if (reported_due_for_ai(run->reported, most, &text) != DB_OK)
        return untold();
    return ask_listed(run, text, ask_for_ai, due);
}

static enum reconcile_result run_due(struct run *run) {
    char *text;
    size_t due = 0;
    if (reported_due(run->reported, run->conf->most, &text) != DB_OK)
        return untold();
    if (text == NULL) {
        log_info("busy", "another run is under way");
        return RECONCILE_DONE;
    }
    enum reconcile_result result = ask_listed(run, text, ask_for, &due);
    if (result == RECONCILE_DONE)
        result = run_ai(run, &due);
    sum_up(run, due);
    return result;
}

static bool run_open(struct run *run, const struct reconcile_conf *conf) {
    *run = (struct run){
        .conf = conf, .api = api_open(conf->url, conf->key, conf->timeout_ms), .reported = reported_open()};
    return run->api != NULL && run->reported != NULL;
}

static void run_close(struct run *run) {
    reported_close(run->reported);
    api_close(run->api);
}

enum reconcile_result reconcile_run(const struct reconcile_conf *conf) {
    struct run run;
    enum reconcile_result result = run_open(&run, conf) ? run_due(&run) : RECONCILE_NOT_KEPT;
    run_close(&run);
    return result;
}

// One call beside ours

static const char *word_of(struct json_object *line, const char *name) {
    struct json_object *value;
    const char *word =
        json_object_object_get_ex(line, name, &value) && value != NULL ? json_object_get_string(value) : NULL;
    return word != NULL ? word : "-";
}

static bool print_line(struct json_object *line) {
    struct json_object *agrees;
    bool same = json_object_object_get_ex(line, "agrees", &agrees) && json_object_get_boolean(agrees);
    printf("%c %-10s %-20s %s\n", same ? ' ' : '!', word_of(line, "field"), word_of(line, "theirs"),
           word_of(line, "ours"));
    return same;
}

static enum reconcile_result print_comparison(const char *text) {
    struct json_object *lines = text == NULL ? NULL : json_parse(text);
    if (!json_object_is_type(lines, json_type_array)) {
        json_object_put(lines);
        return RECONCILE_NOT_KEPT;
    }
    bool same = true;
    printf("  %-10s %-20s %s\n", "", "MiniVoice", "here");
    for (size_t i = 0; i < json_object_array_length(lines); i++)
        same &= print_line(json_object_array_get_idx(lines, i));
    json_object_put(lines);
    return same ? RECONCILE_DONE : RECONCILE_DIFFERS;
}

static enum reconcile_result compare(struct run *run, const char *call_id, const char *report) {
    char *text;
    if (reported_compare(run->reported, call_id, report, &text) != DB_OK) {
        log_error("database", "does not tell what is known of the call: minivoice-db check");
        return RECONCILE_NOT_KEPT;
    }
    enum reconcile_result result = print_comparison(text);
    free(text);
    return result;
}

static enum reconcile_result show(struct run *run, const char *call_id) {
    struct told told;
    enum reconcile_result result = RECONCILE_NOT_TOLD;
    ask(run, call_id, "", &told);
    if (told.answer == ANSWER_TOLD)
        result = compare(run, call_id, told.report);
    else if (told.answer == ANSWER_REFUSED)
        result = refused();
    else if (told.answer == ANSWER_NOT_FOUND) {
        printf("MiniVoice knows no call %s\n", call_id);
        result = RECONCILE_DIFFERS;
    } else
        log_error("platform", "gave no usable answer, the last one with status %ld", told.http_status);
    free(told.report);
    return result;
}

enum reconcile_result reconcile_show(const struct reconcile_conf *conf, const char *call_id) {
    struct run run;
    enum reconcile_result result = run_open(&run, conf) ? show(&run, call_id) : RECONCILE_NOT_KEPT;
    run_close(&run);
    return result;
}
