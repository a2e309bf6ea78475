// settings.c: asks the database for a newer configuration, swaps snapshots, and keeps the last one in a file.
#include "settings.h"

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

// A snapshot and how many hold it: the settings themselves count as one.
struct snapshot {
    struct config *config;
    int holders;
    struct snapshot *next;
};

struct settings {
    struct store *store;
    const char *cache;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;      // a snapshot came, or it is time to stop
    struct snapshot *snapshots;  // the newest first
    bool loaded;                 // the newest is from the database
    int64_t stale_at;            // when it is taken anew although nothing has changed
    bool closing;
};

// Snapshots; called with the mutex held

static void drop(struct settings *settings, struct snapshot *dropped) {
    if (--dropped->holders > 0)
        return;
    struct snapshot **at = &settings->snapshots;
    while (*at != dropped)
        at = &(*at)->next;
    *at = dropped->next;
    config_free(dropped->config);
    free(dropped);
}

static bool add(struct settings *settings, const char *json) {
    struct config *config = config_parse(json);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (config == NULL || snapshot == NULL) {
        config_free(config);
        free(snapshot);
        return false;
    }
    struct snapshot *older = settings->snapshots;
    *snapshot = (struct snapshot){.config = config, .holders = 1, .next = older};
    settings->snapshots = snapshot;
    if (older != NULL)
        drop(settings, older);
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

// Written beside and renamed, so that a reader sees the old or the new one, whole.
static bool cache_replace(const char *path, const char *json) {
    char beside[4096];
    int length = snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof beside)
        return false;
    FILE *file = fopen(beside, "we");
    if (file == NULL)
        return false;
    bool written = fputs(json, file) >= 0;
    written = fclose(file) == 0 && written;
    if (written && rename(beside, path) == 0)
        return true;
    unlink(beside);
    return false;
}

static void cache_write(const char *path, const char *json) {
    char *old = cache_read(path);
    if ((old == NULL || strcmp(old, json) != 0) && !cache_replace(path, json))
        log_error("settings", "cannot write IVR_SETTINGS_CACHE");
    free(old);
}

// The thread

// Asks once. Returns true when the database replied.
static bool refresh(struct settings *settings) {
    pthread_mutex_lock(&settings->mutex);
    bool fresh = settings->loaded && clock_now() < settings->stale_at;
    long long version = fresh ? settings->snapshots->config->version : -1;
    pthread_mutex_unlock(&settings->mutex);
    char *json = NULL;
    bool replied = store_settings(settings->store, version, clock_in_ms(BUDGET_MS), &json) == DB_OK;
    if (json != NULL) {
        pthread_mutex_lock(&settings->mutex);
        bool added = add(settings, json);
        settings->loaded |= added;
        settings->stale_at = clock_in_ms(HOURS_MS);
        pthread_cond_broadcast(&settings->changed);
        pthread_mutex_unlock(&settings->mutex);
        if (added && settings->cache != NULL)
            cache_write(settings->cache, json);
    }
    free(json);
    return replied;
}

static void *refresh_thread(void *argument) {
    struct settings *settings = argument;
    for (bool closing = false; !closing;) {
        bool replied = refresh(settings);
        struct timespec until = clock_timespec(clock_in_ms(replied ? REFRESH_MS : FIRST_RETRY_MS));
        pthread_mutex_lock(&settings->mutex);
        int slept = 0;
        while (!settings->closing && slept == 0)
            slept = pthread_cond_timedwait(&settings->changed, &settings->mutex, &until);
        closing = settings->closing;
        pthread_mutex_unlock(&settings->mutex);
    }
    return NULL;
}

// The public side

struct settings *settings_open(struct store *store, const char *cache) {
    struct settings *settings = calloc(1, sizeof *settings);
    pthread_condattr_t monotonic;
    if (settings == NULL)
        return NULL;
    settings->store = store;
    settings->cache = cache;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&settings->mutex, NULL);
    pthread_cond_init(&settings->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&settings->thread, NULL, refresh_thread, settings) != 0) {
        log_error("settings", "cannot start a thread");
        free(settings);
        return NULL;
    }
    return settings;
}

// Called with the mutex held.
static void use_cache(struct settings *settings) {
    char *json = settings->cache == NULL ? NULL : cache_read(settings->cache);
    if (json != NULL && add(settings, json))
        log_error("settings", "no database yet, using the snapshot in IVR_SETTINGS_CACHE");
    free(json);
}

const struct config *settings_borrow(struct settings *settings, int64_t deadline) {
    struct timespec until = clock_timespec(deadline);
    pthread_mutex_lock(&settings->mutex);
    for (int waited = 0; settings->snapshots == NULL && waited == 0;)
        waited = pthread_cond_timedwait(&settings->changed, &settings->mutex, &until);
    if (settings->snapshots == NULL)
        use_cache(settings);
    struct config *config = NULL;
    if (settings->snapshots != NULL) {
        settings->snapshots->holders++;
        config = settings->snapshots->config;
    }
    pthread_mutex_unlock(&settings->mutex);
    return config;
}

void settings_return(struct settings *settings, const struct config *config) {
    if (config == NULL)
        return;
    pthread_mutex_lock(&settings->mutex);
    struct snapshot *snapshot = settings->snapshots;
    while (snapshot->config != config)
        snapshot = snapshot->next;
    drop(settings, snapshot);
    pthread_mutex_unlock(&settings->mutex);
}

void settings_close(struct settings *settings) {
    if (settings == NULL)
        return;
    pthread_mutex_lock(&settings->mutex);
    settings->closing = true;
    pthread_cond_broadcast(&settings->changed);
    pthread_mutex_unlock(&settings->mutex);
    pthread_join(settings->thread, NULL);
    if (settings->snapshots != NULL)
        drop(settings, settings->snapshots);
    pthread_cond_destroy(&settings->changed);
    pthread_mutex_destroy(&settings->mutex);
    free(settings);
}
