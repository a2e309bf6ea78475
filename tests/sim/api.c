// api.c: --api: a small HTTP server that answers GET /v1/calls/ID and POST /v1/calls (PLATFORM section 8) as
// a file tells it to.
#include "api.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <json-c/json.h>

#include "clock.h"
#include "file.h"
#include "text.h"
#include "thread.h"

enum { HEAD_MAX = 16384 };

// What went wrong with a request, on purpose.
enum fault { FAULT_NONE, FAULT_429, FAULT_500, FAULT_SLOW, FAULT_GARBAGE, FAULT_KEY, FAULTS };
static const char *const fault_words[FAULTS] = {"none", "429", "500", "slow", "garbage", "key"};

struct api {
    struct json_object *plan;
    unsigned seed;
    pthread_mutex_t mutex;      // for all below
    struct json_object *asked;  // how often for each path
    unsigned long requests;
};

struct connection {
    struct api *api;
    int socket;
};

struct request {
    char method[16];
    char path[1024];
    const char *body;
    bool has_key;
    bool keeps;  // the connection
};

struct answer {
    int status;
    struct text body;
    enum fault fault;
};

// The plan

static struct json_object *planned(const struct api *api, const char *name) {
    struct json_object *value;
    return json_object_object_get_ex(api->plan, name, &value) ? value : NULL;
}

static long planned_number(const struct api *api, const char *name, long otherwise) {
    struct json_object *value = planned(api, name);
    return value == NULL ? otherwise : json_object_get_int64(value);
}

// A number below 100 that follows from the path, how often it was asked for, and the seed.
static unsigned roll(const struct api *api, const char *path, long nth) {
    unsigned long long hash = 1469598103934665603ULL ^ api->seed ^ ((unsigned long long)nth << 32);
    for (const char *at = path; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211ULL;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdULL;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53ULL;
    return (unsigned)(hash >> 33) % 100;
}

static enum fault fault_of(const struct api *api, const char *path, long nth) {
    struct json_object *faults = planned(api, "faults");
    unsigned dice = roll(api, path, nth);
    unsigned below = 0;
    for (int fault = FAULT_429; fault < FAULT_KEY; fault++) {
        struct json_object *percent;
        if (faults != NULL && json_object_object_get_ex(faults, fault_words[fault], &percent))
            below += (unsigned)json_object_get_int(percent);
        if (dice < below)
            return (enum fault)fault;
    }
    return FAULT_NONE;
}

static long count_request(struct api *api, const char *path) {
    struct json_object *count;
    pthread_mutex_lock(&api->mutex);
    long nth = json_object_object_get_ex(api->asked, path, &count) ? json_object_get_int64(count) + 1 : 1;
    json_object_object_add(api->asked, path, json_object_new_int64(nth));
    api->requests++;
    pthread_mutex_unlock(&api->mutex);
    return nth;
}

// What is answered

static void set_error(struct answer *answer, int status, const char *code) {
    answer->status = status;
    text_format(&answer->body, "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}", code, code);
}

static void set_garbage(struct answer *answer, long nth) {
    static const char *const kinds[] = {"<html>Bad gateway</html>", "{\"id\":\"call_", "", "[]",
                                        "{\"id\":\"call_of_somebody_else\",\"status\":\"completed\"}"};
    answer->status = 200;
    text_add(&answer->body, kinds[(size_t)nth % (sizeof kinds / sizeof *kinds)]);
}

// The call as planned: by its id, else as any; the caller puts it.
static struct json_object *find_call(const struct api *api, const char *id) {
    struct json_object *calls = planned(api, "calls");
    struct json_object *found = NULL;
    struct json_object *copy = NULL;
    if (calls == NULL || !json_object_object_get_ex(calls, id, &found))
        found = planned(api, "any");
    if (found == NULL || json_object_deep_copy(found, &copy, NULL) != 0)
        return NULL;
    if (!json_object_object_get_ex(copy, "id", NULL))
        json_object_object_add(copy, "id", json_object_new_string(id));
    return copy;
}

static void set_call(const struct api *api, const char *id, long nth, struct answer *answer) {
    struct json_object *call = find_call(api, id);
    struct json_object *envelope = planned(api, "envelope");
    const char *how = envelope == NULL ? "bare" : json_object_get_string(envelope);
    if (call == NULL) {
        set_error(answer, 404, "call_not_found");
        return;
    }
    json_object_object_del(call, "ai");
    bool wrapped = strcmp(how, "data") == 0 || (strcmp(how, "both") == 0 && roll(api, id, -nth) % 2 == 1);
    answer->status = 200;
    text_format(&answer->body, wrapped ? "{\"data\":%s}" : "%s",
                json_object_to_json_string_ext(call, JSON_C_TO_STRING_PLAIN));
    json_object_put(call);
}

// ID, or ID/SECTION: what the plan has under ai.
static void set_part(const struct api *api, const char *path, long nth, struct answer *answer) {
    char id[1024] = "";
    const char *slash = strchrnul(path, '/');
    struct json_object *sections = NULL;
    struct json_object *section = NULL;
    memcpy(id, path, (size_t)(slash - path));
    if (*slash == '\0') {
        set_call(api, id, nth, answer);
        return;
    }
    struct json_object *call = find_call(api, id);
    if (call != NULL && json_object_object_get_ex(call, "ai", &sections))
        json_object_object_get_ex(sections, slash + 1, &section);
    if (section == NULL) {
        set_error(answer, 404, call == NULL ? "call_not_found" : "section_not_found");
    } else {
        answer->status = 200;
        text_add(&answer->body, json_object_to_json_string_ext(section, JSON_C_TO_STRING_PLAIN));
    }
    json_object_put(call);
}

// The call that a POST makes: dialing, with an id that counts up.
static void set_new_call(struct api *api, const struct request *request, long nth, struct answer *answer) {
    struct json_object *call = json_tokener_parse(request->body);
    char id[64];
    if (!json_object_is_type(call, json_type_object) || !json_object_object_get_ex(call, "to", NULL) ||
        !json_object_object_get_ex(call, "from", NULL)) {
        set_error(answer, 400, "invalid_request");
    } else {
        snprintf(id, sizeof id, "call_placed_%u_%ld", api->seed, nth);
        json_object_object_add(call, "id", json_object_new_string(id));
        json_object_object_add(call, "status", json_object_new_string("dialing"));
        json_object_object_add(call, "direction", json_object_new_string("outbound"));
        answer->status = 201;
        text_add(&answer->body, json_object_to_json_string_ext(call, JSON_C_TO_STRING_PLAIN));
    }
    json_object_put(call);
}

static void decide(struct api *api, const struct request *request, struct answer *answer) {
    static const char calls[] = "/v1/calls/";
    long nth = count_request(api, request->path);
    answer->fault = request->has_key ? fault_of(api, request->path, nth) : FAULT_KEY;
    if (answer->fault == FAULT_SLOW)
        clock_wait_ms(planned_number(api, "slow_ms", 3000));
    if (answer->fault == FAULT_KEY)
        set_error(answer, 401, "unauthorized");
    else if (answer->fault == FAULT_429)
        set_error(answer, 429, "cps_limit_reached");
    else if (answer->fault == FAULT_500)
        set_error(answer, nth % 2 == 0 ? 502 : 500, "internal_error");
    else if (answer->fault == FAULT_GARBAGE)
        set_garbage(answer, (long)roll(api, request->path, nth + 1000));
    else if (strcmp(request->method, "POST") == 0 && strcmp(request->path, "/v1/calls") == 0)
        set_new_call(api, request, nth, answer);
    else if (strcmp(request->method, "GET") != 0 || strncmp(request->path, calls, sizeof calls - 1) != 0 ||
             request->path[sizeof calls - 1] == '\0')
        set_error(answer, 404, "not_found");
    else
        set_part(api, request->path + sizeof calls - 1, nth, answer);
}

// HTTP

static void read_header(const struct api *api, char *line, struct request *request) {
    static const char bearer[] = "Authorization: Bearer ";
    struct json_object *key = planned(api, "key");
    if (strncasecmp(line, bearer, sizeof bearer - 1) == 0)
        request->has_key = key == NULL || strcmp(line + sizeof bearer - 1, json_object_get_string(key)) == 0;
    if (strcasecmp(line, "Connection: close") == 0)
        request->keeps = false;
}

// %2E and its like, in place.
static void unescape(char *path) {
    char *to = path;
    for (char *at = path; *at != '\0'; at++, to++) {
        if (*at == '%' && at[1] != '\0' && at[2] != '\0') {
            const char digits[] = {at[1], at[2], '\0'};
            *to = (char)strtoul(digits, NULL, 16);
            at += 2;
        } else
            *to = *at;
    }
    *to = '\0';
}

static bool read_request(const struct api *api, char *head, struct request *request) {
    char *rest = NULL;
    char *line = strtok_r(head, "\r\n", &rest);
    *request = (struct request){.keeps = true};
    if (line == NULL || sscanf(line, "%15s %1023s", request->method, request->path) != 2)
        return false;
    unescape(request->path);
    while ((line = strtok_r(NULL, "\r\n", &rest)) != NULL)
        read_header(api, line, request);
    return true;
}

// How many bytes follow the empty line, as the head says.
static size_t body_length(const char *head) {
    const char *length = strcasestr(head, "\r\nContent-Length:");
    return length == NULL ? 0 : strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
}

// Reads a whole request. Returns its body, in `head`, which then ends at the empty line; NULL when the other
// side has gone.
static char *read_head(int socket, char head[HEAD_MAX]) {
    size_t length = 0;
    char *end;
    head[0] = '\0';
    while ((end = strstr(head, "\r\n\r\n")) == NULL ||
           length < (size_t)(end + 4 - head) + body_length(head)) {
        ssize_t got = length < HEAD_MAX - 1 ? recv(socket, head + length, HEAD_MAX - 1 - length, 0) : 0;
        if (got <= 0)
            return NULL;
        length += (size_t)got;
        head[length] = '\0';
    }
    *end = '\0';
    return end + 4;
}

static bool send_answer(const struct api *api, int socket, const struct answer *answer) {
    struct text text = {0};
    long after = planned_number(api, "retry_after", -1);
    text_format(&text, "HTTP/1.1 %d Said\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n",
                answer->status, answer->body.length);
    if (after >= 0 && (answer->status == 429 || answer->status >= 500))
        text_format(&text, "Retry-After: %ld\r\n", after);
    text_add(&text, "\r\n");
    text_add(&text, text_string(&answer->body));
    bool sent = send(socket, text.bytes, text.length, MSG_NOSIGNAL) == (ssize_t)text.length;
    text_free(&text);
    return sent;
}

static void tell(struct api *api, const struct request *request, const struct answer *answer) {
    pthread_mutex_lock(&api->mutex);
    printf("{\"ms\":%lld,\"method\":\"%s\",\"path\":\"%s\",\"status\":%d,\"fault\":\"%s\"}\n",
           clock_steady_us() / 1000, request->method, request->path, answer->status,
           fault_words[answer->fault]);
    fflush(stdout);
    pthread_mutex_unlock(&api->mutex);
}

static void *serve(void *argument) {
    struct connection *connection = argument;
    char head[HEAD_MAX];
    struct request request = {.keeps = true};
    char *body;
    while (request.keeps && (body = read_head(connection->socket, head)) != NULL &&
           read_request(connection->api, head, &request)) {
        struct answer answer = {0};
        request.body = body;
        decide(connection->api, &request, &answer);
        tell(connection->api, &request, &answer);
        request.keeps &= send_answer(connection->api, connection->socket, &answer);
        text_free(&answer.body);
    }
    close(connection->socket);
    free(connection);
    return NULL;
}

static void serve_all(struct api *api, int listening) {
    for (;;) {
        int socket = accept(listening, NULL, NULL);
        if (socket < 0)
            continue;
        int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct connection *connection = memory_need(1, sizeof *connection);
        *connection = (struct connection){api, socket};
        pthread_t thread;
        if (thread_start(&thread, serve, connection)) {
            pthread_detach(thread);
        } else {
            close(socket);
            free(connection);
        }
    }
}

static int listen_at(long port) {
    int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int yes = 1;
    struct sockaddr_in here = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listening, (struct sockaddr *)&here, sizeof here) == 0 && listen(listening, 64) == 0)
        return listening;
    fprintf(stderr, "minivoice-sim: port %ld: %s\n", port, strerror(errno));
    close(listening);
    return -1;
}

int api_run(const struct options *options) {
    struct text file = {0};
    struct api api = {.seed = (unsigned)options->seed, .mutex = PTHREAD_MUTEX_INITIALIZER};
    if (!file_read(options->api, &file))
        return 2;
    api.plan = json_tokener_parse(text_string(&file));
    api.asked = json_object_new_object();
    text_free(&file);
    int listening = -1;
    if (!json_object_is_type(api.plan, json_type_object) || planned_number(&api, "port", 0) < 1)
        fprintf(stderr, "minivoice-sim: %s: is no JSON object with a port\n", options->api);
    else
        listening = listen_at(planned_number(&api, "port", 0));
    if (listening >= 0)
        serve_all(&api, listening);
    json_object_put(api.plan);
    json_object_put(api.asked);
    return 2;
}
