// serve.c: connections, the threads that serve them, the way in and the way out.
//
// Of the processes that share the listening socket one serves, so that what is wanted at the same moment
// meets in one set; the others stand by. A lock on the socket says whose turn it is: the kernel passes it on
// in the moment in which a process dies.
//
// All workers of a process wait in one epoll set. It holds the listening socket, once it is this process's
// turn, an eventfd that ends them all, and every connection on which no request is under way,
// so that a connection that is silent, fresh or kept by the web server for its next request, costs no worker.
// A worker takes one that can be read out of the set (EPOLLONESHOT), serves one request on it, and puts it
// back or closes it.
//
// libfcgi is given the connection, not the socket it came from: FCGX_Accept_r then reads from it and accepts
// nothing.
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sysexits.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "actions.h"
#include "clock.h"
#include "envfile.h"
#include "frame.h"
#include "health.h"
#include "pool.h"
#include "tracer.h"
#include "version.h"

enum {
    LISTENING = 0,           // FastCGI's listening socket is file descriptor 0
    MAX_CONNECTIONS = 4096,  // file descriptors beyond are closed at once
    PATIENCE_S = 2,         // a connection that stalls in the middle of a request, or of its reply, is closed
    LAST_REQUEST_MS = 100,  // at the end a fresh connection is given this long to send its request
    LOG_MS = 1000,          // … and the log this long to be read
    READY_MS = 300,         // a process that has just started may take over after so long, ready or not
    READY_LOOK_MS = 5,      // how often that is looked at
    WAKE_MS = 1,            // how often the thread that stands by is told of the end
    START_MS = 3000,        // the start is told when the database was asked, or after so long
    START_LOOK_MS = 50,     // how often that is looked at
    REMIND_MS = 60000,      // how often wrong settings are told
    APOLOGISTS = 4,         // threads of a process that has no settings
    LOOK_MS = 1,            // when parameters that come in pieces are looked at again, at first
    ARENAS = 2,             // of malloc: one for each thread would cost more memory than it saves time
};

enum connection { TAKEN, FRESH, KEPT };

// What one look has seen of a connection.
struct look {
    enum frame frame;
    bool nothing;
    bool closed;  // by the web server
};

struct server {
    struct app app;
    const struct program *program;
    int epoll;
    int stop;            // eventfd
    bool cgi;            // one request, on standard input
    bool misconfigured;  // it serves what needs no settings
    atomic_bool stopping;
    _Atomic unsigned char parked[MAX_CONNECTIONS];  // enum connection, by file descriptor
};

// One request

static void log_request(struct log_line *fields, const char *method, int status, int64_t start) {
    struct log_line line = {.priority = status < 500 ? LOG_AS_INFO : LOG_AS_WARNING};
    log_text(&line, "method", method);
    log_number(&line, "status", status);
    log_append(&line, fields);
    log_ms(&line, "ms", clock_ms_since(start));
    log_write(&line);
}

// One request's way in and out.
struct exchange {
    char *const *environment;
    request_reader *reader;
    void *in;
    reply_writer *writer;
    void *out;
    void (*deliver)(void *connection);  // sends all that the writer has taken …
    void (*finish)(void *connection);   // … and lets the other side go; the environment is gone then
    void *connection;
};

// Whoever asked has the reply by now.
static void trace(struct server *server, const struct exchange *exchange, struct request *request,
                  const struct reply *reply, int64_t start) {
    exchange->deliver(exchange->connection);
    tracer_note(server->app.tracer, request, reply, start);
}

static void serve_request(struct server *server, const struct exchange *exchange) {
    int64_t start = clock_now();
    struct request request;
    struct reply reply = {0};
    struct log_line fields = {0};
    char method[16];
    request_read(&request, exchange->environment, exchange->reader, exchange->in);
    snprintf(method, sizeof method, "%s", request.method);
    reply.headers_only = request_is_probe(&request);
    const char *probe = request_variable(&request, HEALTH_VARIABLE);
    int status = probe != NULL ? health_answer(&server->app, probe, &reply)
                               : server->program->handle(&server->app, &request, &reply, &fields);
    if (reply_send(&reply, status, exchange->writer, exchange->out) != 0)
        log_text(&fields, "gone", "the web server closed the connection");
    int sent = reply.status;
    if (probe == NULL && tracer_is_on(server->app.tracer))
        trace(server, exchange, &request, &reply, start);
    exchange->finish(exchange->connection);
    if (probe == NULL) {  // nobody waits for it any more
        metrics_count(&server->app.metrics, sent, fields.outcome, clock_now() - start);
        log_request(&fields, method, sent, start);
    }
    reply_free(&reply);
    request_free(&request);
}

// FastCGI: one connection

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

static void park(struct server *server, int file, enum connection as) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT, .data.fd = file};
    server->parked[file] = (unsigned char)as;
    if (epoll_ctl(server->epoll, EPOLL_CTL_MOD, file, &event) != 0 &&
        epoll_ctl(server->epoll, EPOLL_CTL_ADD, file, &event) != 0) {
        server->parked[file] = TAKEN;
        close(file);
    }
}

// Ends both streams, which sends them; FCGX_Finish_r finds them ended.
static void fastcgi_deliver(void *connection) {
    FCGX_Request *fcgi = connection;
    FCGX_FClose(fcgi->err);
    FCGX_FClose(fcgi->out);
}

// Closing lingers until the web server has closed, unless the input was read to its end: then nothing of the
// reply can be lost to a reset.
static void fastcgi_finish(void *connection) {
    FCGX_Request *fcgi = connection;
    if (FCGX_HasSeenEOF(fcgi->in))
        FCGX_Detach(fcgi);
    else
        fcgi->keepConnection = 0;
    FCGX_Finish_r(fcgi);
}

// What has come of a request. A web server that has closed sends no more of it.
static struct look look_at(int file) {
    unsigned char bytes[FRAME_LOOK];
    ssize_t got = recv(file, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    return (struct look){
        .frame = frame_look(bytes, got > 0 ? (size_t)got : 0), .nothing = got <= 0, .closed = got == 0};
}

// Waits for the rest of the parameters: libfcgi gets none that were not looked at. A look takes nothing from
// the socket, so there is nothing to wait for but the time; the longer it has been, the less often: hundreds
// that are stuck in the middle of a request cost the others next to nothing.
static enum frame await_params(int file, struct look look) {
    int64_t deadline = clock_in_ms(PATIENCE_S * 1000);
    for (int ms = LOOK_MS; look.frame == FRAME_PART && !look.closed && clock_now() < deadline; ms *= 2) {
        struct pollfd end = {.fd = file, .events = POLLRDHUP};
        bool closed = poll(&end, 1, ms) > 0;
        look = look_at(file);
        look.closed |= closed;
    }
    if (look.frame == FRAME_BROKEN)
        log_warning("accept", "what came over the socket is no request: the connection is closed");
    return look.frame;
}

static bool serve_one(struct server *server, FCGX_Request *fcgi, int file) {
    fcgi->ipcFd = file;
    fcgi->keepConnection = 1;  // else FCGX_Accept_r would begin by closing it
    FCGX_Detach(fcgi);
    if (FCGX_Accept_r(fcgi) != 0)
        return false;
    FCGX_Attach(fcgi);
    if (atomic_load(&server->stopping))
        fcgi->keepConnection = 0;
    serve_request(server, &(struct exchange){.environment = fcgi->envp,
                                             .reader = fastcgi_read,
                                             .in = fcgi->in,
                                             .writer = fastcgi_write,
                                             .out = fcgi->out,
                                             .deliver = fastcgi_deliver,
                                             .finish = fastcgi_finish,
                                             .connection = fcgi});
    bool open = fcgi->ipcFd >= 0;
    fcgi->ipcFd = -1;
    return open;
}

// Serves one request. Returns whether the connection is still open, for the next one. A request that comes in
// pieces may stop in the middle of one: whoever reads it is replaced meanwhile.
static bool serve_connection(struct server *server, FCGX_Request *fcgi, int file, struct look look) {
    bool slow = look.frame != FRAME_WHOLE && !look.closed && pool_begin_waiting(server->app.pool);
    enum frame frame = await_params(file, look);
    bool fit = frame == FRAME_WHOLE || frame == FRAME_READY;
    bool open = fit && serve_one(server, fcgi, file);
    if (!fit)
        close(file);
    if (slow)
        pool_end_waiting(server->app.pool);
    return open;
}

static void begin_request(FCGX_Request *fcgi) {
    FCGX_InitRequest(fcgi, -1, 0);  // no socket: it must not accept by itself
}

// FastCGI: all connections

static void set_patience(int file) {
    struct timeval patience = {.tv_sec = PATIENCE_S};
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

// Returns a connection whose request is there already, as far as is seen, or -1.
static int accept_connection(struct server *server, struct look *look) {
    int file = accept4(LISTENING, NULL, NULL, SOCK_CLOEXEC);
    if (file < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
        log_error("accept", "%s", strerror(errno));
        usleep(10000);
    }
    if (file < 0)
        return -1;
    if (file >= MAX_CONNECTIONS) {
        close(file);
        return -1;
    }
    set_patience(file);
    *look = look_at(file);
    if (!look->nothing)
        return file;
    park(server, file, FRESH);
    return -1;
}

static void work(void *context) {
    struct server *server = context;
    FCGX_Request fcgi;
    begin_request(&fcgi);
    while (pool_keeps(server->app.pool)) {
        struct epoll_event event;
        if (epoll_wait(server->epoll, &event, 1, -1) != 1)
            continue;
        int file = event.data.fd;
        if (file == server->stop)
            break;
        struct look look = {0};
        if (file == LISTENING)
            file = accept_connection(server, &look);
        else
            look = look_at(file);
        if (file < 0)
            continue;
        server->parked[file] = TAKEN;
        if (serve_connection(server, &fcgi, file, look))
            park(server, file, KEPT);
    }
}

// What was accepted is served, when the workers are gone: a web server that has sent its request expects a
// reply.
static void serve_parked(struct server *server) {
    FCGX_Request fcgi;
    begin_request(&fcgi);
    for (int file = 0; file < MAX_CONNECTIONS; file++) {
        if (server->parked[file] == TAKEN)
            continue;
        struct pollfd one = {.fd = file, .events = POLLIN};
        poll(&one, 1, server->parked[file] == FRESH ? LAST_REQUEST_MS : 0);
        struct look look = look_at(file);
        if (look.nothing)
            close(file);
        else
            serve_connection(server, &fcgi, file, look);
    }
}

// The settings

// All that is wrong is said at once, in the file and beyond it. conf is to be freed after success alone.
static bool read_settings(struct conf *conf, const struct program *program) {
    bool is_file_right = envfile_read() == 0;
    bool is_right = conf_read(conf, program->needs) == 0;
    if (is_right && !is_file_right)
        conf_free(conf);
    return is_right && is_file_right;
}

// Of what was read at the start: nobody but a new process reads the file.
static void remind(enum conf_needs needs) {
    struct conf again;
    if (conf_read(&again, needs) == 0)
        conf_free(&again);
    log_error("configuration", "the settings were wrong at the start: mend them, and reload");
}

// Tells that the program has started, or once more why it cannot. Returns in how many milliseconds there may
// be more to tell; 0: never.
static int tell(struct server *server, int64_t started) {
    if (server->misconfigured) {
        remind(server->program->needs);
        return REMIND_MS;
    }
    if (!health_is_known(&server->app) && clock_ms_since(started) < START_MS)
        return START_LOOK_MS;
    health_log_start(&server->app);
    return 0;
}

static void wait_for_signal(struct server *server) {
    sigset_t ends;
    int64_t started = clock_now();
    int signal = -1;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGHUP);
    sigaddset(&ends, SIGUSR1);
    int ms = server->misconfigured ? REMIND_MS : START_LOOK_MS;
    while (signal < 0) {
        struct timespec pause = clock_timespec(ms * 1000LL);
        signal = ms == 0 ? sigwaitinfo(&ends, NULL) : sigtimedwait(&ends, NULL, &pause);
        if (signal < 0 && errno == EAGAIN)
            ms = tell(server, started);
    }
}

static bool open_epoll(struct server *server) {
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->stop = eventfd(0, EFD_CLOEXEC);
    int flags = fcntl(LISTENING, F_GETFL);
    return server->epoll >= 0 && server->stop >= 0 && flags >= 0 &&
           fcntl(LISTENING, F_SETFL, flags | O_NONBLOCK) == 0 && watch(server->epoll, server->stop, EPOLLIN);
}

// Whose turn it is. Where the socket cannot be locked, it is everybody's.

static int lock_listening(int command, short type) {
    struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
    return fcntl(LISTENING, command, &whole);
}

// Whoever takes over at once should have what requests need. Nobody waits for it longer than a caller would.
static void get_ready(struct server *server) {
    int64_t end = clock_in_ms(READY_MS);
    while (!server->misconfigured && !health_is_known(&server->app) && !atomic_load(&server->stopping) &&
           clock_now() < end)
        usleep(READY_LOOK_MS * 1000);
}

static void take_turn(struct server *server) {
    while (lock_listening(F_SETLKW, F_WRLCK) != 0 && errno == EINTR && !atomic_load(&server->stopping))
        continue;
    if (!atomic_load(&server->stopping) && !watch(server->epoll, LISTENING, EPOLLIN))
        log_error("accept", "%s", strerror(errno));
}

static void only_wake(int signal) {
    (void)signal;
}

// Whoever waits for a lock can be woken by a signal alone. The others leave it blocked.
static void be_wakeable(void) {
    struct sigaction action = {.sa_handler = only_wake};
    sigset_t wake;
    sigemptyset(&wake);
    sigaddset(&wake, SIGUSR2);
    sigaction(SIGUSR2, &action, NULL);
    pthread_sigmask(SIG_UNBLOCK, &wake, NULL);
}

// The name of this thread tells others which process serves and which would: it is in /proc/PID/task/*/comm.
static void *stand_by(void *argument) {
    struct server *server = argument;
    be_wakeable();
    get_ready(server);
    pthread_setname_np(pthread_self(), SERVE_STANDS_BY);
    take_turn(server);
    pthread_setname_np(pthread_self(), SERVE_SERVES);
    while (!atomic_load(&server->stopping))
        pause();
    return NULL;
}

// A signal that comes before the thread waits is lost, so there is another one.
static void end_standing_by(pthread_t standing_by) {
    while (pthread_tryjoin_np(standing_by, NULL) != 0) {
        pthread_kill(standing_by, SIGUSR2);
        usleep(WAKE_MS * 1000);
    }
}

static void serve_until_signal(struct server *server) {
    pthread_t standing_by;
    bool waits = pthread_create(&standing_by, NULL, stand_by, server) == 0;
    if (!waits)
        take_turn(server);
    wait_for_signal(server);
    atomic_store(&server->stopping, true);
    if (waits)
        end_standing_by(standing_by);
    epoll_ctl(server->epoll, EPOLL_CTL_DEL, LISTENING, NULL);  // it may not be there
    lock_listening(F_SETLK, F_UNLCK);
}

static int serve_fastcgi(struct server *server) {
    const struct conf *conf = &server->app.conf;
    if (!open_epoll(server)) {
        log_error("start", "%s", strerror(errno));
        return 1;
    }
    server->app.pool = pool_open(conf->threads, conf->most_waiting, work, server);
    bool started = server->app.pool != NULL && pool_start(server->app.pool);
    if (started)
        serve_until_signal(server);
    uint64_t all = 1;
    ssize_t written = write(server->stop, &all, sizeof all);
    (void)written;
    pool_close(server->app.pool);
    server->app.pool = NULL;
    serve_parked(server);
    close(server->stop);
    close(server->epoll);
    return started ? 0 : 1;
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

// Once: another file may get the number of one that is closed.
static void cgi_deliver(void *connection) {
    bool *open = connection;
    if (*open)
        close(STDOUT_FILENO);
    *open = false;
}

// A process that was started to be asked how it is has to find out first.
static void await_health(struct app *app) {
    int64_t latest = clock_in_ms(app->conf.db_budget_ms);
    while (app->store != NULL && !health_is_known(app) && clock_now() < latest)
        usleep(START_LOOK_MS * 1000 / 10);
}

// A chunked body has no length; its end is the end of standard input.
static int serve_cgi(struct server *server) {
    struct app *app = &server->app;
    if (getenv(HEALTH_VARIABLE) != NULL)
        await_health(app);
    else if (app->snapshots != NULL)
        snapshots_await(app->snapshots, clock_in_ms(app->conf.db_budget_ms));
    const char *length = getenv("CONTENT_LENGTH");
    long long chunked = getenv("HTTP_TRANSFER_ENCODING") == NULL ? 0 : LLONG_MAX;
    bool open = true;
    long long left = length == NULL || *length == '\0' ? chunked : strtoll(length, NULL, 10);
    serve_request(server, &(struct exchange){.environment = environ,
                                             .reader = cgi_read,
                                             .in = &left,
                                             .writer = cgi_write,
                                             .deliver = cgi_deliver,
                                             .finish = cgi_deliver,
                                             .connection = &open});
    return 0;
}

// Wrong settings

static int apologise(struct app *app, struct request *request, struct reply *reply, struct log_line *log) {
    (void)app;
    (void)request;
    log_outcome(log, "misconfigured");
    reply_literal(reply, ACTIONS_LAST_RESORT);
    return 0;
}

static int refuse(struct app *app, struct request *request, struct reply *reply, struct log_line *log) {
    (void)app;
    (void)request;
    (void)reply;
    log_outcome(log, "misconfigured");
    return 503;
}

// Who is listened to must not wait, and a program that ends would be started again and again: it answers what
// can be answered without settings, and says in the log what is wrong, until somebody mends them.
static int serve_misconfigured(struct server *server) {
    static const struct program instead[] = {
        [CONF_FOR_CALLERS] = {.needs = CONF_FOR_CALLERS, .handle = apologise},
        [CONF_FOR_WEBHOOKS] = {.needs = CONF_FOR_WEBHOOKS, .handle = refuse},
    };
    server->program = &instead[server->program->needs];
    server->misconfigured = true;
    server->app.conf.threads = APOLOGISTS;
    if (server->cgi)
        serve_cgi(server);
    else
        serve_fastcgi(server);
    return EX_CONFIG;
}

// No memory, or no thread

static int answer_unavailable(struct app *app, struct request *request, struct reply *reply,
                              struct log_line *log) {
    (void)request;
    log_outcome(log, "unavailable");
    reply_json(reply, actions_unavailable(app->conf.fallback_destination));
    if (reply->body == NULL)
        reply_literal(reply, ACTIONS_LAST_RESORT);
    return 0;
}

static int refuse_unavailable(struct app *app, struct request *request, struct reply *reply,
                              struct log_line *log) {
    (void)app;
    (void)request;
    (void)reply;
    log_outcome(log, "not stored");
    return 503;
}

static int serve_without_app(struct server *server) {
    static const struct program instead[] = {
        [CONF_FOR_CALLERS] = {.needs = CONF_FOR_CALLERS, .handle = answer_unavailable},
        [CONF_FOR_WEBHOOKS] = {.needs = CONF_FOR_WEBHOOKS, .handle = refuse_unavailable},
    };
    struct server unavailable = {.program = &instead[server->program->needs], .app.conf = server->app.conf};
    return serve_cgi(&unavailable);
}

// Arguments

static int check(const struct program *program) {
    struct conf conf;
    bool is_right = read_settings(&conf, program);
    conf_warn_unknown(environ);
    if (!is_right)
        return EX_CONFIG;
    conf_free(&conf);
    printf("%s: the settings are complete\n", program_invocation_short_name);
    return EX_OK;
}

// Returns the exit status, or -1 where there is something to serve. A web server may make arguments of a
// query (RFC 3875, 4.4): those are not for us.
static int run_argument(const struct program *program, int count, char **arguments) {
    if (count < 2 || getenv("GATEWAY_INTERFACE") != NULL || getenv("REQUEST_METHOD") != NULL)
        return -1;
    if (count == 2 && strcmp(arguments[1], "--check") == 0)
        return check(program);
    if (count == 2 && strcmp(arguments[1], "--version") == 0) {
        printf("%s (minivoice-cgi) " IVR_VERSION "\n", program_invocation_short_name);
        return EX_OK;
    }
    fprintf(stderr, "usage: %s [--check | --version]\n", program_invocation_short_name);
    return EX_USAGE;
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

// FastCGI's standard input is a socket that listens. Asked of libfcgi, it would need memory.
static bool is_cgi(void) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    return getpeername(LISTENING, (struct sockaddr *)&address, &length) == 0 || errno != ENOTCONN;
}

// Without memory or threads a FastCGI program ends, to be started again; but whoever waits for plain CGI has
// nobody else.
static int serve_configured(struct server *server) {
    int status = 1;
    if (app_open(&server->app, server->program->needs))
        status = server->cgi ? serve_cgi(server) : serve_fastcgi(server);
    else if (server->cgi)
        status = serve_without_app(server);
    app_close(&server->app);
    return status;
}

int serve(const struct program *program, int count, char **arguments) {
    static struct server server;  // too large for a stack; used by nothing that is not given it
    server.program = program;
    log_open();
    int status = run_argument(program, count, arguments);
    if (status >= 0)
        return status;
    server.cgi = is_cgi();
    if (!server.cgi && FCGX_Init() != 0)
        return 1;
    quiet_signals();
    mallopt(M_ARENA_MAX, ARENAS);
    bool configured = read_settings(&server.app.conf, program);
    if (!server.cgi) {
        conf_warn_unknown(environ);
        log_start();
    }
    status = configured ? serve_configured(&server) : serve_misconfigured(&server);
    log_stop(LOG_MS);
    return status;
}
