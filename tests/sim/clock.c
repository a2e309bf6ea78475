// clock.c: the two clocks: the time of day that is told, and the steady one that is waited on.
#include "clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

long long clock_today_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long long clock_steady_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void clock_wait_until_us(long long steady_us) {
    struct timespec until = {.tv_sec = steady_us / 1000000, .tv_nsec = steady_us % 1000000 * 1000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        continue;
}

void clock_wait_ms(long ms) {
    if (ms > 0)
        clock_wait_until_us(clock_steady_us() + ms * 1000LL);
}

void clock_rfc3339(long long today_ms, bool decimals, char out[CLOCK_TEXT_SIZE]) {
    time_t seconds = (time_t)(today_ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    size_t length = strftime(out, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
    if (decimals)
        snprintf(out + length, CLOCK_TEXT_SIZE - length, ".%03dZ", (int)(today_ms % 1000));
    else
        snprintf(out + length, CLOCK_TEXT_SIZE - length, "Z");
}
