// walk_report.h: what a walk has found: every path and its end, and the sum of them.
#ifndef SIM_WALK_REPORT_H
#define SIM_WALK_REPORT_H

#include <stdbool.h>

#include "options.h"
#include "walk.h"

// Prints one line a path, grouped by where the calls begin, then the summary. True when every path was walked
// and ended in a transfer or a message, and no rule was broken.
bool walk_report(const struct walk *walk, const struct options *options, double seconds);

#endif
