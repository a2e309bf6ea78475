// require.h: how a fuzz target says that something does not hold.
#ifndef IVR_REQUIRE_H
#define IVR_REQUIRE_H

#include <stdio.h>
#include <stdlib.h>

// What must hold for every input.
#define REQUIRE(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            abort(); \
        } \
    } while (0)

#endif
