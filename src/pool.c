// pool.c: counts workers and those of them that wait, and starts and ends workers by that.
#include "pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

enum {
    STACK_SIZE = 512 * 1024,  // of a worker; what is not touched costs nothing
    MOST_SPARE = 8,           // workers beyond the size that stay for the next one that waits
};

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t ended;
    int size;
    int most_waiting;
    int alive;
    int waiting;
    pool_work *work;
    void *context;
};

static void *worker(void *argument) {
    struct pool *pool = argument;
    pool->work(pool->context);
    pthread_mutex_lock(&pool->mutex);
    pool->alive--;
    pthread_cond_signal(&pool->ended);
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

// Called with the mutex held.
static int start_worker(struct pool *pool) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int failed = pthread_create(&thread, &attributes, worker, pool);
    pthread_attr_destroy(&attributes);
    pool->alive += failed == 0;
    return failed;
}

struct pool *pool_open(int size, int most_waiting, pool_work *work, void *context) {
    struct pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return NULL;
    *pool = (struct pool){.size = size, .most_waiting = most_waiting, .work = work, .context = context};
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->ended, NULL);
    return pool;
}

bool pool_start(struct pool *pool) {
    int failed = 0;
    pthread_mutex_lock(&pool->mutex);
    while (failed == 0 && pool->alive < pool->size)
        failed = start_worker(pool);
    bool some = pool->alive > 0;
    pthread_mutex_unlock(&pool->mutex);
    if (failed != 0)
        log_error("start", "not all threads can be had: %s", strerror(failed));
    return some;
}

bool pool_keeps(struct pool *pool) {
    pthread_mutex_lock(&pool->mutex);
    bool keeps = pool->alive - pool->waiting <= pool->size + MOST_SPARE;
    pthread_mutex_unlock(&pool->mutex);
    return keeps;
}

bool pool_begin_waiting(struct pool *pool) {
    if (pool == NULL)
        return true;
    pthread_mutex_lock(&pool->mutex);
    bool may = pool->waiting < pool->most_waiting;
    pool->waiting += may;
    if (may && pool->alive - pool->waiting < pool->size)
        start_worker(pool);  // without it one fewer serves for a moment
    pthread_mutex_unlock(&pool->mutex);
    return may;
}

void pool_end_waiting(struct pool *pool) {
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->waiting--;
    pthread_mutex_unlock(&pool->mutex);
}

void pool_close(struct pool *pool) {
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->mutex);
    while (pool->alive > 0)
        pthread_cond_wait(&pool->ended, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    pthread_cond_destroy(&pool->ended);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}
