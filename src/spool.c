// spool.c: segments, their records and locks, and the order in which they are read.
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

enum {
    SEGMENT_BYTES = 1024 * 1024,     // a segment that has so many is followed by the next one
    LOADED_BYTES = 8 * 1024 * 1024,  // no more segments are opened when so much is in memory
    MAX_SOURCES = 64,
    NAME_SIZE = 48,
    BLOCK = 4096,    // what a small file takes
    COUNT_MS = 200,  // how often a writer counts what the directory holds
    SAY_MS = 60000,  // how often the log tells how much there is
    MAX_SEGMENT_TRIES = 8,
};

#define MAGIC 0x31535649u    // "IVS1" in the file
#define WAITING 0x54494157u  // "WAIT"
#define DONE 0x454e4f44u     // "DONE"

// In front of each record, in the order of the machine. The state is changed where it stands, so the checksum
// leaves it out.
struct header {
    uint32_t magic;
    uint32_t state;
    uint32_t checksum;  // of the rest of the header, and the record
    uint32_t length;
    int64_t at;  // microseconds since 1970
};

// A segment that is being read.
struct spool_source {
    int file;  // -1: none
    char name[NAME_SIZE];
    char *bytes;
    size_t size;
    size_t next;         // where the next open record is, or `size`
    struct header head;  // its header
    int pending;         // records that were read and not settled
    bool kept;           // something in it could not be set aside
};

struct spool {
    int directory;
    size_t most;
    // Writing
    pthread_mutex_t mutex;
    pthread_cond_t synced_more;
    int segment;  // -1: none
    size_t segment_size;
    uint64_t written;                 // how many records there were
    uint64_t synced;                  // how many of them are settled: on disk, or failed
    uint64_t failed_from, failed_to;  // those after the first, up to the second, are not on disk
    bool syncing;
    size_t total;  // bytes in the directory, as counted
    int64_t count_at;
    int64_t say_at;
    bool full;  // and said so
    // Reading
    int lock;  // -1: another one reads, or nobody
    struct spool_source sources[MAX_SOURCES];
    int open;
    size_t loaded;
    struct dirent **names;
    int name_count;
    int name_next;
    int64_t tell_at;
    long long stored;
    long long refused;
};

// Records

static uint32_t checksum(uint32_t sum, const void *bytes, size_t length) {
    static const uint32_t table[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
                                       0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                       0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    const unsigned char *at = bytes;
    for (; length > 0; length--, at++) {
        sum ^= *at;
        sum = sum >> 4 ^ table[sum & 15];
        sum = sum >> 4 ^ table[sum & 15];
    }
    return sum;
}

// CRC-32.
static uint32_t checksum_of(const struct header *header, const void *bytes) {
    uint32_t sum = checksum(~0u, &header->length, sizeof header->length);
    sum = checksum(sum, &header->at, sizeof header->at);
    return ~checksum(sum, bytes, header->length);
}

static bool is_record(const char *bytes, size_t left, struct header *header) {
    if (left < sizeof *header)
        return false;
    memcpy(header, bytes, sizeof *header);
    return header->magic == MAGIC && header->length <= SPOOL_MAX_RECORD &&
           header->length <= left - sizeof *header &&
           header->checksum == checksum_of(header, bytes + sizeof *header);
}

static size_t next_record(const char *bytes, size_t size, size_t from, struct header *header) {
    while (from < size && !is_record(bytes + from, size - from, header))
        from++;
    return from;
}

static size_t size_of(const struct header *header) {
    return sizeof *header + header->length;
}

static bool write_at(int file, const void *bytes, size_t length, size_t offset) {
    while (length > 0) {
        ssize_t written = pwrite(file, bytes, length, (off_t)offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes = (const char *)bytes + written;
        length -= (size_t)written;
        offset += (size_t)written;
    }
    return true;
}

// The directory

static int is_segment(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 6 && length < NAME_SIZE && strcmp(entry->d_name + length - 6, ".spool") == 0;
}

static int by_name(const struct dirent **left, const struct dirent **right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

static void names_free(struct dirent **names, int count) {
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

static size_t total_of(const struct spool *spool) {
    struct dirent **names = NULL;
    struct stat status;
    size_t total = 0;
    int count = scandirat(spool->directory, ".", &names, is_segment, NULL);
    for (int i = 0; i < count; i++)
        if (fstatat(spool->directory, names[i]->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
            total += ((size_t)status.st_size + BLOCK - 1) / BLOCK * BLOCK;
    names_free(names, count);
    return total;
}

static bool is_ours(int directory) {
    struct stat status;
    return fstat(directory, &status) == 0 && status.st_uid == geteuid() &&
           (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

struct spool *spool_open(const char *directory, size_t most_bytes) {
    bool made = mkdir(directory, 0700) == 0 || errno == EEXIST;
    int file = made ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    struct spool *spool = file >= 0 && is_ours(file) ? calloc(1, sizeof *spool) : NULL;
    if (spool == NULL) {
        log_error("spool", "IVR_SPOOL_DIR cannot be used: %s",
                  file < 0 ? strerror(errno) : "it must be our own, and nobody else may write to it");
        if (file >= 0)
            close(file);
        return NULL;
    }
    spool->directory = file;
    spool->most = most_bytes;
    spool->segment = spool->lock = -1;
    for (int i = 0; i < MAX_SOURCES; i++)
        spool->sources[i].file = -1;
    pthread_mutex_init(&spool->mutex, NULL);
    pthread_cond_init(&spool->synced_more, NULL);
    return spool;
}

void spool_close(struct spool *spool) {
    if (spool == NULL)
        return;
    spool_rest(spool);
    if (spool->segment >= 0)
        close(spool->segment);
    close(spool->directory);
    pthread_cond_destroy(&spool->synced_more);
    pthread_mutex_destroy(&spool->mutex);
    free(spool);
}

// Writing; called with the mutex held

// A reader that came between making and locking has removed the empty file: then there is no name any more.
static int segment_make(const struct spool *spool) {
    struct stat status;
    for (int tries = 0; tries < MAX_SEGMENT_TRIES; tries++) {
        char name[NAME_SIZE];
        snprintf(name, sizeof name, "%020lld-%ld.spool", (long long)clock_wall(), (long)getpid());
        int file = openat(spool->directory, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file < 0 && errno != EEXIST)
            return -1;
        if (file >= 0 && flock(file, LOCK_EX) == 0 && fstat(file, &status) == 0 && status.st_nlink > 0 &&
            fsync(spool->directory) == 0)
            return file;
        if (file >= 0)
            close(file);
    }
    return -1;
}

static void segment_leave(struct spool *spool) {
    close(spool->segment);
    spool->segment = -1;
}

static bool all_synced(const struct spool *spool) {
    return !spool->syncing && spool->synced == spool->written;
}

static bool segment_ready(struct spool *spool) {
    if (spool->segment >= 0 && spool->segment_size >= SEGMENT_BYTES && all_synced(spool))
        segment_leave(spool);
    if (spool->segment < 0) {
        spool->segment = segment_make(spool);
        spool->segment_size = 0;
    }
    return spool->segment >= 0;
}

static bool has_room(struct spool *spool, size_t size) {
    if (clock_now() >= spool->count_at) {
        spool->total = total_of(spool);
        spool->count_at = clock_in_ms(COUNT_MS);
    }
    return spool->total + size <= spool->most;
}

// Told once when it comes to its limit, and once when half of it is free again: in between it may be both.
static void say_full(struct spool *spool, bool full) {
    if (!full && spool->total > spool->most / 2)
        return;
    if (full && !spool->full)
        log_error("spool",
                  "it is full: nothing more is taken until the database is back (IVR_SPOOL_MAX_MB is %zu)",
                  spool->most / 1024 / 1024);
    else if (!full && spool->full)
        log_info("spool", "there is room again");
    spool->full = full;
}

// What a failed write has left is cut off; where even that fails the reader finds it.
static bool append(struct spool *spool, const struct header *header, const void *bytes) {
    size_t at = spool->segment_size;
    if (write_at(spool->segment, header, sizeof *header, at) &&
        write_at(spool->segment, bytes, header->length, at + sizeof *header)) {
        spool->segment_size += size_of(header);
        spool->total += size_of(header);
        spool->written++;
        return true;
    }
    int why = errno;
    if (ftruncate(spool->segment, (off_t)at) != 0 && all_synced(spool))
        segment_leave(spool);
    errno = why;
    return false;
}

// One thread syncs for all that have written by then. After a failure nothing is sure of this segment.
static void sync_for_all(struct spool *spool) {
    uint64_t upto = spool->written;
    spool->syncing = true;
    pthread_mutex_unlock(&spool->mutex);
    bool done = fdatasync(spool->segment) == 0;
    pthread_mutex_lock(&spool->mutex);
    spool->syncing = false;
    if (!done) {
        log_error("spool", "cannot sync: %s", strerror(errno));
        spool->failed_from = spool->synced;
        upto = spool->failed_to = spool->written;
        segment_leave(spool);
    }
    spool->synced = upto;
    pthread_cond_broadcast(&spool->synced_more);
}

static bool is_on_disk(struct spool *spool, uint64_t record) {
    while (spool->synced < record) {
        if (spool->syncing)
            pthread_cond_wait(&spool->synced_more, &spool->mutex);
        else
            sync_for_all(spool);
    }
    return record <= spool->failed_from || record > spool->failed_to;
}

static void say_backlog(struct spool *spool) {
    if (clock_now() < spool->say_at)
        return;
    spool->say_at = clock_in_ms(SAY_MS);
    log_warning("spool", "what the database could not take is on disk, %zu KiB in all", spool->total / 1024);
}

size_t spool_backlog(const struct spool *spool) {
    return total_of(spool);
}

bool spool_write(struct spool *spool, const void *bytes, size_t length) {
    struct header header = {.magic = MAGIC, .state = WAITING, .length = (uint32_t)length, .at = clock_wall()};
    const char *fault = NULL;
    if (length > SPOOL_MAX_RECORD) {
        log_error("spool", "a record of %zu bytes is too large", length);
        return false;
    }
    header.checksum = checksum_of(&header, bytes);
    pthread_mutex_lock(&spool->mutex);
    bool room = has_room(spool, size_of(&header));
    say_full(spool, !room);
    if (room && (!segment_ready(spool) || !append(spool, &header, bytes)))
        fault = strerror(errno);
    bool safe = room && fault == NULL && is_on_disk(spool, spool->written);
    if (safe)
        say_backlog(spool);
    pthread_mutex_unlock(&spool->mutex);
    if (fault != NULL)
        log_error("spool", "cannot write: %s", fault);
    return safe;
}

// From here on others may read what this process has written.
static void let_go(struct spool *spool) {
    pthread_mutex_lock(&spool->mutex);
    if (spool->segment >= 0 && all_synced(spool))
        segment_leave(spool);
    pthread_mutex_unlock(&spool->mutex);
}

// Setting aside; by the reader

// Past the limit it is dropped: what can never be stored must not fill the disk.
static bool set_aside(struct spool *spool, const char *bytes, size_t length, const char *why) {
    struct stat status;
    int file = openat(spool->directory, "aside", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool opened = file >= 0 && fstat(file, &status) == 0;
    size_t end = opened ? (size_t)status.st_size : 0;
    bool full = opened && end + length > spool->most;
    bool done = full || (opened && write_at(file, bytes, length, end) && fdatasync(file) == 0);
    if (!done)
        log_error("spool", "cannot set %zu bytes aside: %s", length, strerror(errno));
    else
        log_error("spool", "%s: %zu bytes are %s", why, length,
                  full ? "dropped, the file aside is full" : "set aside");
    if (opened && !done && ftruncate(file, (off_t)end) != 0)
        log_error("spool", "the file aside: %s", strerror(errno));
    if (file >= 0)
        close(file);
    spool->refused += done;
    return done;
}

// Segments that are read

static void source_close(struct spool *spool, struct spool_source *source, bool remove) {
    if (remove && unlinkat(spool->directory, source->name, 0) != 0)
        log_error("spool", "cannot remove %s: %s", source->name, strerror(errno));
    close(source->file);  // after it is gone: nobody reads it again
    free(source->bytes);
    spool->loaded -= source->size;
    spool->open--;
    *source = (struct spool_source){.file = -1};
}

// Moves on to the next open record. What is broken on the way is set aside.
static void source_seek(struct spool *spool, struct spool_source *source) {
    while (source->next < source->size) {
        size_t found = next_record(source->bytes, source->size, source->next, &source->head);
        if (found == source->next && source->head.state != DONE)
            return;
        if (found > source->next &&
            !set_aside(spool, source->bytes + source->next, found - source->next, "a record is broken"))
            source->kept = true;
        source->next = found > source->next ? found : found + size_of(&source->head);
    }
}

static void source_close_if_empty(struct spool *spool, struct spool_source *source) {
    if (source->next >= source->size && source->pending == 0)
        source_close(spool, source, !source->kept);
}

static char *read_whole(int file, size_t size) {
    char *bytes = malloc(size + 1);
    size_t got = 0;
    while (bytes != NULL && got < size) {
        ssize_t some = pread(file, bytes + got, size - got, (off_t)got);
        if (some < 0 && errno == EINTR)
            continue;
        if (some <= 0) {
            free(bytes);
            return NULL;
        }
        got += (size_t)some;
    }
    return bytes;
}

static struct spool_source *free_source(struct spool *spool) {
    struct spool_source *source = spool->sources;
    while (source->file >= 0)
        source++;
    return source;
}

// Only one that nobody holds, neither its writer nor this process.
static void source_open(struct spool *spool, const char *name) {
    struct stat status;
    int file = openat(spool->directory, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return;
    if (flock(file, LOCK_EX | LOCK_NB) != 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_nlink == 0) {
        close(file);
        return;
    }
    struct spool_source *source = free_source(spool);
    *source = (struct spool_source){.file = file, .size = (size_t)status.st_size};
    memcpy(source->name, name, strnlen(name, NAME_SIZE - 1) + 1);
    source->name[NAME_SIZE - 1] = '\0';
    spool->open++;
    spool->loaded += source->size;
    source->bytes = read_whole(file, source->size);
    if (source->bytes == NULL) {
        log_error("spool", "cannot read %s", name);
        source_close(spool, source, false);
        return;
    }
    source_seek(spool, source);
    source_close_if_empty(spool, source);
}

// Reading

static bool may_open(const struct spool *spool) {
    return spool->open < MAX_SOURCES && (spool->open == 0 || spool->loaded < LOADED_BYTES);
}

static void open_named(struct spool *spool) {
    while (spool->name_next < spool->name_count && may_open(spool))
        source_open(spool, spool->names[spool->name_next++]->d_name);
}

static struct spool_source *oldest(struct spool *spool) {
    struct spool_source *first = NULL;
    for (int i = 0; i < MAX_SOURCES; i++) {
        struct spool_source *source = &spool->sources[i];
        bool readable = source->file >= 0 && source->next < source->size;
        if (readable && (first == NULL || source->head.at < first->head.at))
            first = source;
    }
    return first;
}

static void say_empty(struct spool *spool) {
    if (spool->stored + spool->refused > 0)
        log_info("spool", "empty again: %lld stored, %lld set aside", spool->stored, spool->refused);
    spool->stored = spool->refused = 0;
}

static void say_progress(struct spool *spool) {
    if (clock_now() < spool->tell_at)
        return;
    spool->tell_at = clock_in_ms(SAY_MS);
    log_info("spool", "%zu KiB are being stored, %lld records so far", total_of(spool) / 1024, spool->stored);
}

static void scan(struct spool *spool) {
    if (!may_open(spool))
        return;
    names_free(spool->names, spool->name_count);
    spool->names = NULL;
    spool->name_next = 0;
    int count = scandirat(spool->directory, ".", &spool->names, is_segment, by_name);
    spool->name_count = count < 0 ? 0 : count;
    open_named(spool);
    if (count == 0)
        say_empty(spool);
}

static bool take_lock(struct spool *spool) {
    if (spool->lock >= 0)
        return true;
    int file = openat(spool->directory, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return false;
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        close(file);
        return false;
    }
    spool->lock = file;
    return true;
}

bool spool_read(struct spool *spool, struct spool_record *record) {
    let_go(spool);
    if (!take_lock(spool))
        return false;
    open_named(spool);
    struct spool_source *source = oldest(spool);
    if (source == NULL && spool->name_next == spool->name_count) {
        scan(spool);
        source = oldest(spool);
    }
    if (source == NULL) {
        if (spool->open == 0)
            spool_rest(spool);
        return false;
    }
    *record = (struct spool_record){.bytes = source->bytes + source->next + sizeof source->head,
                                    .length = source->head.length,
                                    .source = source,
                                    .offset = source->next};
    source->pending++;
    source->next += size_of(&source->head);
    source_seek(spool, source);
    say_progress(spool);
    return true;
}

// The mark need not be synced: a record that is read once more is known to whoever stores it.
static void settle(struct spool *spool, const struct spool_record *record) {
    uint32_t state = DONE;
    write_at(record->source->file, &state, sizeof state, record->offset + offsetof(struct header, state));
    record->source->pending--;
    source_close_if_empty(spool, record->source);
}

void spool_done(struct spool *spool, const struct spool_record *record) {
    spool->stored++;
    settle(spool, record);
}

void spool_refuse(struct spool *spool, const struct spool_record *record) {
    struct spool_source *source = record->source;
    if (set_aside(spool, source->bytes + record->offset, sizeof(struct header) + record->length,
                  "a record can never be stored")) {
        settle(spool, record);
        return;
    }
    source->kept = true;
    source->pending--;
    source_close_if_empty(spool, source);
}

void spool_rest(struct spool *spool) {
    for (int i = 0; i < MAX_SOURCES; i++)
        if (spool->sources[i].file >= 0)
            source_close(spool, &spool->sources[i], false);
    names_free(spool->names, spool->name_count);
    spool->names = NULL;
    spool->name_count = spool->name_next = 0;
    if (spool->lock >= 0)
        close(spool->lock);
    spool->lock = -1;
}
