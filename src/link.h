// link.h: the connection to PostgreSQL: connecting, sending sets, reading their results. Used by db.c and
// tracer.c alone.
//
// Not for several threads. Everything that waits does so until a deadline (clock.h) and no longer.
#ifndef IVR_LINK_H
#define IVR_LINK_H

#include "db.h"

struct link;

// What came of a transaction.
enum link_verdict {
    LINK_DONE,     // committed
    LINK_FAULTY,   // some request in it is at fault
    LINK_BUSY,     // something in it was locked for longer than LINK_LOCK_MS, or in a deadlock
    LINK_NOT_NOW,  // the server cannot at this moment: it is full, or was too slow and has ended the
                   // statement, or has committed without the standby that it was told to wait for
    LINK_LOST,     // the connection is broken, silent, or good for nothing any more (read-only, shut down, no
                   // schema)
};

#define LINK_LOCK_MS 20       // longer than this no statement waits for a lock
#define LINK_SQLSTATE_SIZE 6  // five characters and a NUL

// Makes a link that is not connected yet. NULL when memory runs out.
struct link *link_new(const struct db_statement *statements, int timeout_ms);

// Disconnects and frees; NULL is fine.
void link_free(struct link *link);

// Connects, to a server that can be written to, and prepares the statements. Of several (PGHOST=a,b) the one
// that served last is tried first, unless it has fallen silent, and none takes the time of the others. When
// that fails, link_fault says why.
bool link_connect(struct link *link, int64_t deadline);

bool link_connected(const struct link *link);

// Whether there are several servers, so that another one may serve when one does not.
bool link_has_another(void);

void link_disconnect(struct link *link);

// The socket to poll for POLLIN while nothing is under way, or -1.
int link_socket(const struct link *link);

// Takes in what the server said while nothing was under way. Returns false when it has closed the connection.
bool link_idle(struct link *link);

// Puts requests of one statement into the transaction under way; `places[i]` stands for requests[i]. Returns
// false when the connection is lost or memory runs out.
bool link_send(struct link *link, const struct db_request *const *requests, const int *places, int count);

// Ends a transaction; its results are to be read by one link_receive.
bool link_end(struct link *link);

// Takes over a row of the request at `place`.
typedef void link_taker(void *context, int place, struct db_row *row);

// Reads the results of one transaction, in the order in which they were ended.
enum link_verdict link_receive(struct link *link, int64_t deadline, link_taker *take, void *context);

// What went wrong last, in words on one line; and its SQLSTATE, with which they begin, "" where the server
// gave none. Valid until the next call.
const char *link_fault(const struct link *link);
const char *link_sqlstate(const struct link *link);

// The number of the schema's newest migration, as it was when the link was connected; 0: not known.
int link_schema(const struct link *link);

#endif
