// ledger.h: what the sender knows, on disk before it does the next thing.
#ifndef CHAOS_LEDGER_H
#define CHAOS_LEDGER_H

#include <stdbool.h>

struct ledger;

// Begins an empty file. NULL with errno when it cannot be made.
struct ledger *ledger_open(const char *path);
void ledger_close(struct ledger *ledger);

// A line: kind, number, call, name, step, body, separated by tabs; what is NULL or 0 is left empty. No text
// may hold a tab or a line end. Returns when the line is on disk; ends the program when that fails, for then
// it knows nothing.
struct line {
    const char *kind;
    long number;
    const char *call;
    const char *name;
    long step;
    const char *body;
};
void ledger_write(struct ledger *ledger, const struct line *line);

#endif
