// http.c: one HTTP request and its reply, over connections that are used again.
#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "text.h"

struct http {
    CURL *curl;
    long timeout_ms;
    char error[CURL_ERROR_SIZE];
};

int http_start(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;
}

void http_stop(void) {
    curl_global_cleanup();
}

struct http *http_pool_take(struct http_pool *pool) {
    if (pool->count != 0)
        return pool->idle[--pool->count];
    struct http *http;
    http = memory_need(1, sizeof *http);
    http->timeout_ms = pool->timeout_ms;
    http->curl = curl_easy_init();
    if (http->curl == NULL) {
        fputs("minivoice-sim: libcurl gave no handle\n", stderr);
        abort();
    }
    return http;
}

void http_pool_give(struct http_pool *pool, struct http *http) {
    pool->idle = memory_resize(pool->idle, pool->count + 1, sizeof(struct http *));
    pool->idle[pool->count++] = http;
}

void http_pool_close(struct http_pool *pool) {
    for (size_t i = 0; i < pool->count; i++) {
        curl_easy_cleanup(pool->idle[i]->curl);
        free(pool->idle[i]);
    }
    free(pool->idle);
    *pool = (struct http_pool){0};
}

static size_t keep_body(char *bytes, size_t size, size_t count, void *state) {
    struct text *body = state;
    if (size * count > HTTP_BODY_MAX - body->length)
        return 0;
    text_add_bytes(body, bytes, size * count);
    return size * count;
}

static size_t note_header(char *bytes, size_t size, size_t count, void *state) {
    static const char name[] = "X-IVR-Fallback:";
    bool *is_static = state;
    if (size * count >= sizeof name - 1 && strncasecmp(bytes, name, sizeof name - 1) == 0)
        *is_static = true;
    return size * count;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *header) {
    struct curl_slist *longer = curl_slist_append(list, header);
    if (longer == NULL) {
        fputs("minivoice-sim: out of memory\n", stderr);
        abort();
    }
    return longer;
}

static struct curl_slist *make_headers(const struct http_request *request) {
    struct curl_slist *list = add_header(NULL, "Expect:");
    list = add_header(list, "Accept: application/json");
    struct text type = {0};
    text_format(&type, "Content-Type:%s%s", request->content_type != NULL ? " " : "",
                request->content_type != NULL ? request->content_type : "");
    list = add_header(list, text_string(&type));
    text_free(&type);
    for (size_t i = 0; i < HTTP_HEADERS_MAX && request->headers[i] != NULL; i++)
        list = add_header(list, request->headers[i]);
    return list;
}

static void prepare(struct http *http, struct text *body) {
    curl_easy_reset(http->curl);  // keeps the connection
    http->error[0] = '\0';
    curl_easy_setopt(http->curl, CURLOPT_ERRORBUFFER, http->error);
    curl_easy_setopt(http->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(http->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(http->curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(http->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(http->curl, CURLOPT_TIMEOUT_MS, http->timeout_ms);
    curl_easy_setopt(http->curl, CURLOPT_USERAGENT, "minivoice-sim");
    const char *authorities = getenv("CURL_CA_BUNDLE");  // as curl does
    if (authorities != NULL && *authorities != '\0')
        curl_easy_setopt(http->curl, CURLOPT_CAINFO, authorities);
    curl_easy_setopt(http->curl, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(http->curl, CURLOPT_WRITEDATA, body);
}

static void set_request(struct http *http, const struct http_request *request) {
    curl_easy_setopt(http->curl, CURLOPT_URL, request->url);
    if (request->body != NULL || strcmp(request->method, "POST") == 0) {
        curl_easy_setopt(http->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
        curl_easy_setopt(http->curl, CURLOPT_POSTFIELDS, request->body != NULL ? request->body : "");
    }
    curl_easy_setopt(http->curl, CURLOPT_CUSTOMREQUEST, request->method);
}

static void read_reply(struct http *http, CURLcode code, struct http_reply *reply) {
    curl_off_t us = 0;
    curl_easy_getinfo(http->curl, CURLINFO_TOTAL_TIME_T, &us);
    reply->ms = (double)us / 1000.0;
    if (code != CURLE_OK) {
        snprintf(reply->error, sizeof reply->error, "%s",
                 code == CURLE_WRITE_ERROR ? "the body is larger than 1 MiB"
                 : http->error[0] != '\0'  ? http->error
                                           : curl_easy_strerror(code));
        return;
    }
    curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &reply->status);
    char *type = NULL;
    curl_easy_getinfo(http->curl, CURLINFO_CONTENT_TYPE, &type);
    reply->content_type = text_copy(type);
}

void http_send(struct http *http, const struct http_request *request, struct http_reply *reply) {
    struct curl_slist *headers = make_headers(request);
    *reply = (struct http_reply){0};
    struct text body = {0};
    prepare(http, &body);
    set_request(http, request);
    curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(http->curl, CURLOPT_HEADERFUNCTION, note_header);
    curl_easy_setopt(http->curl, CURLOPT_HEADERDATA, &reply->is_static);
    read_reply(http, curl_easy_perform(http->curl), reply);
    curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    text_add(&body, "");
    reply->body = body.bytes;
    reply->length = body.length;
}

void http_request_free(struct http_request *request) {
    for (size_t i = 0; i < HTTP_HEADERS_MAX; i++)
        free(request->headers[i]);
    free(request->url);
    free(request->body);
    *request = (struct http_request){0};
}

void http_reply_free(struct http_reply *reply) {
    free(reply->content_type);
    free(reply->body);
    *reply = (struct http_reply){0};
}
