// record.h: a request to the database as bytes that another process can read, and back.
#ifndef IVR_RECORD_H
#define IVR_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "db.h"

// Packs a request. Returns the bytes, which the caller frees, or NULL when memory runs out.
char *record_pack(const struct db_request *request, size_t *length);

// Unpacks a request for one of `statements` (ended by a NULL name) that write; it points into the bytes.
// Returns false when the bytes are no such request, or one of other parameters than the statement has; those
// that it says are optional may be missing, and are NULL then.
bool record_unpack(const char *bytes, size_t length, const struct db_statement *statements,
                   struct db_request *request);

#endif
