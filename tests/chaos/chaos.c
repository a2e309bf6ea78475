// chaos.c: sends whole calls and keeps a ledger of all that was sent, acknowledged and heard.
//
//   chaos --ledger FILE [--seed N] [--events N] [--seconds N] [--callers N] [--carriers N] [--patience
//   SECONDS]
//         [--only-events]
//
// IVR_URL and IVR_WEBHOOK_SECRET say where to. Calls begin evenly over the seconds, or later where they
// cannot keep up. Every event is sent until it is acknowledged; every line of the ledger is on disk before
// the next step. Prints name=value lines. Exits 1 when a caller heard anything but a 200 with valid actions,
// or when an event was still not acknowledged at the end.
#include <getopt.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../sim/clock.h"
#include "../sim/text.h"
#include "../sim/thread.h"
#include "caller.h"

// At least; most have more.
enum { EVENTS_A_CALL = 4, TIMEOUT_MS = 20000 };

struct options {
    const char *ledger;
    long seed;
    long events;
    long seconds;
    long callers;
    long carriers;
    long patience;
    bool only_events;
};

struct chaos {
    struct options options;
    struct callers callers;
    char run[40];
    long calls;
    long long began_us;
    atomic_long next;
};

static bool read_options(int argc, char **argv, struct options *options) {
    static const struct option names[] = {{"ledger", required_argument, NULL, 'l'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"events", required_argument, NULL, 'e'},
                                          {"seconds", required_argument, NULL, 't'},
                                          {"callers", required_argument, NULL, 'c'},
                                          {"carriers", required_argument, NULL, 'm'},
                                          {"patience", required_argument, NULL, 'p'},
                                          {"only-events", no_argument, NULL, 'o'},
                                          {0}};
    int got;
    *options = (struct options){
        .seed = 1, .events = 5000, .seconds = 30, .callers = 32, .carriers = 24, .patience = 60};
    while ((got = getopt_long(argc, argv, "", names, NULL)) != -1) {
        long value = got == 'l' || optarg == NULL ? 0 : strtol(optarg, NULL, 10);
        switch (got) {
        case 'l':
            options->ledger = optarg;
            break;
        case 's':
            options->seed = value;
            break;
        case 'e':
            options->events = value;
            break;
        case 't':
            options->seconds = value;
            break;
        case 'c':
            options->callers = value;
            break;
        case 'm':
            options->carriers = value;
            break;
        case 'p':
            options->patience = value;
            break;
        case 'o':
            options->only_events = true;
            break;
        default:
            return false;
        }
    }
    return options->ledger != NULL && options->events > 0 && options->callers > 0 && options->carriers > 0 &&
           optind == argc;
}

static void *play(void *argument) {
    struct chaos *chaos = argument;
    struct http_pool pool = {.timeout_ms = TIMEOUT_MS};
    struct http *http = http_pool_take(&pool);
    for (;;) {
        long number = atomic_fetch_add(&chaos->next, 1);
        if (number >= chaos->calls)
            break;
        clock_wait_until_us(chaos->began_us + number * chaos->options.seconds * 1000000LL / chaos->calls);
        caller_play(&chaos->callers, http, chaos->run, number, (uint64_t)chaos->options.seed);
    }
    http_pool_give(&pool, http);
    http_pool_close(&pool);
    return NULL;
}

static int by_value(const void *a, const void *b) {
    float left = *(const float *)a;
    float right = *(const float *)b;
    return (left > right) - (left < right);
}

static double percentile(const struct heard *heard, double share) {
    return heard->count == 0 ? 0 : (double)heard->ms[(size_t)(share * (double)(heard->count - 1))];
}

static void print(const struct chaos *chaos, const struct mail_counts *mail, double seconds) {
    const struct heard *heard = &chaos->callers.heard;
    printf("calls=%ld\nseconds=%.0f\n", chaos->calls, seconds);
    printf(
        "events=%ld\nevents_repeated=%ld\nevents_acknowledged=%ld\nevents_refused=%ld\nevents_broken=%ld\n",
        mail->events, mail->repeats, mail->acknowledged, mail->refused, mail->broken);
    printf("replies=%ld\nreplies_not_200=%ld\nreplies_invalid=%ld\nreplies_static=%ld\nreplies_broken=%ld\n",
           heard->replies, heard->not_200, heard->invalid, heard->stat, heard->broken);
    qsort(heard->ms, heard->count, sizeof *heard->ms, by_value);
    printf("reply_ms_p50=%.1f\nreply_ms_p99=%.1f\nreply_ms_p999=%.1f\nreply_ms_max=%.1f\n",
           percentile(heard, 0.5), percentile(heard, 0.99), percentile(heard, 0.999), percentile(heard, 1));
}

static int run(struct chaos *chaos, const char *secret) {
    const struct options *options = &chaos->options;
    struct callers *callers = &chaos->callers;
    callers->only_events = options->only_events;
    callers->mail =
        mail_open(callers->ledger, callers->url, secret, options->carriers, (uint64_t)options->seed * 31 + 7);
    pthread_mutex_init(&callers->heard.mutex, NULL);
    chaos->calls = (options->events + EVENTS_A_CALL - 1) / EVENTS_A_CALL;
    snprintf(chaos->run, sizeof chaos->run, "chaos-%ld-%lld", options->seed, clock_today_ms());
    chaos->began_us = clock_steady_us();
    thread_run_all(options->callers, play, chaos);
    struct mail_counts mail = mail_close(callers->mail, options->patience);
    print(chaos, &mail, (double)(clock_steady_us() - chaos->began_us) / 1e6);
    free(callers->heard.ms);
    pthread_mutex_destroy(&callers->heard.mutex);
    return callers->heard.not_200 + callers->heard.invalid == 0 && mail.acknowledged == mail.events ? 0 : 1;
}

int main(int argc, char **argv) {
    static struct chaos chaos;
    const char *secret = getenv("IVR_WEBHOOK_SECRET");
    chaos.callers.url = getenv("IVR_URL");
    if (!read_options(argc, argv, &chaos.options) || chaos.callers.url == NULL || secret == NULL) {
        fputs(
            "usage: IVR_URL=... IVR_WEBHOOK_SECRET=... chaos --ledger FILE [--seed N] [--events N] [--seconds N]\n",
            stderr);
        return 2;
    }
    chaos.callers.ledger = ledger_open(chaos.options.ledger);
    if (chaos.callers.ledger == NULL || http_start() != 0) {
        perror(chaos.options.ledger);
        return 2;
    }
    int status = run(&chaos, secret);
    ledger_close(chaos.callers.ledger);
    http_stop();
    return status;
}
