// pool.c: one thread, one epoll set, as little CPU as possible: it is taken from what is measured.
#include "pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_BYTES = 16384 };

struct lane {
    int file;
    bool kept;  // a reply has come over this connection
    bool busy;
    struct job job;
    size_t got;
    char in[MOST_BYTES + 1];
};

struct pool {
    const struct platform *platform;
    int port;
    int epoll;
    int lane_count;
    struct lane *lanes;
    int *idle;  // a stack of free lanes
    int idle_count;
    struct job *waiting;  // a ring of jobs without a lane
    size_t first;
    size_t waiting_count;
    size_t room;
    long open_jobs;
    pool_finished *finished;
    void *context;
};

int64_t pool_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

long pool_open_jobs(const struct pool *pool) {
    return pool->open_jobs;
}

static int lane_open(struct pool *pool, struct lane *lane) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = lane};
    lane->kept = false;
    lane->file = http_connect(pool->port);
    if (lane->file >= 0 && epoll_ctl(pool->epoll, EPOLL_CTL_ADD, lane->file, &event) == 0)
        return 0;
    fprintf(stderr, "bench-load: no connection to port %d: %s\n", pool->port, strerror(errno));
    return -1;
}

struct pool *pool_new(const struct platform *platform, int port, int lanes, pool_finished *finished,
                      void *context) {
    struct pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return NULL;
    *pool = (struct pool){.platform = platform,
                          .port = port,
                          .lane_count = lanes,
                          .finished = finished,
                          .context = context,
                          .epoll = epoll_create1(EPOLL_CLOEXEC),
                          .room = 1024};
    pool->lanes = calloc((size_t)lanes, sizeof *pool->lanes);
    pool->idle = calloc((size_t)lanes, sizeof *pool->idle);
    pool->waiting = calloc(pool->room, sizeof *pool->waiting);
    bool good = pool->epoll >= 0 && pool->lanes != NULL && pool->idle != NULL && pool->waiting != NULL;
    for (int i = 0; good && i < lanes; i++) {
        good = lane_open(pool, &pool->lanes[i]) == 0;
        pool->idle[pool->idle_count++] = i;
    }
    if (good)
        return pool;
    pool_free(pool);
    return NULL;
}

void pool_free(struct pool *pool) {
    if (pool == NULL)
        return;
    for (int i = 0; pool->lanes != NULL && i < pool->idle_count; i++)
        close(pool->lanes[pool->idle[i]].file);
    close(pool->epoll);
    free(pool->lanes);
    free(pool->idle);
    free(pool->waiting);
    free(pool);
}

// A request is smaller than any socket buffer, so that one write takes it.
static int lane_send(struct pool *pool, struct lane *lane, struct job job) {
    char out[2048];
    size_t length = call_request(pool->platform, job.call, job.step, out, sizeof out);
    lane->job = job;
    lane->busy = true;
    lane->got = 0;
    if (length < sizeof out && send(lane->file, out, length, MSG_NOSIGNAL) == (ssize_t)length)
        return 0;
    fprintf(stderr, "bench-load: a request could not be sent: %s\n", strerror(errno));
    return -1;
}

static int enqueue(struct pool *pool, struct job job) {
    if (pool->waiting_count == pool->room) {
        struct job *more = calloc(pool->room * 2, sizeof *more);
        if (more == NULL)
            return -1;
        for (size_t i = 0; i < pool->room; i++)
            more[i] = pool->waiting[(pool->first + i) % pool->room];
        free(pool->waiting);
        pool->waiting = more;
        pool->first = 0;
        pool->room *= 2;
    }
    pool->waiting[(pool->first + pool->waiting_count++) % pool->room] = job;
    return 0;
}

int pool_submit(struct pool *pool, struct job job) {
    pool->open_jobs++;
    if (pool->idle_count == 0)
        return enqueue(pool, job);
    return lane_send(pool, &pool->lanes[pool->idle[--pool->idle_count]], job);
}

static int lane_free(struct pool *pool, struct lane *lane) {
    lane->busy = false;
    pool->open_jobs--;
    if (pool->waiting_count == 0) {
        pool->idle[pool->idle_count++] = (int)(lane - pool->lanes);
        return 0;
    }
    struct job next = pool->waiting[pool->first];
    pool->first = (pool->first + 1) % pool->room;
    pool->waiting_count--;
    return lane_send(pool, lane, next);
}

static int fail(const struct lane *lane, const char *what, const struct http_reply *reply) {
    fprintf(stderr, "bench-load: step %d of %s: %s (%d %.300s)\n", (int)lane->job.step, lane->job.call->id,
            what, reply->status, reply->body == NULL ? "" : reply->body);
    return -1;
}

// A server may close a connection that it kept, just when it is asked: then it is asked again, as by any
// client.
static int lane_closed(struct pool *pool, struct lane *lane) {
    if (lane->busy && (!lane->kept || lane->got > 0))
        return fail(lane, "the connection was closed", &(struct http_reply){0});
    close(lane->file);
    if (lane_open(pool, lane) != 0)
        return -1;
    return lane->busy ? lane_send(pool, lane, lane->job) : 0;
}

static int lane_read(struct pool *pool, struct lane *lane) {
    struct http_reply reply = {0};
    ssize_t got = recv(lane->file, lane->in + lane->got, MOST_BYTES - lane->got, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got <= 0)
        return lane_closed(pool, lane);
    lane->got += (size_t)got;
    int complete = http_parse(lane->in, lane->got, &reply);
    if (complete < 0 || (complete == 0 && lane->got == MOST_BYTES))
        return fail(lane, "not a reply", &reply);
    if (complete == 0)
        return 0;
    lane->kept = true;
    const char *wrong = pool->finished(pool->context, &lane->job, &reply, pool_now());
    if (wrong != NULL)
        return fail(lane, wrong, &reply);
    if (reply.closing) {
        close(lane->file);
        if (lane_open(pool, lane) != 0)
            return -1;
    }
    return lane_free(pool, lane);
}

int pool_wait(struct pool *pool, int64_t until) {
    struct epoll_event ready[64];
    do {
        int64_t left = until - pool_now();
        struct timespec wait = {0};
        if (left > 0)
            wait = (struct timespec){.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
        int count = epoll_pwait2(pool->epoll, ready, 64, &wait, NULL);
        if (count < 0 && errno != EINTR)
            return -1;
        for (int i = 0; i < count; i++)
            if (lane_read(pool, ready[i].data.ptr) != 0)
                return -1;
    } while (pool_now() < until);
    return 0;
}
