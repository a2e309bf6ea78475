// reported.h: one C function for each SQL function that minivoice-reconcile calls.
#ifndef IVR_REPORTED_H
#define IVR_REPORTED_H

#include "db.h"

struct reported;

// Connects in the background, by PG*. Each function waits for at most REPORTED_WAIT_MS. NULL when memory or a
// thread cannot be had.
struct reported *reported_open(void);

#define REPORTED_WAIT_MS 10000

// Disconnects, which lets the next run begin. NULL is fine.
void reported_close(struct reported *reported);

// ivr.calls_to_reconcile(): on DB_OK *json is an array of call ids, or NULL while another run is under way.
// The caller frees it.
enum db_status reported_due(struct reported *reported, int most, char **json);

// ivr.store_report(): `http_status` 0 and `report` NULL where there is none. On DB_OK *word is what came of
// it; the caller frees it.
enum db_status reported_store(struct reported *reported, const char *call_id, const char *outcome,
                              long http_status, const char *report, char **word);

// ivr.calls_to_enrich(): on DB_OK *json is an array of call ids, which the caller frees.
enum db_status reported_due_for_ai(struct reported *reported, int most, char **json);

// ivr.store_ai(): `sections` is an object. On DB_OK *count is how many were new, in text; the caller frees
// it.
enum db_status reported_store_ai(struct reported *reported, const char *call_id, const char *sections,
                                 char **count);

// ivr.call_story(): on DB_OK *json is an object, or NULL while nothing is known of the call; the caller frees
// it.
enum db_status reported_story(struct reported *reported, const char *call_id, char **json);

// ivr.compare_report(): on DB_OK *json is the comparison, an array; the caller frees it.
enum db_status reported_compare(struct reported *reported, const char *call_id, const char *report,
                                char **json);

#endif
