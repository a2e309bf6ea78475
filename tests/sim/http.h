// http.h: one HTTP request and its reply; http.c is the only user of libcurl.
#ifndef SIM_HTTP_H
#define SIM_HTTP_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_HEADERS_MAX = 3, HTTP_ERROR_SIZE = 256, HTTP_BODY_MAX = 1024 * 1024 };

struct http;  // a connection that is used again; for one thread at a time

// A request. Zeroed = none; url, body and headers are owned and freed by http_request_free.
struct http_request {
    const char *method;  // "GET" or "POST"
    char *url;
    char *body;                // NULL: no body
    size_t length;             // bytes of body
    const char *content_type;  // NULL: no Content-Type header
    char *headers[HTTP_HEADERS_MAX];
};

// A reply. Owned strings are freed by http_reply_free.
struct http_reply {
    long status;         // 0: no reply came, error says why
    double ms;           // from the first byte sent (or the connect) to the last byte read
    char *content_type;  // NULL: the reply had none
    char *body;          // never NULL after http_send; at most HTTP_BODY_MAX bytes
    size_t length;
    bool is_static;  // the web server's own answer: it carries X-IVR-Fallback
    char error[HTTP_ERROR_SIZE];
};

// Idle connections of one worker thread. Zeroed = empty. Not shared between threads.
struct http_pool {
    struct http **idle;
    size_t count;
    long timeout_ms;
};

// Once in the life of the program, before any thread; 0 = good.
int http_start(void);
void http_stop(void);

// Takes an idle connection, or makes one; give it back, from the pool's own thread.
struct http *http_pool_take(struct http_pool *pool);
void http_pool_give(struct http_pool *pool, struct http *http);
void http_pool_close(struct http_pool *pool);

// Sends the request and fills the reply, whatever happened; free the reply. Follows no redirect, uses no
// proxy.
void http_send(struct http *http, const struct http_request *request, struct http_reply *reply);

void http_request_free(struct http_request *request);
void http_reply_free(struct http_reply *reply);

#endif
