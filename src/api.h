// api.h: one request to the platform's REST API (PLATFORM sections 1 and 8) and its reply.
#ifndef IVR_API_H
#define IVR_API_H

#include "web.h"

struct api;

// `url` is the base, without a slash at its end; the key goes into the header of each request and nowhere
// else. A request takes at most timeout_ms. NULL when that cannot be had.
struct api *api_open(const char *url, const char *key, int timeout_ms);

// Disconnects and frees; NULL is fine.
void api_close(struct api *api);

// GET /v1/calls/CALL_ID followed by `below`, "" or as "/ai". Free with web_reply_free.
void api_get_call(struct api *api, const char *call_id, const char *below, struct web_reply *reply);

// POST /v1/calls with `body`, once: after a time-out the call may have been placed all the same (PLATFORM
// U28).
void api_post_call(struct api *api, const char *body, struct web_reply *reply);

#endif
