// api.h: one request to the platform's REST API (PLATFORM sections 1 and 8) and its reply. The only user of
// libcurl among the modules; the four programs do without it.
#ifndef IVR_API_H
#define IVR_API_H

#include <stdbool.h>
#include <stddef.h>

#define API_MAX_BODY 1048576  // bytes; a longer reply is none

struct api;

// Owned strings; free with api_reply_free, also where nothing came.
struct api_reply {
    long status;  // HTTP; 0: no whole reply came, and fault says why
    char *body;   // never NULL after api_get
    size_t length;
    long retry_after_s;  // what the reply asks for; -1: nothing
    const char *fault;   // of libcurl's words; NULL: none
};

// `url` is the base, without a slash at its end; the key goes into the header of each request and nowhere
// else. A request takes at most timeout_ms. The server's certificate is verified, no redirect is followed.
// NULL when that cannot be had.
struct api *api_open(const char *url, const char *key, int timeout_ms);

// Disconnects and frees; NULL is fine.
void api_close(struct api *api);

// GET /v1/calls/CALL_ID followed by `below`, "" or as "/ai".
void api_get_call(struct api *api, const char *call_id, const char *below, struct api_reply *reply);

// POST /v1/calls with `body`, once: after a time-out the call may have been placed all the same (PLATFORM
// U28).
void api_post_call(struct api *api, const char *body, struct api_reply *reply);

void api_reply_free(struct api_reply *reply);

#endif
