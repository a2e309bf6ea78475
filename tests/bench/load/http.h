// http.h: as much of HTTP/1.1 as a load generator needs.
#ifndef BENCH_HTTP_H
#define BENCH_HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct http_reply {
    int status;
    char *body;    // in the bytes that were parsed, ended with '\0'
    bool closing;  // the server closes the connection after it
};

// Connects to a port of 127.0.0.1. Returns a non-blocking socket, or -1 with errno.
int http_connect(int port);

// Parses a reply; one byte after `length` must be writable. Returns 1 when it is complete (chunks are then
// joined in place), 0 when bytes are missing, -1 when it is no reply.
int http_parse(char *bytes, size_t length, struct http_reply *reply);

#endif
