// settings.h: the newest snapshot of the owner's configuration, kept fresh by a thread of its own.
#ifndef IVR_SETTINGS_H
#define IVR_SETTINGS_H

#include <stdint.h>

#include "menu.h"
#include "store.h"

struct settings;

// Starts refreshing once a second. `cache` is a file that holds the last snapshot for starts without a
// database, or NULL. Returns NULL when a thread cannot be had. The store must outlive it.
struct settings *settings_open(struct store *store, const char *cache);

// Borrows the newest snapshot; give it back with settings_return. Where there is none yet, waits for the
// first until `deadline`, then takes the cached one; NULL when there is none at all.
const struct config *settings_borrow(struct settings *settings, int64_t deadline);

// Gives a snapshot back; NULL is fine.
void settings_return(struct settings *settings, const struct config *config);

// Stops the thread and frees everything; all snapshots must be back. NULL is fine.
void settings_close(struct settings *settings);

// Makes a snapshot of what ivr.settings() returns. NULL, logged, when it is not that. Free with config_free.
struct config *config_parse(const char *json);

// Frees a snapshot; NULL is fine.
void config_free(struct config *config);

#endif
