// expect.h: whether a call ended where --expect says.
#ifndef SIM_EXPECT_H
#define SIM_EXPECT_H

#include "options.h"
#include "record.h"

// Looks the last gather's digits up ("none" for nothing pressed or no gather, "star" for *, then "default")
// and adds a broken expectation to the record unless the call ended there. Without expectations everything is
// expected.
void expect_check(const struct expectations *expectations, struct record *record);

#endif
