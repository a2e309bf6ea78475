// tool.h: what the tools beside the four programs share: their login, their options, their questions.
#ifndef IVR_TOOL_H
#define IVR_TOOL_H

#include <stdbool.h>

#include "db.h"

// Sets PGUSER to the tool's own role, where it is not set or is that of the four programs, whose settings
// name theirs. Before threads.
void tool_choose_login(const char *role);

// A whole number of 1 to most. Returns false for anything else.
bool tool_read_number(const char *text, int most, int *number);

// Runs a request whose answer is one row of one text, for at most so many milliseconds. On DB_OK *text is
// that text, which the caller frees, or NULL where it is null or there is no row.
enum db_status tool_ask(struct db *db, const struct db_request *request, int wait_ms, char **text);

#endif
