// pool.h: the worker threads of a process. One that waits for its caller's digit is replaced for as long as
// it waits, so that whoever waits costs nobody else a worker.
#ifndef IVR_POOL_H
#define IVR_POOL_H

#include <stdbool.h>

struct pool;

// What a worker does: serves until pool_keeps says no, or until it sees that it is time to stop.
typedef void pool_work(void *context);

// A pool of `size` workers that are not started yet; up to `most_waiting` more take the place of those that
// wait. NULL when memory runs out.
struct pool *pool_open(int size, int most_waiting, pool_work *work, void *context);

// Starts the workers, or as many as can be had. Returns false, logged, when that is none.
bool pool_start(struct pool *pool);

// Asked by a worker between two requests: false when there are more than needed, and this one is to return.
bool pool_keeps(struct pool *pool);

// Said by a worker that is about to wait. Returns false when so many wait already that it must not. NULL is
// fine.
bool pool_begin_waiting(struct pool *pool);

// Said when it goes on, after a true. NULL is fine.
void pool_end_waiting(struct pool *pool);

// Waits until all workers have returned, and frees the pool. NULL is fine.
void pool_close(struct pool *pool);

#endif
