// replay.h: --replay: plays a stored call again and shows what is answered otherwise today.
#ifndef SIM_REPLAY_H
#define SIM_REPLAY_H

#include "options.h"

// Returns the program's exit status: 0 everything is answered as it was, 1 not, 2 the file can't be used.
int replay_run(const struct options *options);

#endif
