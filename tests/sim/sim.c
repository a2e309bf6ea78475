// sim.c: minivoice-sim: plays the platform's part of telephone calls against an application.
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "api.h"
#include "clock.h"
#include "http.h"
#include "options.h"
#include "play.h"
#include "replay.h"
#include "report.h"
#include "script.h"
#include "thread.h"
#include "walk_run.h"

enum { EXIT_RIGHT = 0, EXIT_BROKEN = 1, EXIT_USAGE = 2 };

// What the threads share: all of it fixed but next and the report.
struct sim {
    const struct options *options;
    const struct scripts *scripts;
    struct report *report;
    struct timespec started;
    long long started_us;
    atomic_long next;  // index of the next call
};

// struct caller: the script knows nothing but its presses.
static const char *press_by_script(void *state, const struct gather *gather) {
    const struct script *const *script = state;
    return script_keys(*script, gather);
}

static void play_one(struct sim *sim, size_t index, struct http_pool *pool) {
    const struct script *script = &sim->scripts->items[index % sim->scripts->count];
    struct caller caller = {&script, press_by_script};
    struct call call;
    call_make(sim->options, index, &sim->started, &call);
    struct record record;
    record_open(&record, sim->options, &call, script->source);
    play_call(sim->options, &call, &caller, pool, &record);
    report_add(sim->report, &record);
    record_close(&record);
    call_free(&call);
}

// One thread: the next call that nobody took, until there is none.
static void *work(void *argument) {
    struct sim *sim = argument;
    struct http_pool pool = {.timeout_ms = sim->options->timeout_ms};
    long calls = sim->options->calls;
    long index;
    while ((index = atomic_fetch_add(&sim->next, 1)) < calls) {
        clock_wait_until_us(sim->started_us + sim->options->spread_ms * 1000LL * index / calls);
        play_one(sim, (size_t)index, &pool);
    }
    http_pool_close(&pool);
    return NULL;
}

// A thousand callers need more than the usual 1024 descriptors.
static void allow_many_connections(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        perror("minivoice-sim: setrlimit");
}

static int run_calls(const struct options *options, const struct scripts *scripts) {
    struct report report;
    struct sim sim = {.options = options, .scripts = scripts, .report = &report};
    clock_gettime(CLOCK_REALTIME, &sim.started);
    sim.started_us = clock_steady_us();
    report_open(&report, options);
    thread_run_all(options->parallel, work, &sim);
    report_summary(&report);
    int status = report.broken_rules != 0 ? EXIT_BROKEN : EXIT_RIGHT;
    report_close(&report);
    return status;
}

static int run(const struct options *options, const struct scripts *scripts) {
    signal(SIGPIPE, SIG_IGN);
    allow_many_connections();
    int status = options->api != NULL      ? api_run(options)
                 : options->walk != NULL   ? walk_run(options)
                 : options->replay != NULL ? replay_run(options)
                                           : run_calls(options, scripts);
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    fputs("minivoice-sim: the report can't be written\n", stderr);
    return EXIT_BROKEN;
}

static int read_and_run(int argc, char **argv, struct options *options, struct scripts *scripts) {
    enum options_result result = options_read(argc, argv, options);
    if (result != OPTIONS_GO)
        return result == OPTIONS_HELPED ? EXIT_RIGHT : EXIT_USAGE;
    char error[256];
    if (!script_parse(options->digits, scripts, error, sizeof error)) {
        fprintf(stderr, "minivoice-sim: %s\n", error);
        return EXIT_USAGE;
    }
    if (http_start() != 0) {
        fputs("minivoice-sim: libcurl does not start\n", stderr);
        return EXIT_BROKEN;
    }
    return run(options, scripts);
}

int main(int argc, char **argv) {
    struct options options;
    struct scripts scripts = {0};
    int status = read_and_run(argc, argv, &options, &scripts);
    http_stop();
    script_free(&scripts);
    options_free(&options);
    return status;
}
