// web.h: HTTP requests to others, one at a time or many at once. The only user of libcurl among the modules;
// the four programs do without it.
#ifndef IVR_WEB_H
#define IVR_WEB_H

#include <stdbool.h>
#include <stddef.h>

#define WEB_MAX_BODY 1048576  // bytes; a longer reply is none
#define WEB_MAX_HEADERS 8

struct web;
struct sockaddr;

// Whether an address may be connected to. Asked of the very address, after the name has been resolved.
typedef bool web_permit(const struct sockaddr *address, const void *context);

// What is read here is copied, `context` apart. A proxy is used only where permit is NULL and the URL is
// https.
struct web_request {
    const char *url;
    const char *headers[WEB_MAX_HEADERS];  // as "Name: value"; ended by NULL where there are fewer
    const char *body;                      // to be posted; NULL: GET
    int timeout_ms;                        // for all of it
    bool once;           // never on an old connection, where libcurl might send it a second time
    bool body_goes;      // the reply's body is not kept, whatever its length
    web_permit *permit;  // NULL: any address
    const void *context;
};

// Owned strings; free with web_reply_free, also where nothing came.
struct web_reply {
    long status;  // HTTP; 0: no whole reply came, and fault says why
    char *body;   // never NULL
    size_t length;
    long retry_after_s;  // what the reply asks for, a day at most; -1: nothing
    const char *fault;   // in libcurl's words or ours; NULL: none
    int took_ms;
};

// NULL when that cannot be had.
struct web *web_open(void);

// Ends what is under way, disconnects and frees; NULL is fine.
void web_close(struct web *web);

// Sends one request and waits for its reply, where none was begun. Certificates are verified, no redirect is
// followed, here and there.
void web_ask(struct web *web, const struct web_request *request, struct web_reply *reply);

// Begins a request; `what` is what web_next knows it by, not NULL. Returns false when memory has run out.
bool web_begin(struct web *web, const struct web_request *request, void *what);

// Waits until a request that was begun is over, for at most so many milliseconds. Returns which and fills
// *reply; NULL: none is.
void *web_next(struct web *web, int ms, struct web_reply *reply);

// `text` as it may stand in a path. The caller frees it; NULL when memory has run out.
char *web_escape(const char *text);

void web_reply_free(struct web_reply *reply);

#endif
