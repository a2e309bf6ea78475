// report.c: prints every call whole, and sums all calls up.
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "clock.h"

enum { SENTENCES_SHOWN = 10 };

void report_open(struct report *report, const struct options *options) {
    *report = (struct report){.options = options, .started_us = clock_steady_us()};
    pthread_mutex_init(&report->lock, NULL);
}

void report_close(struct report *report) {
    pthread_mutex_destroy(&report->lock);
    tally_free(&report->destinations);
    tally_free(&report->broken);
    free(report->answer_ms);
}

static void make_lines(const struct report *report, const struct record *record, struct text *lines) {
    if (report->options->quiet)
        return;
    if (!report->options->json) {
        record_text(record, lines);
        return;
    }
    struct json_object *json = record_json(record);
    text_add(lines,
             json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    text_add(lines, "\n");
    json_object_put(json);
}

static void count_record(struct report *report, const struct record *record) {
    report->calls++;
    report->endings[record->ended]++;
    if (record->ended == ENDED_TRANSFER)
        tally_add(&report->destinations, record->destination);
    for (size_t i = 0; i < record->broken.count && report->broken.names.count < 1000; i++)
        tally_add(&report->broken, record->broken.items[i]);
    report->broken_calls += record->broken.count > 0;
    report->broken_rules += record->broken.count;
    report->redirects += record->redirects;
    report->events_sent += record->events_sent;
    report->events_acknowledged += record->events_acknowledged;
    report->answer_ms =
        memory_resize(report->answer_ms, report->answers + record->answers + 1, sizeof *report->answer_ms);
    for (size_t i = 0; i < record->answers; i++)
        report->answer_ms[report->answers++] = record->answer_ms[i];
}

void report_add(struct report *report, const struct record *record) {
    struct text lines = {0};
    make_lines(report, record, &lines);
    pthread_mutex_lock(&report->lock);
    if (lines.length != 0) {
        fwrite(lines.bytes, 1, lines.length, stdout);
        fflush(stdout);
    }
    count_record(report, record);
    pthread_mutex_unlock(&report->lock);
    text_free(&lines);
}

static int compare_ms(const void *one, const void *other) {
    const double *left = one;
    const double *right = other;
    return (*left > *right) - (*left < *right);
}

// Nearest rank of the sorted times.
static double percentile(const struct report *report, unsigned percent) {
    size_t rank = (report->answers * percent + 99) / 100;
    return report->answers != 0 ? report->answer_ms[rank != 0 ? rank - 1 : 0] : 0.0;
}

static void print_text(const struct report *report, double seconds) {
    const struct tally *to = &report->destinations;
    const struct tally *broken = &report->broken;
    printf("calls         %7lu in %.1f s, %lu redirects\n", report->calls, seconds, report->redirects);
    printf("transfers     %7lu\n", report->endings[ENDED_TRANSFER]);
    for (size_t i = 0; i < to->names.count; i++)
        printf("              %7lu to %s\n", to->counts[i], to->names.items[i]);
    if (report->endings[ENDED_BRIDGE] + report->endings[ENDED_CONFERENCE] != 0)
        printf("bridges       %7lu, conferences %lu\n", report->endings[ENDED_BRIDGE],
               report->endings[ENDED_CONFERENCE]);
    printf("messages      %7lu\n", report->endings[ENDED_MESSAGE]);
    printf("hang-ups      %7lu\n", report->endings[ENDED_HANGUP]);
    printf("broken off    %7lu\n", report->endings[ENDED_ERROR]);
    printf("events        %7lu sent, %lu acknowledged\n", report->events_sent, report->events_acknowledged);
    printf("answers       %7zu, p50 %.1f ms, p99 %.1f ms, max %.1f ms\n", report->answers,
           percentile(report, 50), percentile(report, 99), percentile(report, 100));
    printf("broken rules  %7lu in %lu calls\n", report->broken_rules, report->broken_calls);
    for (size_t i = 0; i < broken->names.count && i < SENTENCES_SHOWN; i++)
        printf("              %7lu %s\n", broken->counts[i], broken->names.items[i]);
    if (broken->names.count > SENTENCES_SHOWN)
        printf("                      and more\n");
}

static void add_count(struct json_object *json, const char *name, unsigned long count) {
    json_object_object_add(json, name, json_object_new_int64((int64_t)count));
}

static void add_decimal(struct json_object *json, const char *name, double value) {
    char digits[32];
    snprintf(digits, sizeof digits, "%.3f", value);
    json_object_object_add(json, name, json_object_new_double_s(value, digits));
}

static struct json_object *summary_json(const struct report *report, double seconds) {
    struct json_object *json = json_object_new_object();
    struct json_object *ms = json_object_new_object();
    add_count(json, "calls", report->calls);
    add_decimal(json, "seconds", seconds);
    json_object_object_add(json, "transfers", tally_json(&report->destinations, SIZE_MAX));
    add_count(json, "bridges", report->endings[ENDED_BRIDGE]);
    add_count(json, "conferences", report->endings[ENDED_CONFERENCE]);
    add_count(json, "messages", report->endings[ENDED_MESSAGE]);
    add_count(json, "hangups", report->endings[ENDED_HANGUP]);
    add_count(json, "errors", report->endings[ENDED_ERROR]);
    add_count(json, "redirects", report->redirects);
    add_count(json, "events_sent", report->events_sent);
    add_count(json, "events_acknowledged", report->events_acknowledged);
    add_count(json, "answers", report->answers);
    add_decimal(ms, "p50", percentile(report, 50));
    add_decimal(ms, "p99", percentile(report, 99));
    add_decimal(ms, "max", percentile(report, 100));
    json_object_object_add(json, "answer_ms", ms);
    add_count(json, "broken_calls", report->broken_calls);
    add_count(json, "broken", report->broken_rules);
    json_object_object_add(json, "broken_sentences", tally_json(&report->broken, SENTENCES_SHOWN));
    return json;
}

void report_summary(struct report *report) {
    double seconds = (double)(clock_steady_us() - report->started_us) / 1e6;
    if (report->answers != 0)
        qsort(report->answer_ms, report->answers, sizeof *report->answer_ms, compare_ms);
    if (!report->options->json) {
        if (report->calls > 1 || report->options->quiet)
            print_text(report, seconds);
        return;
    }
    struct json_object *json = json_object_new_object();
    json_object_object_add(json, "summary", summary_json(report, seconds));
    puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(json);
}
