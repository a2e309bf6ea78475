// outbox.c: when the events of a call go out: at once, later from a thread of their own, or all at the end.
#include "outbox.h"

#include <stdlib.h>

#include <json-c/json.h>

#include "clock.h"
#include "thread.h"

enum { COPY_PAUSE_MS = 5 };  // between the copies of --repeat

void outbox_open(struct outbox *outbox, const struct options *options, struct call *call,
                 struct http_pool *pool) {
    *outbox = (struct outbox){
        .options = options,
        .call = call,
        .pool = pool,
        .holding = options->order != ORDER_IN,
    };
}

long long outbox_now(const struct outbox *outbox) {
    return clock_today_ms() + outbox->options->clock_skew_ms;
}

struct letter *outbox_write(struct outbox *outbox, const char *name, struct json_object *data,
                            long long moment) {
    struct letter *letter = memory_need(1, sizeof *letter);
    letter->options = outbox->options;
    letter->delivery.event = name;
    event_write(outbox->options, outbox->call, name, data, moment, &letter->event);
    outbox->letters = memory_resize(outbox->letters, outbox->count + 1, sizeof(struct letter *));
    outbox->letters[outbox->count++] = letter;
    return letter;
}

static void send_copies(struct letter *letter, struct http *http) {
    for (long copy = 0; copy < letter->options->repeat; copy++) {
        clock_wait_ms(copy != 0 ? COPY_PAUSE_MS : 0);
        event_send(letter->options, http, &letter->event, &letter->delivery);
    }
}

void outbox_send(struct outbox *outbox, struct letter *letter) {
    if (outbox->holding)
        return;
    struct http *http = http_pool_take(outbox->pool);
    send_copies(letter, http);
    http_pool_give(outbox->pool, http);
}

static void *fly(void *argument) {
    struct letter *letter = argument;
    clock_wait_until_us(letter->due_us);
    send_copies(letter, letter->http);
    return NULL;
}

void outbox_send_at(struct outbox *outbox, struct letter *letter, long long due_us) {
    if (outbox->holding)
        return;
    letter->due_us = due_us;
    letter->http = http_pool_take(outbox->pool);
    letter->flying = thread_start(&letter->thread, fly, letter);
    if (letter->flying)
        return;
    http_pool_give(outbox->pool, letter->http);
    clock_wait_until_us(due_us);
    outbox_send(outbox, letter);
}

static void swap(struct letter **one, struct letter **other) {
    struct letter *kept = *one;
    *one = *other;
    *other = kept;
}

static void disarrange(struct outbox *outbox, struct letter **copies, size_t count) {
    if (outbox->options->order == ORDER_REVERSE) {
        for (size_t i = 0; i < count / 2; i++)
            swap(&copies[i], &copies[count - 1 - i]);
        return;
    }
    for (size_t i = count; i > 1; i--)
        swap(&copies[i - 1], &copies[call_roll(outbox->call, i)]);
}

void outbox_release(struct outbox *outbox) {
    size_t repeat = (size_t)outbox->options->repeat;
    size_t count = outbox->count * repeat;
    if (!outbox->holding)
        return;
    outbox->holding = false;
    struct letter **copies = memory_need(count, sizeof(struct letter *));
    for (size_t i = 0; i < count; i++)
        copies[i] = outbox->letters[i / repeat];
    disarrange(outbox, copies, count);
    struct http *http = http_pool_take(outbox->pool);
    for (size_t i = 0; i < count; i++)
        event_send(outbox->options, http, &copies[i]->event, &copies[i]->delivery);
    http_pool_give(outbox->pool, http);
    free(copies);
}

void outbox_close(struct outbox *outbox, struct record *record) {
    for (size_t i = 0; i < outbox->count; i++) {
        struct letter *letter = outbox->letters[i];
        if (letter->flying) {
            pthread_join(letter->thread, NULL);
            http_pool_give(outbox->pool, letter->http);
        }
        event_judge(&letter->delivery, record);
        event_free(&letter->event);
        free(letter);
    }
    free(outbox->letters);
    *outbox = (struct outbox){0};
}
