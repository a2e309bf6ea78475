// load.c: plays calls against one design and tells how it did.
//
//   bench-load --port N --script events|answers|calls|awaited|mixed [--connections N] [--seconds S] [--rate
//   R]
//              [--calls FILE] [--blind]
//
// events   the four events of whole calls, many calls interleaved, each connection one request at a time
// answers  answer, then the redirect that came back, with digits=1
// calls    both, as a whole call has them
// awaited  answer, the redirect without digits, and its call.gathered 100 ms later: --connections callers
// mixed    whole calls begun at random moments, --rate requests a second, however slow the replies are:
// latency
//          counts from the moment when a request should have been sent
//
// IVR_WEBHOOK_SECRET signs the events, IVR_ACCESS_KEY opens answer. Prints name=value lines, times in us.
// --calls writes a line for each call: its id, acknowledged events, answers got, and whether it was closed.
// --blind takes any 200 for right. Exits 1 when any reply was wrong or missing.
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "pool.h"
#include "tally.h"

enum { RING = 8, GATHERED_AFTER_US = 100000, PATIENCE_US = 15000000 };

static const enum step whole_call[] = {STEP_CREATED,  STEP_ANSWER,    STEP_ANSWERED, STEP_GATHERED,
                                       STEP_REDIRECT, STEP_COMPLETED, STEP_END};
static const enum step only_events[] = {STEP_CREATED, STEP_ANSWERED, STEP_GATHERED, STEP_COMPLETED, STEP_END};
static const enum step only_answers[] = {STEP_ANSWER, STEP_REDIRECT, STEP_END};

// mixed: when each step of whole_call is due, in us from the call's beginning.
static const int64_t due_after[] = {0, 5000, 50000, 200000, 205000, 300000};
enum { MIXED_STEPS = sizeof due_after / sizeof *due_after };

struct options {
    int port;
    const char *script;
    int connections;
    double seconds;
    double rate;
    const char *calls_file;
    bool blind;
};

// A call whose digit has still to be sent.
struct later {
    struct call *call;
    int64_t due;
};

struct load {
    struct options options;
    struct platform platform;
    struct pool *pool;
    const enum step *script;
    struct call *(*rings)[RING];  // of each caller
    struct call **calls;          // all of them
    size_t call_count;
    size_t call_room;
    struct later *later;  // awaited: a queue, the earliest first
    size_t later_first;
    size_t later_count;
    int64_t *starts;  // mixed: when each call begins
    int64_t began;
    int64_t ends;
    int64_t last_reply;
    uint32_t dice;
    struct tally tallies[KINDS];
};

static uint32_t throw(struct load * load) {
    load->dice ^= load->dice << 13;
    load->dice ^= load->dice >> 17;
    load->dice ^= load->dice << 5;
    return load->dice;
}

static struct call *begin_call(struct load *load) {
    if (load->call_count == load->call_room) {
        size_t room = load->call_room == 0 ? 1024 : load->call_room * 2;
        struct call **more = reallocarray(load->calls, room, sizeof *more);
        if (more == NULL)
            return NULL;
        load->calls = more;
        load->call_room = room;
    }
    struct call *call = call_new(&load->platform);
    if (call != NULL)
        load->calls[load->call_count++] = call;
    return call;
}

static int submit(struct load *load, struct call *call, enum step step, int64_t due) {
    call->open++;
    return pool_submit(load->pool, (struct job){.call = call, .step = step, .due = due});
}

// Closed loops: each caller has a few calls and does the next step of any of them, one request at a time

static int next_step(struct load *load, int caller, int64_t now) {
    struct call **place = &load->rings[caller][throw(load) % RING];
    if (*place == NULL || load->script[(*place)->position] == STEP_END) {
        *place = begin_call(load);
        if (*place == NULL)
            return -1;
        (*place)->caller = caller;
    }
    return submit(load, *place, load->script[(*place)->position++], now);
}

static int start_callers(struct load *load) {
    load->rings = calloc((size_t)load->options.connections, sizeof *load->rings);
    for (int i = 0; load->rings != NULL && i < load->options.connections; i++)
        if (next_step(load, i, pool_now()) != 0)
            return -1;
    return load->rings == NULL ? -1 : 0;
}

// awaited: the redirect asks first, the digit comes later

static int start_awaited(struct load *load) {
    load->later = calloc((size_t)load->options.connections, sizeof *load->later);
    for (int i = 0; load->later != NULL && i < load->options.connections; i++) {
        struct call *call = begin_call(load);
        if (call == NULL || submit(load, call, STEP_ANSWER, pool_now()) != 0)
            return -1;
    }
    return load->later == NULL ? -1 : 0;
}

static int next_awaited(struct load *load, const struct job *job, int64_t now) {
    if (job->step == STEP_ANSWER) {
        size_t place = (load->later_first + load->later_count++) % (size_t)load->options.connections;
        load->later[place] = (struct later){.call = job->call, .due = now + GATHERED_AFTER_US};
        job->call->open++;
        return submit(load, job->call, STEP_WAIT, now + GATHERED_AFTER_US);
    }
    if (job->call->open > 0 || now >= load->ends)
        return 0;
    struct call *call = begin_call(load);
    return call == NULL ? -1 : submit(load, call, STEP_ANSWER, now);
}

static int send_gathered(struct load *load) {
    struct later *next = &load->later[load->later_first];
    load->later_first = (load->later_first + 1) % (size_t)load->options.connections;
    load->later_count--;
    next->call->open--;
    return submit(load, next->call, STEP_GATHERED, next->due);
}

static int play_awaited(struct load *load) {
    int64_t limit = load->ends + PATIENCE_US;
    while (load->later_count > 0 || pool_open_jobs(load->pool) > 0) {
        int64_t now = pool_now();
        if (now > limit)
            return 0;
        if (load->later_count > 0 && load->later[load->later_first].due <= now) {
            if (send_gathered(load) != 0)
                return -1;
            continue;
        }
        int64_t until = load->later_count > 0 ? load->later[load->later_first].due : now + 5000;
        if (pool_wait(load->pool, until) != 0)
            return -1;
    }
    return 0;
}

// mixed: an open loop

// The same moments for each design: a seed of its own. Returns how many calls begin, or -1.
static long choose_starts(struct load *load) {
    double mean_us = 1e6 * MIXED_STEPS / load->options.rate;
    size_t room = (size_t)(load->options.seconds * 2e6 / mean_us) + 100;
    size_t count = 0;
    load->starts = calloc(room, sizeof *load->starts);
    for (double at = 0; load->starts != NULL && count < room;) {
        at -= mean_us * log((throw(load) + 1.0) / 4294967297.0);
        if (at > load->options.seconds * 1e6)
            return (long)count;
        load->starts[count++] = load->began + (int64_t)at;
    }
    return -1;
}

static int mixed_step(struct load *load, long number, int place, int64_t due) {
    if (place == 0 && begin_call(load) == NULL)
        return -1;
    struct call *call = load->calls[number];
    if (whole_call[place] == STEP_REDIRECT && call->redirect[0] == '\0') {
        call->waiting_since = due;
        return 0;
    }
    return submit(load, call, whole_call[place], due);
}

static int play_mixed(struct load *load) {
    long next[MIXED_STEPS] = {0};
    long count = choose_starts(load);
    while (next[MIXED_STEPS - 1] < count) {
        int first = 0;
        int64_t due = INT64_MAX;
        for (int i = 0; i < MIXED_STEPS; i++) {
            if (next[i] < count && load->starts[next[i]] + due_after[i] < due) {
                first = i;
                due = load->starts[next[i]] + due_after[i];
            }
        }
        if (pool_now() < due && pool_wait(load->pool, due) != 0)
            return -1;
        if (mixed_step(load, next[first]++, first, due) != 0)
            return -1;
    }
    load->ends = pool_now();
    return count < 0 ? -1 : 0;
}

static int next_mixed(struct load *load, const struct job *job) {
    struct call *call = job->call;
    if (job->step != STEP_ANSWER || call->waiting_since == 0)
        return 0;
    return submit(load, call, STEP_REDIRECT, call->waiting_since);
}

// All of them

static int go_on(struct load *load, const struct job *job, int64_t now) {
    if (load->starts != NULL)
        return next_mixed(load, job);
    if (load->later != NULL)
        return next_awaited(load, job, now);
    return now < load->ends ? next_step(load, job->call->caller, now) : 0;
}

static const char *finished(void *context, const struct job *job, const struct http_reply *reply,
                            int64_t now) {
    struct load *load = context;
    const char *wrong = call_reply(&load->platform, job->call, job->step, reply->status, reply->body);
    if (wrong != NULL && !(load->options.blind && reply->status == 200))
        return wrong;
    job->call->open--;
    load->last_reply = now;
    if (tally_add(&load->tallies[call_kind(job->step)], now - job->due) != 0 || go_on(load, job, now) != 0)
        return "could not go on";
    return NULL;
}

static int play(struct load *load) {
    bool closed = load->script != NULL;
    bool awaited = strcmp(load->options.script, "awaited") == 0;
    load->began = pool_now();
    load->ends = load->began + (int64_t)(load->options.seconds * 1e6);
    if (closed && start_callers(load) != 0)
        return -1;
    if (awaited && (start_awaited(load) != 0 || play_awaited(load) != 0))
        return -1;
    if (!closed && !awaited && play_mixed(load) != 0)
        return -1;
    while (pool_open_jobs(load->pool) > 0 && pool_now() < load->ends + PATIENCE_US)
        if (pool_wait(load->pool, pool_now() + 5000) != 0)
            return -1;
    if (pool_open_jobs(load->pool) == 0)
        return 0;
    fprintf(stderr, "bench-load: %ld requests got no reply\n", pool_open_jobs(load->pool));
    return -1;
}

static double own_cpu_us(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void print(struct load *load) {
    static const char *const names[KINDS] = {"event", "answer", "redirect"};
    double seconds = (double)(load->last_reply - load->began) / 1e6;
    struct tally all = {0};
    for (int i = 0; i < KINDS; i++) {
        for (size_t j = 0; j < load->tallies[i].count; j++)
            tally_add(&all, load->tallies[i].us[j]);
        tally_print(&load->tallies[i], names[i]);
    }
    printf("seconds=%.3f\nrate=%.1f\nown_us=%.0f\n", seconds, (double)all.count / seconds, own_cpu_us());
    tally_print(&all, "request");
    tally_free(&all);
}

static int write_calls(const struct load *load) {
    FILE *file = load->options.calls_file == NULL ? NULL : fopen(load->options.calls_file, "w");
    if (load->options.calls_file != NULL && file == NULL)
        return -1;
    for (size_t i = 0; file != NULL && i < load->call_count; i++)
        fprintf(file, "%s\t%d\t%d\t%s\n", load->calls[i]->id, load->calls[i]->events, load->calls[i]->answers,
                load->calls[i]->closed ? "t" : "f");
    return file == NULL || fclose(file) == 0 ? 0 : -1;
}

static int usage(void) {
    fputs(
        "usage: bench-load --port N --script events|answers|calls|awaited|mixed [--connections N] [--seconds S]\n"
        "                  [--rate R] [--calls FILE] [--blind]\n",
        stderr);
    return 2;
}

static bool read_options(int argc, char **argv, struct options *options) {
    static const struct option names[] = {{"port", required_argument, NULL, 'p'},
                                          {"script", required_argument, NULL, 's'},
                                          {"connections", required_argument, NULL, 'c'},
                                          {"seconds", required_argument, NULL, 't'},
                                          {"rate", required_argument, NULL, 'r'},
                                          {"calls", required_argument, NULL, 'f'},
                                          {"blind", no_argument, NULL, 'b'},
                                          {NULL, 0, NULL, 0}};
    *options = (struct options){.script = "", .connections = 8, .seconds = 2, .rate = 500};
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (option) {
        case 'p':
            options->port = (int)strtol(optarg, NULL, 10);
            break;
        case 's':
            options->script = optarg;
            break;
        case 'c':
            options->connections = (int)strtol(optarg, NULL, 10);
            break;
        case 't':
            options->seconds = strtod(optarg, NULL);
            break;
        case 'r':
            options->rate = strtod(optarg, NULL);
            break;
        case 'f':
            options->calls_file = optarg;
            break;
        case 'b':
            options->blind = true;
            break;
        default:
            return false;
        }
    }
    return options->port > 0 && options->connections > 0 && options->seconds > 0 && options->rate > 0;
}

// The steps of a closed loop; false when the script is unknown.
static bool choose_script(struct load *load) {
    static const struct {
        const char *name;
        const enum step *steps;
    } scripts[] = {{"events", only_events},
                   {"answers", only_answers},
                   {"calls", whole_call},
                   {"awaited", NULL},
                   {"mixed", NULL}};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        if (strcmp(load->options.script, scripts[i].name) == 0) {
            load->script = scripts[i].steps;
            return true;
        }
    }
    return false;
}

static void load_free(struct load *load) {
    pool_free(load->pool);
    for (size_t i = 0; i < load->call_count; i++)
        free(load->calls[i]);
    free(load->calls);
    free(load->rings);
    free(load->later);
    free(load->starts);
    for (int i = 0; i < KINDS; i++)
        tally_free(&load->tallies[i]);
    platform_close(&load->platform);
}

int main(int argc, char **argv) {
    struct load load = {.dice = 2463534242U};
    const char *secret = getenv("IVR_WEBHOOK_SECRET");
    if (!read_options(argc, argv, &load.options) || !choose_script(&load))
        return usage();
    if (platform_open(&load.platform, "/minivoice", secret == NULL ? "" : secret, getenv("IVR_ACCESS_KEY")) !=
        0)
        return 1;
    int lanes = load.options.connections;
    if (strcmp(load.options.script, "awaited") == 0)
        lanes *= 2;
    load.pool = pool_new(&load.platform, load.options.port, lanes, finished, &load);
    int result = load.pool == NULL || play(&load) != 0 ? 1 : 0;
    if (result == 0) {
        print(&load);
        result = write_calls(&load) == 0 ? 0 : 1;
    }
    load_free(&load);
    return result;
}
