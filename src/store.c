// store.c: turns C values into the arguments of SQL functions and their rows back into C.
#include "store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

struct store {
    struct db *db;
};

static const struct db_statement statements[] = {
    {"call_state", "SELECT * FROM ivr.call_state($1::text, $2::integer, $3::boolean, $4::text)"},
    {"store_answer",
     "SELECT ivr.store_answer($1::text, $2::integer, $3::integer, $4::text, $5::text, $6::text, "
     "$7::text, $8::bytea, $9::integer, $10::text, $11::text, $12::text, $13::text, $14::text, "
     "$15::text, $16::text, $17::bigint, $18::timestamptz, $19::real, $20::boolean)"},
    {"store_event", "SELECT ivr.store_event($1::text, $2::text, $3::text, $4::bytea)"},
    {"store_rejected",
     "SELECT ivr.store_rejected($1::text, $2::text, $3::text, $4::integer, $5::text, $6::text, "
     "$7::text, $8::bytea, $9::bigint)"},
    {"settings", "SELECT ivr.settings($1::bigint)"},
    {NULL, NULL},
};

struct store *store_open(void) {
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return NULL;
    store->db = db_open(statements);
    if (store->db == NULL) {
        free(store);
        return NULL;
    }
    return store;
}

void store_close(struct store *store) {
    if (store == NULL)
        return;
    db_close(store->db);
    free(store);
}

// Arguments

// Room for the numbers of one call, in text.
struct numbers {
    char text[8][32];
    int count;
};

static struct db_value number(struct numbers *numbers, const char *format, ...) {
    char *text = numbers->text[numbers->count++];
    va_list value;
    va_start(value, format);
    vsnprintf(text, sizeof numbers->text[0], format, value);
    va_end(value);
    return db_text(text);
}

// SQL's null for 0.
static struct db_value positive(struct numbers *numbers, long long value) {
    return value > 0 ? number(numbers, "%lld", value) : db_text(NULL);
}

static struct db_value truth(bool value) {
    return db_text(value ? "true" : "false");
}

static int int_of(const char *text) {
    return text == NULL ? 0 : (int)strtol(text, NULL, 10);
}

// The one column of the one row, taken over from it.
static char *take_text(struct db_row *row) {
    char *text = row->columns == 1 ? row->text[0] : NULL;
    if (row->columns == 1)
        row->text[0] = NULL;
    db_row_free(row);
    return text;
}

// The functions

static bool truth_of(const char *text) {
    return text != NULL && *text == 't';
}

// The columns of ivr.call_state(), in its order.
static void read_state(struct store_state *state, char *const *column) {
    state->response = column[0];
    state->asked_step = int_of(column[1]);
    state->next_step = int_of(column[2]);
    state->menu = column[3];
    state->no_inputs = int_of(column[4]);
    state->invalids = int_of(column[5]);
    state->digits = column[6];
    state->gathered_digest = column[7];
    state->to = column[8];
    state->application_id = column[9];
    state->failed = column[10];
    state->menu_before = column[11];
    state->recorded = truth_of(column[12]);
    state->caller = (struct caller){.greeting = column[13],
                                    .department = column[14],
                                    .menu = column[15],
                                    .blocked = truth_of(column[16]),
                                    .message = column[17]};
}

enum db_status store_call_state(struct store *store, const char *call_id, int step, bool first,
                                const char *from, int64_t deadline, struct store_state *state) {
    struct numbers numbers = {0};
    struct db_call call = {.name = "call_state", .key = call_id, .count = 4};
    call.values[0] = db_text(call_id);
    call.values[1] = positive(&numbers, step);
    call.values[2] = truth(first);
    call.values[3] = db_text(from);
    *state = (struct store_state){0};
    enum db_status status = db_run(store->db, &call, deadline, &state->row);
    if (status == DB_OK && state->row.columns == 18)
        read_state(state, state->row.text);
    else if (status == DB_OK)
        status = DB_REFUSED;
    return status;
}

void store_state_free(struct store_state *state) {
    db_row_free(&state->row);
    *state = (struct store_state){0};
}

static struct db_call answer_call(const struct store_answer *answer, const char *given_at,
                                  struct numbers *numbers) {
    const struct decision *decision = answer->decision;
    const struct db_value values[] = {
        db_text(answer->call_id),
        number(numbers, "%d", answer->step),
        positive(numbers, answer->asked_step),
        db_text(answer->endpoint),
        db_text(decision->menu == NULL ? NULL : decision->menu->name),
        db_text(answer->digits),
        db_text(answer->digits_source),
        db_text(answer->gathered_digest),
        number(numbers, "%d", answer->waited_ms),
        db_text(decision_word(decision->kind)),
        db_text(decision->reason),
        db_text(decision->department),
        db_text(decision->destination),
        db_text(answer->from),
        db_text(answer->to),
        db_text(answer->response),
        positive(numbers, answer->config_version),
        db_text(given_at),
        number(numbers, "%.3f", answer->took_ms),
        truth(given_at != NULL),
    };
    struct db_call call = {
        .name = "store_answer", .key = answer->call_id, .count = sizeof values / sizeof *values};
    memcpy(call.values, values, sizeof values);
    return call;
}

enum db_status store_answer(struct store *store, const struct store_answer *answer, int64_t deadline,
                            char **response) {
    struct numbers numbers = {0};
    struct db_call call = answer_call(answer, NULL, &numbers);
    struct db_row row = {0};
    enum db_status status = db_run(store->db, &call, deadline, &row);
    *response = take_text(&row);
    return status;
}

void store_given_answer(struct store *store, const struct store_answer *answer) {
    char now[CLOCK_RFC3339_SIZE];
    clock_rfc3339(now);
    struct numbers numbers = {0};
    struct db_call call = answer_call(answer, now, &numbers);
    db_keep(store->db, &call);
}

enum db_status store_event(struct store *store, const char *call_id, const char *event,
                           const char *created_at, const void *raw, size_t length, int64_t deadline,
                           bool *duplicate) {
    struct db_call call = {.name = "store_event", .key = call_id, .count = 4};
    call.values[0] = db_text(call_id);
    call.values[1] = db_text(event);
    call.values[2] = db_text(created_at);
    call.values[3] = db_bytes(raw, length);
    struct db_row row = {0};
    enum db_status status = db_run(store->db, &call, deadline, &row);
    char *word = take_text(&row);
    *duplicate = word != NULL && strcmp(word, "duplicate") == 0;
    free(word);
    return status;
}

enum db_status store_rejection(struct store *store, const struct store_rejection *rejection,
                               int64_t deadline) {
    struct numbers numbers = {0};
    long long length =
        rejection->declared_length >= 0 ? rejection->declared_length : (long long)rejection->raw_length;
    const struct db_value values[] = {
        db_text(rejection->endpoint),
        db_text(rejection->reason),
        db_text(rejection->detail),
        number(&numbers, "%d", rejection->http_status),
        db_text(rejection->remote_address),
        db_text(rejection->timestamp),
        db_text(rejection->signature),
        db_bytes(rejection->raw_length > 0 ? rejection->raw : "", rejection->raw_length),
        number(&numbers, "%lld", length),
    };
    struct db_call call = {.name = "store_rejected", .count = sizeof values / sizeof *values};
    memcpy(call.values, values, sizeof values);
    return db_run(store->db, &call, deadline, NULL);
}

enum db_status store_settings(struct store *store, long long version, int64_t deadline, char **json) {
    struct numbers numbers = {0};
    struct db_call call = {.name = "settings", .count = 1};
    call.values[0] = version < 0 ? db_text(NULL) : number(&numbers, "%lld", version);
    struct db_row row = {0};
    enum db_status status = db_run(store->db, &call, deadline, &row);
    *json = take_text(&row);
    return status;
}
