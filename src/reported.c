// reported.c: the statements of minivoice-reconcile, prepared by nobody else.
#include "reported.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

struct reported {
    struct db *db;
};

enum { DUE, STORE, COMPARE, DUE_FOR_AI, STORE_AI, STORY, STATEMENTS };

static const struct db_statement statements[STATEMENTS + 1] = {
    [DUE] = {"calls_to_reconcile",
             "SELECT asked.place, to_jsonb(ivr.calls_to_reconcile(asked.most::integer)) "
             "FROM unnest($1::integer[], $2::text[]) AS asked (place, most)",
             false, 0},
    [STORE] =
        {"store_report",
         "SELECT place, word "
         "FROM (SELECT place, ivr.store_report(call_id, outcome, http_status::integer, report::jsonb) AS word "
         "FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[]) "
         "AS told (place, call_id, outcome, http_status, report)) AS stored "
         "WHERE word IS NOT NULL",
         false, 0},
    [COMPARE] = {"compare_report",
                 "SELECT asked.place, ivr.compare_report(asked.call_id, asked.report::jsonb) "
                 "FROM unnest($1::integer[], $2::text[], $3::text[]) AS asked (place, call_id, report)",
                 true, 0},
    [STORY] = {"call_story",
               "SELECT asked.place, ivr.call_story(asked.call_id) "
               "FROM unnest($1::integer[], $2::text[]) AS asked (place, call_id)",
               true, 0},
    [DUE_FOR_AI] = {"calls_to_enrich",
                    "SELECT asked.place, to_jsonb(ivr.calls_to_enrich(asked.most::integer)) "
                    "FROM unnest($1::integer[], $2::text[]) AS asked (place, most)",
                    false, 0},
    [STORE_AI] = {"store_ai",
                  "SELECT told.place, ivr.store_ai(told.call_id, told.sections::jsonb) "
                  "FROM unnest($1::integer[], $2::text[], $3::text[]) AS told (place, call_id, sections)",
                  false, 0},
};

struct reported *reported_open(void) {
    struct reported *reported = calloc(1, sizeof *reported);
    if (reported == NULL)
        return NULL;
    reported->db = db_open(statements, REPORTED_WAIT_MS, NULL);
    if (reported->db != NULL)
        return reported;
    free(reported);
    return NULL;
}

void reported_close(struct reported *reported) {
    if (reported == NULL)
        return;
    db_close(reported->db);
    free(reported);
}

enum db_status reported_due(struct reported *reported, int most, char **json) {
    char number[16];
    snprintf(number, sizeof number, "%d", most);
    const struct db_request request = {
        .statement = &statements[DUE], .count = 1, .values = {db_text(number)}};
    return tool_ask(reported->db, &request, REPORTED_WAIT_MS, json);
}

enum db_status reported_story(struct reported *reported, const char *call_id, char **json) {
    const struct db_request request = {
        .statement = &statements[STORY], .key = call_id, .count = 1, .values = {db_text(call_id)}};
    return tool_ask(reported->db, &request, REPORTED_WAIT_MS, json);
}

enum db_status reported_due_for_ai(struct reported *reported, int most, char **json) {
    char number[16];
    snprintf(number, sizeof number, "%d", most);
    const struct db_request request = {
        .statement = &statements[DUE_FOR_AI], .count = 1, .values = {db_text(number)}};
    return tool_ask(reported->db, &request, REPORTED_WAIT_MS, json);
}

enum db_status reported_store_ai(struct reported *reported, const char *call_id, const char *sections,
                                 char **count) {
    const struct db_request request = {.statement = &statements[STORE_AI],
                                       .key = call_id,
                                       .count = 2,
                                       .values = {db_text(call_id), db_text(sections)}};
    return tool_ask(reported->db, &request, REPORTED_WAIT_MS, count);
}

enum db_status reported_store(struct reported *reported, const char *call_id, const char *outcome,
                              long http_status, const char *report, char **word) {
    char number[32];
    snprintf(number, sizeof number, "%ld", http_status);
    const struct db_request request = {.statement = &statements[STORE],
                                       .key = call_id,
                                       .count = 4,
                                       .values = {db_text(call_id), db_text(outcome),
                                                  db_text(http_status > 0 ? number : NULL), db_text(report)}};
    return tool_ask(reported->db, &request, REPORTED_WAIT_MS, word);
}

enum db_status reported_compare(struct reported *reported, const char *call_id, const char *report,
                                char **json) {
    const struct db_request request = {.statement = &statements[COMPARE],
                                       .key = call_id,
                                       .count = 2,
                                       .values = {db_text(call_id), db_text(report)}};
    return tool_ask(reported->db, &request, REPORTED_WAIT_MS, json);
}
