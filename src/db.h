// db.h: one PostgreSQL connection shared by all threads of a process; what they want at the same moment is
// one set.
//
// A thread of its own owns the connection. It takes what the others have queued and sends it as one statement
// for each kind, with arrays: what only reads first, handed out at once; then what writes, as one transaction
// with one flush to disk, handed out after the commit. What is queued meanwhile is the next set.
//
// Nobody waits for somebody else: a request whose time is over leaves; one that is left out of the result,
// because somebody holds its call, is tried again until its own deadline; and a set that is refused is halved
// until the guilty request stands alone.
#ifndef IVR_DB_H
#define IVR_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct spool;

enum db_status {
    DB_OK,    // done and committed
    DB_DOWN,  // no database: not reached, not writable, full, or it owes a reply for longer than we may wait
    DB_TIMEOUT,  // the deadline passed; it may still be carried out
    DB_REFUSED,  // this request is at fault (a class 22 or 23 error, or its like); it is logged with its
                 // SQLSTATE
};

// One argument of a request. bytes == NULL is SQL's null. Text is text; binary is bytea.
struct db_value {
    const char *bytes;
    size_t length;
    bool binary;
};

// The row of a result that belongs to a request, without its place. text[i] is NULL for null. Free it with
// db_row_free.
struct db_row {
    int columns;  // 0: no row
    char **text;
};

#define DB_MAX_VALUES 13

// A statement that each new connection prepares, under a short name. Its first parameter is integer[], the
// places of the requests in the set; each other one an array, text[] or bytea[], with a request's argument at
// each place. It returns a row for each request, the place first, in any order. No row: the call is locked,
// try again. A row under ~place: of several databases, the one that has this call is down, or, when the row
// has a reason, has refused this request; the others' requests are stored.
struct db_statement {
    const char *name;
    const char *sql;
    bool reads;    // changes nothing
    int optional;  // so many of the last arguments are null in what an older program has spooled
};

// What one request wants. `key` is the call id, or NULL: sets are ordered by its bytes. Nothing is copied but
// what db_defer copies.
struct db_request {
    const struct db_statement *statement;
    const char *key;
    int count;
    struct db_value values[DB_MAX_VALUES];
};

// Opens the connection in the background, by libpq's own environment variables (PGHOST, …), and prepares
// `statements` (ended by a NULL name; they must outlive db). The server itself ends a statement after
// timeout_ms. `spool` is what db_spool and db_defer keep requests in, and must outlive db; NULL: there is
// none. What is in it, whoever wrote it, is run behind live work. Returns NULL when a thread cannot be had.
struct db *db_open(const struct db_statement *statements, int timeout_ms, struct spool *spool);

// Runs one request and waits for its commit, until `deadline` (clock.h). On DB_OK fills *row, which the
// caller frees; row may be NULL.
enum db_status db_run(struct db *db, const struct db_request *request, int64_t deadline, struct db_row *row);

// Hands over a request to be run as soon as there is a database again, behind those that somebody waits for.
// It is tried until it is stored; only what can never be (classes 22 and 23) is set aside or dropped, and
// logged. It is in the spool, and safe, when this returns; without a spool, or where that has failed, it is
// in memory. Returns false, and logs, when there is no room for it.
bool db_defer(struct db *db, const struct db_request *request);

// What a process knows of its database without asking it.
struct db_condition {
    bool tried;     // to connect, once
    bool up;        // the last that was heard of it was good
    int schema;     // its newest migration; 0: not known
    int queued;     // requests that are in no set yet
    int deferred;   // deferred requests that are not stored yet
    uint64_t sets;  // run so far, and the requests in them
    uint64_t set_requests;
    uint64_t ever_deferred;
};

void db_look(struct db *db, struct db_condition *condition);

// The same, but in the spool or not at all. Returns whether it is safe; false without a spool.
bool db_spool(struct db *db, const struct db_request *request);

// Runs what is queued and what is in the spool, for at most two seconds, says in the log how many deferred
// requests are lost, closes the connection and frees db. NULL is fine.
void db_close(struct db *db);

// Frees a row; a zeroed one is fine.
void db_row_free(struct db_row *row);

// A text argument; NULL is SQL's null.
struct db_value db_text(const char *text);

// A bytea argument.
struct db_value db_bytes(const void *bytes, size_t length);

#endif
