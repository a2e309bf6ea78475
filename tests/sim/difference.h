// difference.h: where two JSON values differ, in words. Pure: no clock, no network.
#ifndef SIM_DIFFERENCE_H
#define SIM_DIFFERENCE_H

#include "text.h"

struct json_object;

// Adds a line for each place where the two differ, as actions[0].gather.prompt: "one" -> "other"; what is on
// one side alone is "nothing" on the other. In arrays, equal ends are matched first, then actions of the same
// name in their order, so that an action put in between is one line. Indexes are those of after, where the
// item is there. NULL is JSON's null.
void difference_find(struct json_object *before, struct json_object *after, struct text_list *lines);

// A copy of a list of actions without what may differ between two equal answers: of redirect URLs the scheme,
// the host, and the parameters call_id, step and key. The caller puts it; NULL gives NULL.
struct json_object *difference_normal(struct json_object *list);

#endif
