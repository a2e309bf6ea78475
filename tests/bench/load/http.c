// http.c: one connection, one reply at a time; bodies with a length or in chunks.
#include "http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

int http_connect(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1;
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0)
        return -1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(file, (struct sockaddr *)&address, sizeof address) == 0 &&
        setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
        fcntl(file, F_SETFL, O_NONBLOCK) == 0)
        return file;
    close(file);
    return -1;
}

// The value of a header, or NULL. The head ends with '\0'.
static const char *find_header(const char *head, const char *name) {
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':')
            return line + length + 1 + strspn(line + length + 1, " ");
    }
    return NULL;
}

static bool header_is(const char *head, const char *name, const char *value) {
    const char *found = find_header(head, name);
    return found != NULL && strncasecmp(found, value, strlen(value)) == 0;
}

// Looks for the last chunk; with `join`, moves the chunks together. Returns 1, 0 or -1 as http_parse.
static int read_chunks(char *body, const char *end, bool join) {
    char *to = body;
    for (char *from = body;;) {
        const char *line_end = memmem(from, (size_t)(end - from), "\r\n", 2);
        if (line_end == NULL)
            return 0;
        char *rest;
        unsigned long size = strtoul(from, &rest, 16);
        if (rest == from || size > INT32_MAX)
            return -1;
        const char *data = line_end + 2;
        if (data + size + 2 > end)
            return 0;
        if (join) {
            memmove(to, data, size);
            to[size] = '\0';
        }
        if (size == 0)
            return 1;
        to += size;
        from += data - from + (ptrdiff_t)size + 2;
    }
}

int http_parse(char *bytes, size_t length, struct http_reply *reply) {
    char *head_end = memmem(bytes, length, "\r\n\r\n", 4);
    if (head_end == NULL)
        return 0;
    if (strncmp(bytes, "HTTP/1.", 7) != 0)
        return -1;
    char *end = bytes + length;
    char *body = head_end + 4;
    *head_end = *end = '\0';
    const char *said = find_header(bytes, "Content-Length");
    bool chunked = header_is(bytes, "Transfer-Encoding", "chunked");
    *reply = (struct http_reply){.status = (int)strtol(bytes + 9, NULL, 10),
                                 .body = body,
                                 .closing = header_is(bytes, "Connection", "close")};
    *head_end = '\r';
    if (chunked) {
        int found = read_chunks(body, end, false);
        return found == 1 ? read_chunks(body, end, true) : found;
    }
    if (said == NULL)
        return -1;
    size_t size = strtoul(said, NULL, 10);
    if ((size_t)(end - body) < size)
        return 0;
    body[size] = '\0';
    return 1;
}
