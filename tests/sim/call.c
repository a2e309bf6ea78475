// call.c: one telephone call: its id, its numbers, and its dice.
#include "call.h"

#include <stdio.h>
#include <stdlib.h>

enum { SECOND_NS = 1000000000, SUBSCRIBERS = 10000000, FIRST_SUBSCRIBER = 1230100 };

// call_<YYYYMMDDTHHMMSS>.<nnnnnnnnn>: the program's start plus one nanosecond a call, so no two are alike.
static char *make_id(size_t index, const struct timespec *started) {
    unsigned long long ns = (unsigned long long)started->tv_nsec + index;
    time_t seconds = started->tv_sec + (time_t)(ns / SECOND_NS);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    char when[32];
    strftime(when, sizeof when, "%Y%m%dT%H%M%S", &utc);
    struct text id = {0};
    text_format(&id, "call_%s.%09llu", when, ns % SECOND_NS);
    return id.bytes;
}

static char *make_from(size_t index) {
    struct text from = {0};
    text_format(&from, "+1555%07zu", (FIRST_SUBSCRIBER + index) % SUBSCRIBERS);
    return from.bytes;
}

void call_make(const struct options *options, size_t index, const struct timespec *started,
               struct call *call) {
    *call = (struct call){
        .id = options->call_id != NULL ? text_copy(options->call_id) : make_id(index, started),
        .from = options->from != NULL ? text_copy(options->from) : make_from(index),
        .to = text_copy(options->to),
        .index = index,
        .dice = (uint64_t)options->seed * 0x9E3779B97F4A7C15u + index,
    };
}

void call_free(struct call *call) {
    free(call->id);
    free(call->from);
    free(call->to);
    *call = (struct call){0};
}

uint64_t call_roll(struct call *call, uint64_t limit) {
    uint64_t mixed = call->dice += 0x9E3779B97F4A7C15u;  // splitmix64
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return (mixed ^ (mixed >> 31)) % limit;
}
