// walk_run.c: --walk: plays every path of the configured menus, in rounds of calls that go on side by side.
#include "walk_run.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"
#include "file.h"
#include "http.h"
#include "play.h"
#include "thread.h"
#include "walk.h"
#include "walk_report.h"

// What the threads of one round share: all of it fixed but next, and a path that only its own thread touches.
struct round {
    const struct options *options;
    const struct walk *walk;
    struct timespec started;
    size_t end;
    atomic_size_t next;
};

// struct caller
struct walker {
    const struct walk *walk;
    struct path *path;
};

static const char *press_along(void *state, const struct gather *gather) {
    struct walker *walker = state;
    return walk_press(walker->walk, walker->path, gather);
}

static void keep_end(struct path *path, const struct record *record) {
    path->ended = record->ended;
    path->end = text_copy(record->ended == ENDED_MESSAGE ? record->message : record->destination);
    path->call_id = text_copy(record->call->id);
    path->redirects = record->redirects;
    for (size_t i = 0; i < record->broken.count; i++)
        text_list_add(&path->broken, "%s", record->broken.items[i]);
    if (path->ended != ENDED_TRANSFER && path->ended != ENDED_MESSAGE && path->ended != ENDED_ERROR)
        text_list_add(&path->broken, "ends in a %s, neither in a transfer nor in a message",
                      record_ending_name(path->ended));
}

static void play_path(const struct round *round, size_t index, struct http_pool *pool) {
    struct path *path = round->walk->paths[index];
    const struct start *start = &round->walk->starts[path->start];
    struct walker walker = {round->walk, path};
    struct caller caller = {&walker, press_along};
    struct options options = *round->options;
    options.to = start->to;
    options.answer = start->answer;
    options.json = false;  // the conversation is kept as text
    struct call call;
    call_make(&options, index, &round->started, &call);
    struct record record;
    record_open(&record, &options, &call, "");
    play_call(&options, &call, &caller, pool, &record);
    keep_end(path, &record);
    struct text text = {0};
    if (options.verbose)
        record_text(&record, &text);
    path->text = text.bytes;
    record_close(&record);
    call_free(&call);
}

static void *work(void *argument) {
    struct round *round = argument;
    struct http_pool pool = {.timeout_ms = round->options->timeout_ms};
    size_t index;
    while ((index = atomic_fetch_add(&round->next, 1)) < round->end)
        play_path(round, index, &pool);
    http_pool_close(&pool);
    return NULL;
}

// Plays and learns until nothing is planned any more, or the limit is reached.
static void explore(struct round *round, struct walk *walk) {
    size_t limit = (size_t)round->options->walk_limit;
    while (walk->learned < walk->count && walk->learned < limit) {
        round->end = walk->count < limit ? walk->count : limit;
        size_t waiting = round->end - walk->learned;
        atomic_store(&round->next, walk->learned);
        thread_run_all((size_t)round->options->parallel < waiting ? round->options->parallel : (long)waiting,
                       work, round);
        walk_learn(walk, round->end);
    }
}

static int walk_tree(const struct options *options, const struct tree *tree) {
    struct round round = {.options = options};
    clock_gettime(CLOCK_REALTIME, &round.started);
    long long started_us = clock_steady_us();
    struct walk walk;
    walk_open(&walk, tree, options->to, options->answer);
    round.walk = &walk;
    do
        explore(&round, &walk);
    while (walk_roam(&walk));
    int status = walk_report(&walk, options, (double)(clock_steady_us() - started_us) / 1e6) ? 0 : 1;
    walk_close(&walk);
    return status;
}

int walk_run(const struct options *options) {
    struct tree tree = {0};
    struct text file = {0};
    struct text error = {0};
    int status = 2;
    if (file_read(options->walk, &file)) {
        if (tree_read(file.bytes, file.length, &tree, &error))
            status = walk_tree(options, &tree);
        else
            fprintf(stderr, "minivoice-sim: %s: %s\n", options->walk, text_string(&error));
    }
    tree_free(&tree);
    text_free(&file);
    text_free(&error);
    return status;
}
