// api.h: --api: plays the platform's REST API over HTTP, with all that can go wrong.
#ifndef SIM_API_H
#define SIM_API_H

#include "options.h"

// Serves until it is killed; one line of JSON on stdout for each request. Returns 2 after a sentence on
// stderr when the file of --api cannot be used or the port not be had.
int api_run(const struct options *options);

#endif
