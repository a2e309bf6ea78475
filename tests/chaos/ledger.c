// ledger.c: lines that are on disk; threads that write at the same time share a flush.
#include "ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../sim/text.h"

struct ledger {
    int file;
    pthread_mutex_t mutex;
    pthread_cond_t flushed_more;
    uint64_t written;  // lines
    uint64_t flushed;  // of them
    bool flushing;
};

struct ledger *ledger_open(const char *path) {
    struct ledger *ledger = memory_need(1, sizeof *ledger);
    ledger->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (ledger->file < 0) {
        free(ledger);
        return NULL;
    }
    pthread_mutex_init(&ledger->mutex, NULL);
    pthread_cond_init(&ledger->flushed_more, NULL);
    return ledger;
}

void ledger_close(struct ledger *ledger) {
    close(ledger->file);
    pthread_cond_destroy(&ledger->flushed_more);
    pthread_mutex_destroy(&ledger->mutex);
    free(ledger);
}

static void need(bool good) {
    if (good)
        return;
    fprintf(stderr, "chaos: the ledger cannot be written: %s\n", strerror(errno));
    abort();
}

// One of those who wait flushes for all.
static void await_flush(struct ledger *ledger, uint64_t line) {
    while (ledger->flushed < line) {
        if (ledger->flushing) {
            pthread_cond_wait(&ledger->flushed_more, &ledger->mutex);
            continue;
        }
        uint64_t upto = ledger->written;
        ledger->flushing = true;
        pthread_mutex_unlock(&ledger->mutex);
        need(fdatasync(ledger->file) == 0);
        pthread_mutex_lock(&ledger->mutex);
        ledger->flushing = false;
        ledger->flushed = upto;
        pthread_cond_broadcast(&ledger->flushed_more);
    }
}

static void add_number(struct text *text, long number) {
    if (number != 0)
        text_format(text, "%ld", number);
}

void ledger_write(struct ledger *ledger, const struct line *line) {
    struct text text = {0};
    text_format(&text, "%s\t", line->kind);
    add_number(&text, line->number);
    text_format(&text, "\t%s\t%s\t", line->call == NULL ? "" : line->call,
                line->name == NULL ? "" : line->name);
    add_number(&text, line->step);
    text_format(&text, "\t%s\n", line->body == NULL ? "" : line->body);
    pthread_mutex_lock(&ledger->mutex);
    need(write(ledger->file, text.bytes, text.length) == (ssize_t)text.length);
    await_flush(ledger, ++ledger->written);
    pthread_mutex_unlock(&ledger->mutex);
    text_free(&text);
}
