// mail.c: a heap of letters without order; a thread takes any of them that is due.
#include "mail.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../sim/clock.h"
#include "../sim/http.h"
#include "../sim/sign.h"
#include "../sim/text.h"
#include "../sim/thread.h"
#include "dice.h"

enum {
    SPREAD_US = 400000,  // an event is sent this late at most
    AGAIN_US = 150000,   // after a refusal
    POLL_MS = 5,
    TIMEOUT_MS = 20000,
};

struct letter {
    long number;
    const char *event;
    char *call;
    char *body;
    long long due;
    int copies;  // still to be sent
    int twins;   // of them, those that go out beside the first one
    int under_way;
    bool queued;
    bool acknowledged;
};

struct mail {
    struct ledger *ledger;
    const char *secret;
    char *url;
    uint64_t dice;
    pthread_mutex_t mutex;
    struct letter **waiting;
    size_t count;
    size_t room;
    long open;  // letters not yet freed
    bool ending;
    struct mail_counts counts;
    pthread_t *threads;
    long thread_count;
};

static void letter_free(struct letter *letter) {
    free(letter->call);
    free(letter->body);
    free(letter);
}

static void put(struct mail *mail, struct letter *letter, long long due) {
    if (mail->count == mail->room) {
        mail->room = mail->room == 0 ? 1024 : mail->room * 2;
        mail->waiting = memory_resize(mail->waiting, mail->room, sizeof *mail->waiting);
    }
    letter->due = due;
    letter->queued = true;
    mail->waiting[mail->count++] = letter;
}

// Any letter that is due, from a random place on; a letter with a twin stays for the next thread.
static struct letter *take(struct mail *mail) {
    long long now = clock_steady_us();
    size_t start = mail->count == 0 ? 0 : dice_below(&mail->dice, mail->count);
    for (size_t i = 0; i < mail->count; i++) {
        size_t place = (start + i) % mail->count;
        struct letter *letter = mail->waiting[place];
        if (letter->due > now)
            continue;
        letter->under_way++;
        if (letter->twins > 0) {
            letter->twins--;
            letter->copies--;
            letter->due = 0;
            return letter;
        }
        letter->copies--;
        letter->queued = false;
        mail->waiting[place] = mail->waiting[--mail->count];
        return letter;
    }
    return NULL;
}

static bool send_once(struct mail *mail, struct http *http, const struct letter *letter, long *status) {
    char timestamp[24];
    char signature[SIGNATURE_SIZE];
    struct text headers[2] = {{0}, {0}};
    struct http_reply reply;
    snprintf(timestamp, sizeof timestamp, "%lld", clock_today_ms() / 1000);
    sign_body(mail->secret, timestamp, letter->body, strlen(letter->body), signature);
    text_format(&headers[0], "X-MiniVoice-Timestamp: %s", timestamp);
    text_format(&headers[1], "X-MiniVoice-Signature: %s", signature);
    struct http_request request = {.method = "POST",
                                   .url = mail->url,
                                   .body = letter->body,
                                   .length = strlen(letter->body),
                                   .content_type = "application/json",
                                   .headers = {headers[0].bytes, headers[1].bytes}};
    http_send(http, &request, &reply);
    *status = reply.status;
    http_reply_free(&reply);
    text_free(&headers[0]);
    text_free(&headers[1]);
    return *status >= 200 && *status <= 299;
}

// Under the lock: what a delivery means for its letter.
static void settle(struct mail *mail, struct letter *letter, bool good, long status) {
    letter->under_way--;
    mail->counts.acknowledged += good && !letter->acknowledged;
    mail->counts.refused += !good && status != 0;
    mail->counts.broken += status == 0;
    letter->acknowledged = letter->acknowledged || good;
    letter->copies += !good;  // each copy until it is acknowledged
    if (letter->under_way > 0 || letter->queued)
        return;
    if (letter->copies > 0) {
        long long wait = good ? SPREAD_US : AGAIN_US;
        put(mail, letter, clock_steady_us() + (long long)dice_below(&mail->dice, (size_t)wait));
        return;
    }
    mail->open--;
    letter_free(letter);
}

static void deliver(struct mail *mail, struct http *http, struct letter *letter) {
    long status;
    bool good = send_once(mail, http, letter, &status);
    ledger_write(
        mail->ledger,
        &(struct line){.kind = good ? "acked" : "refused", .number = letter->number, .call = letter->call});
    pthread_mutex_lock(&mail->mutex);
    settle(mail, letter, good, status);
    pthread_mutex_unlock(&mail->mutex);
}

static void *carry(void *argument) {
    struct mail *mail = argument;
    struct http_pool pool = {.timeout_ms = TIMEOUT_MS};
    struct http *http = http_pool_take(&pool);
    for (;;) {
        pthread_mutex_lock(&mail->mutex);
        struct letter *letter = take(mail);
        bool ending = mail->ending;
        pthread_mutex_unlock(&mail->mutex);
        if (letter != NULL)
            deliver(mail, http, letter);
        else if (ending)
            break;
        else
            clock_wait_ms(POLL_MS);
    }
    http_pool_give(&pool, http);
    http_pool_close(&pool);
    return NULL;
}

struct mail *mail_open(struct ledger *ledger, const char *url, const char *secret, long threads,
                       uint64_t seed) {
    struct mail *mail = memory_need(1, sizeof *mail);
    struct text webhook = {0};
    text_format(&webhook, "%s/webhook", url);
    *mail = (struct mail){.ledger = ledger, .secret = secret, .url = webhook.bytes, .dice = seed};
    pthread_mutex_init(&mail->mutex, NULL);
    mail->threads = memory_need((size_t)threads, sizeof *mail->threads);
    while (mail->thread_count < threads && thread_start(&mail->threads[mail->thread_count], carry, mail))
        mail->thread_count++;
    return mail;
}

static char *write_body(long number, const char *call, const char *from, const char *event,
                        const char *data) {
    char at[CLOCK_TEXT_SIZE];
    struct text body = {0};
    clock_rfc3339(clock_today_ms(), true, at);
    text_format(
        &body,
        "{\"event\":\"%s\",\"created_at\":\"%s\",\"call\":{\"id\":\"%s\",\"status\":\"%s\",\"direction\":\"inbound\","
        "\"from\":\"%s\",\"to\":\"+15551230002\"},\"variables\":{},\"data\":{%s%s\"event_key\":\"chaos:%ld\"}}",
        event, at, call, strcmp(event, "call.completed") == 0 ? "completed" : "in_progress", from, data,
        *data == '\0' ? "" : ",", number);
    return body.bytes;
}

void mail_post(struct mail *mail, const char *call, const char *from, const char *event, const char *data) {
    struct letter *letter = memory_need(1, sizeof *letter);
    *letter = (struct letter){.event = event, .call = text_copy(call), .copies = 1};
    pthread_mutex_lock(&mail->mutex);
    size_t kind = dice_below(&mail->dice, 20);  // one in ten is repeated
    size_t late = dice_below(&mail->dice, 3) == 0 ? dice_below(&mail->dice, SPREAD_US) : 0;
    letter->number = ++mail->counts.events;
    mail->open++;
    letter->copies += kind < 2;
    letter->twins = kind == 0;
    mail->counts.repeats += kind < 2;
    pthread_mutex_unlock(&mail->mutex);
    letter->body = write_body(letter->number, call, from, event, data);
    ledger_write(
        mail->ledger,
        &(struct line){
            .kind = "sent", .number = letter->number, .call = call, .name = event, .body = letter->body});
    pthread_mutex_lock(&mail->mutex);
    put(mail, letter, clock_steady_us() + (long long)late);
    pthread_mutex_unlock(&mail->mutex);
}

static long still_open(struct mail *mail) {
    pthread_mutex_lock(&mail->mutex);
    long open = mail->open;
    pthread_mutex_unlock(&mail->mutex);
    return open;
}

struct mail_counts mail_close(struct mail *mail, long patience_s) {
    long long until = clock_steady_us() + patience_s * 1000000LL;
    while (still_open(mail) > 0 && clock_steady_us() < until)
        clock_wait_ms(POLL_MS);
    pthread_mutex_lock(&mail->mutex);
    mail->ending = true;
    while (mail->count > 0)
        letter_free(mail->waiting[--mail->count]);
    pthread_mutex_unlock(&mail->mutex);
    for (long i = 0; i < mail->thread_count; i++)
        pthread_join(mail->threads[i], NULL);
    struct mail_counts counts = mail->counts;
    pthread_mutex_destroy(&mail->mutex);
    free(mail->waiting);
    free(mail->threads);
    free(mail->url);
    free(mail);
    return counts;
}
