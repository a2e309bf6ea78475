// clock.h: the two clocks: the time of day that is told, and the steady one that is waited on.
#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H

#include <stdbool.h>

enum { CLOCK_TEXT_SIZE = 32 };

// Time of day, milliseconds since 1970.
long long clock_today_ms(void);

// A clock that never jumps, microseconds since some moment.
long long clock_steady_us(void);

// Sleeps until the steady clock shows that moment; at once when it is past.
void clock_wait_until_us(long long steady_us);
void clock_wait_ms(long ms);

// Writes a time of day as RFC 3339 UTC with Z, with three decimals when asked (PLATFORM section 1).
void clock_rfc3339(long long today_ms, bool decimals, char out[CLOCK_TEXT_SIZE]);

#endif
