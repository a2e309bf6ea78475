// tape.h: a stored call, as it can be played again. Pure: no clock, no network.
#ifndef SIM_TAPE_H
#define SIM_TAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct json_object;

// One answer that was given. Strings are owned.
struct tape_step {
    char *endpoint;
    char *menu;    // NULL: none
    char *digits;  // NULL: nothing was asked before it
    struct json_object *response;
};

// Zeroed = empty; freed by tape_free.
struct tape {
    char *call_id;
    char *from;  // NULL: was not told
    char *to;    // NULL: was not told
    struct tape_step *steps;
    size_t count;
    size_t later;              // answers left out: they belong to another answer request of the same call
    struct text_list presses;  // for each question that was answered, "" = nothing
};

// Reads what ivr.replay_script(call_id) gives. The tape begins at the first answer of the endpoint answer and
// ends before the next one. False after a sentence in error; free the tape and the error in every case.
bool tape_read(const char *json, size_t length, struct tape *tape, struct text *error);
void tape_free(struct tape *tape);

#define TAPE_INVALID "no valid answer"

// Whether the platform would accept that list; not NULL.
bool tape_is_valid(struct json_object *list);

// Whether a list of actions asks the caller for digits.
bool tape_asks(struct json_object *list);

// Where a call is after that list: "transfer +15551230011", "message \"Goodbye.\"", or "asked, and nothing
// more was pressed". TAPE_INVALID for what the platform would not accept. The caller frees.
char *tape_end(struct json_object *list);

#endif
