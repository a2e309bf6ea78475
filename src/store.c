// store.c: turns C values into the arguments of SQL functions and their rows back into C.
#include "store.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "clock.h"
#include "json.h"
#include "log.h"

struct store {
    struct db *db;
    atomic_ullong given;  // answers that were handed over, to tell them apart
};

// In the order in which a set runs them. Columns are named, so that a newer schema may return more.
enum {
    GATHERED_DIGITS,
    CALL_STATES,
    SETTINGS,
    CHECK_CODES,
    STORE_EVENTS,
    STORE_ANSWERS,
    STORE_REJECTIONS,
    STATEMENTS
};

static const struct db_statement statements[STATEMENTS + 1] = {
    [GATHERED_DIGITS] = {"gathered_digits",
                         "SELECT place, digits, gathered_digest, answered "
                         "FROM ivr.gathered_digits($1::integer[], $2::text[], $3::text[]::integer[])",
                         true, 0},
    [CALL_STATES] = {"call_states",
                     "SELECT place, response, asked_step, next_step, menu, no_inputs, invalids, digits, "
                     "gathered_digest, to_number, application_id, failed, menu_before, recorded, is_open, "
                     "caller_greeting, caller_department, caller_menu, caller_blocked, caller_message, "
                     "language, caller_language, from_number "
                     "FROM ivr.call_states($1::integer[], $2::text[], $3::text[]::integer[], "
                     "$4::text[]::boolean[], $5::text[])",
                     true, 0},
    [SETTINGS] = {"settings",
                  "SELECT asked.place, ivr.settings(asked.version::bigint) "
                  "FROM unnest($1::integer[], $2::text[]) AS asked (place, version)",
                  true, 0},
    [CHECK_CODES] =
        {"check_codes",
         "SELECT place, result FROM ivr.check_codes($1::integer[], $2::text[], $3::text[]::integer[], "
         "$4::text[], $5::text[])",
         false, 0},
    [STORE_EVENTS] =
        {"store_events",
         "SELECT place, result FROM ivr.store_events($1::integer[], $2::text[], $3::text[], $4::text[], $5::bytea[], "
         "$6::text[]::timestamptz[])",
         false, 1},
    [STORE_ANSWERS] = {"store_answers",
                       "SELECT place, result, response "
                       "FROM ivr.store_answers($1::integer[], $2::text[], $3::text[]::jsonb[], $4::text[])",
                       false, 0},
    [STORE_REJECTIONS] =
        {"store_rejections",
         "SELECT place, result FROM ivr.store_rejections($1::integer[], $2::text[], $3::text[], $4::text[], "
         "$5::text[]::integer[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::text[]::bigint[], "
         "$11::text[]::timestamptz[])",
         false, 1},
};

struct store *store_open(int timeout_ms, struct spool *spool) {
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return NULL;
    store->db = db_open(statements, timeout_ms, spool);
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

void store_look(struct store *store, struct db_condition *condition) {
    db_look(store->db, condition);
}

// Arguments

// Room for the numbers of one request, in text.
struct numbers {
    char text[2][32];
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

static struct db_request request_for(int statement, const char *key, const struct db_value *values,
                                     size_t size) {
    struct db_request request = {
        .statement = &statements[statement], .key = key, .count = (int)(size / sizeof *values)};
    memcpy(request.values, values, size);
    return request;
}

// Columns

static int int_of(const char *text) {
    return text == NULL ? 0 : (int)strtol(text, NULL, 10);
}

static bool truth_of(const char *text) {
    return text != NULL && *text == 't';
}

static bool is_word(const char *text, const char *word) {
    return text != NULL && strcmp(text, word) == 0;
}

// Runs a request whose row must have so many columns.
static enum db_status run(struct store *store, const struct db_request *request, int columns,
                          int64_t deadline, struct db_row *row) {
    enum db_status status = db_run(store->db, request, deadline, row);
    if (status != DB_OK || row->columns == columns)
        return status;
    db_row_free(row);
    return DB_REFUSED;
}

// The functions

// The columns of ivr.call_states() in the order of its statement.
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
    state->is_open = truth_of(column[13]);
    state->caller = (struct caller){.greeting = column[14],
                                    .department = column[15],
                                    .menu = column[16],
                                    .blocked = truth_of(column[17]),
                                    .message = column[18],
                                    .language = column[20]};
    state->language = column[19];
    state->from = column[21];
}

enum db_status store_call_state(struct store *store, const char *call_id, int step, bool first,
                                const char *from, int64_t deadline, struct store_state *state) {
    struct numbers numbers = {0};
    const struct db_value values[] = {db_text(call_id), positive(&numbers, step), truth(first),
                                      db_text(from)};
    struct db_request request = request_for(CALL_STATES, call_id, values, sizeof values);
    *state = (struct store_state){0};
    enum db_status status = run(store, &request, 22, deadline, &state->row);
    if (status == DB_OK)
        read_state(state, state->row.text);
    return status;
}

void store_state_free(struct store_state *state) {
    db_row_free(&state->row);
    *state = (struct store_state){0};
}

enum db_status store_gathered_digits(struct store *store, const char *call_id, int step, int64_t deadline,
                                     struct store_digits *digits) {
    struct numbers numbers = {0};
    const struct db_value values[] = {db_text(call_id), positive(&numbers, step)};
    struct db_request request = request_for(GATHERED_DIGITS, call_id, values, sizeof values);
    *digits = (struct store_digits){0};
    enum db_status status = run(store, &request, 3, deadline, &digits->row);
    if (status != DB_OK)
        return status;
    digits->digits = digits->row.text[0];
    digits->gathered_digest = digits->row.text[1];
    digits->answered = truth_of(digits->row.text[2]);
    return status;
}

enum db_status store_check_code(struct store *store, const char *call_id, int step, const char *digits,
                                const char *digest, int64_t deadline, enum code_result *result) {
    struct numbers numbers = {0};
    const struct db_value values[] = {db_text(call_id), positive(&numbers, step),
                                      db_text(digest == NULL ? digits : NULL), db_text(digest)};
    struct db_request request = request_for(CHECK_CODES, call_id, values, sizeof values);
    struct db_row row = {0};
    enum db_status status = run(store, &request, 1, deadline, &row);
    *result = CODE_REFUSED;
    if (status == DB_OK && is_word(row.text[0], "right"))
        *result = CODE_RIGHT;
    else if (status == DB_OK && is_word(row.text[0], "wrong"))
        *result = CODE_WRONG;
    db_row_free(&row);
    return status;
}

// Members

// An object that is being filled.
struct members {
    struct json_object *object;
    bool complete;  // false: memory has run out
};

// Takes value.
static void put(struct members *members, const char *name, struct json_object *value) {
    const unsigned literal = JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY;
    if (value != NULL && json_object_object_add_ex(members->object, name, value, literal) == 0)
        return;
    json_object_put(value);
    members->complete = false;
}

static void put_text(struct members *members, const char *name, const char *text) {
    if (text != NULL)
        put(members, name, json_object_new_string(text));
}

static void put_number(struct members *members, const char *name, int64_t number) {
    put(members, name, json_object_new_int64(number));
}

static void put_positive(struct members *members, const char *name, int64_t number) {
    if (number > 0)
        put_number(members, name, number);
}

// All of an answer but its call and what is returned, as JSON that belongs to *object; what is null is left
// out. NULL when memory runs out. The caller puts *object.
static const char *answer_json(const struct store_answer *answer, const char *given_at, const char *record,
                               struct json_object **object) {
    static const char *const bases[] = {
        [STORE_LOOKED] = "looked", [STORE_ASSUMED] = "assumed", [STORE_GIVEN] = "given"};
    const struct decision *decision = answer->decision;
    struct members members = {.object = json_object_new_object(), .complete = true};
    *object = members.object;
    if (members.object == NULL)
        return NULL;
    put_text(&members, "how", bases[answer->basis]);
    put_number(&members, "step", answer->step);
    put_positive(&members, "asked_step", answer->asked_step);
    put_text(&members, "endpoint", answer->endpoint);
    put_text(&members, "menu", decision->menu == NULL ? NULL : decision->menu->name);
    put_text(&members, "digits", answer->digits);
    put_text(&members, "digits_source", answer->digits_source);
    put_text(&members, "gathered_digest", answer->gathered_digest);
    put_number(&members, "waited_ms", answer->waited_ms);
    put_text(&members, "decision", decision_word(decision->kind));
    put_text(&members, "reason", decision->reason);
    put_text(&members, "department", decision->department);
    put_text(&members, "destination", decision->destination);
    put_text(&members, "from_number", answer->from);
    put_text(&members, "to_number", answer->to);
    put_positive(&members, "config_version", answer->config_version);
    put_text(&members, "answered_at", given_at);
    put(&members, "took_ms", json_object_new_double(answer->took_ms));
    put_text(&members, "signature", answer->signature);
    put_text(&members, "language", decision->language);
    put_text(&members, "keep_language", decision->keep_language ? decision->language : NULL);
    put_text(&members, "callback", decision->callback ? decision->number : NULL);
    put_text(&members, "spool_record", record);
    return members.complete ? json_print(members.object) : NULL;
}

static struct db_request answer_request(const struct store_answer *answer, const char *json) {
    const struct db_value values[] = {db_text(answer->call_id), db_text(json), db_text(answer->response)};
    return request_for(STORE_ANSWERS, answer->call_id, values, sizeof values);
}

enum db_status store_answer(struct store *store, const struct store_answer *answer, int64_t deadline,
                            enum store_result *result, char **response) {
    struct json_object *object;
    struct db_row row = {0};
    enum db_status status = DB_DOWN;
    const char *json = answer_json(answer, NULL, NULL, &object);
    *response = NULL;
    if (json != NULL) {
        struct db_request request = answer_request(answer, json);
        status = run(store, &request, 2, deadline, &row);
    }
    json_object_put(object);
    if (status != DB_OK)
        return status;
    *result = is_word(row.text[0], "stored") ? STORE_STORED : STORE_MOVED;
    if (is_word(row.text[0], "known") && row.text[1] != NULL) {
        *result = STORE_KNOWN;
        *response = strdup(row.text[1]);
    }
    db_row_free(&row);
    return *result == STORE_KNOWN && *response == NULL ? DB_DOWN : DB_OK;
}

// No other record has this name: neither of this process, nor of one that had its number before.
static const char *name_record(char *name, size_t size, struct store *store) {
    snprintf(name, size, "%ld-%lld-%llu", (long)getpid(), (long long)clock_wall(),
             atomic_fetch_add(&store->given, 1));
    return name;
}

void store_given_answer(struct store *store, const struct store_answer *answer) {
    char now[CLOCK_RFC3339_SIZE];
    clock_rfc3339(now);
    struct store_answer given = *answer;
    given.basis = STORE_GIVEN;
    char record[64];
    bool is_calls = answer->call_id != NULL;  // known by the call and its step
    struct json_object *object;
    const char *json =
        answer_json(&given, now, is_calls ? NULL : name_record(record, sizeof record, store), &object);
    if (json != NULL) {
        struct db_request request = answer_request(&given, json);
        db_defer(store->db, &request);
    } else {
        log_error("database", "out of memory: an answer is given and not stored");
    }
    json_object_put(object);
}

// `received` is NULL for now.
static struct db_request event_request(const char *call_id, const char *event, const char *created_at,
                                       const void *raw, size_t length, const char *received) {
    const struct db_value values[] = {db_text(call_id), db_text(event), db_text(created_at),
                                      db_bytes(raw, length), db_text(received)};
    return request_for(STORE_EVENTS, call_id, values, sizeof values);
}

bool store_event_later(struct store *store, const char *call_id, const char *event, const char *created_at,
                       const void *raw, size_t length, int64_t received_at) {
    char received[CLOCK_EXACT_SIZE];
    clock_exact(received_at, received);
    struct db_request request = event_request(call_id, event, created_at, raw, length, received);
    return db_spool(store->db, &request);
}

enum db_status store_event(struct store *store, const char *call_id, const char *event,
                           const char *created_at, const void *raw, size_t length, int64_t deadline,
                           bool *duplicate) {
    struct db_request request = event_request(call_id, event, created_at, raw, length, NULL);
    struct db_row row = {0};
    enum db_status status = run(store, &request, 1, deadline, &row);
    *duplicate = status == DB_OK && is_word(row.text[0], "duplicate");
    db_row_free(&row);
    return status;
}

static struct db_request rejection_request(const struct store_rejection *rejection, struct numbers *numbers,
                                           const char *received) {
    const struct db_value values[] = {
        db_text(rejection->endpoint),
        db_text(rejection->reason),
        db_text(rejection->detail),
        number(numbers, "%d", rejection->http_status),
        db_text(rejection->remote_address),
        db_text(rejection->timestamp),
        db_text(rejection->signature),
        db_bytes(rejection->raw_length > 0 ? rejection->raw : "", rejection->raw_length),
        number(numbers, "%lld", rejection->declared_length),
        db_text(received),
    };
    return request_for(STORE_REJECTIONS, NULL, values, sizeof values);
}

enum db_status store_rejection(struct store *store, const struct store_rejection *rejection,
                               int64_t deadline) {
    struct numbers numbers = {0};
    struct db_request request = rejection_request(rejection, &numbers, NULL);
    return db_run(store->db, &request, deadline, NULL);
}

bool store_rejection_later(struct store *store, const struct store_rejection *rejection,
                           int64_t received_at) {
    struct numbers numbers = {0};
    char received[CLOCK_EXACT_SIZE];
    clock_exact(received_at, received);
    struct db_request request = rejection_request(rejection, &numbers, received);
    return db_spool(store->db, &request);
}

enum db_status store_settings(struct store *store, long long version, int64_t deadline, char **json) {
    struct numbers numbers = {0};
    const struct db_value values[] = {version < 0 ? db_text(NULL) : number(&numbers, "%lld", version)};
    struct db_request request = request_for(SETTINGS, NULL, values, sizeof values);
    struct db_row row = {0};
    enum db_status status = run(store, &request, 1, deadline, &row);
    bool news = status == DB_OK && row.text[0] != NULL;
    *json = news ? strdup(row.text[0]) : NULL;
    db_row_free(&row);
    return news && *json == NULL ? DB_DOWN : status;
}
