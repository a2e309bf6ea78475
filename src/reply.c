// reply.c: CGI response headers and bodies. Errors have the platform's own form (PLATFORM section 1).
#include "reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct error {
    int status;
    const char *headers;
    const char *body;
};

static const struct error errors[] = {
    {400, "Status: 400 Bad Request\r\n",
     "{\"error\":{\"code\":\"invalid_request\",\"message\":\"the body is incomplete or no event\"}}"},
    {401, "Status: 401 Unauthorized\r\nWWW-Authenticate: MiniVoice-Signature\r\n",
     "{\"error\":{\"code\":\"unauthorized\",\"message\":\"the signature is missing, wrong or out of date\"}}"},
    {403, "Status: 403 Forbidden\r\n",
     "{\"error\":{\"code\":\"forbidden\",\"message\":\"the access key or the signature is missing or wrong\"}}"},
    {405, "Status: 405 Method Not Allowed\r\nAllow: POST\r\n",
     "{\"error\":{\"code\":\"method_not_allowed\",\"message\":\"events are sent by POST\"}}"},
    {413, "Status: 413 Content Too Large\r\n",
     "{\"error\":{\"code\":\"too_large\",\"message\":\"the body is larger than 262144 bytes\"}}"},
    {503, "Status: 503 Service Unavailable\r\nRetry-After: 5\r\n",
     "{\"error\":{\"code\":\"unavailable\",\"message\":\"the event could not be stored, send it again\"}}"},
    {500, "Status: 500 Internal Server Error\r\n",
     "{\"error\":{\"code\":\"internal_error\",\"message\":\"the request could not be handled\"}}"},
};

static const struct error *find_error(int status) {
    const struct error *error = errors;
    while (error->status != status && error->status != 500)
        error++;
    return error;
}

void reply_json(struct reply *reply, char *json) {
    reply_literal(reply, json);
    reply->owned = json;
}

void reply_text(struct reply *reply, const char *type, char *text) {
    reply_json(reply, text);
    reply->type = type;
}

void reply_literal(struct reply *reply, const char *json) {
    free(reply->owned);
    reply->owned = NULL;
    reply->body = json;
    reply->type = NULL;
}

int reply_send(struct reply *reply, int status, reply_writer *writer, void *sink) {
    static const char common[] = "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
    const char *good = reply->accepted ? "Status: 202 Accepted\r\n" : "Status: 200 OK\r\n";
    bool filled = status == 0 && reply->body != NULL;
    const struct error *error = find_error(filled && reply->unwell ? 503 : status);
    bool well = filled && !reply->unwell;
    const char *body = filled ? reply->body : error->body;
    char head[512];
    reply->status = !well ? error->status : reply->accepted ? 202 : 200;
    int length =
        snprintf(head, sizeof head, "%sContent-Type: %s\r\n%sContent-Length: %zu\r\n\r\n",
                 well ? good : error->headers,
                 filled && reply->type != NULL ? reply->type : "application/json", common, strlen(body));
    if (writer(sink, head, (size_t)length) != 0)
        return -1;
    return reply->headers_only ? 0 : writer(sink, body, strlen(body));
}

void reply_free(struct reply *reply) {
    free(reply->owned);
    *reply = (struct reply){0};
}
