// numbers.h: what may be dialled and what may be pressed.
#ifndef IVR_NUMBERS_H
#define IVR_NUMBERS_H

#include <stdbool.h>

// True for an E.164 number (+ and 7 to 15 digits) or a sip:/sips: URI with a user and a host: what transfer
// takes as its destination (PLATFORM section 5).
bool number_is_destination(const char *text);

// True for a number of the documents and of the seeded configuration (+1555123 and what follows it): area
// code 555 is nobody's, so a caller sent there reaches nobody.
bool number_is_placeholder(const char *text);

// True for one DTMF key: 0-9, *, # or A-D.
bool number_is_dtmf(char key);

#endif
