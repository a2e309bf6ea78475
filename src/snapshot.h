// snapshot.h: the newest snapshot of the owner's configuration, kept fresh by a thread of its own.
#ifndef IVR_SNAPSHOT_H
#define IVR_SNAPSHOT_H

#include <stdint.h>

#include "config.h"
#include "store.h"

struct snapshots;

// Starts refreshing once a second. `cache` is a file that holds the last snapshot for starts without a
// database, or NULL. Returns NULL when a thread cannot be had. The store must outlive it.
struct snapshots *snapshots_open(struct store *store, const char *cache);

// Borrows the newest snapshot; give it back with snapshots_return. Where there is none yet, waits for the
// first until `deadline`, then takes the cached one; NULL when there is none at all.
const struct config *snapshots_borrow(struct snapshots *snapshots, int64_t deadline);

// Gives a snapshot back; NULL is fine.
void snapshots_return(struct snapshots *snapshots, const struct config *config);

// Stops the thread and frees everything; all snapshots must be back. NULL is fine.
void snapshots_close(struct snapshots *snapshots);

#endif
