// link.c: the connection, and sets in the server's own array format. The only user of libpq.
#include "link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "clock.h"
#include "hosts.h"
#include "log.h"

// Types as the server numbers them (catalog pg_type).
enum { OID_BYTEA = 17, OID_INTEGER = 23, OID_TEXT = 25 };

// An array on its way, in a buffer that is used again for the next set.
struct array {
    char *bytes;
    size_t length;
    size_t room;
};

struct link {
    const struct db_statement *statements;
    int timeout_ms;
    PGconn *connection;
    struct array arrays[DB_MAX_VALUES + 1];
    char sqlstate[LINK_SQLSTATE_SIZE];
    char fault[400];
    int schema;
    int host;         // of several servers, the one that is asked first
    int silent;       // the server's process that owes us a reply; 0: none
    bool local_only;  // a commit has been told to be on this server alone
};

// Faults

// libpq's own words end in a newline, and may be several lines: they become one, with " / " between.
static void join_lines(char *to, size_t size, const char *words) {
    size_t length = 0;
    *to = '\0';
    while (*words != '\0' && length + 1 < size) {
        words += strspn(words, " \t\r\n");
        int end = (int)strcspn(words, "\r\n");
        if (end > 0)
            length +=
                (size_t)snprintf(to + length, size - length, "%s%.*s", length > 0 ? " / " : "", end, words);
        words += end;
    }
}

// What is missing the server has said: a schema, or a function, column, table or right.
static const char *hint_for(const char *sqlstate) {
    static const char *const older[] = {"42883", "42703", "42P01", "42501"};
    if (strcmp(sqlstate, "3F000") == 0)
        return ": run minivoice-db upgrade";
    for (size_t i = 0; i < sizeof older / sizeof *older; i++)
        if (strcmp(sqlstate, older[i]) == 0)
            return ": the schema is older than this program, run minivoice-db upgrade";
    return "";
}

static void note_fault(struct link *link, const char *sqlstate, const char *words) {
    char joined[320];
    join_lines(joined, sizeof joined, words == NULL || *words == '\0' ? "no reply in time" : words);
    snprintf(link->sqlstate, sizeof link->sqlstate, "%s", sqlstate == NULL ? "" : sqlstate);
    snprintf(link->fault, sizeof link->fault, "%s%s%s%s", link->sqlstate, *link->sqlstate == '\0' ? "" : " ",
             joined, hint_for(link->sqlstate));
}

static void note_connection_fault(struct link *link) {
    note_fault(link, NULL, link->connection == NULL ? "out of memory" : PQerrorMessage(link->connection));
}

static void note_result_fault(struct link *link, const PGresult *result) {
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    note_fault(link, PQresultErrorField(result, PG_DIAG_SQLSTATE),
               words == NULL ? PQresultErrorMessage(result) : words);
}

const char *link_fault(const struct link *link) {
    return link->fault;
}

const char *link_sqlstate(const struct link *link) {
    return link->sqlstate;
}

int link_schema(const struct link *link) {
    return link->schema;
}

// By class: what the server says of a request, of the moment, or of the connection (PostgreSQL, appendix A).
static enum link_verdict verdict_of(const char *sqlstate) {
    static const struct {
        const char *prefix;
        enum link_verdict verdict;
    } rules[] = {
        {"40001", LINK_BUSY},     // serialization failure
        {"40P01", LINK_BUSY},     // deadlock
        {"55P03", LINK_BUSY},     // lock timeout
        {"57014", LINK_NOT_NOW},  // statement timeout
        {"53", LINK_NOT_NOW},     // disk full, out of memory
        {"58", LINK_NOT_NOW},     // the server's files
        {"25006", LINK_LOST},     // read-only: a standby, or told to be
        {"57P", LINK_LOST},       // shut down
        {"08", LINK_LOST},        // connection
        {"26", LINK_LOST},        // the prepared statement is gone
        {"3F", LINK_LOST},        // no schema
        {"42", LINK_LOST},        // no function, no right: a schema that is being replaced
    };
    if (*sqlstate == '\0')
        return LINK_LOST;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strncmp(sqlstate, rules[i].prefix, strlen(rules[i].prefix)) == 0)
            return rules[i].verdict;
    return LINK_FAULTY;
}

// Waiting

// Waits until the socket is ready as asked. Returns false at the deadline or on an error.
static bool wait_for(const struct link *link, short events, int64_t deadline) {
    struct pollfd socket = {.fd = PQsocket(link->connection), .events = events};
    for (;;) {
        int ready = poll(&socket, 1, clock_ms_until(deadline));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

// Sends what is queued in libpq and reads what has come, until a result can be taken without blocking.
static bool await_result(const struct link *link, int64_t deadline) {
    for (;;) {
        int unsent = PQflush(link->connection);
        if (unsent < 0)
            return false;
        if (unsent == 0 && !PQisBusy(link->connection))
            return true;
        if (!wait_for(link, (short)(POLLIN | (unsent ? POLLOUT : 0)), deadline))
            return false;
        if (!PQconsumeInput(link->connection))
            return false;
    }
}

// Takes the next result; *result is NULL at the end of one statement's results. Returns false when the
// deadline has passed or the connection is lost.
static bool next_result(const struct link *link, int64_t deadline, PGresult **result) {
    *result = NULL;
    if (!await_result(link, deadline))
        return false;
    *result = PQgetResult(link->connection);
    return *result != NULL || PQstatus(link->connection) == CONNECTION_OK;
}

// Connecting

struct link *link_new(const struct db_statement *statements, int timeout_ms) {
    struct link *link = calloc(1, sizeof *link);
    if (link != NULL)
        *link = (struct link){.statements = statements, .timeout_ms = timeout_ms};
    return link;
}

void link_disconnect(struct link *link) {
    PQfinish(link->connection);
    link->connection = NULL;
}

void link_free(struct link *link) {
    if (link == NULL)
        return;
    link_disconnect(link);
    for (size_t i = 0; i < sizeof link->arrays / sizeof *link->arrays; i++)
        free(link->arrays[i].bytes);
    free(link);
}

bool link_connected(const struct link *link) {
    return link->connection != NULL;
}

int link_socket(const struct link *link) {
    return link->connection == NULL ? -1 : PQsocket(link->connection);
}

// What the server says by the way, such as a shutdown, is seen by what follows it. But one warning is all
// that tells a commit whose wait for the standby was canceled from one that is safe. Its words are
// translated, the name of the server's function is not; what comes from a shard, by PL/Proxy, may be it.
static void hear_notice(void *context, const PGresult *notice) {
    struct link *link = context;
    const char *function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
    if (function != NULL &&
        (strcmp(function, "SyncRepWaitForLSN") == 0 || strcmp(function, "plproxy_remote_error") == 0))
        link->local_only = true;
}

// Where several servers are named, each is tried by itself: libpq would give all the time to the first one,
// if that is silent.
static int servers(void) {
    int hosts = hosts_count(getenv("PGHOST"));
    int addresses = hosts_count(getenv("PGHOSTADDR"));
    return addresses > hosts ? addresses : hosts;
}

bool link_has_another(void) {
    return servers() > 1;
}

static bool fits(const char *name, int count) {
    int has = hosts_count(getenv(name));
    return has == 1 || has == count;
}

// "" leaves it to the environment.
struct server {
    char host[256];
    char address[64];
    char port[16];
};

static bool server_nth(struct server *server, int nth) {
    *server = (struct server){0};
    int count = servers();
    return count == 1 || (fits("PGHOST", count) && fits("PGHOSTADDR", count) && fits("PGPORT", count) &&
                          hosts_nth(getenv("PGHOST"), nth, server->host, sizeof server->host) &&
                          hosts_nth(getenv("PGHOSTADDR"), nth, server->address, sizeof server->address) &&
                          hosts_nth(getenv("PGPORT"), nth, server->port, sizeof server->port));
}

static bool connect_start(struct link *link, const struct server *server, int64_t deadline) {
    // Never a standby: an event that cannot be written must be refused by a server that will come back.
    const char *attributes = getenv("PGTARGETSESSIONATTRS") == NULL ? "read-write" : NULL;
    const char *const names[] = {"fallback_application_name",
                                 "client_encoding",
                                 "target_session_attrs",
                                 "host",
                                 "hostaddr",
                                 "port",
                                 NULL};
    const char *const values[] = {
        program_invocation_short_name, "UTF8", attributes, server->host, server->address, server->port, NULL};
    link->connection = PQconnectStartParams(names, values, 0);
    if (link->connection == NULL || PQstatus(link->connection) == CONNECTION_BAD)
        return false;
    PQsetNoticeReceiver(link->connection, hear_notice, link);
    for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;) {
        if (state == PGRES_POLLING_FAILED)
            return false;
        if (!wait_for(link, state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
            return false;
        state = PQconnectPoll(link->connection);
    }
    return PQsetnonblocking(link->connection, 1) == 0;
}

// Events acknowledged must survive a crash of the server, whatever its default is. Plans are made once, for
// months, and must not depend on how empty the tables were on that day: always by the keys, for any argument.
// No statement waits long for a lock, and one that we have given up is ended by the server too; but for one
// that waits for a standby, which no timeout ends: those of an outage would take all connections.
static const char SESSION[] =
    "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' "
    "ELSE current_setting('synchronous_commit') END, false), set_config('enable_seqscan', 'off', false), "
    "set_config('plan_cache_mode', 'force_generic_plan', false), set_config('jit', 'off', false), "
    "set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false), "
    "set_config('client_min_messages', 'warning', false), "
    "(SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE pid = $3::integer AND usename = session_user AND wait_event = 'SyncRep')";

static bool prepare_send(struct link *link) {
    char lock[16];
    char statement[16];
    char silent[16];
    snprintf(lock, sizeof lock, "%d", LINK_LOCK_MS);
    snprintf(statement, sizeof statement, "%d", link->timeout_ms);
    snprintf(silent, sizeof silent, "%d", link->silent);
    const char *const values[] = {lock, statement, silent};
    bool sent = PQenterPipelineMode(link->connection) &&
                PQsendQueryParams(link->connection, SESSION, 3, NULL, values, NULL, NULL, 0);
    for (const struct db_statement *one = link->statements; sent && one->name != NULL; one++)
        sent = PQsendPrepare(link->connection, one->name, one->sql, 0, NULL);
    return sent && PQpipelineSync(link->connection);
}

// In a transaction of its own: a schema that is too old to tell is good enough if its other functions are.
static bool ask_schema(struct link *link) {
    return PQsendQueryParams(link->connection, "SELECT 0, ivr.schema_version()", 0, NULL, NULL, NULL, NULL,
                             0) &&
           PQpipelineSync(link->connection);
}

static void take_schema(void *context, int place, struct db_row *row) {
    struct link *link = context;
    (void)place;
    link->schema = row->columns > 0 && row->text[0] != NULL ? (int)strtol(row->text[0], NULL, 10) : 0;
    db_row_free(row);
}

static bool learn_schema(struct link *link, int64_t deadline) {
    return link_receive(link, deadline, take_schema, link) == LINK_DONE || *link->sqlstate != '\0';
}

static void take_nothing(void *context, int place, struct db_row *row) {
    (void)context;
    (void)place;
    db_row_free(row);
}

static bool connect_to(struct link *link, const struct server *server, int64_t deadline) {
    if (connect_start(link, server, deadline) && prepare_send(link) && ask_schema(link)) {
        if (link_receive(link, deadline, take_nothing, NULL) == LINK_DONE && learn_schema(link, deadline)) {
            link->silent = 0;
            return true;
        }
    } else {
        note_connection_fault(link);
    }
    link_disconnect(link);
    return false;
}

// Each server gets its share of the time that is left, the last one all of it.
bool link_connect(struct link *link, int64_t deadline) {
    char faults[sizeof link->fault] = "";
    int count = servers();
    int first = link->host % count;
    link->schema = 0;
    for (int i = 0; i < count; i++) {
        struct server server;
        int64_t now = clock_now();
        link->host = (first + i) % count;
        if (!server_nth(&server, link->host))
            note_fault(link, NULL, "PGHOST, PGHOSTADDR and PGPORT name different numbers of servers");
        else if (connect_to(link, &server, now + (deadline - now) / (count - i)))
            return true;
        size_t length = strlen(faults);
        snprintf(faults + length, sizeof faults - length, "%s%.190s", i > 0 ? " / " : "", link->fault);
    }
    link->host = first;
    memcpy(link->fault, faults, sizeof faults);
    return false;
}

bool link_idle(struct link *link) {
    bool alive = PQconsumeInput(link->connection) != 0;
    while (alive && !PQisBusy(link->connection)) {
        PGresult *result = PQgetResult(link->connection);
        if (result == NULL)
            break;
        PQclear(result);
    }
    if (alive && PQstatus(link->connection) == CONNECTION_OK)
        return true;
    note_connection_fault(link);
    return false;
}

// Sending

static bool array_make_room(struct array *array, size_t room) {
    if (array->room >= room)
        return true;
    char *bytes = realloc(array->bytes, room * 2);
    if (bytes == NULL)
        return false;
    array->bytes = bytes;
    array->room = room * 2;
    return true;
}

static void array_put(struct array *array, const void *bytes, size_t length) {
    memcpy(array->bytes + array->length, bytes, length);
    array->length += length;
}

static void array_put_int(struct array *array, int number) {
    uint32_t in_order = htonl((uint32_t)number);
    array_put(array, &in_order, sizeof in_order);
}

// The head of an array with one dimension that may hold nulls (the server's array_recv). `size` is that of
// all its elements without their lengths.
static bool array_begin(struct array *array, int type, int count, size_t size) {
    array->length = 0;
    if (!array_make_room(array, 20 + 4 * (size_t)count + size))
        return false;
    array_put_int(array, 1);
    array_put_int(array, 1);
    array_put_int(array, type);
    array_put_int(array, count);
    array_put_int(array, 1);
    return true;
}

static bool array_of_places(struct array *array, const int *places, int count) {
    if (!array_begin(array, OID_INTEGER, count, 4 * (size_t)count))
        return false;
    for (int i = 0; i < count; i++) {
        array_put_int(array, 4);
        array_put_int(array, places[i]);
    }
    return true;
}

// The arguments at one position of all these requests.
static bool array_of_values(struct array *array, const struct db_request *const *requests, int count,
                            int position) {
    size_t size = 0;
    for (int i = 0; i < count; i++)
        size += requests[i]->values[position].length;
    if (!array_begin(array, requests[0]->values[position].binary ? OID_BYTEA : OID_TEXT, count, size))
        return false;
    for (int i = 0; i < count; i++) {
        const struct db_value *value = &requests[i]->values[position];
        array_put_int(array, value->bytes == NULL ? -1 : (int)value->length);
        if (value->bytes != NULL)
            array_put(array, value->bytes, value->length);
    }
    return true;
}

bool link_send(struct link *link, const struct db_request *const *requests, const int *places, int count) {
    const char *values[DB_MAX_VALUES + 1];
    int lengths[DB_MAX_VALUES + 1];
    int formats[DB_MAX_VALUES + 1];
    int arguments = 1 + requests[0]->count;
    bool made = array_of_places(&link->arrays[0], places, count);
    for (int i = 1; made && i < arguments; i++)
        made = array_of_values(&link->arrays[i], requests, count, i - 1);
    for (int i = 0; i < arguments; i++) {
        values[i] = link->arrays[i].bytes;
        lengths[i] = (int)link->arrays[i].length;
        formats[i] = 1;
    }
    if (!made)
        note_fault(link, NULL, "out of memory");
    else if (PQsendQueryPrepared(link->connection, requests[0]->statement->name, arguments, values, lengths,
                                 formats, 0))
        return true;
    else
        note_connection_fault(link);
    return false;
}

bool link_end(struct link *link) {
    if (PQpipelineSync(link->connection))
        return true;
    note_connection_fault(link);
    return false;
}

// Receiving

// One block: the pointers, then the texts they point to. Zeroed when memory runs out.
static struct db_row row_copy(const PGresult *result, int nth) {
    int columns = PQnfields(result) - 1;
    size_t size = (size_t)columns * sizeof(char *);
    for (int i = 1; i <= columns; i++)
        size += (size_t)PQgetlength(result, nth, i) + 1;
    char **text = malloc(size);
    if (text == NULL)
        return (struct db_row){0};
    char *at = (char *)(text + columns);
    for (int i = 0; i < columns; i++) {
        size_t length = (size_t)PQgetlength(result, nth, i + 1) + 1;
        text[i] = PQgetisnull(result, nth, i + 1) ? NULL : memcpy(at, PQgetvalue(result, nth, i + 1), length);
        at += length;
    }
    return (struct db_row){.columns = columns, .text = text};
}

void db_row_free(struct db_row *row) {
    free(row->text);
    *row = (struct db_row){0};
}

static void take_rows(const PGresult *result, link_taker *take, void *context) {
    for (int i = 0; i < PQntuples(result) && PQnfields(result) > 1; i++) {
        struct db_row row = row_copy(result, i);
        take(context, (int)strtol(PQgetvalue(result, i, 0), NULL, 10), &row);
    }
}

// The results come until the one that stands for the end of the transaction: only then it is committed, and
// the commit may fail too.
enum link_verdict link_receive(struct link *link, int64_t deadline, link_taker *take, void *context) {
    enum link_verdict verdict = LINK_DONE;
    for (ExecStatusType status = PGRES_EMPTY_QUERY; status != PGRES_PIPELINE_SYNC;) {
        PGresult *result;
        if (!next_result(link, deadline, &result)) {
            note_connection_fault(link);
            link->host++;  // of several, a silent one is asked last
            link->silent = PQbackendPID(link->connection);
            return LINK_LOST;
        }
        status = PQresultStatus(result);
        if (status == PGRES_TUPLES_OK) {
            take_rows(result, take, context);
        } else if (result != NULL && status == PGRES_FATAL_ERROR) {
            note_result_fault(link, result);
            verdict = verdict_of(link->sqlstate);
        }
        PQclear(result);
    }
    if (verdict == LINK_DONE && link->local_only) {
        note_fault(link, NULL, "committed on this server alone, the wait for its standby was canceled");
        verdict = LINK_NOT_NOW;
    }
    link->local_only = false;
    return verdict;
}

// Arguments

struct db_value db_text(const char *text) {
    return (struct db_value){.bytes = text, .length = text == NULL ? 0 : strlen(text)};
}

struct db_value db_bytes(const void *bytes, size_t length) {
    return (struct db_value){.bytes = bytes, .length = length, .binary = true};
}
