// db.c: the queue, the thread that serves it, and who waits how long.
#include "db.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "link.h"
#include "log.h"
#include "record.h"
#include "spool.h"

enum {
    MAX_SET = 256,                          // requests at once
    MAX_DEFERRED_BYTES = 32 * 1024 * 1024,  // of requests that wait for the database to come back
    CONNECT_MS = 2000,                      // for connecting and preparing
    RETRY_MS = 500,                         // how often a lost database is tried again by itself …
    QUICK_MS = 50,      // … and at most so often when somebody asks, if it has refused as quickly
    GRACE_MS = 500,     // how much later than the server itself we give up a statement
    CLOSING_MS = 2000,  // what db_close gives to what is queued
    LOCKED_MS = 1,      // a request whose call is locked is tried again so soon, then half as often
    LOCKED_MOST_MS = 160,
    LINGER_FROM = 4,          // after a set of so many or more, the next one is waited for …
    LINGER_US = 300,          // … for so long: those just served are about to come again
    DEFERRED_QUICK_MS = 10,   // a set of deferred requests that takes longer is followed by a smaller one
    DEFERRED_MOST = 64,       // and never larger than this
    DEFERRED_EVERY_MS = 100,  // how often one comes between live sets
    SPOOL_EVERY_MS = 1000,    // how often the spool is looked into for what others have left there …
    SPOOL_BUSY_MS = 50,       // … and while some of it waits to be tried again
};

static const char given_up[] = ": a deferred request is given up";

// STATE_NEW: not tried yet, so it is worth waiting. STATE_LOST: nobody waits.
enum state { STATE_NEW, STATE_UP, STATE_LOST };

// A request on its way. One that somebody waits for is on the stack of the waiting thread, which takes it out
// of the queue or the set when it leaves; one that is deferred is a block of its own.
struct job {
    struct job *next;
    const struct db_request *request;
    int64_t deadline;
    int64_t not_before;  // it was locked, or could not be stored just then
    int tries;
    bool alone;           // it has made others wait
    enum db_status told;  // of several databases, what that of its call has made of it in its last set
    atomic_bool done;     // status and row are there
    enum db_status status;
    struct db_row row;
    sem_t finished;
};

// A deferred request, with what it points to behind it; or one from the spool, which points into that.
struct deferred {
    struct job job;
    struct db_request request;
    struct spool_record record;  // source NULL: it is not from the spool
    size_t size;
    char bytes[];
};

struct queue {
    struct job *first;
    struct job **last;
    int count;
};

struct db {
    pthread_t thread;
    pthread_mutex_t mutex;
    int wake;  // eventfd: there is work, or it is time to stop
    // Under the mutex
    struct queue live;
    struct queue deferred;
    size_t deferred_bytes;
    struct job *set[MAX_SET];  // under way; NULL where its thread has left
    int count;
    int wake_at;         // how many queued requests wake the thread; INT_MAX while it is awake
    int64_t owed_since;  // since when the database owes us a reply; 0: it does not
    enum state state;
    int64_t ask_again_at;  // in STATE_LOST: from then on a request is worth another try
    bool closing;
    struct db_condition told;  // what is counted for db_look
    int64_t spool_at;          // when the spool is looked into
    // The thread's own
    const struct db_statement *statements;
    struct spool *spool;  // NULL: none
    int spooled;          // deferred requests from it
    struct link *link;
    int timeout_ms;
    int64_t next_try;
    int last_count;
    bool deferring;      // the set under way is of deferred requests
    int deferred_count;  // how many go into the next set of deferred requests
    int64_t deferred_at;
};

// The queue; called with the mutex held

static void queue_push(struct queue *queue, struct job *job) {
    job->next = NULL;
    *queue->last = job;
    queue->last = &job->next;
    queue->count++;
}

static void queue_remove(struct queue *queue, struct job **at) {
    struct job *job = *at;
    *at = job->next;
    if (queue->last == &job->next)
        queue->last = at;
    queue->count--;
}

static void queue_forget(struct queue *queue, const struct job *job) {
    for (struct job **at = &queue->first; *at != NULL; at = &(*at)->next) {
        if (*at == job) {
            queue_remove(queue, at);
            return;
        }
    }
}

// Moves what is due into the set, at most `most`.
static void queue_take(struct db *db, struct queue *queue, int most) {
    int64_t now = clock_now();
    for (struct job **at = &queue->first; *at != NULL && db->count < most;) {
        struct job *job = *at;
        if (job->not_before > now) {
            at = &job->next;
            continue;
        }
        queue_remove(queue, at);
        db->set[db->count++] = job;
    }
}

static int64_t queue_due(const struct queue *queue, int64_t otherwise) {
    for (const struct job *job = queue->first; job != NULL; job = job->next)
        if (job->not_before < otherwise)
            otherwise = job->not_before;
    return otherwise;
}

static void wake(struct db *db) {
    uint64_t one = 1;
    ssize_t written = write(db->wake, &one, sizeof one);
    (void)written;  // a counter that is full wakes as well
}

// Jobs that are over

// Called with the mutex held.
static void deferred_free(struct db *db, struct job *job) {
    struct deferred *deferred = (struct deferred *)job;
    db->deferred_bytes -= deferred->size;
    db->told.deferred--;
    db->spooled -= deferred->record.source != NULL;
    db_row_free(&job->row);
    free(deferred);
}

// It is stored, or never can be.
static void deferred_end(struct db *db, struct job *job, enum db_status status) {
    const struct spool_record *record = &((struct deferred *)job)->record;
    if (record->source != NULL && status == DB_OK)
        spool_done(db->spool, record);
    else if (record->source != NULL)
        spool_refuse(db->spool, record);
    pthread_mutex_lock(&db->mutex);
    if (record->source != NULL)
        db->spool_at = 0;
    deferred_free(db, job);
    pthread_mutex_unlock(&db->mutex);
}

// What came of a job: done for, or to be tried again; of a committed one its row tells: without a row its
// call is locked by somebody else, and it alone is tried again.
enum outcome { OVER, AGAIN, BY_ROW };

static int64_t pause_of(struct job *job) {
    int64_t pause = LOCKED_MS;
    for (int i = 0; i < job->tries && pause < LOCKED_MOST_MS; i++)
        pause *= 2;
    job->tries++;
    return pause;
}

// Called with the mutex held. A deferred job is never given up for a passing reason.
static void job_put_back(struct db *db, struct job *job) {
    db_row_free(&job->row);
    job->not_before = clock_in_ms(pause_of(job));
    queue_push(db->deferring ? &db->deferred : &db->live, job);
}

// A deferred one waits until its database is back.
static bool is_again(const struct db *db, const struct job *job) {
    return job->told == DB_OK ? job->row.text == NULL : job->told == DB_DOWN && db->deferring;
}

// Ends what is left in set[from, to) with one status, or puts it back. Those who wait are told after the
// mutex is free: a job is gone as soon as its thread knows.
static void jobs_settle(struct db *db, int from, int to, enum outcome outcome, enum db_status status) {
    struct job *finished[MAX_SET];
    int count = 0;
    pthread_mutex_lock(&db->mutex);
    for (int i = from; i < to; i++) {
        struct job *job = db->set[i];
        db->set[i] = NULL;
        if (job == NULL)
            continue;
        if (outcome == AGAIN || (outcome == BY_ROW && is_again(db, job))) {
            job_put_back(db, job);
        } else {
            job->status = outcome == BY_ROW && job->told != DB_OK ? job->told : status;
            atomic_store(&job->done, true);
            finished[count++] = job;
        }
    }
    pthread_mutex_unlock(&db->mutex);
    for (int i = 0; i < count; i++) {
        if (db->deferring)
            deferred_end(db, finished[i], finished[i]->status);
        else
            sem_post(&finished[i]->finished);
    }
}

static void jobs_fail(struct db *db, int from, int to) {
    jobs_settle(db, from, to, db->deferring ? AGAIN : OVER, DB_DOWN);
}

// A set in transactions: parts [from, to) of it

struct part {
    int from;
    int to;
};

// At most one job a part, and halves replace what they are halves of.
struct parts {
    struct part list[MAX_SET];
    int count;
};

static void part_add(struct parts *parts, int from, int to) {
    if (from < to)
        parts->list[parts->count++] = (struct part){from, to};
}

// What reads comes first, then what writes, one kind of statement after the other, by the bytes of the call
// id; then those that have made others wait.
static int in_order(const void *left, const void *right) {
    const struct job *a = *(struct job *const *)left;
    const struct job *b = *(struct job *const *)right;
    if (a->alone != b->alone)
        return a->alone ? 1 : -1;
    if (a->request->statement != b->request->statement) {
        bool first = a->request->statement->reads != b->request->statement->reads
                         ? a->request->statement->reads
                         : a->request->statement < b->request->statement;
        return first ? -1 : 1;
    }
    return strcmp(a->request->key == NULL ? "" : a->request->key,
                  b->request->key == NULL ? "" : b->request->key);
}

// Called with the mutex held.
static void set_divide(struct db *db, struct parts *parts) {
    int reads = 0;
    int together = 0;
    qsort(db->set, (size_t)db->count, sizeof *db->set, in_order);
    while (together < db->count && !db->set[together]->alone)
        reads += db->set[together++]->request->statement->reads;
    parts->count = 0;
    part_add(parts, 0, reads);
    part_add(parts, reads, together);
    for (int i = together; i < db->count; i++)
        part_add(parts, i, i + 1);
}

// Called with the mutex held: the requests must stay while they are copied into the arrays. Those whose
// thread has left are left out. What an earlier try returned counts for nothing: it was not committed.
static bool part_send(struct db *db, struct part part) {
    const struct db_request *requests[MAX_SET];
    int places[MAX_SET];
    int count = 0;
    bool sent = true;
    for (int i = part.from; sent && i <= part.to; i++) {
        const struct db_request *request = i < part.to && db->set[i] != NULL ? db->set[i]->request : NULL;
        bool ends =
            i == part.to || (request != NULL && count > 0 && request->statement != requests[0]->statement);
        if (ends && count > 0) {
            sent = link_send(db->link, requests, places, count);
            count = 0;
        }
        if (request != NULL) {
            db_row_free(&db->set[i]->row);
            db->set[i]->told = DB_OK;
            requests[count] = request;
            places[count++] = i;
        }
    }
    return sent && link_end(db->link);
}

static bool parts_send(struct db *db, const struct parts *parts) {
    bool sent = true;
    pthread_mutex_lock(&db->mutex);
    db->owed_since = clock_now();
    for (int i = 0; sent && i < parts->count; i++)
        sent = part_send(db, parts->list[i]);
    pthread_mutex_unlock(&db->mutex);
    return sent;
}

// What a row under ~place tells.
static enum db_status told_by(const struct db *db, const struct db_row *row) {
    const char *reason = row->text == NULL ? NULL : row->text[0];
    if (reason == NULL)
        return DB_DOWN;
    log_error("database", "%s%s", reason, db->deferring ? given_up : "");
    return DB_REFUSED;
}

static void take_row(void *context, int place, struct db_row *row) {
    struct db *db = context;
    enum db_status told = place < 0 ? told_by(db, row) : DB_OK;
    int nth = place < 0 ? ~place : place;
    pthread_mutex_lock(&db->mutex);
    struct job *job = nth < db->count ? db->set[nth] : NULL;
    bool taken = job != NULL && told == DB_OK;
    if (job != NULL)
        job->told = told;
    if (taken) {
        db_row_free(&job->row);
        job->row = *row;
    }
    pthread_mutex_unlock(&db->mutex);
    if (!taken)
        db_row_free(row);
}

static int part_waiting(struct db *db, struct part part) {
    int waiting = 0;
    pthread_mutex_lock(&db->mutex);
    for (int i = part.from; i < part.to; i++)
        waiting += db->set[i] != NULL;
    pthread_mutex_unlock(&db->mutex);
    return waiting;
}

// The guilty one, found.
static void part_guilty(struct db *db, struct part part, enum link_verdict verdict) {
    bool never =
        strncmp(link_sqlstate(db->link), "22", 2) == 0 || strncmp(link_sqlstate(db->link), "23", 2) == 0;
    if (verdict == LINK_BUSY) {
        pthread_mutex_lock(&db->mutex);
        for (int i = part.from; i < part.to; i++)
            if (db->set[i] != NULL)
                db->set[i]->alone = true;
        pthread_mutex_unlock(&db->mutex);
        jobs_settle(db, part.from, part.to, AGAIN, DB_DOWN);
        return;
    }
    log_error("database", "%s%s", link_fault(db->link), db->deferring && never ? given_up : "");
    jobs_settle(db, part.from, part.to, db->deferring && !never ? AGAIN : OVER, DB_REFUSED);
}

// What was refused, in halves.
static void part_halve(struct db *db, struct part part, enum link_verdict verdict, struct parts *again) {
    int half = part.from + (part.to - part.from) / 2;
    if (part_waiting(db, part) > 1 && half > part.from) {
        part_add(again, part.from, half);
        part_add(again, half, part.to);
    } else {
        part_guilty(db, part, verdict);
    }
}

// Sends all parts and reads what came of each. Returns false when the connection is lost.
static bool parts_run(struct db *db, const struct parts *parts, struct parts *again) {
    again->count = 0;
    if (!parts_send(db, parts))
        return false;
    for (int i = 0; i < parts->count; i++) {
        int64_t deadline = clock_in_ms(db->timeout_ms + GRACE_MS);
        enum link_verdict verdict = link_receive(db->link, deadline, take_row, db);
        if (verdict == LINK_LOST)
            return false;
        if (verdict == LINK_DONE) {
            jobs_settle(db, parts->list[i].from, parts->list[i].to, BY_ROW, DB_OK);
        } else if (verdict == LINK_NOT_NOW) {
            log_error("database", "%s", link_fault(db->link));
            jobs_fail(db, parts->list[i].from, parts->list[i].to);
        } else {
            part_halve(db, parts->list[i], verdict, again);
        }
    }
    return true;
}

static bool set_run(struct db *db) {
    struct parts now;
    struct parts again;
    pthread_mutex_lock(&db->mutex);
    int left = 0;
    for (int i = 0; i < db->count; i++)  // whose thread left while the connection was made anew
        if (db->set[i] != NULL)
            db->set[left++] = db->set[i];
    db->count = left;
    set_divide(db, &now);
    pthread_mutex_unlock(&db->mutex);
    while (now.count > 0) {
        if (!parts_run(db, &now, &again))
            return false;
        now = again;
    }
    return true;
}

// The connection

static void set_state(struct db *db, enum state state) {
    pthread_mutex_lock(&db->mutex);
    db->state = state;
    db->owed_since = 0;
    pthread_mutex_unlock(&db->mutex);
}

// Whoever has queued meanwhile, and must not wait.
static void fail_queued(struct db *db) {
    do {
        pthread_mutex_lock(&db->mutex);
        db->count = 0;
        while (db->live.first != NULL && db->count < MAX_SET) {
            db->set[db->count++] = db->live.first;
            queue_remove(&db->live, &db->live.first);
        }
        pthread_mutex_unlock(&db->mutex);
        jobs_fail(db, 0, db->count);
    } while (db->count > 0);
}

// What was read from the spool and is not stored is left to whoever has a database next.
static void leave_spool(struct db *db) {
    pthread_mutex_lock(&db->mutex);
    for (struct job **at = &db->deferred.first; *at != NULL;) {
        struct job *job = *at;
        if (((struct deferred *)job)->record.source == NULL) {
            at = &job->next;
            continue;
        }
        queue_remove(&db->deferred, at);
        deferred_free(db, job);
    }
    db->spool_at = 0;
    pthread_mutex_unlock(&db->mutex);
    if (db->spool != NULL)
        spool_rest(db->spool);
}

// Nobody waits any longer. A server that refused at once may be asked again at once: it may just have come
// back.
static void give_up(struct db *db, int64_t tried_at) {
    int64_t now = clock_now();
    link_disconnect(db->link);
    db->next_try = now + RETRY_MS * 1000;
    pthread_mutex_lock(&db->mutex);
    db->ask_again_at = now + (now - tried_at < QUICK_MS * 1000 ? QUICK_MS : RETRY_MS) * 1000;
    pthread_mutex_unlock(&db->mutex);
    jobs_fail(db, 0, db->count);
    db->deferring = false;
    leave_spool(db);
    set_state(db, STATE_LOST);
    fail_queued(db);
}

// `lost` says why the last connection ended, or is empty: what came of it is one line.
static bool connect_again(struct db *db, const char *lost) {
    enum state before = db->state;
    int64_t start = clock_now();
    pthread_mutex_lock(&db->mutex);
    db->owed_since = start;
    pthread_mutex_unlock(&db->mutex);
    if (!link_connect(db->link, clock_in_ms(CONNECT_MS))) {
        if (before != STATE_LOST)
            log_error("database", "%scannot connect: %s", lost, link_fault(db->link));
        give_up(db, start);
        return false;
    }
    if (*lost != '\0')
        log_warning("database", "%sconnected again", lost);
    else if (before == STATE_LOST)
        log_info("database", "connected again");
    pthread_mutex_lock(&db->mutex);
    db->told.schema = link_schema(db->link);
    pthread_mutex_unlock(&db->mutex);
    set_state(db, STATE_UP);
    return true;
}

// A server that closes the connection was mostly restarted: those who wait go on waiting while it is tried at
// once. One that is silent, or cannot be written to, is given up; another one, if there is, is tried at once,
// and nobody waits for it.
static bool reconnect(struct db *db, int64_t sent_at) {
    bool silent = clock_now() - sent_at >= (int64_t)db->timeout_ms * 1000;
    char lost[256] = "";
    if (db->state == STATE_UP)
        snprintf(lost, sizeof lost, "connection lost: %.200s; ", link_fault(db->link));
    link_disconnect(db->link);
    if (!silent)
        return connect_again(db, lost);
    if (*lost != '\0')
        log_error("database", "%snot tried again yet", lost);
    give_up(db, sent_at);
    if (link_has_another())
        db->next_try = 0;
    return false;
}

// Serving

// Every request may be asked twice, so a set whose connection broke is tried once more on a new one.
static void serve_set(struct db *db) {
    for (int tries = 0;; tries++) {
        int64_t sent_at = clock_now();
        if (set_run(db))
            break;
        if (!reconnect(db, sent_at))
            return;
        if (tries == 1) {
            jobs_fail(db, 0, db->count);
            break;
        }
    }
    pthread_mutex_lock(&db->mutex);
    db->owed_since = 0;
    db->count = 0;
    pthread_mutex_unlock(&db->mutex);
}

static bool serve_live(struct db *db) {
    pthread_mutex_lock(&db->mutex);
    queue_take(db, &db->live, MAX_SET);
    int count = db->count;
    db->told.sets += count > 0;
    db->told.set_requests += (uint64_t)count;
    pthread_mutex_unlock(&db->mutex);
    db->last_count = count;
    if (count > 0)
        serve_set(db);
    return count > 0;
}

// A record that is no request of ours can never be run.
static bool spooled_push(struct db *db, const struct spool_record *record) {
    struct deferred *deferred = calloc(1, sizeof *deferred);
    if (deferred == NULL)
        return false;
    *deferred =
        (struct deferred){.job.request = &deferred->request, .record = *record, .size = sizeof *deferred};
    if (!record_unpack(record->bytes, record->length, db->statements, &deferred->request)) {
        free(deferred);
        spool_refuse(db->spool, record);
        return true;
    }
    pthread_mutex_lock(&db->mutex);
    queue_push(&db->deferred, &deferred->job);
    db->deferred_bytes += deferred->size;
    db->spooled++;
    db->told.deferred++;
    pthread_mutex_unlock(&db->mutex);
    return true;
}

// Fills the queue from the spool, so far that there is enough for a set.
static void read_spool(struct db *db) {
    pthread_mutex_lock(&db->mutex);
    bool due = db->spool != NULL && clock_now() >= db->spool_at;
    int room = DEFERRED_MOST - db->deferred.count;
    if (due)
        db->spool_at = clock_in_ms(db->spooled > 0 ? SPOOL_BUSY_MS : SPOOL_EVERY_MS);
    pthread_mutex_unlock(&db->mutex);
    struct spool_record record;
    while (due && room-- > 0 && spool_read(db->spool, &record))
        if (!spooled_push(db, &record)) {
            leave_spool(db);
            return;
        }
}

// Behind live work, a few at a time: the fewer, the longer they take.
static bool serve_deferred(struct db *db) {
    read_spool(db);
    pthread_mutex_lock(&db->mutex);
    queue_take(db, &db->deferred, db->deferred_count);
    int count = db->count;
    pthread_mutex_unlock(&db->mutex);
    if (count == 0)
        return false;
    int64_t start = clock_now();
    db->deferring = true;
    serve_set(db);
    db->deferring = false;
    db->deferred_at = clock_now();
    bool quick = db->deferred_at - start < DEFERRED_QUICK_MS * 1000;
    db->deferred_count = quick ? db->deferred_count * 2 : db->deferred_count / 2;
    db->deferred_count = db->deferred_count < 1               ? 1
                         : db->deferred_count > DEFERRED_MOST ? DEFERRED_MOST
                                                              : db->deferred_count;
    return true;
}

// The thread

// Sleeps until `count` requests are queued, it is time to stop, the server says something, or `until`.
static void sleep_until(struct db *db, int count, int64_t until) {
    struct pollfd files[] = {{.fd = db->wake, .events = POLLIN},
                             {.fd = link_socket(db->link), .events = POLLIN}};
    pthread_mutex_lock(&db->mutex);
    bool enough = db->live.count >= count || db->closing;
    db->wake_at = enough ? INT_MAX : count;
    pthread_mutex_unlock(&db->mutex);
    if (!enough) {
        int64_t left = until == INT64_MAX ? 3600000000 : until - clock_now();
        struct timespec timeout = clock_timespec(left < 0 ? 0 : left);
        ppoll(files, 2, &timeout, NULL);
    }
    uint64_t counter;
    if (files[0].revents != 0 && read(db->wake, &counter, sizeof counter) < 0 && errno != EAGAIN)
        log_error("database", "%s", strerror(errno));
    pthread_mutex_lock(&db->mutex);
    db->wake_at = INT_MAX;
    pthread_mutex_unlock(&db->mutex);
    if (files[1].revents != 0 && !link_idle(db->link))
        reconnect(db, clock_now());
}

// Under load those who were just served come again within a moment: waiting for half of them makes the sets
// twice as large. Where few came last time nobody is expected, and nobody waits.
static void linger(struct db *db) {
    if (db->last_count >= LINGER_FROM)
        sleep_until(db, db->last_count / 2, clock_now() + LINGER_US);
}

static void idle(struct db *db) {
    pthread_mutex_lock(&db->mutex);
    int64_t until =
        queue_due(&db->deferred, queue_due(&db->live, db->spool == NULL ? INT64_MAX : db->spool_at));
    int count = db->live.count + 1;  // those that are there are not due
    pthread_mutex_unlock(&db->mutex);
    if (!link_connected(db->link))
        until = db->next_try;
    sleep_until(db, count, until);
}

// Whether it is time to connect: somebody waits, or it has not been tried for a while.
static bool is_wanted(struct db *db) {
    pthread_mutex_lock(&db->mutex);
    bool asked = db->live.count > 0;
    pthread_mutex_unlock(&db->mutex);
    return asked || clock_now() >= db->next_try;
}

static bool over(struct db *db, int64_t *closing_at) {
    pthread_mutex_lock(&db->mutex);
    bool looked = db->spool == NULL || db->spool_at > clock_now();
    bool empty = db->live.count == 0 && db->deferred.count == 0 && looked;
    bool closing = db->closing;
    pthread_mutex_unlock(&db->mutex);
    if (closing && *closing_at == INT64_MAX)
        *closing_at = clock_in_ms(CLOSING_MS);
    return closing && (empty || db->state == STATE_LOST || clock_now() > *closing_at);
}

static void *db_thread(void *argument) {
    struct db *db = argument;
    int64_t closing_at = INT64_MAX;
    connect_again(db, "");
    while (!over(db, &closing_at)) {
        if (!link_connected(db->link) && (!is_wanted(db) || !connect_again(db, ""))) {
            idle(db);
            continue;
        }
        linger(db);
        bool served = link_connected(db->link) && serve_live(db);
        bool turn = !served || clock_now() - db->deferred_at > DEFERRED_EVERY_MS * 1000;
        if (link_connected(db->link) && turn)
            served |= serve_deferred(db);
        if (!served)
            idle(db);
    }
    return NULL;
}

// The public side

struct db *db_open(const struct db_statement *statements, int timeout_ms, struct spool *spool) {
    struct db *db = calloc(1, sizeof *db);
    struct link *link = link_new(statements, timeout_ms);
    int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (db != NULL && link != NULL && wake >= 0) {
        *db = (struct db){.wake = wake,
                          .wake_at = INT_MAX,
                          .statements = statements,
                          .spool = spool,
                          .link = link,
                          .timeout_ms = timeout_ms,
                          .deferred_count = 1};
        db->live.last = &db->live.first;
        db->deferred.last = &db->deferred.first;
        pthread_mutex_init(&db->mutex, NULL);
        if (pthread_create(&db->thread, NULL, db_thread, db) == 0)
            return db;
        pthread_mutex_destroy(&db->mutex);
    }
    log_error("database", "cannot start a thread");
    if (wake >= 0)
        close(wake);
    link_free(link);
    free(db);
    return NULL;
}

// Called with the mutex held. A database that has owed a reply for longer than this request may wait is not
// asked.
static bool is_down(const struct db *db, int64_t deadline) {
    int64_t now = clock_now();
    bool lost = db->state == STATE_LOST && now < db->ask_again_at;
    return db->closing || lost || (db->owed_since != 0 && now - db->owed_since >= deadline - now);
}

// Called with the mutex held: its thread leaves.
static void job_abandon(struct db *db, const struct job *job) {
    for (int i = 0; i < db->count; i++)
        if (db->set[i] == job)
            db->set[i] = NULL;
    queue_forget(&db->live, job);
}

static bool job_push(struct db *db, struct job *job) {
    pthread_mutex_lock(&db->mutex);
    bool pushed = !is_down(db, job->deadline);
    if (pushed)
        queue_push(&db->live, job);
    bool enough = pushed && db->live.count >= db->wake_at;
    if (enough)
        db->wake_at = INT_MAX;
    pthread_mutex_unlock(&db->mutex);
    if (enough)
        wake(db);
    return pushed;
}

static void job_wait(struct db *db, struct job *job) {
    struct timespec until = clock_timespec(job->deadline);
    int waited;
    do
        waited = sem_clockwait(&job->finished, CLOCK_MONOTONIC, &until);
    while (waited != 0 && errno == EINTR);
    if (waited == 0 && atomic_load(&job->done))
        return;
    pthread_mutex_lock(&db->mutex);
    bool done = atomic_load(&job->done);
    if (!done)
        job_abandon(db, job);
    pthread_mutex_unlock(&db->mutex);
    while (done && sem_wait(&job->finished) != 0)  // it is being told
        continue;
}

enum db_status db_run(struct db *db, const struct db_request *request, int64_t deadline, struct db_row *row) {
    struct job job = {.request = request, .deadline = deadline, .status = DB_TIMEOUT};
    sem_init(&job.finished, 0, 0);
    if (job_push(db, &job))
        job_wait(db, &job);
    else
        job.status = DB_DOWN;
    sem_destroy(&job.finished);
    if (job.status != DB_OK || row == NULL)
        db_row_free(&job.row);
    if (row != NULL)
        *row = job.row;
    return job.status;
}

static struct deferred *deferred_new(const struct db_request *request) {
    size_t size = request->key == NULL ? 0 : strlen(request->key) + 1;
    for (int i = 0; i < request->count; i++)
        size += request->values[i].length;
    struct deferred *deferred = calloc(1, sizeof *deferred + size);
    if (deferred == NULL)
        return NULL;
    *deferred = (struct deferred){
        .job.request = &deferred->request, .request = *request, .size = sizeof *deferred + size};
    char *at = deferred->bytes;
    for (int i = 0; i < request->count; i++) {
        struct db_value *value = &deferred->request.values[i];
        if (value->bytes != NULL)
            value->bytes = memcpy(at, value->bytes, value->length);
        at += value->length;
    }
    if (request->key != NULL)
        deferred->request.key = memcpy(at, request->key, strlen(request->key) + 1);
    return deferred;
}

bool db_spool(struct db *db, const struct db_request *request) {
    size_t length;
    char *bytes = db->spool == NULL ? NULL : record_pack(request, &length);
    bool safe = bytes != NULL && spool_write(db->spool, bytes, length);
    free(bytes);
    if (!safe)
        return false;
    pthread_mutex_lock(&db->mutex);
    db->spool_at = 0;
    db->told.ever_deferred++;
    bool useful = db->state == STATE_UP;
    pthread_mutex_unlock(&db->mutex);
    if (useful)
        wake(db);
    return true;
}

bool db_defer(struct db *db, const struct db_request *request) {
    if (db_spool(db, request))
        return true;
    struct deferred *deferred = deferred_new(request);
    pthread_mutex_lock(&db->mutex);
    bool room = deferred != NULL && db->deferred_bytes + deferred->size <= MAX_DEFERRED_BYTES && !db->closing;
    if (room) {
        db->deferred_bytes += deferred->size;
        queue_push(&db->deferred, &deferred->job);
        db->told.deferred++;
        db->told.ever_deferred++;
    }
    pthread_mutex_unlock(&db->mutex);
    if (room) {
        wake(db);
        return true;
    }
    log_error("database", "no room to defer an answer until the database is back");
    free(deferred);
    return false;
}

void db_look(struct db *db, struct db_condition *condition) {
    pthread_mutex_lock(&db->mutex);
    *condition = db->told;
    condition->tried = db->state != STATE_NEW;
    condition->up = db->state == STATE_UP;
    condition->queued = db->live.count;
    pthread_mutex_unlock(&db->mutex);
}

void db_close(struct db *db) {
    if (db == NULL)
        return;
    pthread_mutex_lock(&db->mutex);
    db->closing = true;
    db->spool_at = 0;
    pthread_mutex_unlock(&db->mutex);
    wake(db);
    pthread_join(db->thread, NULL);
    leave_spool(db);
    if (db->deferred.count > 0)
        log_error("database", "%d answers that were given without the database are lost", db->deferred.count);
    for (struct job *job = db->deferred.first, *next; job != NULL; job = next) {
        next = job->next;
        deferred_free(db, job);
    }
    link_free(db->link);
    close(db->wake);
    pthread_mutex_destroy(&db->mutex);
    free(db);
}
