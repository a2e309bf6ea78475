// rules.h: what the platform accepts as a reply: the strict reading of its documented rules.
#ifndef SIM_RULES_H
#define SIM_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct json_object;

// Parses a reply's body and checks it: an object holding nothing but a non-empty array "actions"; each action
// wrapped or typed; documented actions and fields only, of the right JSON type, inside their ranges; nothing
// after an action that ends the list. One sentence per broken rule, naming index, action and field, is added
// to faults. Returns the array's owner for the caller to put, or NULL when a rule was broken
// (PLATFORM sections 3, 5 and 11; where a limit is not documented, section 12's safest assumption is the
// rule).
struct json_object *rules_parse(const char *body, size_t length, struct text_list *faults);

// Adds a fault unless the reply is a 200 of type application/json (content_type may be NULL;
// PLATFORM section 3).
void rules_check_http(long status, const char *content_type, struct text_list *faults);

// Name and fields of one action of a list that rules_parse accepted, whichever way it is written. The name is
// a constant; *fields belongs to the action. NULL for an unknown action.
const char *rules_action(struct json_object *action, struct json_object **fields);

// E.164 (+ and 7 to 15 digits, the first not 0), or a sip: or sips: URI (PLATFORM section 5).
bool rules_is_destination(const char *string);

// One of 0-9 * # A-D.
bool rules_is_key(char key);

#endif
