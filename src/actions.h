// actions.h: the lists of actions that the platform executes: built, read back and checked.
//
// Forms and limits are those of PLATFORM section 5: gather and say wrapped, redirect and transfer typed,
// only documented fields, whole numbers, never an empty list.
#ifndef IVR_ACTIONS_H
#define IVR_ACTIONS_H

#include <stdbool.h>

#include "menu.h"

// The list for a decision, as JSON text that the caller frees. `url` is where the redirect goes, for
// decisions that ask. Returns NULL when memory runs out or the list would break a rule.
char *actions_for(const struct decision *decision, const char *url);

// The list that always can be given: a sentence, as a literal.
extern const char ACTIONS_LAST_RESORT[];

// The list for when nothing else is known: a transfer to `destination`, or, where that is NULL, the last
// resort. Like actions_for.
char *actions_unavailable(const char *destination);

// A list as the database gives it back, in the order of keys in which it was given. Like actions_for.
char *actions_restore(const char *json);

// The list `json`, which is one of ours, with `parameter` (NAME=VALUE, escaped) at the end of the query of
// the URL that it redirects to, if it redirects. Like actions_for.
char *actions_with_parameter(const char *json, const char *parameter);

// Tells whether `json` is a list that the platform accepts. When not, *fault says why (a literal).
bool actions_valid(const char *json, const char **fault);

#endif
