// snapshot.h: the newest snapshot of the owner's configuration, kept fresh by a thread of its own.
#ifndef IVR_SNAPSHOT_H
#define IVR_SNAPSHOT_H

#include <stdint.h>

#include "config.h"
#include "store.h"

struct snapshots;

// Reads the cached snapshot and starts refreshing once a second. `cache` is a file that holds the last
// snapshot for starts without a database, or NULL. Returns NULL when a thread cannot be had. The store must
// outlive it.
struct snapshots *snapshots_open(struct store *store, const char *cache);

// Waits until the database was asked for a snapshot once, whatever came of it, or until `deadline`. For a
// process that lives for one request: the cached snapshot may be older than the last change.
void snapshots_await(struct snapshots *snapshots, int64_t deadline);

// Borrows the newest snapshot; give it back with snapshots_return. Until one comes from the database that is
// the cached one; where there is none either, waits for the first until `deadline`, then returns NULL.
const struct config *snapshots_borrow(struct snapshots *snapshots, int64_t deadline);

// Gives a snapshot back; NULL is fine.
void snapshots_return(struct snapshots *snapshots, const struct config *config);

enum snapshot_source { SNAPSHOT_NONE, SNAPSHOT_CACHE, SNAPSHOT_DATABASE };

struct snapshot_condition {
    enum snapshot_source source;
    long long version;
    long long age_s;  // since the database last said that it is the newest; -1: never yet
};

void snapshots_look(struct snapshots *snapshots, struct snapshot_condition *condition);

// Stops the thread and frees everything; all snapshots must be back. NULL is fine.
void snapshots_close(struct snapshots *snapshots);

#endif
