// record.h: what happened in one call, written down for people and for programs.
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "call.h"
#include "http.h"
#include "options.h"
#include "script.h"
#include "text.h"

struct json_object;

enum ending {
    ENDED_ERROR,
    ENDED_TRANSFER,
    ENDED_BRIDGE,
    ENDED_CONFERENCE,
    ENDED_MESSAGE,
    ENDED_HANGUP,
    ENDINGS
};

// One event and what became of its copies.
struct delivery {
    const char *event;
    long status;                  // the last one, but a wrong one stays; 0 = no reply
    double ms;                    // the slowest copy
    unsigned copies;              // copies sent
    unsigned acknowledged;        // copies answered 2xx
    unsigned attempts;            // requests made, retries included
    char error[HTTP_ERROR_SIZE];  // why there was no reply
};

// One question to the application and its reply.
struct exchange {
    const char *what;  // "answer" or "redirect"
    bool again;        // the second asking of --ask-twice
    const struct http_request *request;
    const struct http_reply *reply;
    struct json_object *list;  // the reply's actions when they broke no rule, else NULL; not owned
};

// What happened in one call. Zeroed, then record_open; used by the call's own thread alone; freed by
// record_close.
struct record {
    const struct options *options;
    const struct call *call;
    const char *script;  // the presses as written
    struct text text;    // the conversation, for people
    struct text events_text;
    struct json_object *exchanges;
    struct json_object *events;
    struct text_list broken;  // one sentence per broken rule or expectation
    double *answer_ms;        // of every answer and redirect reply
    size_t answers;
    unsigned long events_sent;
    unsigned long events_acknowledged;
    unsigned redirects;
    enum ending ended;
    char *destination;  // of transfer or bridge, or the room; NULL: none
    char *message;      // what was said last; NULL: nothing was
    char *digits;       // of the last gather; NULL: there was none
};

void record_open(struct record *record, const struct options *options, const struct call *call,
                 const char *script);
void record_close(struct record *record);

void record_exchange(struct record *record, const struct exchange *exchange);
void record_delivery(struct record *record, const struct delivery *delivery);

// A line of the conversation between two exchanges.
void record_note(struct record *record, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A broken rule.
void record_broken(struct record *record, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The word for an ending, as in --json.
const char *record_ending_name(enum ending ending);

// Adds what a list of actions that rules_parse accepted does, in words.
void record_add_actions(struct text *text, const struct options *options, struct json_object *list);

// The whole call as text; the caller frees.
void record_text(const struct record *record, struct text *out);

// The whole call as one JSON object; the caller puts it.
struct json_object *record_json(const struct record *record);

#endif
