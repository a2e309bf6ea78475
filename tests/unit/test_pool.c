// test_pool.c: workers that wait are replaced, up to a limit, and all of them end.
#include "pool.h"

#include <pthread.h>
#include <stdatomic.h>

#include "unit.h"

// Workers that stand still until they are let go, one by one or all.
struct stand {
    struct pool *pool;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int working;
    int most;     // working at the same moment
    int refused;  // that were not allowed to wait
    bool wait;    // each says that it waits
    bool over;
};

static void work(void *context) {
    struct stand *stand = context;
    pthread_mutex_lock(&stand->mutex);
    stand->working++;
    stand->most = stand->working > stand->most ? stand->working : stand->most;
    pthread_cond_broadcast(&stand->changed);
    while (!stand->over && !stand->wait)
        pthread_cond_wait(&stand->changed, &stand->mutex);
    pthread_mutex_unlock(&stand->mutex);
    bool waits = !stand->over && pool_begin_waiting(stand->pool);
    pthread_mutex_lock(&stand->mutex);
    stand->refused += !waits;
    pthread_cond_broadcast(&stand->changed);
    while (!stand->over)
        pthread_cond_wait(&stand->changed, &stand->mutex);
    pthread_mutex_unlock(&stand->mutex);
    if (waits)
        pool_end_waiting(stand->pool);
    pthread_mutex_lock(&stand->mutex);
    stand->working--;
    pthread_mutex_unlock(&stand->mutex);
}

static void stand_begin(struct stand *stand, int size, int most_waiting) {
    *stand = (struct stand){0};
    pthread_mutex_init(&stand->mutex, NULL);
    pthread_cond_init(&stand->changed, NULL);
    stand->pool = pool_open(size, most_waiting, work, stand);
    assert_non_null(stand->pool);
    assert_true(pool_start(stand->pool));
}

static void stand_until(struct stand *stand, int working, int refused) {
    pthread_mutex_lock(&stand->mutex);
    while (stand->working < working || stand->refused < refused)
        pthread_cond_wait(&stand->changed, &stand->mutex);
    pthread_mutex_unlock(&stand->mutex);
}

static void stand_say(struct stand *stand, bool *what) {
    pthread_mutex_lock(&stand->mutex);
    *what = true;
    pthread_cond_broadcast(&stand->changed);
    pthread_mutex_unlock(&stand->mutex);
}

static void stand_end(struct stand *stand) {
    stand_say(stand, &stand->over);
    pool_close(stand->pool);
    assert_int_equal(stand->working, 0);
}

TEST(as_many_workers_begin_as_are_wanted) {
    struct stand stand;
    stand_begin(&stand, 5, 0);
    stand_until(&stand, 5, 0);
    stand_end(&stand);
    assert_int_equal(stand.most, 5);
}

TEST(a_worker_that_waits_is_replaced_until_too_many_wait) {
    struct stand stand;
    stand_begin(&stand, 4, 7);
    stand_until(&stand, 4, 0);
    stand_say(&stand, &stand.wait);
    stand_until(&stand, 11, 4);  // seven wait, four are left to serve
    stand_end(&stand);
    assert_int_equal(stand.most, 11);
    assert_int_equal(stand.refused, 4);
}

TEST(nobody_may_wait_where_none_is_to) {
    struct stand stand;
    stand_begin(&stand, 2, 0);
    stand_say(&stand, &stand.wait);
    stand_until(&stand, 2, 2);
    stand_end(&stand);
    assert_int_equal(stand.most, 2);
}

TEST(a_worker_is_kept_while_it_is_needed) {
    struct stand stand;
    stand_begin(&stand, 3, 0);
    stand_until(&stand, 3, 0);
    assert_true(pool_keeps(stand.pool));
    stand_end(&stand);
}

static struct pool *crowd;
static atomic_int turns;

// Waits and goes on, again and again, until it is not needed any more or all turns are taken.
static void wait_often(void *context) {
    (void)context;
    while (pool_keeps(crowd) && atomic_fetch_add(&turns, 1) < 2000)
        if (pool_begin_waiting(crowd))
            pool_end_waiting(crowd);
}

TEST(a_pool_ends_when_all_have_returned_however_often_they_waited) {
    crowd = pool_open(8, 100, wait_often, NULL);
    assert_non_null(crowd);
    assert_true(pool_start(crowd));
    pool_close(crowd);
    assert_true(turns >= 2000);
}

TEST(without_a_pool_anybody_may_wait) {
    assert_true(pool_begin_waiting(NULL));
    pool_end_waiting(NULL);
    pool_close(NULL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(as_many_workers_begin_as_are_wanted),
    cmocka_unit_test(a_worker_that_waits_is_replaced_until_too_many_wait),
    cmocka_unit_test(nobody_may_wait_where_none_is_to),
    cmocka_unit_test(a_worker_is_kept_while_it_is_needed),
    cmocka_unit_test(a_pool_ends_when_all_have_returned_however_often_they_waited),
    cmocka_unit_test(without_a_pool_anybody_may_wait),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
