// clock.h: the two clocks: one for spans and deadlines, one for the time of day.
#ifndef IVR_CLOCK_H
#define IVR_CLOCK_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

// Microseconds on a clock that never jumps. Deadlines are moments on this clock.
static inline int64_t clock_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// The moment `ms` milliseconds from now.
static inline int64_t clock_in_ms(int64_t ms) {
    return clock_now() + ms * 1000;
}

// Milliseconds left until `deadline`, rounded up, never negative: what poll() takes.
static inline int clock_ms_until(int64_t deadline) {
    int64_t left = deadline - clock_now();
    return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

// Milliseconds since `start`.
static inline double clock_ms_since(int64_t start) {
    return (double)(clock_now() - start) / 1000.0;
}

// `deadline` in the form that pthread_cond_clockwait wants for CLOCK_MONOTONIC.
static inline struct timespec clock_timespec(int64_t deadline) {
    return (struct timespec){.tv_sec = deadline / 1000000, .tv_nsec = deadline % 1000000 * 1000};
}

// Seconds since 1970 UTC with microseconds, for comparing with what others send.
static inline int64_t clock_wall(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// "2026-01-01T00:00:00.000Z" and its NUL.
#define CLOCK_RFC3339_SIZE 25

// The same with microseconds.
#define CLOCK_EXACT_SIZE 28

// Writes a moment (microseconds since 1970) by RFC 3339 in UTC, with microseconds.
static inline void clock_exact(int64_t at, char text[CLOCK_EXACT_SIZE]) {
    time_t seconds = at / 1000000;
    struct tm utc;
    gmtime_r(&seconds, &utc);
    size_t length = strftime(text, CLOCK_EXACT_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + length, CLOCK_EXACT_SIZE - length, ".%06dZ", (int)(at % 1000000));
}

// Writes the time of day by RFC 3339 in UTC, with milliseconds.
static inline void clock_rfc3339(char text[CLOCK_RFC3339_SIZE]) {
    char exact[CLOCK_EXACT_SIZE];
    clock_exact(clock_wall(), exact);
    snprintf(text, CLOCK_RFC3339_SIZE, "%.23sZ", exact);
}

#endif
