// walk_run.h: --walk: plays every path of the configured menus and reports where each ends.
#ifndef SIM_WALK_RUN_H
#define SIM_WALK_RUN_H

#include "options.h"

// Returns the program's exit status.
int walk_run(const struct options *options);

#endif
