// place.h: places one call through the platform and shows what became of it.
#ifndef IVR_PLACE_H
#define IVR_PLACE_H

#include "reconcile.h"

// Has the platform call the number `to`, with `from` as the caller, once and never again whatever comes of
// it; waits up to wait_s seconds for the end of the call and prints its journey. RECONCILE_DIFFERS: the end
// did not come, or not one event. RECONCILE_WRONG: what is asked for is no number, or the platform does not
// want it so.
enum reconcile_result place_call(const struct reconcile_conf *conf, const char *to, const char *from,
                                 int wait_s);

#endif
