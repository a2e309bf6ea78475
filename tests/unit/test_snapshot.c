// test_snapshot.c: which snapshot is borrowed, and how long that takes, without a database and with one.
//
// The linker puts __wrap_store_settings in the place of store_settings: it is the database of these tests.
#include "snapshot.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>

#include "clock.h"
#include "unit.h"

#define VERSION(number) "{\"version\": " #number ", \"departments\": [], \"menus\": []}"

enum { LONG_MS = 20000, SHORT_MS = 50, SOON_MS = 5000 };

// The database: what it says to each question, once it is not silent.
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    const char *json;  // NULL: nothing newer
    enum db_status status;
    bool silent;
} database = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

enum db_status __wrap_store_settings(struct store *store, long long version, int64_t deadline, char **json);

enum db_status __wrap_store_settings(struct store *store, long long version, int64_t deadline, char **json) {
    (void)store;
    (void)deadline;
    pthread_mutex_lock(&database.mutex);
    while (database.silent)
        pthread_cond_wait(&database.changed, &database.mutex);
    enum db_status status = database.status;
    *json = status != DB_OK || database.json == NULL ? NULL : strdup(database.json);
    pthread_mutex_unlock(&database.mutex);
    if (*json != NULL && version >= 0 && strtoll(*json + strlen("{\"version\": "), NULL, 10) == version) {
        free(*json);
        *json = NULL;
    }
    return status;
}

static void database_says(enum db_status status, const char *json) {
    pthread_mutex_lock(&database.mutex);
    database.status = status;
    database.json = json;
    database.silent = false;
    pthread_cond_broadcast(&database.changed);
    pthread_mutex_unlock(&database.mutex);
}

static void database_is_silent(void) {
    pthread_mutex_lock(&database.mutex);
    database.silent = true;
    pthread_mutex_unlock(&database.mutex);
}

// The cache file of a test, with `json` in it, or not there when that is NULL.
static const char *cache_with(const char *json) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/test_snapshot.%ld", (long)getpid());
    unlink(path);
    FILE *file = json == NULL ? NULL : fopen(path, "w");
    assert_true(json == NULL || file != NULL);
    if (file != NULL) {
        assert_true(fputs(json, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    return path;
}

// The version that is borrowed within `ms`, or -1.
static long long borrowed_version(struct snapshots *snapshots, int ms) {
    const struct config *config = snapshots_borrow(snapshots, clock_in_ms(ms));
    long long version = config == NULL ? -1 : config->version;
    snapshots_return(snapshots, config);
    return version;
}

static bool becomes_version(struct snapshots *snapshots, long long version) {
    int64_t deadline = clock_in_ms(SOON_MS);
    while (borrowed_version(snapshots, 0) != version && clock_now() < deadline)
        usleep(1000);
    return borrowed_version(snapshots, 0) == version;
}

// The database speaks up after a while, from a thread of its own.
static void *speak_up(void *argument) {
    (void)argument;
    usleep(SHORT_MS * 1000);
    database_says(DB_OK, VERSION(4));
    return NULL;
}

static pthread_t database_will_speak(void) {
    pthread_t thread;
    database_is_silent();
    assert_int_equal(pthread_create(&thread, NULL, speak_up, NULL), 0);
    return thread;
}

static void closes(struct snapshots *snapshots) {
    snapshots_close(snapshots);
    cache_with(NULL);
}

TEST(without_a_database_the_cached_snapshot_is_borrowed_at_once) {
    struct capture capture;
    capture_start(&capture);
    database_says(DB_DOWN, NULL);
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(VERSION(3)));
    int64_t start = clock_now();
    long long version = borrowed_version(snapshots, LONG_MS);
    double ms = clock_ms_since(start);
    closes(snapshots);
    capture_end(&capture);
    assert_int_equal(version, 3);
    assert_true(ms < SOON_MS);
}

TEST(while_the_database_is_silent_the_cached_snapshot_is_borrowed_at_once) {
    database_is_silent();
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(VERSION(3)));
    int64_t start = clock_now();
    long long version = borrowed_version(snapshots, LONG_MS);
    double ms = clock_ms_since(start);
    database_says(DB_OK, VERSION(4));
    closes(snapshots);
    assert_int_equal(version, 3);
    assert_true(ms < SOON_MS);
}

TEST(a_snapshot_from_the_database_takes_the_place_of_the_cached_one) {
    database_says(DB_OK, VERSION(4));
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(VERSION(3)));
    bool became = becomes_version(snapshots, 4);
    closes(snapshots);
    assert_true(became);
}

TEST(a_newer_snapshot_takes_the_place_of_an_older_one) {
    database_says(DB_OK, VERSION(4));
    struct snapshots *snapshots = snapshots_open(NULL, NULL);
    bool became = becomes_version(snapshots, 4);
    database_says(DB_OK, VERSION(5));
    became = became && becomes_version(snapshots, 5);
    closes(snapshots);
    assert_true(became);
}

TEST(where_there_is_no_cache_the_first_snapshot_is_waited_for) {
    pthread_t database_thread = database_will_speak();
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(NULL));
    long long version = borrowed_version(snapshots, LONG_MS);
    pthread_join(database_thread, NULL);
    closes(snapshots);
    assert_int_equal(version, 4);
}

TEST(without_a_database_and_a_cache_there_is_no_snapshot) {
    database_says(DB_DOWN, NULL);
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(NULL));
    long long version = borrowed_version(snapshots, SHORT_MS);
    closes(snapshots);
    assert_int_equal(version, -1);
}

TEST(a_cached_snapshot_that_cannot_be_read_counts_as_none) {
    struct capture capture;
    capture_start(&capture);
    database_says(DB_DOWN, NULL);
    struct snapshots *snapshots = snapshots_open(NULL, cache_with("{\"version\": 3}"));
    long long version = borrowed_version(snapshots, SHORT_MS);
    closes(snapshots);
    capture_end(&capture);
    assert_int_equal(version, -1);
}

TEST(a_snapshot_that_cannot_be_read_leaves_the_cached_one) {
    struct capture capture;
    capture_start(&capture);
    database_says(DB_OK, "{\"version\": 4}");
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(VERSION(3)));
    snapshots_await(snapshots, clock_in_ms(LONG_MS));
    long long version = borrowed_version(snapshots, 0);
    closes(snapshots);
    capture_end(&capture);
    assert_int_equal(version, 3);
}

TEST(a_borrowed_snapshot_outlives_newer_ones) {
    database_says(DB_OK, VERSION(4));
    struct snapshots *snapshots = snapshots_open(NULL, NULL);
    const struct config *borrowed = snapshots_borrow(snapshots, clock_in_ms(LONG_MS));
    assert_non_null(borrowed);
    database_says(DB_OK, VERSION(5));
    bool became = becomes_version(snapshots, 5);
    long long version = borrowed->version;
    snapshots_return(snapshots, borrowed);
    closes(snapshots);
    assert_true(became);
    assert_int_equal(version, 4);
}

TEST(no_snapshot_may_be_given_back) {
    database_says(DB_OK, VERSION(4));
    struct snapshots *snapshots = snapshots_open(NULL, NULL);
    snapshots_return(snapshots, NULL);
    closes(snapshots);
}

TEST(a_snapshot_from_the_database_is_kept_in_the_cache) {
    char kept[sizeof VERSION(4)] = "";
    const char *cache = cache_with(NULL);
    database_says(DB_OK, VERSION(4));
    snapshots_close(snapshots_open(NULL, cache));
    FILE *file = fopen(cache, "r");
    assert_non_null(file);
    assert_non_null(fgets(kept, sizeof kept, file));
    fclose(file);
    cache_with(NULL);
    assert_string_equal(kept, VERSION(4));
}

TEST(the_cache_is_for_its_owner_alone) {
    struct stat after;
    mode_t before = umask(0);
    const char *cache = cache_with(NULL);
    database_says(DB_OK, VERSION(4));
    snapshots_close(snapshots_open(NULL, cache));
    umask(before);
    assert_int_equal(stat(cache, &after), 0);
    cache_with(NULL);
    assert_int_equal(after.st_mode & 0777, 0600);
}

TEST(a_cache_that_holds_the_snapshot_already_is_not_written_again) {
    struct stat before;
    struct stat after;
    const char *cache = cache_with(VERSION(4));
    assert_int_equal(stat(cache, &before), 0);
    database_says(DB_OK, VERSION(4));
    snapshots_close(snapshots_open(NULL, cache));
    assert_int_equal(stat(cache, &after), 0);
    cache_with(NULL);
    assert_int_equal(before.st_ino, after.st_ino);
}

TEST(a_cache_that_cannot_be_written_is_logged) {
    struct capture capture;
    capture_start(&capture);
    database_says(DB_OK, VERSION(4));
    snapshots_close(snapshots_open(NULL, "/nowhere/settings.json"));
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "error=settings detail=\"cannot write IVR_SETTINGS_CACHE "
                                         "/nowhere/settings.json: No such file or directory\"\n"));
}

static struct snapshot_condition condition_of(struct snapshots *snapshots) {
    struct snapshot_condition condition;
    snapshots_look(snapshots, &condition);
    return condition;
}

TEST(a_snapshot_of_the_database_is_known_as_such) {
    database_says(DB_OK, VERSION(4));
    struct snapshots *snapshots = snapshots_open(NULL, NULL);
    assert_true(becomes_version(snapshots, 4));
    struct snapshot_condition condition = condition_of(snapshots);
    closes(snapshots);
    assert_int_equal(condition.source, SNAPSHOT_DATABASE);
    assert_int_equal(condition.version, 4);
}

TEST(a_snapshot_that_the_database_confirmed_has_an_age) {
    database_says(DB_OK, VERSION(4));
    struct snapshots *snapshots = snapshots_open(NULL, NULL);
    int64_t deadline = clock_in_ms(SOON_MS);
    while (condition_of(snapshots).age_s < 0 && clock_now() < deadline)
        usleep(1000);
    long long age = condition_of(snapshots).age_s;
    closes(snapshots);
    assert_int_equal(age, 0);
}

TEST(a_cached_snapshot_is_known_as_such_and_has_no_age) {
    struct capture capture;
    capture_start(&capture);
    database_says(DB_DOWN, NULL);
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(VERSION(3)));
    struct snapshot_condition condition = condition_of(snapshots);
    closes(snapshots);
    capture_end(&capture);
    assert_int_equal(condition.source, SNAPSHOT_CACHE);
    assert_int_equal(condition.version, 3);
    assert_int_equal(condition.age_s, -1);
}

TEST(without_a_snapshot_there_is_none_to_tell) {
    database_says(DB_DOWN, NULL);
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(NULL));
    struct snapshot_condition condition = condition_of(snapshots);
    closes(snapshots);
    assert_int_equal(condition.source, SNAPSHOT_NONE);
}

TEST(a_start_from_the_cache_without_a_database_is_logged) {
    struct capture capture;
    capture_start(&capture);
    database_says(DB_DOWN, NULL);
    snapshots_close(snapshots_open(NULL, cache_with(VERSION(3))));
    capture_end(&capture);
    cache_with(NULL);
    assert_non_null(strstr(capture.text, "no database yet, using the snapshot in IVR_SETTINGS_CACHE"));
}

TEST(a_start_from_the_cache_with_a_database_is_not) {
    struct capture capture;
    capture_start(&capture);
    database_says(DB_OK, VERSION(4));
    snapshots_close(snapshots_open(NULL, cache_with(VERSION(3))));
    capture_end(&capture);
    cache_with(NULL);
    assert_string_equal(capture.text, "");
}

TEST(one_who_awaits_the_database_gets_its_snapshot) {
    pthread_t database_thread = database_will_speak();
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(VERSION(3)));
    snapshots_await(snapshots, clock_in_ms(LONG_MS));
    long long version = borrowed_version(snapshots, 0);
    pthread_join(database_thread, NULL);
    closes(snapshots);
    assert_int_equal(version, 4);
}

TEST(one_who_awaits_a_database_that_is_down_does_not_wait_for_the_deadline) {
    struct capture capture;
    capture_start(&capture);
    database_says(DB_DOWN, NULL);
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(VERSION(3)));
    int64_t start = clock_now();
    snapshots_await(snapshots, clock_in_ms(LONG_MS));
    double ms = clock_ms_since(start);
    closes(snapshots);
    capture_end(&capture);
    assert_true(ms < SOON_MS);
}

TEST(one_who_awaits_a_silent_database_waits_until_the_deadline) {
    database_is_silent();
    struct snapshots *snapshots = snapshots_open(NULL, cache_with(VERSION(3)));
    snapshots_await(snapshots, clock_in_ms(SHORT_MS));
    long long version = borrowed_version(snapshots, 0);
    database_says(DB_OK, VERSION(4));
    closes(snapshots);
    assert_int_equal(version, 3);
}

TEST(what_was_never_opened_may_be_closed) {
    snapshots_close(NULL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(without_a_database_the_cached_snapshot_is_borrowed_at_once),
    cmocka_unit_test(while_the_database_is_silent_the_cached_snapshot_is_borrowed_at_once),
    cmocka_unit_test(a_snapshot_from_the_database_takes_the_place_of_the_cached_one),
    cmocka_unit_test(a_newer_snapshot_takes_the_place_of_an_older_one),
    cmocka_unit_test(where_there_is_no_cache_the_first_snapshot_is_waited_for),
    cmocka_unit_test(without_a_database_and_a_cache_there_is_no_snapshot),
    cmocka_unit_test(a_cached_snapshot_that_cannot_be_read_counts_as_none),
    cmocka_unit_test(a_snapshot_that_cannot_be_read_leaves_the_cached_one),
    cmocka_unit_test(a_borrowed_snapshot_outlives_newer_ones),
    cmocka_unit_test(no_snapshot_may_be_given_back),
    cmocka_unit_test(a_snapshot_from_the_database_is_kept_in_the_cache),
    cmocka_unit_test(the_cache_is_for_its_owner_alone),
    cmocka_unit_test(a_cache_that_holds_the_snapshot_already_is_not_written_again),
    cmocka_unit_test(a_cache_that_cannot_be_written_is_logged),
    cmocka_unit_test(a_snapshot_of_the_database_is_known_as_such),
    cmocka_unit_test(a_snapshot_that_the_database_confirmed_has_an_age),
    cmocka_unit_test(a_cached_snapshot_is_known_as_such_and_has_no_age),
    cmocka_unit_test(without_a_snapshot_there_is_none_to_tell),
    cmocka_unit_test(a_start_from_the_cache_without_a_database_is_logged),
    cmocka_unit_test(a_start_from_the_cache_with_a_database_is_not),
    cmocka_unit_test(one_who_awaits_the_database_gets_its_snapshot),
    cmocka_unit_test(one_who_awaits_a_database_that_is_down_does_not_wait_for_the_deadline),
    cmocka_unit_test(one_who_awaits_a_silent_database_waits_until_the_deadline),
    cmocka_unit_test(what_was_never_opened_may_be_closed),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
