// snapshot.c: asks the database for a newer configuration, swaps snapshots, and keeps the last one in a file.
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

enum {
    REFRESH_MS = 1000,     // how often the database is asked
    FIRST_RETRY_MS = 100,  // … while there is no snapshot from it yet
    BUDGET_MS = 2000,      // what one such question may take
    HOURS_MS = 3600000,    // how often the opening hours are taken anew, changed or not
    MAX_CACHE = 16 * 1024 * 1024,
};

// A snapshot and how many hold it: being the newest counts as one.
struct snapshot {
    struct config *config;
    int holders;
    struct snapshot *next;
};

struct snapshots {
    struct store *store;
    const char *cache;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;   // a snapshot came, the database was asked, or it is time to stop
    struct snapshot *newest;  // and behind it the older ones that are still held
    bool loaded;              // the newest is from the database
    bool asked;               // the database was asked once, whatever came of it
    int64_t confirmed_at;     // when the database last said that it is the newest; 0: never yet
    int64_t stale_at;         // when it is taken anew although nothing has changed
    bool closing;
};

// Snapshots: made and freed without the mutex, linked and unlinked with it

static struct snapshot *snapshot_new(const char *json) {
    struct config *config = config_parse(json);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (config == NULL || snapshot == NULL) {
        config_free(config);
        free(snapshot);
        return NULL;
    }
    *snapshot = (struct snapshot){.config = config, .holders = 1};
    return snapshot;
}

static void snapshot_free(struct snapshot *snapshot) {
    if (snapshot == NULL)
        return;
    config_free(snapshot->config);
    free(snapshot);
}

// Called with the mutex held. Returns the snapshot when nobody holds it any more: it is to be freed.
static struct snapshot *let_go(struct snapshots *snapshots, struct snapshot *snapshot) {
    if (snapshot == NULL || --snapshot->holders > 0)
        return NULL;
    struct snapshot **at = &snapshots->newest;
    while (*at != snapshot)
        at = &(*at)->next;
    *at = snapshot->next;
    return snapshot;
}

static bool add(struct snapshots *snapshots, const char *json, bool loaded) {
    struct snapshot *snapshot = snapshot_new(json);
    if (snapshot == NULL)
        return false;
    pthread_mutex_lock(&snapshots->mutex);
    struct snapshot *older = snapshots->newest;
    snapshot->next = older;
    snapshots->newest = snapshot;
    snapshots->loaded = loaded;
    snapshots->stale_at = clock_in_ms(HOURS_MS);
    struct snapshot *unheld = let_go(snapshots, older);
    pthread_cond_broadcast(&snapshots->changed);
    pthread_mutex_unlock(&snapshots->mutex);
    snapshot_free(unheld);
    return true;
}

// The file

static char *cache_read(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0)
        return NULL;
    char *json = NULL;
    if (fstat(file, &status) == 0 && status.st_size > 0 && status.st_size < MAX_CACHE)
        json = malloc((size_t)status.st_size + 1);
    if (json != NULL) {
        ssize_t length = read(file, json, (size_t)status.st_size);
        json[length < 0 ? 0 : length] = '\0';
    }
    close(file);
    return json;
}

// Written beside and renamed, so that a reader sees the old or the new one, whole; for the owner alone, since
// it holds the destinations of callers. When that fails, errno says why.
static bool cache_replace(const char *path, const char *json) {
    char beside[4096];
    int length = snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof beside) {
        errno = ENAMETOOLONG;
        return false;
    }
    int number = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *file = number < 0 ? NULL : fdopen(number, "w");
    if (file == NULL) {
        if (number >= 0)
            close(number);
        return false;
    }
    bool written = fputs(json, file) >= 0;
    written = fclose(file) == 0 && written;
    if (written && rename(beside, path) == 0)
        return true;
    int why = errno;
    unlink(beside);
    errno = why;
    return false;
}

static void cache_write(const char *path, const char *json) {
    char *old = cache_read(path);
    if ((old == NULL || strcmp(old, json) != 0) && !cache_replace(path, json))
        log_error("settings", "cannot write IVR_SETTINGS_CACHE %s: %s", path, strerror(errno));
    free(old);
}

static void cache_use(struct snapshots *snapshots) {
    char *json = snapshots->cache == NULL ? NULL : cache_read(snapshots->cache);
    if (json != NULL)
        add(snapshots, json, false);
    free(json);
}

// The thread

// The version that the database need not send again; -1: none.
static long long known_version(struct snapshots *snapshots) {
    pthread_mutex_lock(&snapshots->mutex);
    bool fresh = snapshots->loaded && clock_now() < snapshots->stale_at;
    long long version = fresh ? snapshots->newest->config->version : -1;
    pthread_mutex_unlock(&snapshots->mutex);
    return version;
}

static void note_confirmed(struct snapshots *snapshots) {
    pthread_mutex_lock(&snapshots->mutex);
    snapshots->confirmed_at = clock_now();
    pthread_mutex_unlock(&snapshots->mutex);
}

// Asks once. Returns true when the database replied.
static bool refresh(struct snapshots *snapshots) {
    char *json = NULL;
    bool replied =
        store_settings(snapshots->store, known_version(snapshots), clock_in_ms(BUDGET_MS), &json) == DB_OK;
    bool added = json != NULL && add(snapshots, json, true);
    if (added && snapshots->cache != NULL)
        cache_write(snapshots->cache, json);
    if (replied && (json == NULL || added))
        note_confirmed(snapshots);
    free(json);
    return replied;
}

static void note_asked(struct snapshots *snapshots, bool replied) {
    pthread_mutex_lock(&snapshots->mutex);
    bool cached = !snapshots->asked && !replied && snapshots->newest != NULL;
    snapshots->asked = true;
    pthread_cond_broadcast(&snapshots->changed);
    pthread_mutex_unlock(&snapshots->mutex);
    if (cached)
        log_warning("settings", "no database yet, using the snapshot in IVR_SETTINGS_CACHE");
}

// Returns false when it is time to stop.
static bool pause_for(struct snapshots *snapshots, int ms) {
    struct timespec until = clock_timespec(clock_in_ms(ms));
    pthread_mutex_lock(&snapshots->mutex);
    for (int slept = 0; !snapshots->closing && slept == 0;)
        slept = pthread_cond_clockwait(&snapshots->changed, &snapshots->mutex, CLOCK_MONOTONIC, &until);
    bool closing = snapshots->closing;
    pthread_mutex_unlock(&snapshots->mutex);
    return !closing;
}

static void *refresh_thread(void *argument) {
    struct snapshots *snapshots = argument;
    bool replied;
    do {
        replied = refresh(snapshots);
        note_asked(snapshots, replied);
    } while (pause_for(snapshots, replied ? REFRESH_MS : FIRST_RETRY_MS));
    return NULL;
}

// The public side

static void snapshots_free(struct snapshots *snapshots) {
    snapshot_free(let_go(snapshots, snapshots->newest));
    pthread_cond_destroy(&snapshots->changed);
    pthread_mutex_destroy(&snapshots->mutex);
    free(snapshots);
}

struct snapshots *snapshots_open(struct store *store, const char *cache) {
    struct snapshots *snapshots = calloc(1, sizeof *snapshots);
    if (snapshots == NULL)
        return NULL;
    snapshots->store = store;
    snapshots->cache = cache;
    pthread_mutex_init(&snapshots->mutex, NULL);
    pthread_cond_init(&snapshots->changed, NULL);
    cache_use(snapshots);
    if (pthread_create(&snapshots->thread, NULL, refresh_thread, snapshots) != 0) {
        log_error("settings", "cannot start a thread");
        snapshots_free(snapshots);
        return NULL;
    }
    return snapshots;
}

void snapshots_await(struct snapshots *snapshots, int64_t deadline) {
    struct timespec until = clock_timespec(deadline);
    pthread_mutex_lock(&snapshots->mutex);
    for (int waited = 0; !snapshots->asked && waited == 0;)
        waited = pthread_cond_clockwait(&snapshots->changed, &snapshots->mutex, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&snapshots->mutex);
}

const struct config *snapshots_borrow(struct snapshots *snapshots, int64_t deadline) {
    struct timespec until = clock_timespec(deadline);
    const struct config *config = NULL;
    pthread_mutex_lock(&snapshots->mutex);
    for (int waited = 0; snapshots->newest == NULL && waited == 0;)
        waited = pthread_cond_clockwait(&snapshots->changed, &snapshots->mutex, CLOCK_MONOTONIC, &until);
    if (snapshots->newest != NULL) {
        snapshots->newest->holders++;
        config = snapshots->newest->config;
    }
    pthread_mutex_unlock(&snapshots->mutex);
    return config;
}

void snapshots_return(struct snapshots *snapshots, const struct config *config) {
    if (config == NULL)
        return;
    pthread_mutex_lock(&snapshots->mutex);
    struct snapshot *snapshot = snapshots->newest;
    while (snapshot->config != config)
        snapshot = snapshot->next;
    struct snapshot *unheld = let_go(snapshots, snapshot);
    pthread_mutex_unlock(&snapshots->mutex);
    snapshot_free(unheld);
}

void snapshots_look(struct snapshots *snapshots, struct snapshot_condition *condition) {
    pthread_mutex_lock(&snapshots->mutex);
    const struct snapshot *newest = snapshots->newest;
    *condition = (struct snapshot_condition){
        .source = newest == NULL      ? SNAPSHOT_NONE
                  : snapshots->loaded ? SNAPSHOT_DATABASE
                                      : SNAPSHOT_CACHE,
        .version = newest == NULL ? 0 : newest->config->version,
        .age_s = snapshots->confirmed_at == 0 ? -1 : (clock_now() - snapshots->confirmed_at) / 1000000};
    pthread_mutex_unlock(&snapshots->mutex);
}

void snapshots_close(struct snapshots *snapshots) {
    if (snapshots == NULL)
        return;
    pthread_mutex_lock(&snapshots->mutex);
    snapshots->closing = true;
    pthread_cond_broadcast(&snapshots->changed);
    pthread_mutex_unlock(&snapshots->mutex);
    pthread_join(snapshots->thread, NULL);
    snapshots_free(snapshots);
}
