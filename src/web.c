// web.c: HTTP requests to others, by libcurl's multi interface, which keeps connections for the next request.
#include "web.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "clock.h"
#include "version.h"

struct web {
    CURLM *multi;
    struct transfer *first;  // all that are under way
};

struct transfer {
    CURL *curl;
    struct curl_slist *headers;
    web_permit *permit;
    const void *context;
    bool refused;  // by permit
    bool body_goes;
    char *bytes;
    size_t length;
    void *what;
    struct transfer *next, **link;  // in web's list
};

struct web *web_open(void) {
    struct web *web = calloc(1, sizeof *web);
    if (web == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(web);
        return NULL;
    }
    web->multi = curl_multi_init();
    if (web->multi != NULL)
        return web;
    web_close(web);
    return NULL;
}

static void transfer_free(struct transfer *transfer) {
    curl_easy_cleanup(transfer->curl);
    curl_slist_free_all(transfer->headers);
    free(transfer->bytes);
    free(transfer);
}

// Takes it out of the list.
static void transfer_leave(struct web *web, struct transfer *transfer) {
    curl_multi_remove_handle(web->multi, transfer->curl);
    *transfer->link = transfer->next;
    if (transfer->next != NULL)
        transfer->next->link = transfer->link;
}

void web_close(struct web *web) {
    if (web == NULL)
        return;
    while (web->first != NULL) {
        struct transfer *transfer = web->first;
        transfer_leave(web, transfer);
        transfer_free(transfer);
    }
    curl_multi_cleanup(web->multi);
    free(web);
    curl_global_cleanup();
}

// Beginning

static size_t keep_body(char *bytes, size_t size, size_t count, void *state) {
    struct transfer *transfer = state;
    size_t more = size * count;
    if (transfer->body_goes)
        return more;
    if (more > WEB_MAX_BODY - transfer->length)
        return 0;
    char *longer = realloc(transfer->bytes, transfer->length + more + 1);
    if (longer == NULL)
        return 0;
    transfer->bytes = longer;
    memcpy(longer + transfer->length, bytes, more);
    transfer->length += more;
    longer[transfer->length] = '\0';
    return more;
}

static curl_socket_t open_permitted(void *state, curlsocktype purpose, struct curl_sockaddr *address) {
    struct transfer *transfer = state;
    if (purpose != CURLSOCKTYPE_IPCXN || !transfer->permit(&address->addr, transfer->context)) {
        transfer->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool set_headers(struct transfer *transfer, const struct web_request *request) {
    for (size_t i = 0; i < WEB_MAX_HEADERS && request->headers[i] != NULL; i++) {
        struct curl_slist *longer = curl_slist_append(transfer->headers, request->headers[i]);
        if (longer == NULL)
            return false;
        transfer->headers = longer;
    }
    return true;
}

// Where the address is looked at, a proxy would hide it; and on the host itself none stands between, whatever
// the environment names for others.
static bool set_options(struct transfer *transfer, const struct web_request *request) {
    CURL *curl = transfer->curl;
    curl_easy_setopt(curl, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "minivoice-cgi/" IVR_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, request->once ? 1L : 0L);
    if (request->permit != NULL) {
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_permitted);
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer);
    }
    if (request->permit != NULL || strncmp(request->url, "http://", 7) == 0)
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (request->body != NULL && curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, request->body) != CURLE_OK)
        return false;
    return curl_easy_setopt(curl, CURLOPT_URL, request->url) == CURLE_OK;
}

static struct transfer *transfer_make(const struct web_request *request, void *what) {
    struct transfer *transfer = calloc(1, sizeof *transfer);
    if (transfer == NULL)
        return NULL;
    transfer->permit = request->permit;
    transfer->context = request->context;
    transfer->body_goes = request->body_goes;
    transfer->what = what;
    transfer->curl = curl_easy_init();
    if (transfer->curl != NULL && set_headers(transfer, request) && set_options(transfer, request))
        return transfer;
    transfer_free(transfer);
    return NULL;
}

static struct transfer *begin(struct web *web, const struct web_request *request, void *what) {
    struct transfer *transfer = transfer_make(request, what);
    if (transfer == NULL)
        return NULL;
    if (curl_multi_add_handle(web->multi, transfer->curl) != CURLM_OK) {
        transfer_free(transfer);
        return NULL;
    }
    transfer->next = web->first;
    transfer->link = &web->first;
    if (web->first != NULL)
        web->first->link = &transfer->next;
    web->first = transfer;
    return transfer;
}

bool web_begin(struct web *web, const struct web_request *request, void *what) {
    return begin(web, request, what) != NULL;
}

// Ending

static const char *fault_of(const struct transfer *transfer, CURLcode code) {
    if (transfer->refused)
        return "its address may not be called";
    return code == CURLE_WRITE_ERROR ? "the reply is too long" : curl_easy_strerror(code);
}

// Fills *reply, and frees the transfer.
static void finish(struct web *web, struct transfer *transfer, CURLcode code, struct web_reply *reply) {
    curl_off_t after = 0;
    curl_off_t took_us = 0;
    *reply = (struct web_reply){.retry_after_s = -1, .body = transfer->bytes, .length = transfer->length};
    transfer->bytes = NULL;
    curl_easy_getinfo(transfer->curl, CURLINFO_TOTAL_TIME_T, &took_us);
    reply->took_ms = (int)(took_us / 1000);
    if (code != CURLE_OK) {
        reply->fault = fault_of(transfer, code);
    } else {
        curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &reply->status);
        if (curl_easy_getinfo(transfer->curl, CURLINFO_RETRY_AFTER, &after) == CURLE_OK && after > 0)
            reply->retry_after_s = after < 86400 ? (long)after : 86400;
    }
    if (reply->body == NULL)
        reply->body = calloc(1, 1);
    transfer_leave(web, transfer);
    transfer_free(transfer);
}

// One that is over; NULL: none is.
static struct transfer *over(struct web *web, CURLcode *code) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(web->multi, &left)) != NULL) {
        char *state = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &state);
        struct transfer *transfer = (struct transfer *)(void *)state;
        *code = message->data.result;
        if (message->msg == CURLMSG_DONE)
            return transfer;
    }
    return NULL;
}

static struct transfer *wait_for(struct web *web, int ms, CURLcode *code) {
    int64_t deadline = clock_in_ms(ms);
    int running;
    for (;;) {
        if (curl_multi_perform(web->multi, &running) != CURLM_OK)
            return NULL;
        struct transfer *transfer = over(web, code);
        int left = clock_ms_until(deadline);
        if (transfer != NULL || left == 0)
            return transfer;
        if (curl_multi_poll(web->multi, NULL, 0, left, NULL) != CURLM_OK)
            return NULL;
    }
}

void *web_next(struct web *web, int ms, struct web_reply *reply) {
    CURLcode code;
    struct transfer *transfer = wait_for(web, ms, &code);
    if (transfer == NULL)
        return NULL;
    void *what = transfer->what;
    finish(web, transfer, code, reply);
    return what;
}

void web_ask(struct web *web, const struct web_request *request, struct web_reply *reply) {
    CURLcode code = CURLE_OPERATION_TIMEDOUT;
    struct transfer *mine = begin(web, request, NULL);
    if (mine == NULL) {
        *reply = (struct web_reply){.retry_after_s = -1, .fault = "out of memory", .body = calloc(1, 1)};
        return;
    }
    // libcurl ends it by itself; the second is for libcurl.
    wait_for(web, request->timeout_ms + 1000, &code);
    finish(web, mine, code, reply);
}

char *web_escape(const char *text) {
    char *escaped = curl_easy_escape(NULL, text, 0);
    char *copy = escaped == NULL ? NULL : strdup(escaped);
    curl_free(escaped);
    return copy;
}

void web_reply_free(struct web_reply *reply) {
    free(reply->body);
    *reply = (struct web_reply){0};
}
