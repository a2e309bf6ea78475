// health.c: what a process knows of itself, as JSON, as metrics, and as a line of the log.
#include "health.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "spool.h"
#include "tracer.h"
#include "version.h"

// What is known, from all who know it. Programs for webhooks have no settings; a misconfigured one has
// nothing.
struct condition {
    bool configured;
    bool for_callers;
    struct db_condition database;
    struct snapshot_condition settings;
    long long spool_bytes;  // -1: there is no spool
};

static struct condition condition_of(struct app *app) {
    struct condition condition = {.configured = app->store != NULL,
                                  .for_callers = app->snapshots != NULL,
                                  .spool_bytes =
                                      app->spool == NULL ? -1 : (long long)spool_backlog(app->spool)};
    if (condition.configured)
        store_look(app->store, &condition.database);
    if (condition.for_callers)
        snapshots_look(app->snapshots, &condition.settings);
    return condition;
}

// Callers are answered by the last settings, whether the database is there or not.
static bool is_well(const struct condition *condition) {
    return condition->for_callers ? condition->settings.source != SNAPSHOT_NONE : condition->database.up;
}

static const char *word_for(const struct condition *condition) {
    if (!condition->configured)
        return "misconfigured";
    if (!is_well(condition))
        return "down";
    return condition->database.up ? "ok" : "degraded";
}

static const char *database_word(const struct db_condition *database) {
    return database->up ? "up" : database->tried ? "lost" : "connecting";
}

// The JSON

static void add_text(struct json_object *to, const char *key, const char *value) {
    json_object_object_add(to, key, json_object_new_string(value));
}

// Less than 0 is null.
static void add_number(struct json_object *to, const char *key, long long value) {
    json_object_object_add(to, key, value < 0 ? NULL : json_object_new_int64(value));
}

static void add_settings(struct json_object *to, const struct snapshot_condition *settings) {
    static const char *const sources[] = {"none", "cache", "database"};
    add_text(to, "snapshot", sources[settings->source]);
    add_number(to, "configuration", settings->source == SNAPSHOT_NONE ? -1 : settings->version);
    add_number(to, "settings_age_s", settings->age_s);
}

static int answer_healthz(struct app *app, struct reply *reply) {
    struct condition condition = condition_of(app);
    struct json_object *root = json_object_new_object();
    if (root == NULL)
        return 500;
    add_text(root, "status", word_for(&condition));
    add_text(root, "program", program_invocation_short_name);
    add_text(root, "version", IVR_VERSION);
    add_number(root, "pid", getpid());
    if (condition.configured) {
        add_text(root, "database", database_word(&condition.database));
        add_number(root, "schema", condition.database.schema > 0 ? condition.database.schema : -1);
    }
    if (condition.for_callers)
        add_settings(root, &condition.settings);
    add_number(root, "queued", condition.database.queued);
    add_number(root, "deferred", condition.database.deferred);
    add_number(root, "spool_bytes", condition.spool_bytes);
    const char *text = json_object_to_json_string_ext(root, JSON_C_TO_STRING_PLAIN);
    reply_json(reply, text == NULL ? NULL : strdup(text));
    reply->unwell = !is_well(&condition);
    json_object_put(root);
    return 0;
}

// The metrics

static void print_process(FILE *to) {
    fprintf(to,
            "# HELP minivoice_process_info The process that has counted all this; of two, one serves.\n"
            "# TYPE minivoice_process_info gauge\n"
            "minivoice_process_info{program=\"%s\",version=\"" IVR_VERSION "\",pid=\"%ld\"} 1\n",
            program_invocation_short_name, (long)getpid());
}

static void print_database(const struct db_condition *database, const struct tracer_counts *traces,
                           FILE *to) {
    const struct metrics_value values[] = {
        {"minivoice_database_up", "gauge", "Whether the database was there when it was last needed.",
         database->up},
        {"minivoice_schema_version", "gauge", "The newest migration of the schema, 0 where not known.",
         database->schema},
        {"minivoice_queued_requests", "gauge", "Requests to the database that are in no set yet.",
         database->queued},
        {"minivoice_sets_total", "counter", "Sets of requests sent to the database.", (double)database->sets},
        {"minivoice_set_requests_total", "counter", "Requests in those sets.",
         (double)database->set_requests},
        {"minivoice_waiting_answers", "gauge", "Answers given without the database that are not stored yet.",
         database->deferred},
        {"minivoice_deferred_answers_total", "counter", "Answers that were given without the database.",
         (double)database->ever_deferred},
        {"minivoice_traces_total", "counter", "Requests noted whole (IVR_TRACE), dropped ones included.",
         (double)traces->noted},
        {"minivoice_dropped_traces_total", "counter",
         "Of these, those that are not stored: too many waited, or there was no database.",
         (double)traces->dropped},
        {"minivoice_dropped_log_lines_total", "counter",
         "Lines of the log that could not be written in time.", (double)log_dropped()},
    };
    metrics_print_values(values, sizeof values / sizeof *values, program_invocation_short_name, to);
}

static void print_spool(const struct app *app, long long bytes, FILE *to) {
    const struct metrics_value values[] = {
        {"minivoice_spool_bytes", "gauge", "Files of all programs that wait for the database.",
         (double)bytes},
        {"minivoice_spool_limit_bytes", "gauge", "How much they may take.",
         (double)app->conf.spool_most_mb * 1024 * 1024},
    };
    metrics_print_values(values, sizeof values / sizeof *values, program_invocation_short_name, to);
}

static void print_settings(const struct snapshot_condition *settings, FILE *to) {
    const struct metrics_value values[] = {
        {"minivoice_settings_version", "gauge", "The version of the configuration in use, 0 for none.",
         (double)settings->version},
        {"minivoice_settings_from_database", "gauge",
         "Whether it came from the database and not from the file.", settings->source == SNAPSHOT_DATABASE},
        {"minivoice_settings_age_seconds", "gauge", "Since the database last said that it is the newest.",
         (double)settings->age_s},
    };
    size_t known = sizeof values / sizeof *values - (settings->age_s < 0);
    metrics_print_values(values, known, program_invocation_short_name, to);
}

static int answer_metrics(struct app *app, struct reply *reply) {
    struct condition condition = condition_of(app);
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL)
        return 500;
    print_process(to);
    metrics_print(&app->metrics, program_invocation_short_name, to);
    struct tracer_counts traces = tracer_look(app->tracer);
    if (condition.configured)
        print_database(&condition.database, &traces, to);
    if (condition.spool_bytes >= 0)
        print_spool(app, condition.spool_bytes, to);
    if (condition.for_callers)
        print_settings(&condition.settings, to);
    if (fclose(to) != 0) {
        free(text);
        return 500;
    }
    reply_text(reply, "text/plain; version=0.0.4; charset=utf-8", text);
    return 0;
}

int health_answer(struct app *app, const char *probe, struct reply *reply) {
    return strcmp(probe, "metrics") == 0 ? answer_metrics(app, reply) : answer_healthz(app, reply);
}

// The start

bool health_is_known(struct app *app) {
    struct condition condition = condition_of(app);
    bool settled = !condition.for_callers || condition.settings.source == SNAPSHOT_DATABASE;
    return condition.database.tried && (settled || !condition.database.up);
}

void health_log_start(struct app *app) {
    struct condition condition = condition_of(app);
    struct log_line line = {0};
    log_text(&line, "info", "started");
    log_text(&line, "version", IVR_VERSION);
    log_number(&line, "pid", getpid());
    log_text(&line, "database", database_word(&condition.database));
    if (condition.database.schema > 0)
        log_number(&line, "schema", condition.database.schema);
    if (condition.settings.source != SNAPSHOT_NONE)
        log_number(&line, "configuration", condition.settings.version);
    log_write(&line);
}
