// log.c: builds a line in memory and writes it whole, so that threads and processes never mix theirs.
//
// Whoever reads stderr may be slow, or stop. Between log_start and log_stop lines go into a ring, and a
// thread of its own writes them, several at once: a caller never waits for the log. What does not fit is
// dropped, counted and told.
#include "log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "repeats.h"

enum {
    RING_SIZE = 256 * 1024,  // some 1,000 lines
    CHUNK_SIZE = 32 * 1024,  // written at once
    GATHER_MS = 5,           // how long lines are gathered before they are written
};

// There is one stderr in a process, and so one log. The only state outside of struct app.
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t writer;
    bool journal;  // reads stderr
    bool started;
    bool stopping;
    bool stopped;
    size_t first;  // in the ring
    size_t length;
    unsigned long dropped;  // lines, since that was last told
    unsigned long dropped_ever;
    struct repeats repeats;
    char ring[RING_SIZE];
} output = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void append(struct log_line *line, const char *bytes, size_t length) {
    size_t room = sizeof line->text - 1 - line->length;  // one byte is kept for the newline
    if (length > room)
        length = room;
    memcpy(line->text + line->length, bytes, length);
    line->length += length;
}

static void append_key(struct log_line *line, const char *key) {
    if (line->length > 0)
        append(line, " ", 1);
    append(line, key, strlen(key));
    append(line, "=", 1);
}

static bool needs_quotes(const char *value) {
    return *value == '\0' || strpbrk(value, " \"=\\\t\r\n") != NULL;
}

static void append_quoted(struct log_line *line, const char *value) {
    bool quotes = needs_quotes(value);
    if (quotes)
        append(line, "\"", 1);
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            append(line, "\\", 1);
        bool control = (unsigned char)*at < 0x20 || *at == 0x7f;
        append(line, control ? "?" : at, 1);
    }
    if (quotes)
        append(line, "\"", 1);
}

void log_text(struct log_line *line, const char *key, const char *value) {
    if (value == NULL)
        return;
    append_key(line, key);
    append_quoted(line, value);
}

void log_number(struct log_line *line, const char *key, long long value) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", value);
    append_key(line, key);
    append(line, digits, (size_t)length);
}

void log_ms(struct log_line *line, const char *key, double ms) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%.1f", ms < 1e15 ? ms : 1e15);
    append_key(line, key);
    append(line, digits, (size_t)length);
}

void log_masked(struct log_line *line, const char *key, const char *number) {
    char masked[] = "***??";
    if (number == NULL)
        return;
    size_t length = strlen(number);
    memcpy(masked + 3, length > 4 ? number + length - 2 : "**", 2);
    log_text(line, key, masked);
}

void log_word(struct log_line *line, const char *key, const char *word) {
    char shown[256];
    size_t digits = 0;
    if (word == NULL)
        return;
    snprintf(shown, sizeof shown, "%s", word);
    for (const char *at = shown; *at != '\0'; at++)
        digits += *at >= '0' && *at <= '9';
    for (char *at = shown; digits >= 7 && *at != '\0'; at++)
        if (*at >= '0' && *at <= '9')
            *at = '*';
    log_text(line, key, shown);
}

void log_outcome(struct log_line *line, const char *value) {
    line->outcome = value;
    log_text(line, "outcome", value);
}

void log_append(struct log_line *line, const struct log_line *more) {
    if (line->length > 0 && more->length > 0)
        append(line, " ", 1);
    append(line, more->text, more->length);
}

// Puts priority, time and program name in front of a line, and its end behind it.
static void finish_line(struct log_line *whole, const struct log_line *line) {
    static const char *const priorities[] = {"<6>", "<4>", "<3>"};  // as syslog(3) numbers them
    char now[CLOCK_RFC3339_SIZE];
    clock_rfc3339(now);
    if (output.journal)
        append(whole, priorities[line->priority], 3);
    append(whole, "time=", 5);
    append(whole, now, strlen(now));
    log_text(whole, "program", program_invocation_short_name);
    log_append(whole, line);
    whole->text[whole->length++] = '\n';
}

static void write_all(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(STDERR_FILENO, bytes, length);
        if (written < 0 && errno != EINTR)
            return;  // there is nowhere to report that the log is gone
        bytes += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
}

// Called with the mutex held. Whole lines only.
static bool ring_put(const struct log_line *line) {
    if (line->length > RING_SIZE - output.length)
        return false;
    size_t at = (output.first + output.length) % RING_SIZE;
    size_t until_end = line->length < RING_SIZE - at ? line->length : RING_SIZE - at;
    memcpy(output.ring + at, line->text, until_end);
    memcpy(output.ring, line->text + until_end, line->length - until_end);
    if (output.length == 0)
        pthread_cond_signal(&output.changed);
    output.length += line->length;
    return true;
}

// Called with the mutex held.
static void put(const struct log_line *whole) {
    if (!ring_put(whole)) {
        output.dropped++;
        output.dropped_ever++;
    }
}

static const char *key_of(enum log_priority priority) {
    static const char *const keys[] = {"info", "warning", "error"};
    return keys[priority];
}

// Called with the mutex held: the counts that are due by `now`.
static void tell_repeats(int64_t now) {
    struct repeat repeat;
    while (repeats_take(&output.repeats, now, &repeat)) {
        struct log_line line = {.priority = (enum log_priority)repeat.priority};
        struct log_line whole = {0};
        log_text(&line, key_of(line.priority), repeat.what);
        log_text(&line, "detail", repeat.detail);
        log_number(&line, "more", (long long)repeat.more);
        finish_line(&whole, &line);
        put(&whole);
    }
}

// Called with the mutex held: waits until there is a line to write, or a count to tell.
static void await_lines(void) {
    int64_t due = repeats_due(&output.repeats);
    struct timespec until = clock_timespec(due);
    if (due == INT64_MAX)
        pthread_cond_wait(&output.changed, &output.mutex);
    else
        pthread_cond_clockwait(&output.changed, &output.mutex, CLOCK_MONOTONIC, &until);
    tell_repeats(clock_now());
}

// Called with the mutex held.
static void tell_dropped(void) {
    struct log_line line = {.priority = LOG_AS_ERROR};
    struct log_line whole = {0};
    log_text(&line, "error", "log");
    log_number(&line, "dropped_lines", (long long)output.dropped);
    finish_line(&whole, &line);
    if (ring_put(&whole))
        output.dropped = 0;
}

// Called with the mutex held: takes what is to be written next, up to the end of the ring.
static size_t ring_take(char *chunk) {
    size_t length = output.length < CHUNK_SIZE ? output.length : CHUNK_SIZE;
    if (length > RING_SIZE - output.first)
        length = RING_SIZE - output.first;
    memcpy(chunk, output.ring + output.first, length);
    output.first = (output.first + length) % RING_SIZE;
    output.length -= length;
    return length;
}

static void gather(void) {
    struct timespec pause = {.tv_nsec = GATHER_MS * 1000000L};
    pthread_mutex_unlock(&output.mutex);
    nanosleep(&pause, NULL);
    pthread_mutex_lock(&output.mutex);
}

static void *writer_thread(void *argument) {
    (void)argument;
    static char chunk[CHUNK_SIZE];
    pthread_mutex_lock(&output.mutex);
    while (!output.stopping || output.length > 0) {
        if (output.length == 0) {
            await_lines();
            continue;
        }
        if (!output.stopping)
            gather();
        if (output.dropped > 0)
            tell_dropped();
        size_t length = ring_take(chunk);
        pthread_mutex_unlock(&output.mutex);
        write_all(chunk, length);
        pthread_mutex_lock(&output.mutex);
    }
    output.stopped = true;
    pthread_cond_broadcast(&output.changed);
    pthread_mutex_unlock(&output.mutex);
    return NULL;
}

// The journal's stream is told as "device:inode": stderr may have been turned elsewhere since.
void log_open(void) {
    const char *told = getenv("JOURNAL_STREAM");
    struct stat file;
    char ours[64];
    if (told == NULL || fstat(STDERR_FILENO, &file) != 0)
        return;
    snprintf(ours, sizeof ours, "%llu:%llu", (unsigned long long)file.st_dev,
             (unsigned long long)file.st_ino);
    output.journal = strcmp(told, ours) == 0;
}

bool log_start(void) {
    pthread_mutex_lock(&output.mutex);
    output.stopping = false;
    output.stopped = false;
    output.started = pthread_create(&output.writer, NULL, writer_thread, NULL) == 0;
    pthread_mutex_unlock(&output.mutex);
    return output.started;
}

// A reader who has stopped must not keep the process: its last lines are lost then.
void log_stop(int ms) {
    struct timespec until = clock_timespec(clock_in_ms(ms));
    pthread_mutex_lock(&output.mutex);
    bool started = output.started;
    tell_repeats(INT64_MAX);
    output.stopping = true;
    pthread_cond_broadcast(&output.changed);
    for (int waited = 0; started && !output.stopped && waited == 0;)
        waited = pthread_cond_clockwait(&output.changed, &output.mutex, CLOCK_MONOTONIC, &until);
    bool stopped = output.stopped;
    output.started = false;
    pthread_mutex_unlock(&output.mutex);
    if (started && stopped)
        pthread_join(output.writer, NULL);
}

void log_write(struct log_line *line) {
    struct log_line whole = {0};
    finish_line(&whole, line);
    line->length = 0;
    pthread_mutex_lock(&output.mutex);
    bool started = output.started;
    if (started)
        put(&whole);
    pthread_mutex_unlock(&output.mutex);
    if (!started)
        write_all(whole.text, whole.length);
}

unsigned long log_dropped(void) {
    pthread_mutex_lock(&output.mutex);
    unsigned long dropped = output.dropped_ever;
    pthread_mutex_unlock(&output.mutex);
    return dropped;
}

// Lines of their own

// Returns false where the same was told a moment ago, and is counted. The writer must learn that it owes a
// count.
static bool is_new(enum log_priority priority, const char *what, const char *detail) {
    int64_t now = clock_now();
    pthread_mutex_lock(&output.mutex);
    if (output.started)
        tell_repeats(now);
    bool admitted = !output.started || repeats_admit(&output.repeats, (int)priority, what, detail, now);
    if (!admitted)
        pthread_cond_broadcast(&output.changed);
    pthread_mutex_unlock(&output.mutex);
    return admitted;
}

static void say(enum log_priority priority, const char *what, const char *format, va_list values) {
    struct log_line line = {.priority = priority};
    char detail[REPEATS_DETAIL];
    vsnprintf(detail, sizeof detail, format, values);
    if (priority != LOG_AS_INFO && !is_new(priority, what, detail))
        return;
    log_text(&line, key_of(priority), what);
    log_text(&line, "detail", detail);
    log_write(&line);
}

void log_error(const char *what, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say(LOG_AS_ERROR, what, format, values);
    va_end(values);
}

void log_warning(const char *what, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say(LOG_AS_WARNING, what, format, values);
    va_end(values);
}

void log_info(const char *what, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say(LOG_AS_INFO, what, format, values);
    va_end(values);
}
