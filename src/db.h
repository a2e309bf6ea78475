// db.h: one PostgreSQL connection shared by all threads of a process, with group commit.
//
// A thread of its own owns the connection. It takes whatever statements the others have queued, sends
// them as one pipeline with one sync, which makes them one transaction and one flush to disk, and hands
// out the results after the commit; what is queued meanwhile is the next batch. A statement that fails
// takes its batch with it, so the batch is run again one by one and only the guilty one fails.
#ifndef IVR_DB_H
#define IVR_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum db_status {
    DB_OK,       // done and committed
    DB_DOWN,     // no database: not reached, or it failed less than a second ago
    DB_TIMEOUT,  // the deadline passed; the statement may still be carried out
    DB_REFUSED,  // the database refused the statement; it is logged with its SQLSTATE
};

// One argument of a statement. bytes == NULL is SQL's null. Text is text; binary is bytea.
struct db_value {
    const char *bytes;
    size_t length;
    bool binary;
};

// The first row of a result. text[i] is NULL for null. Free it with db_row_free.
struct db_row {
    int columns;  // 0: no row
    char **text;
};

#define DB_MAX_VALUES 24

// A statement that each new connection prepares. The name is short: the server keeps 63 bytes of it.
struct db_statement {
    const char *name;
    const char *sql;
};

// A statement to run, by its name, and its arguments. `key` is the call id, or NULL: a batch is
// ordered by it, so that two processes take the locks of calls in the same order.
struct db_call {
    const char *name;
    const char *key;
    int count;
    struct db_value values[DB_MAX_VALUES];
};

// Opens the connection in the background, by libpq's own environment variables (PGHOST, …), and prepares
// `statements` (ended by a NULL name; they must outlive db). Returns NULL when a thread cannot be had.
struct db *db_open(const struct db_statement *statements);

// Runs one statement and waits for its commit, until `deadline` (clock.h). Copies what `call` points to.
// On DB_OK fills *row, which the caller frees; row may be NULL.
enum db_status db_run(struct db *db, const struct db_call *call, int64_t deadline, struct db_row *row);

// Hands over a statement to be run as soon as there is a database again, without waiting for it. At most
// 1000 are kept; returns false, and logs, when there is no room.
bool db_keep(struct db *db, const struct db_call *call);

// Runs what is queued, for at most two seconds, closes the connection and frees db. NULL is fine.
void db_close(struct db *db);

// Frees a row; a zeroed one is fine.
void db_row_free(struct db_row *row);

// A text argument; NULL is SQL's null.
struct db_value db_text(const char *text);

// A bytea argument.
struct db_value db_bytes(const void *bytes, size_t length);

#endif
