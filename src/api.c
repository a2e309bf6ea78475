// api.c: asks the platform over one connection that is used again.
#include "api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "version.h"

struct api {
    CURL *curl;
    struct curl_slist *headers;
    char *url;
};

struct body {
    char *bytes;
    size_t length;
};

// struct api's parts

static bool set_headers(struct api *api, const char *key) {
    char *line;
    if (asprintf(&line, "Authorization: Bearer %s", key) < 0)
        return false;
    api->headers = curl_slist_append(NULL, line);
    explicit_bzero(line, strlen(line));
    free(line);
    return api->headers != NULL && curl_slist_append(api->headers, "Content-Type: application/json") != NULL;
}

static size_t keep_body(char *bytes, size_t size, size_t count, void *state) {
    struct body *body = state;
    size_t more = size * count;
    if (more > API_MAX_BODY - body->length)
        return 0;
    char *longer = realloc(body->bytes, body->length + more + 1);
    if (longer == NULL)
        return 0;
    body->bytes = longer;
    memcpy(longer + body->length, bytes, more);
    body->length += more;
    longer[body->length] = '\0';
    return more;
}

// On the host itself no proxy stands between, whatever the environment names for others.
static void set_options(struct api *api, int timeout_ms) {
    CURL *curl = api->curl;
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, api->headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "minivoice-cgi/" IVR_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
    if (strncmp(api->url, "http://", 7) == 0)
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

struct api *api_open(const char *url, const char *key, int timeout_ms) {
    struct api *api = calloc(1, sizeof *api);
    if (api == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(api);
        return NULL;
    }
    api->url = strdup(url);
    api->curl = curl_easy_init();
    if (api->url == NULL || api->curl == NULL || !set_headers(api, key)) {
        api_close(api);
        return NULL;
    }
    set_options(api, timeout_ms);
    return api;
}

void api_close(struct api *api) {
    if (api == NULL)
        return;
    curl_slist_free_all(api->headers);
    curl_easy_cleanup(api->curl);
    free(api->url);
    free(api);
    curl_global_cleanup();
}

// A call id is opaque: what could mean something in a URL is escaped.
static char *call_url(struct api *api, const char *call_id, const char *below) {
    char *escaped = curl_easy_escape(api->curl, call_id, 0);
    char *url = NULL;
    if (escaped != NULL && asprintf(&url, "%s/v1/calls/%s%s", api->url, escaped, below) < 0)
        url = NULL;
    curl_free(escaped);
    return url;
}

static void perform(struct api *api, struct api_reply *reply) {
    CURLcode code = curl_easy_perform(api->curl);
    if (code != CURLE_OK) {
        reply->fault = code == CURLE_WRITE_ERROR ? "the reply is too long" : curl_easy_strerror(code);
        return;
    }
    curl_off_t after = 0;
    curl_easy_getinfo(api->curl, CURLINFO_RESPONSE_CODE, &reply->status);
    if (curl_easy_getinfo(api->curl, CURLINFO_RETRY_AFTER, &after) == CURLE_OK && after > 0)
        reply->retry_after_s = after < 86400 ? (long)after : 86400;
}

// Takes url.
static void send_to(struct api *api, char *url, struct api_reply *reply) {
    struct body body = {0};
    *reply = (struct api_reply){.retry_after_s = -1};
    if (url == NULL) {
        reply->fault = "out of memory";
    } else {
        curl_easy_setopt(api->curl, CURLOPT_URL, url);
        curl_easy_setopt(api->curl, CURLOPT_WRITEDATA, &body);
        perform(api, reply);
    }
    free(url);
    reply->body = body.bytes;
    reply->length = body.length;
    if (reply->body == NULL)
        reply->body = calloc(1, 1);
}

void api_get_call(struct api *api, const char *call_id, const char *below, struct api_reply *reply) {
    send_to(api, call_url(api, call_id, below), reply);
}

void api_post_call(struct api *api, const char *body, struct api_reply *reply) {
    char *url;
    if (asprintf(&url, "%s/v1/calls", api->url) < 0)
        url = NULL;
    curl_easy_setopt(api->curl, CURLOPT_FRESH_CONNECT, 1L);  // on an old one libcurl might send it twice
    curl_easy_setopt(api->curl, CURLOPT_POSTFIELDS, body);
    send_to(api, url, reply);
    curl_easy_setopt(api->curl, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(api->curl, CURLOPT_FRESH_CONNECT, 0L);
}

void api_reply_free(struct api_reply *reply) {
    free(reply->body);
    *reply = (struct api_reply){0};
}
