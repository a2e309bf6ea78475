// conf.h: the settings that the environment gives a program, the settings file (envfile.h) included. What an
// owner edits is in config.h.
#ifndef IVR_CONF_H
#define IVR_CONF_H

#include <stdbool.h>
#include <stddef.h>

#define CONF_MAX_SECRETS 8
#define CONF_MAX_ACCESS_KEYS 8
#define CONF_MAX_SECRET_FILE 4096
#define CONF_LEAST_TIMEOUT_MS \
    1000  // a statement is not ended earlier, whatever the budget of those who wait for it

// Which settings a program cannot do without.
enum conf_needs { CONF_FOR_CALLERS, CONF_FOR_WEBHOOKS };

// Read once at the start, never changed after. The strings belong to it or to the environment.
struct conf {
    char *public_url;                  // IVR_PUBLIC_URL, without a trailing slash
    const char *fallback_destination;  // IVR_FALLBACK_DESTINATION, or NULL
    const char *settings_cache;        // IVR_SETTINGS_CACHE: a file, or NULL
    const char *spool_directory;       // IVR_SPOOL_DIR, or NULL
    char *secret_list;                 // IVR_WEBHOOK_SECRET, or what the file holds, cut up
    const char *secrets[CONF_MAX_SECRETS];
    size_t secret_count;
    char *access_key_list;                          // IVR_ACCESS_KEY, cut up
    const char *access_keys[CONF_MAX_ACCESS_KEYS];  // each opens; redirects carry the first
    size_t access_key_count;                        // 0: no key is wanted
    bool require_signed_questions;                  // IVR_REQUIRE_SIGNED_QUESTIONS=1
    bool allow_unsigned;                            // IVR_ALLOW_UNSIGNED=1
    bool state_in_url;                              // IVR_REDIRECT_STATE: query (default) or none
    int signature_age_s;  // IVR_SIGNATURE_MAX_AGE_S, default 86400: how old a signature may be
    int gather_wait_ms;   // IVR_GATHER_WAIT_MS, default 1500: how long a redirect waits for its digits
    int gather_poll_ms;   // IVR_GATHER_POLL_MS, default 40: how often it asks meanwhile
    int most_waiting;     // IVR_MAX_WAITING, default 256: how many of a process may wait for their digits at
                          // once
    int db_budget_ms;     // IVR_DB_BUDGET_MS, default 300; for webhooks IVR_WEBHOOK_BUDGET_MS, 2000: what the
                          // database may take of one request, in all
    int threads;          // IVR_THREADS, default 32
    int spool_most_mb;    // IVR_SPOOL_MAX_MB, default 256
    int trace_hours;      // IVR_TRACE, default 0: for how long requests are kept whole; see trace.h
    bool spool_events;    // IVR_SPOOL_EVENTS=1: what is in the spool is acknowledged
};

// Fills conf from the environment. Returns 0, or -1 after logging every setting that is wrong or missing. A
// fallback destination that is a placeholder is logged as a warning.
//
// The secrets stand in IVR_WEBHOOK_SECRET or in the file that IVR_WEBHOOK_SECRET_FILE names, not in both,
// separated by commas and white space. Programs for callers do without a file that they may not read, unless
// questions must be signed. The file has at most CONF_MAX_SECRET_FILE bytes, nobody but its owner
// may write to it, and others may not read it. A secret is printable ASCII without a backslash, and no quote
// stands at its ends.
int conf_read(struct conf *conf, enum conf_needs needs);

// Warns of each variable of this environment whose name begins with IVR_ and that no program reads. Returns
// how many there are.
int conf_warn_unknown(char *const *environment);

// Frees what conf_read allocated; a zeroed conf is fine.
void conf_free(struct conf *conf);

#endif
