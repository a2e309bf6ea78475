// notices.h: one C function for each SQL function that minivoice-notify calls.
#ifndef IVR_NOTICES_H
#define IVR_NOTICES_H

#include "db.h"

struct notices;

#define NOTICES_WAIT_MS 10000

// Connects in the background, by PG*. Each function waits for at most NOTICES_WAIT_MS. NULL when memory or a
// thread cannot be had.
struct notices *notices_open(void);

// Disconnects, which lets the next process begin. NULL is fine.
void notices_close(struct notices *notices);

// ivr.take_notices(): on DB_OK *count is how much there was, -1 while another process tells.
enum db_status notices_take(struct notices *notices, int *count);

// ivr.due_notices(): `busy` is an array of numbers in JSON. On DB_OK *json is an array of objects, or NULL
// while another process tells; the caller frees it.
enum db_status notices_due(struct notices *notices, const char *busy, char **json);

// ivr.note_tries(): `tries` is an array of objects in JSON.
enum db_status notices_note(struct notices *notices, const char *tries);

#endif
