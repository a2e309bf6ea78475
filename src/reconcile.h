// reconcile.h: asks the platform for calls, politely, and stores or shows what it says.
#ifndef IVR_RECONCILE_H
#define IVR_RECONCILE_H

// The exit codes of minivoice-reconcile.
enum reconcile_result {
    RECONCILE_DONE,      // asked for all that was due; or the call is the same on both sides
    RECONCILE_DIFFERS,   // the call is not
    RECONCILE_WRONG,     // usage or settings
    RECONCILE_REFUSED,   // the platform does not take the key
    RECONCILE_NOT_TOLD,  // the platform gave no answer that could be used
    RECONCILE_NOT_KEPT,  // the database did not do its part
};

struct reconcile_conf {
    const char *url;  // MINIVOICE_API_URL, default https://api.minivoice.eu; no slash at its end
    char *url_copy;
    char *key;       // MINIVOICE_API_KEY, or what the file of MINIVOICE_API_KEY_FILE holds
    int most;        // requests a run
    int rate;        // requests a second
    int timeout_ms;  // a request
    int pause_ms;    // after a first failure; twice as long after each further one
};

// Fills url and key from the environment. The key stands in MINIVOICE_API_KEY or in the file that
// MINIVOICE_API_KEY_FILE names, not in both; others may not read that file. An http URL is for this host
// alone. Returns 0, or -1 after logging what is wrong.
int reconcile_conf_read(struct reconcile_conf *conf);

// Wipes and frees what was read; a zeroed conf is fine.
void reconcile_conf_free(struct reconcile_conf *conf);

// Asks for the calls that are due, and stores what is heard. Ends early when the key is refused or the
// platform is away.
enum reconcile_result reconcile_run(const struct reconcile_conf *conf);

// Asks for one call and prints it beside ours. Stores nothing.
enum reconcile_result reconcile_show(const struct reconcile_conf *conf, const char *call_id);

#endif
