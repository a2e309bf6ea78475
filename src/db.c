// db.c: the connection, its thread, the batches and their deadlines. The only user of libpq.
#include "db.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "clock.h"
#include "log.h"

enum {
    MAX_BATCH = 256,      // statements in one transaction
    MAX_KEPT = 1000,      // statements waiting for the database to come back
    CONNECT_MS = 2000,    // for connecting and preparing
    PAUSE_MS = 1000,      // after a failure nobody waits for the database this long
    RETRY_MS = 500,       // how often a lost database is tried again
    CLOSING_MS = 2000,    // what db_close gives to what is queued
    BATCH_MIN_MS = 1000,  // a batch is given up when all its deadlines have passed, but not before this
};

enum link { LINK_NEW, LINK_UP, LINK_LOST };

// A statement on its way. Owned by the queue, or by the batch, until `done`; then by the waiting thread.
// A thread that stops waiting leaves it behind (`abandoned`), and whoever finishes it frees it.
struct job {
    struct job *next;
    const char *name;
    char *key;
    int count;
    char *bytes[DB_MAX_VALUES];
    int lengths[DB_MAX_VALUES];
    int formats[DB_MAX_VALUES];
    int64_t deadline;
    bool keep;
    bool done;
    bool abandoned;
    enum db_status status;
    char sqlstate[6];
    struct db_row row;
};

struct db {
    const struct db_statement *statements;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t work;      // something was queued, or it is time to stop
    pthread_cond_t finished;  // some job is done
    struct job *first;
    struct job **last;
    int kept;
    bool closing;
    enum link link;
    int64_t paused_until;  // after a timeout nobody queues before this moment
    PGconn *connection;    // the thread's own, like what follows
    int64_t next_try;
};

// Arguments and rows

struct db_value db_text(const char *text) {
    return (struct db_value){.bytes = text, .length = text == NULL ? 0 : strlen(text)};
}

struct db_value db_bytes(const void *bytes, size_t length) {
    return (struct db_value){.bytes = bytes, .length = length, .binary = true};
}

void db_row_free(struct db_row *row) {
    for (int i = 0; i < row->columns; i++)
        free(row->text[i]);
    free(row->text);
    *row = (struct db_row){0};
}

static bool row_copy(struct db_row *row, const PGresult *result) {
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) == 0)
        return true;
    int columns = PQnfields(result);
    row->text = calloc((size_t)columns, sizeof *row->text);
    if (row->text == NULL)
        return false;
    row->columns = columns;
    for (int i = 0; i < columns; i++) {
        if (PQgetisnull(result, 0, i))
            continue;
        row->text[i] = strdup(PQgetvalue(result, 0, i));
        if (row->text[i] == NULL)
            return false;
    }
    return true;
}

// Jobs

static void job_free(struct job *job) {
    if (job == NULL)
        return;
    for (int i = 0; i < job->count; i++)
        free(job->bytes[i]);
    db_row_free(&job->row);
    free(job->key);
    free(job);
}

static bool job_copy_value(struct job *job, const struct db_value *value) {
    int i = job->count++;
    job->lengths[i] = (int)value->length;
    job->formats[i] = value->binary;
    if (value->bytes == NULL)
        return true;
    job->bytes[i] = malloc(value->length + 1);
    if (job->bytes[i] == NULL)
        return false;
    memcpy(job->bytes[i], value->bytes, value->length);
    job->bytes[i][value->length] = '\0';
    return true;
}

static struct job *job_new(const struct db_call *call, int64_t deadline, bool keep) {
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return NULL;
    job->name = call->name;
    job->deadline = deadline;
    job->keep = keep;
    job->key = strdup(call->key == NULL ? "" : call->key);
    bool copied = job->key != NULL;
    for (int i = 0; copied && i < call->count; i++)
        copied = job_copy_value(job, &call->values[i]);
    if (!copied) {
        job_free(job);
        return NULL;
    }
    return job;
}

// Called with the mutex held.
static void queue_push(struct db *db, struct job *job) {
    job->next = NULL;
    *db->last = job;
    db->last = &job->next;
    db->kept += job->keep;
    pthread_cond_signal(&db->work);
}

// Called with the mutex held. Takes at most MAX_BATCH jobs; leaves kept ones where they are while there is
// no connection.
static int queue_take(struct db *db, struct job **batch, bool connected) {
    int count = 0;
    struct job **at = &db->first;
    while (*at != NULL && count < MAX_BATCH) {
        struct job *job = *at;
        if (job->keep && !connected) {
            at = &job->next;
            continue;
        }
        *at = job->next;
        db->kept -= job->keep;
        batch[count++] = job;
    }
    while (*at != NULL)
        at = &(*at)->next;
    db->last = at;
    return count;
}

static int by_key(const void *left, const void *right) {
    const struct job *const *a = left;
    const struct job *const *b = right;
    return strcmp((*a)->key, (*b)->key);
}

// Called by the thread, without the mutex. `lost`: the connection broke, so what was to be kept goes back.
static void jobs_finish(struct db *db, struct job **batch, int count, bool lost) {
    pthread_mutex_lock(&db->mutex);
    if (!lost)
        db->paused_until = 0;
    for (int i = 0; i < count; i++) {
        struct job *job = batch[i];
        if (job->keep && lost && !db->closing)
            queue_push(db, job);
        else if (job->keep || job->abandoned)
            job_free(job);
        else
            job->done = true;
    }
    pthread_cond_broadcast(&db->finished);
    pthread_mutex_unlock(&db->mutex);
}

// The connection

static void disconnect(struct db *db) {
    PQfinish(db->connection);
    db->connection = NULL;
}

// Waits until the socket is ready as asked. Returns false at the deadline or on an error.
static bool wait_for(PGconn *connection, short events, int64_t deadline) {
    struct pollfd socket = {.fd = PQsocket(connection), .events = events};
    for (;;) {
        int ready = poll(&socket, 1, clock_ms_until(deadline));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

static bool connect_start(struct db *db, int64_t deadline) {
    const char *const names[] = {"fallback_application_name", "client_encoding", "options", NULL};
    const char *const values[] = {program_invocation_short_name, "UTF8", NULL, NULL};
    db->connection = PQconnectStartParams(names, values, 0);
    if (db->connection == NULL || PQstatus(db->connection) == CONNECTION_BAD)
        return false;
    for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;) {
        if (state == PGRES_POLLING_FAILED)
            return false;
        if (!wait_for(db->connection, state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
            return false;
        state = PQconnectPoll(db->connection);
    }
    return PQsetnonblocking(db->connection, 1) == 0;
}

// Sends what is queued in libpq and reads what has come, until a result can be taken without blocking.
static bool await_result(PGconn *connection, int64_t deadline) {
    for (;;) {
        int unsent = PQflush(connection);
        if (unsent < 0)
            return false;
        if (unsent == 0 && !PQisBusy(connection))
            return true;
        if (!wait_for(connection, (short)(POLLIN | (unsent ? POLLOUT : 0)), deadline))
            return false;
        if (!PQconsumeInput(connection))
            return false;
    }
}

// Takes the next result; *result is NULL at the end of one statement's results. Returns false when the
// deadline has passed or the connection is lost.
static bool next_result(PGconn *connection, int64_t deadline, PGresult **result) {
    if (!await_result(connection, deadline))
        return false;
    *result = PQgetResult(connection);
    return *result != NULL || PQstatus(connection) == CONNECTION_OK;
}

// Events acknowledged must survive a crash of the server, whatever its default is. A statement that hangs
// is ended by the server too, so that it does not hold a call's lock for long.
static const char SESSION[] =
    "SELECT set_config('statement_timeout', '5s', false), set_config('synchronous_commit', "
    "CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, "
    "false)";

static bool prepare_send(struct db *db) {
    bool sent = PQenterPipelineMode(db->connection) &&
                PQsendQueryParams(db->connection, SESSION, 0, NULL, NULL, NULL, NULL, 0);
    for (const struct db_statement *one = db->statements; sent && one->name != NULL; one++)
        sent = PQsendPrepare(db->connection, one->name, one->sql, 0, NULL);
    return sent && PQpipelineSync(db->connection);
}

static bool prepare_statements(struct db *db, int64_t deadline) {
    if (!prepare_send(db))
        return false;
    for (;;) {
        PGresult *result;
        if (!next_result(db->connection, deadline, &result))
            return false;
        ExecStatusType status = PQresultStatus(result);
        if (result != NULL && status == PGRES_FATAL_ERROR)
            log_error("database", "cannot prepare: %s", PQresultErrorMessage(result));
        PQclear(result);
        if (status == PGRES_PIPELINE_SYNC)
            return true;
        if (result != NULL && (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED))
            return false;
    }
}

static void set_link(struct db *db, enum link link) {
    pthread_mutex_lock(&db->mutex);
    db->link = link;
    pthread_mutex_unlock(&db->mutex);
}

static void connect_lost(struct db *db, const char *why) {
    if (db->link != LINK_LOST)
        log_error("database", "%s: %s", why,
                  db->connection == NULL ? "out of memory" : PQerrorMessage(db->connection));
    disconnect(db);
    db->next_try = clock_in_ms(RETRY_MS);
    set_link(db, LINK_LOST);
}

static bool connected(struct db *db) {
    if (db->connection != NULL)
        return true;
    if (clock_now() < db->next_try)
        return false;
    int64_t deadline = clock_in_ms(CONNECT_MS);
    if (!connect_start(db, deadline) || !prepare_statements(db, deadline)) {
        connect_lost(db, "cannot connect");
        return false;
    }
    if (db->link == LINK_LOST)
        log_error("database", "connected again");
    set_link(db, LINK_UP);
    return true;
}

// Batches

static bool batch_send(PGconn *connection, struct job **batch, int count, bool one_by_one) {
    for (int i = 0; i < count; i++) {
        const struct job *job = batch[i];
        if (!PQsendQueryPrepared(connection, job->name, job->count, (const char *const *)job->bytes,
                                 job->lengths, job->formats, 0))
            return false;
        if ((one_by_one || i == count - 1) && !PQpipelineSync(connection))
            return false;
    }
    return true;
}

static void job_take(struct job *job, const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        job->status = row_copy(&job->row, result) ? DB_OK : DB_REFUSED;
        return;
    }
    job->status = DB_REFUSED;
    if (status != PGRES_FATAL_ERROR)
        return;
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    snprintf(job->sqlstate, sizeof job->sqlstate, "%s", sqlstate == NULL ? "?????" : sqlstate);
    log_error("database", "%s %s", job->sqlstate, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
}

// Reads one statement's results, which a NULL ends.
static bool job_read(PGconn *connection, struct job *job, int64_t deadline) {
    for (;;) {
        PGresult *result;
        if (!next_result(connection, deadline, &result))
            return false;
        if (result == NULL)
            return true;
        job_take(job, result);
        PQclear(result);
    }
}

// Reads up to the sync: only then are the statements before it committed. *failed is set when the commit
// itself failed.
static bool sync_read(PGconn *connection, int64_t deadline, bool *failed) {
    for (;;) {
        PGresult *result;
        if (!next_result(connection, deadline, &result))
            return false;
        ExecStatusType status = PQresultStatus(result);
        bool end = result != NULL && status == PGRES_PIPELINE_SYNC;
        if (result != NULL && !end)
            *failed = true;
        PQclear(result);
        if (end)
            return true;
    }
}

static void jobs_set(struct job **batch, int count, enum db_status status) {
    for (int i = 0; i < count; i++) {
        batch[i]->status = status;
        db_row_free(&batch[i]->row);
    }
}

// Sends the batch and reads it. Returns false when the connection is lost. *failed: at least one statement,
// or the commit, was refused, and with it the transaction.
static bool batch_try(struct db *db, struct job **batch, int count, bool one_by_one, int64_t deadline,
                      bool *failed) {
    if (!batch_send(db->connection, batch, count, one_by_one))
        return false;
    *failed = false;
    for (int i = 0; i < count; i++) {
        if (!job_read(db->connection, batch[i], deadline))
            return false;
        *failed |= batch[i]->status != DB_OK;
        bool commit_failed = false;
        if ((one_by_one || i == count - 1) && !sync_read(db->connection, deadline, &commit_failed))
            return false;
        if (commit_failed)
            jobs_set(&batch[i], 1, DB_REFUSED);
        *failed |= commit_failed;
    }
    return true;
}

// A batch is given up when the last of its deadlines has passed.
static int64_t batch_deadline(struct job **batch, int count) {
    int64_t deadline = clock_in_ms(BATCH_MIN_MS);
    for (int i = 0; i < count; i++)
        if (!batch[i]->keep && batch[i]->deadline > deadline)
            deadline = batch[i]->deadline;
    return deadline;
}

static bool batch_run(struct db *db, struct job **batch, int count) {
    int64_t deadline = batch_deadline(batch, count);
    bool failed;
    if (!batch_try(db, batch, count, false, deadline, &failed))
        return false;
    if (!failed || count == 1)
        return true;
    jobs_set(batch, count, DB_DOWN);
    return batch_try(db, batch, count, true, deadline, &failed);
}

// Every statement may be asked twice, so a batch whose connection broke is tried on a new one at once: the
// usual cause is a server that was restarted.
static void batch_serve(struct db *db, struct job **batch, int count) {
    qsort(batch, (size_t)count, sizeof *batch, by_key);
    for (int tries = 0; tries < 2; tries++) {
        if (!connected(db))
            break;
        if (batch_run(db, batch, count)) {
            jobs_finish(db, batch, count, false);
            return;
        }
        jobs_set(batch, count, DB_DOWN);
        bool timed_out = PQstatus(db->connection) == CONNECTION_OK;
        connect_lost(db, timed_out ? "no reply in time" : "connection lost");
        if (timed_out)
            break;
        db->next_try = 0;
    }
    jobs_set(batch, count, DB_DOWN);
    jobs_finish(db, batch, count, true);
}

// The thread

// Called with the mutex held. Sleeps until there is work, or until a lost connection is to be tried again.
static void wait_for_work(struct db *db) {
    if (db->link == LINK_UP && db->connection != NULL) {
        pthread_cond_wait(&db->work, &db->mutex);
        return;
    }
    struct timespec until = clock_timespec(db->next_try);
    pthread_cond_timedwait(&db->work, &db->mutex, &until);
}

static void *db_thread(void *argument) {
    struct db *db = argument;
    struct job *batch[MAX_BATCH];
    int64_t closing_at = INT64_MAX;
    connected(db);
    for (;;) {
        pthread_mutex_lock(&db->mutex);
        int count = queue_take(db, batch, db->link == LINK_UP);
        if (count == 0 && !db->closing)
            wait_for_work(db);
        bool closing = db->closing;
        bool empty = db->first == NULL;
        pthread_mutex_unlock(&db->mutex);
        if (closing && closing_at == INT64_MAX)
            closing_at = clock_in_ms(CLOSING_MS);
        if (count > 0)
            batch_serve(db, batch, count);
        else if (closing && (empty || db->link == LINK_LOST || clock_now() > closing_at))
            return NULL;
        else
            connected(db);
    }
}

// The public side

static bool db_init(struct db *db) {
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&db->mutex, NULL);
    pthread_cond_init(&db->work, &monotonic);
    pthread_cond_init(&db->finished, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return pthread_create(&db->thread, NULL, db_thread, db) == 0;
}

struct db *db_open(const struct db_statement *statements) {
    struct db *db = calloc(1, sizeof *db);
    if (db == NULL)
        return NULL;
    db->statements = statements;
    db->last = &db->first;
    if (!db_init(db)) {
        log_error("database", "cannot start a thread");
        free(db);
        return NULL;
    }
    return db;
}

// Called with the mutex held: waits for the job, or leaves it behind at its deadline.
static enum db_status job_wait(struct db *db, struct job *job) {
    struct timespec until = clock_timespec(job->deadline);
    while (!job->done) {
        if (pthread_cond_timedwait(&db->finished, &db->mutex, &until) == 0 || job->done)
            continue;
        job->abandoned = true;
        db->paused_until = clock_in_ms(PAUSE_MS);
        return DB_TIMEOUT;
    }
    return job->status;
}

enum db_status db_run(struct db *db, const struct db_call *call, int64_t deadline, struct db_row *row) {
    struct job *job = job_new(call, deadline, false);
    if (job == NULL)
        return DB_DOWN;
    pthread_mutex_lock(&db->mutex);
    bool down = db->closing || db->link == LINK_LOST || clock_now() < db->paused_until;
    enum db_status status = DB_DOWN;
    if (!down) {
        queue_push(db, job);
        status = job_wait(db, job);
    }
    pthread_mutex_unlock(&db->mutex);
    if (status == DB_TIMEOUT)
        return status;
    if (status == DB_OK && row != NULL) {
        *row = job->row;
        job->row = (struct db_row){0};
    }
    job_free(job);
    return status;
}

bool db_keep(struct db *db, const struct db_call *call) {
    struct job *job = job_new(call, 0, true);
    pthread_mutex_lock(&db->mutex);
    bool room = job != NULL && db->kept < MAX_KEPT && !db->closing;
    if (room)
        queue_push(db, job);
    pthread_mutex_unlock(&db->mutex);
    if (!room) {
        log_error("database", "no room to keep a statement until the database is back");
        job_free(job);
    }
    return room;
}

void db_close(struct db *db) {
    if (db == NULL)
        return;
    pthread_mutex_lock(&db->mutex);
    db->closing = true;
    pthread_cond_signal(&db->work);
    pthread_mutex_unlock(&db->mutex);
    pthread_join(db->thread, NULL);
    if (db->kept > 0)
        log_error("database", "%d statements could not be kept until the database is back", db->kept);
    for (struct job *job = db->first, *next; job != NULL; job = next) {
        next = job->next;
        job_free(job);
    }
    disconnect(db);
    pthread_cond_destroy(&db->finished);
    pthread_cond_destroy(&db->work);
    pthread_mutex_destroy(&db->mutex);
    free(db);
}
