// store.h: one C function for each SQL function of the schema ivr. Facts are written there, not here.
#ifndef IVR_STORE_H
#define IVR_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "menu.h"

struct store;
struct spool;

// Connects in the background; the server ends what takes longer than timeout_ms. What cannot be stored now is
// kept in `spool`, which must outlive the store; NULL: there is none. Returns NULL when that cannot even be
// tried.
struct store *store_open(int timeout_ms, struct spool *spool);

// Writes what is still queued, for a moment, and disconnects. NULL is fine.
void store_close(struct store *store);

// db_look
void store_look(struct store *store, struct db_condition *condition);

// What is known of a call when an endpoint is asked about it: ivr.call_states(). The strings belong to `row`;
// free with store_state_free.
struct store_state {
    struct db_row row;
    const char *response;  // the answer stored for this very question, or NULL
    int asked_step;        // 0: none
    int next_step;
    const char *menu;  // the menu that was asked, or NULL
    int no_inputs;     // how often it was asked again
    int invalids;
    const char *digits;           // of call.gathered; NULL: not stored yet; "": nothing pressed
    const char *gathered_digest;  // which event that was: hex as the database writes bytea
    const char *to;               // the called number, or NULL
    const char *application_id;
    const char *failed;  // destinations that failed for this caller a short time ago, one a line, or NULL
    const char *menu_before;  // where back leads, or NULL
    bool recorded;            // the call is being recorded
    bool is_open;             // the call is known and not over, and its question may still be answered
    struct caller caller;     // what is known of the caller, for the first question
    const char *language;     // in which the call was spoken last, or NULL
    const char *from;         // the caller's number, or NULL
};

// `step` is the step told in the redirect, 0 for none; `first` for the endpoint answer; `from` the caller as
// told in the request, or NULL.
enum db_status store_call_state(struct store *store, const char *call_id, int step, bool first,
                                const char *from, int64_t deadline, struct store_state *state);

void store_state_free(struct store_state *state);

// The digits that a redirect waits for: ivr.gathered_digits(). Free with db_row_free.
struct store_digits {
    struct db_row row;
    const char *digits;           // NULL: not stored yet; "": nothing pressed
    const char *gathered_digest;  // as in store_state
    bool answered;                // somebody has answered this question meanwhile
};

enum db_status store_gathered_digits(struct store *store, const char *call_id, int step, int64_t deadline,
                                     struct store_digits *digits);

// Whether what was pressed opens the code that `step` asks for: ivr.check_codes(). `digits` are those of the
// request; where `digest` is told they are those of that event. CODE_REFUSED unless DB_OK.
enum db_status store_check_code(struct store *store, const char *call_id, int step, const char *digits,
                                const char *digest, int64_t deadline, enum code_result *result);

// On what an answer was decided.
enum store_basis {
    STORE_LOOKED,   // on what store_call_state said
    STORE_ASSUMED,  // on the assumption that the call stands where the request says
    STORE_GIVEN,    // on the snapshot in memory: the caller has heard it, the database was out of reach
};

// One answer, as ivr.answers has it. NULL and 0 where a column is null.
struct store_answer {
    enum store_basis basis;
    const char *call_id;
    int step;
    int asked_step;
    const char *endpoint;
    const char *digits;
    const char *digits_source;
    const char *gathered_digest;
    int waited_ms;
    const struct decision *decision;
    const char *from;
    const char *to;
    const char *response;
    long long config_version;
    double took_ms;
    const char *signature;  // what the question's signature was worth
};

// What became of an answer.
enum store_result {
    STORE_STORED,  // it is the one to give
    STORE_KNOWN,   // this question has been answered before: that answer is to be given
    STORE_MOVED,   // the call stands elsewhere: look, and decide anew
};

// Stores an answer before it is given: ivr.store_answers(). For STORE_KNOWN *response is the answer to give,
// which the caller frees; else NULL. What it says counts only with DB_OK.
enum db_status store_answer(struct store *store, const struct store_answer *answer, int64_t deadline,
                            enum store_result *result, char **response);

// Hands over an answer that was given without the database, to be stored when it is back. With a spool it is
// on disk when this returns.
void store_given_answer(struct store *store, const struct store_answer *answer);

// Stores a webhook event: ivr.store_events(). *duplicate tells whether it was there already.
enum db_status store_event(struct store *store, const char *call_id, const char *event,
                           const char *created_at, const void *raw, size_t length, int64_t deadline,
                           bool *duplicate);

// Spools a webhook event that came at `received_at` (microseconds since 1970), to be stored when the database
// is back. Returns whether it is on disk.
bool store_event_later(struct store *store, const char *call_id, const char *event, const char *created_at,
                       const void *raw, size_t length, int64_t received_at);

// Something that was refused, as ivr.rejected_requests has it.
struct store_rejection {
    const char *endpoint;
    const char *reason;  // a fixed word
    const char *detail;
    int http_status;
    const char *remote_address;
    const char *timestamp;
    const char *signature;
    const void *raw;
    size_t raw_length;
    long long declared_length;
};

// Stores a rejection and waits: ivr.store_rejections().
enum db_status store_rejection(struct store *store, const struct store_rejection *rejection,
                               int64_t deadline);

// Spools a rejection, as store_event_later does an event.
bool store_rejection_later(struct store *store, const struct store_rejection *rejection, int64_t received_at);

// The configuration as JSON: ivr.settings(). On DB_OK *json is the text, which the caller frees, or NULL when
// `version` (-1: none) is still the newest.
enum db_status store_settings(struct store *store, long long version, int64_t deadline, char **json);

#endif
