// api.c: asks the platform over one connection that is used again.
#include "api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct api {
    struct web *web;
    char *url;
    char *key;  // as a header
    int timeout_ms;
};

struct api *api_open(const char *url, const char *key, int timeout_ms) {
    struct api *api = calloc(1, sizeof *api);
    if (api == NULL)
        return NULL;
    api->timeout_ms = timeout_ms;
    api->url = strdup(url);
    if (asprintf(&api->key, "Authorization: Bearer %s", key) < 0)
        api->key = NULL;
    api->web = web_open();
    if (api->url != NULL && api->key != NULL && api->web != NULL)
        return api;
    api_close(api);
    return NULL;
}

void api_close(struct api *api) {
    if (api == NULL)
        return;
    web_close(api->web);
    if (api->key != NULL)
        explicit_bzero(api->key, strlen(api->key));
    free(api->key);
    free(api->url);
    free(api);
}

// A call id is opaque: what could mean something in a URL is escaped.
static char *call_url(const struct api *api, const char *call_id, const char *below) {
    char *escaped = web_escape(call_id);
    char *url = NULL;
    if (escaped != NULL && asprintf(&url, "%s/v1/calls/%s%s", api->url, escaped, below) < 0)
        url = NULL;
    free(escaped);
    return url;
}

// Takes url.
static void send_to(struct api *api, char *url, const char *body, struct web_reply *reply) {
    const struct web_request request = {.url = url,
                                        .headers = {api->key, "Content-Type: application/json"},
                                        .body = body,
                                        .timeout_ms = api->timeout_ms,
                                        .once = body != NULL};
    if (url != NULL)
        web_ask(api->web, &request, reply);
    else
        *reply = (struct web_reply){.retry_after_s = -1, .fault = "out of memory", .body = calloc(1, 1)};
    free(url);
}

void api_get_call(struct api *api, const char *call_id, const char *below, struct web_reply *reply) {
    send_to(api, call_url(api, call_id, below), NULL, reply);
}

void api_post_call(struct api *api, const char *body, struct web_reply *reply) {
    char *url;
    if (asprintf(&url, "%s/v1/calls", api->url) < 0)
        url = NULL;
    send_to(api, url, body, reply);
}
