// tracer.c: the traces that wait, the thread that stores them, and its connection.
//
// Those who note only push onto a stack, which the thread takes whole: nobody ever waits for it, however long
// it is kept waiting itself.
#include "tracer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "link.h"
#include "log.h"
#include "trace.h"

enum {
    MOST = 4096,                    // traces that wait …
    MOST_BYTES = 16 * 1024 * 1024,  // … and their bytes, one more for each thread that notes
    WAKE_AT = MOST / 4,             // so many are stored before their time
    EVERY_MS = 1000,                // how often they are stored, many at once
    SET = 256,                      // of one transaction
    CONNECT_MS = 2000,              // for connecting and preparing
    TIMEOUT_MS = 1000,              // the server ends a set that takes longer …
    GRACE_MS = 500,                 // … and so much later we do
    TRIES = 100,                    // of a set, while somebody else stores or holds the table: some seconds
    TRY_AGAIN_MS = 50,
    CLOSING_MS = 1000,  // what is left to a process that ends
};

static const struct db_statement statements[] = {
    {"store_traces",
     "SELECT place, result FROM ivr.store_traces($1::integer[], $2::text[]::bigint[], $3::text[]::bigint[], $4::text[], "
     "$5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bytea[], $11::text[]::bigint[], "
     "$12::text[]::integer[], $13::text[], $14::text[]::bigint[])",
     false, 0},
    {0},
};

struct tracer {
    const struct conf *conf;
    int64_t until;  // on the clock of deadlines
    pthread_t thread;
    int wake;  // eventfd: there is much to store, or it is time to end
    _Atomic(struct trace *) newest;
    atomic_int waiting;
    atomic_size_t bytes;
    atomic_bool lost;  // there is no database: what is noted would be dropped
    atomic_bool closing;
    atomic_ullong noted;
    atomic_ullong dropped;
    // The thread's own
    struct link *link;
    int64_t closing_at;
};

// Noting

bool tracer_is_on(const struct tracer *tracer) {
    return tracer != NULL && clock_now() < tracer->until;
}

static void wake(struct tracer *tracer) {
    uint64_t one = 1;
    ssize_t written = write(tracer->wake, &one, sizeof one);
    (void)written;  // a counter that is full wakes as well
}

static bool has_room(struct tracer *tracer) {
    return !atomic_load(&tracer->lost) && atomic_load(&tracer->waiting) < MOST &&
           atomic_load(&tracer->bytes) < MOST_BYTES;
}

static void push(struct tracer *tracer, struct trace *trace) {
    atomic_fetch_add(&tracer->bytes, trace->size);
    int before = atomic_fetch_add(&tracer->waiting, 1);
    trace->next = atomic_load(&tracer->newest);
    while (!atomic_compare_exchange_weak(&tracer->newest, &trace->next, trace))
        continue;
    if (before == WAKE_AT)
        wake(tracer);
}

void tracer_note(struct tracer *tracer, struct request *request, const struct reply *reply, int64_t start) {
    struct trace *trace = has_room(tracer) ? trace_take(request, reply, start) : NULL;
    atomic_fetch_add(&tracer->noted, 1);
    if (trace != NULL)
        push(tracer, trace);
    else
        atomic_fetch_add(&tracer->dropped, 1);
}

struct tracer_counts tracer_look(const struct tracer *tracer) {
    if (tracer == NULL)
        return (struct tracer_counts){0};
    return (struct tracer_counts){.noted = atomic_load(&tracer->noted),
                                  .dropped = atomic_load(&tracer->dropped)};
}

// Taking what was noted

// All that wait, the oldest first.
static struct trace *take_all(struct tracer *tracer) {
    struct trace *oldest = NULL;
    struct trace *next = atomic_exchange(&tracer->newest, NULL);
    while (next != NULL) {
        struct trace *trace = next;
        next = trace->next;
        trace->next = oldest;
        oldest = trace;
    }
    return oldest;
}

// So long as a trace is not stored it takes room from those to come.
static void forget(struct tracer *tracer, struct trace *trace) {
    atomic_fetch_sub(&tracer->bytes, trace->size);
    atomic_fetch_sub(&tracer->waiting, 1);
    free(trace);
}

static void drop(struct tracer *tracer, struct trace *trace) {
    while (trace != NULL) {
        struct trace *next = trace->next;
        forget(tracer, trace);
        atomic_fetch_add(&tracer->dropped, 1);
        trace = next;
    }
}

// A set

struct numbers {
    char received[24];
    char took[24];
    char length[24];
    char status[12];
    char before[24];
};

struct set {
    int count;
    long long bytes;  // of its rows
    struct trace_row rows[SET];
    struct numbers numbers[SET];
    struct db_request requests[SET];
};

static struct db_value decimal(char *text, size_t size, long long number) {
    return (struct db_value){.bytes = text, .length = (size_t)snprintf(text, size, "%lld", number)};
}

static void set_add(struct set *set, const struct trace *trace, const struct trace_row *row) {
    int nth = set->count++;
    struct numbers *n = &set->numbers[nth];
    set->rows[nth] = *row;
    set->requests[nth] = (struct db_request){
        .statement = statements,
        .count = 13,
        .values = {decimal(n->received, sizeof n->received, trace->received_at),
                   decimal(n->took, sizeof n->took, trace->took_us), db_text(program_invocation_short_name),
                   db_text(row->call_id), db_text(row->method), db_text(row->url),
                   db_text(*row->remote_address == '\0' ? NULL : row->remote_address), db_text(row->headers),
                   db_bytes(row->body, row->body_length),
                   decimal(n->length, sizeof n->length, (long long)trace->body_length),
                   decimal(n->status, sizeof n->status, trace->http_status), db_text(row->reply),
                   decimal(n->before, sizeof n->before, set->bytes)},
    };
    for (int i = 0; i < set->requests[nth].count; i++)
        set->bytes += (long long)set->requests[nth].values[i].length;
}

// Fills the set from the list and returns what is left of that.
static struct trace *set_fill(struct tracer *tracer, struct set *set, struct trace *trace) {
    set->count = 0;
    set->bytes = 0;
    while (trace != NULL && set->count < SET) {
        struct trace *next = trace->next;
        struct trace_row row;
        if (trace_read(trace, tracer->conf, &row))
            set_add(set, trace, &row);
        else
            atomic_fetch_add(&tracer->dropped, 1);
        forget(tracer, trace);
        trace = next;
    }
    return trace;
}

static void set_clear(struct set *set) {
    for (int i = 0; i < set->count; i++)
        trace_row_free(&set->rows[i]);
    set->count = 0;
}

// Storing

static int64_t deadline_of(const struct tracer *tracer, int ms) {
    int64_t deadline = clock_in_ms(ms);
    return tracer->closing_at < deadline ? tracer->closing_at : deadline;
}

static void take_nothing(void *context, int place, struct db_row *row) {
    (void)context;
    (void)place;
    db_row_free(row);
}

static enum link_verdict send_part(struct tracer *tracer, struct set *set, int from, int to) {
    const struct db_request *requests[SET];
    int places[SET];
    for (int i = from; i < to; i++) {
        requests[i - from] = &set->requests[i];
        places[i - from] = i;
    }
    if (!link_send(tracer->link, requests, places, to - from) || !link_end(tracer->link))
        return LINK_LOST;
    return link_receive(tracer->link, deadline_of(tracer, TIMEOUT_MS + GRACE_MS), take_nothing, NULL);
}

static enum link_verdict try_part(struct tracer *tracer, struct set *set, int from, int to) {
    enum link_verdict verdict = send_part(tracer, set, from, to);
    for (int tries = 1; verdict == LINK_BUSY && tries < TRIES && clock_now() < tracer->closing_at; tries++) {
        usleep(TRY_AGAIN_MS * 1000);
        verdict = send_part(tracer, set, from, to);
    }
    return verdict;
}

// Nothing is noted until it is found to be there again.
static void lose(struct tracer *tracer) {
    link_disconnect(tracer->link);
    atomic_store(&tracer->lost, true);
}

// Returns how many are not stored. What is refused is tried in halves.
static int store_part(struct tracer *tracer, struct set *set, int from, int to) {
    if (!link_connected(tracer->link))
        return to - from;
    enum link_verdict verdict = try_part(tracer, set, from, to);
    if (verdict == LINK_DONE)
        return 0;
    if (verdict == LINK_FAULTY && to - from > 1) {
        int half = from + (to - from) / 2;
        return store_part(tracer, set, from, half) + store_part(tracer, set, half, to);
    }
    log_warning("trace", "%d not stored: %s", to - from, link_fault(tracer->link));
    if (verdict == LINK_LOST)
        lose(tracer);
    return to - from;
}

static bool connect_again(struct tracer *tracer) {
    if (link_connected(tracer->link))
        return true;
    bool connected = link_connect(tracer->link, deadline_of(tracer, CONNECT_MS));
    if (!connected)  // told once for many times
        log_warning("trace", "no traces: %s", link_fault(tracer->link));
    atomic_store(&tracer->lost, !connected);
    return connected;
}

static void store_all(struct tracer *tracer, struct set *set) {
    struct trace *trace = take_all(tracer);
    bool asked = trace != NULL || atomic_load(&tracer->lost);
    if (asked && !connect_again(tracer)) {
        drop(tracer, trace);
        return;
    }
    while (trace != NULL && link_connected(tracer->link)) {
        trace = set_fill(tracer, set, trace);
        int left = set->count == 0 ? 0 : store_part(tracer, set, 0, set->count);
        atomic_fetch_add(&tracer->dropped, (unsigned long long)left);
        set_clear(set);
    }
    drop(tracer, trace);
}

// The thread

// Until it is time, much has come, the process ends, or the server has closed the connection.
static void rest(struct tracer *tracer) {
    struct pollfd files[] = {{.fd = tracer->wake, .events = POLLIN},
                             {.fd = link_socket(tracer->link), .events = POLLIN}};
    uint64_t counter;
    if (poll(files, 2, EVERY_MS) <= 0)
        return;
    if (files[0].revents != 0 && read(tracer->wake, &counter, sizeof counter) < 0 && errno != EAGAIN)
        log_error("trace", "%s", strerror(errno));
    if (files[1].revents != 0 && !link_idle(tracer->link))
        lose(tracer);
}

static void *tracer_thread(void *argument) {
    struct tracer *tracer = argument;
    struct set *set = calloc(1, sizeof *set);
    for (bool last = set == NULL; !last;) {
        rest(tracer);
        last = atomic_load(&tracer->closing);
        if (last)
            tracer->closing_at = clock_in_ms(CLOSING_MS);
        store_all(tracer, set);
    }
    if (set == NULL)
        atomic_store(&tracer->lost, true);
    free(set);
    return NULL;
}

struct tracer *tracer_open(const struct conf *conf) {
    if (conf->trace_hours == 0)
        return NULL;
    struct tracer *tracer = calloc(1, sizeof *tracer);
    struct link *link = link_new(statements, TIMEOUT_MS);
    int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (tracer != NULL && link != NULL && wake >= 0) {
        tracer->conf = conf;
        tracer->until = clock_in_ms(conf->trace_hours * 3600000LL);
        tracer->wake = wake;
        tracer->link = link;
        tracer->closing_at = INT64_MAX;
        if (pthread_create(&tracer->thread, NULL, tracer_thread, tracer) == 0)
            return tracer;
    }
    log_error("trace", "cannot start a thread: no traces");
    if (wake >= 0)
        close(wake);
    link_free(link);
    free(tracer);
    return NULL;
}

void tracer_close(struct tracer *tracer) {
    if (tracer == NULL)
        return;
    atomic_store(&tracer->closing, true);
    wake(tracer);
    pthread_join(tracer->thread, NULL);
    drop(tracer, take_all(tracer));
    link_free(tracer->link);
    close(tracer->wake);
    free(tracer);
}
