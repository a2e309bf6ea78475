// fuzz_cache.c: a file of cached settings of any bytes, as a program finds it at its start while there is no
// database.
//
// The thread that asks the database is left out: see --wrap in `run`.
#include "snapshot.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "fuzz.h"

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                          void *argument);
int __wrap_pthread_join(pthread_t thread, void **result);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                          void *argument) {
    (void)attributes;
    REQUIRE(start != NULL && argument != NULL);
    *thread = pthread_self();
    return 0;
}

int __wrap_pthread_join(pthread_t thread, void **result) {
    (void)thread;
    (void)result;
    return 0;
}

enum db_status store_settings(struct store *store, long long version, int64_t deadline, char **json) {
    (void)store;
    (void)version;
    (void)deadline;
    *json = NULL;
    return DB_DOWN;
}

static void put(const char *path, const uint8_t *data, size_t size) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(file >= 0 && write(file, data, size) == (ssize_t)size);
    close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char path[64];
    if (*path == '\0')
        snprintf(path, sizeof path, "/dev/shm/fuzz_cache.%ld", (long)getpid());
    put(path, data, size);
    struct snapshots *snapshots = snapshots_open(NULL, path);
    REQUIRE(snapshots != NULL);
    const struct config *config = snapshots_borrow(snapshots, 0);
    char *text = fuzz_text(data, size);
    struct config *expected = config_parse(text);
    REQUIRE((config == NULL) == (expected == NULL));
    if (config != NULL)
        REQUIRE(config->version == expected->version && config->menu_count == expected->menu_count &&
                config->department_count == expected->department_count);
    free(text);
    config_free(expected);
    snapshots_return(snapshots, config);
    snapshots_close(snapshots);
    unlink(path);
    return 0;
}
