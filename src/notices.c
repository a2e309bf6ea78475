// notices.c: the statements of minivoice-notify, prepared by nobody else.
#include "notices.h"

#include <stdlib.h>
#include <string.h>

#include "tool.h"

struct notices {
    struct db *db;
};

enum { TAKE, DUE, NOTE, STATEMENTS };

static const struct db_statement statements[STATEMENTS + 1] = {
    [TAKE] = {"take_notices",
              "SELECT asked.place, ivr.take_notices()::text FROM unnest($1::integer[]) AS asked (place)",
              false, 0},
    [DUE] = {"due_notices",
             "SELECT asked.place, "
             "ivr.due_notices(ARRAY(SELECT jsonb_array_elements_text(asked.busy::jsonb)::bigint))::text "
             "FROM unnest($1::integer[], $2::text[]) AS asked (place, busy)",
             false, 0},
    [NOTE] = {"note_tries",
              "SELECT told.place, ivr.note_tries(told.tries::jsonb)::text "
              "FROM unnest($1::integer[], $2::text[]) AS told (place, tries)",
              false, 0},
};

struct notices *notices_open(void) {
    struct notices *notices = calloc(1, sizeof *notices);
    if (notices == NULL)
        return NULL;
    notices->db = db_open(statements, NOTICES_WAIT_MS, NULL);
    if (notices->db != NULL)
        return notices;
    free(notices);
    return NULL;
}

void notices_close(struct notices *notices) {
    if (notices == NULL)
        return;
    db_close(notices->db);
    free(notices);
}

enum db_status notices_take(struct notices *notices, int *count) {
    char *text;
    const struct db_request request = {.statement = &statements[TAKE]};
    enum db_status status = tool_ask(notices->db, &request, NOTICES_WAIT_MS, &text);
    *count = text == NULL ? -1 : (int)strtol(text, NULL, 10);
    free(text);
    return status;
}

enum db_status notices_due(struct notices *notices, const char *busy, char **json) {
    const struct db_request request = {.statement = &statements[DUE], .count = 1, .values = {db_text(busy)}};
    return tool_ask(notices->db, &request, NOTICES_WAIT_MS, json);
}

enum db_status notices_note(struct notices *notices, const char *tries) {
    char *text;
    const struct db_request request = {
        .statement = &statements[NOTE], .count = 1, .values = {db_text(tries)}};
    enum db_status status = tool_ask(notices->db, &request, NOTICES_WAIT_MS, &text);
    free(text);
    return status;
}
