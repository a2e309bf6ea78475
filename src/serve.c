// serve.c: the accept loop, the threads, the way out.
//
// Each thread waits in an epoll set of its own that holds the listening socket, woken one at a time
// (EPOLLEXCLUSIVE), and one eventfd that wakes them all at the end. Accepting does not block, so a thread
// that was woken for nothing goes back to waiting, and SIGTERM never interrupts a request.
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "actions.h"
#include "clock.h"
#include "reject.h"

enum { LISTENING = 0 };  // FastCGI's listening socket is file descriptor 0

struct server {
    struct app app;
    const struct program *program;
    int stop;  // eventfd
};

// One request

static void log_request(struct log_line *told, const struct request *request, const struct reply *reply,
                        int64_t start) {
    struct log_line line = {0};
    log_text(&line, "method", request->method);
    log_number(&line, "status", reply->status);
    log_append(&line, told);
    log_ms(&line, "ms", clock_ms_since(start));
    log_write(&line);
}

static void serve_request(struct server *server, char *const *environment, request_reader *reader,
                          reply_writer *writer, void *in, void *out) {
    int64_t start = clock_now();
    struct request request;
    struct reply reply = {0};
    struct log_line told = {0};
    request_read(&request, environment, reader, in);
    int status = server->program->handle(&server->app, &request, &reply, &told);
    if (reply_send(&reply, status, writer, out) != 0)
        log_text(&told, "gone", "the web server closed the connection");
    log_request(&told, &request, &reply, start);
    reply_free(&reply);
    request_free(&request);
}

// FastCGI

static int fastcgi_read(void *source, char *bytes, int size) {
    FCGX_Stream *stream = source;
    int got = FCGX_GetStr(bytes, size, stream);
    return got == 0 && FCGX_GetError(stream) != 0 ? -1 : got;
}

static int fastcgi_write(void *sink, const char *bytes, size_t size) {
    return FCGX_PutStr(bytes, (int)size, sink) == (int)size ? 0 : -1;
}

static bool watch(int epoll, int file, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = file};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event) == 0;
}

// Waits for a connection. Returns false when it is time to stop.
static bool wait_for_connection(int epoll, int stop) {
    struct epoll_event events[2];
    int count = epoll_wait(epoll, events, 2, -1);
    for (int i = 0; i < count; i++)
        if (events[i].data.fd == stop)
            return false;
    return true;
}

static void accept_and_serve(struct server *server, FCGX_Request *request) {
    int accepted = FCGX_Accept_r(request);
    if (accepted == 0) {
        serve_request(server, request->envp, fastcgi_read, fastcgi_write, request->in, request->out);
        FCGX_Finish_r(request);
    } else if (accepted != -EAGAIN && accepted != -EINTR) {
        log_error("accept", "%s", strerror(-accepted));
        usleep(10000);
    }
}

static void *worker(void *argument) {
    struct server *server = argument;
    FCGX_Request request;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    bool ready = epoll >= 0 && watch(epoll, LISTENING, EPOLLIN | EPOLLEXCLUSIVE) &&
                 watch(epoll, server->stop, EPOLLIN);
    if (!ready || FCGX_InitRequest(&request, LISTENING, 0) != 0) {
        log_error("thread", "%s", strerror(errno));
        if (epoll >= 0)
            close(epoll);
        return NULL;
    }
    while (wait_for_connection(epoll, server->stop))
        accept_and_serve(server, &request);
    FCGX_Free(&request, 1);
    close(epoll);
    return NULL;
}

static void wait_for_signal(void) {
    sigset_t ends;
    int signal;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP);
    sigaddset(&ends, SIGUSR1);
    while (sigwait(&ends, &signal) != 0)
        continue;
}

static int serve_fastcgi(struct server *server) {
    int count = 0;
    pthread_t *threads = calloc((size_t)server->app.conf.threads, sizeof *threads);
    server->stop = eventfd(0, EFD_CLOEXEC);
    int flags = fcntl(LISTENING, F_GETFL);
    bool ready = threads != NULL && server->stop >= 0 && flags >= 0 &&
                 fcntl(LISTENING, F_SETFL, flags | O_NONBLOCK) == 0;
    while (ready && count < server->app.conf.threads &&
           pthread_create(&threads[count], NULL, worker, server) == 0)
        count++;
    if (count > 0)
        wait_for_signal();
    else
        log_error("start", "%s", strerror(errno));
    uint64_t all = 1;
    ssize_t told = write(server->stop, &all, sizeof all);
    (void)told;
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    close(server->stop);
    return count > 0 ? 0 : 1;
}

// Plain CGI

// What is left of the body: there need be no end of file after it.
static int cgi_read(void *source, char *bytes, int size) {
    long long *left = source;
    if (*left <= 0)
        return 0;
    ssize_t got;
    do
        got = read(STDIN_FILENO, bytes, *left < size ? (size_t)*left : (size_t)size);
    while (got < 0 && errno == EINTR);
    *left -= got > 0 ? got : 0;
    return (int)got;
}

static int cgi_write(void *sink, const char *bytes, size_t size) {
    (void)sink;
    while (size > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, size);
        if (written < 0 && errno != EINTR)
            return -1;
        bytes += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return 0;
}

// A chunked body has no length; its end is the end of standard input.
static int serve_cgi(struct server *server) {
    const char *length = getenv("CONTENT_LENGTH");
    long long chunked = getenv("HTTP_TRANSFER_ENCODING") == NULL ? 0 : LLONG_MAX;
    long long left = length == NULL || *length == '\0' ? chunked : strtoll(length, NULL, 10);
    serve_request(server, environ, cgi_read, cgi_write, &left, NULL);
    return 0;
}

// A program that cannot start still answers where it is asked as plain CGI.
static int serve_misconfigured(const struct program *program) {
    struct reply reply = {0};
    int status = 503;
    if (!FCGX_IsCGI()) {
        sleep(1);  // the supervisor starts it again at once
        return 2;
    }
    if (program->needs == CONF_FOR_CALLERS) {
        reply_json(&reply, actions_unavailable(NULL));
        status = reply.body == NULL ? 500 : 0;
    }
    reply_send(&reply, status, cgi_write, NULL);
    reply_free(&reply);
    return 2;
}

// The start and the end

// Signals are for sigwait alone; FCGX_Init installs handlers of its own, so this comes after it.
static void quiet_signals(void) {
    sigset_t most;
    signal(SIGPIPE, SIG_IGN);
    sigfillset(&most);
    sigdelset(&most, SIGSEGV);
    sigdelset(&most, SIGBUS);
    sigdelset(&most, SIGFPE);
    sigdelset(&most, SIGILL);
    sigdelset(&most, SIGABRT);
    pthread_sigmask(SIG_SETMASK, &most, NULL);
}

static bool app_open(struct app *app, enum conf_needs needs) {
    app->rejections = rejections_open();
    app->store = store_open();
    if (app->store != NULL && needs == CONF_FOR_CALLERS)
        app->settings = settings_open(app->store, app->conf.settings_cache);
    return app->rejections != NULL && app->store != NULL &&
           (needs == CONF_FOR_WEBHOOKS || app->settings != NULL);
}

static void app_close(struct app *app) {
    settings_close(app->settings);
    store_close(app->store);
    rejections_close(app->rejections);
    conf_free(&app->conf);
}

int serve(const struct program *program) {
    struct server server = {.program = program};
    if (FCGX_Init() != 0)
        return 1;
    quiet_signals();
    if (conf_read(&server.app.conf, program->needs) != 0)
        return serve_misconfigured(program);
    int status = 1;
    if (app_open(&server.app, program->needs))
        status = FCGX_IsCGI() ? serve_cgi(&server) : serve_fastcgi(&server);
    app_close(&server.app);
    return status;
}
