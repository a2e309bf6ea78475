// spool.h: what must not be lost while the database is away, kept in the files of one directory.
//
// Each process appends to a segment of its own, NUMBER-PID.spool, and holds it locked; what spool_write has
// taken is on disk. One process at a time, the holder of the directory's lock, reads the segments that nobody
// holds any more, because their writer has let go of them or is gone, in the order of arrival. It marks each
// record when it is settled, and removes a segment without open records. So whatever dies when: a record is
// there until it is settled, and one that was settled just then may be read once more.
//
// What is broken, or can never be stored, goes to the file `aside`. Renamed to anything.spool it is read
// again.
#ifndef IVR_SPOOL_H
#define IVR_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#define SPOOL_MAX_RECORD (1024 * 1024)  // bytes

struct spool;
struct spool_source;

// A record that was read. The bytes belong to the spool until the record is settled, or spool_rest.
struct spool_record {
    const char *bytes;
    size_t length;
    struct spool_source *source;
    size_t offset;
};

// Opens the directory, which is made where it is missing, for at most so many bytes in all processes
// together. It must be a directory of the user the process runs as, and nobody else may write to it. Returns
// NULL, and logs, when it cannot be used.
struct spool *spool_open(const char *directory, size_t most_bytes);

// Writes a record. Returns true when it is on disk, with those that other threads write at the same moment;
// false, and logs, when it is not: no room, or an error of the disk. For any thread.
bool spool_write(struct spool *spool, const void *bytes, size_t length);

// Lets go of this process's own segment and hands out the oldest record there is. Returns false when there is
// none just now, or another process reads. This and all that follows is for one thread.
bool spool_read(struct spool *spool, struct spool_record *record);

// How many bytes the files of all processes take that wait for the database, by a look at the directory: for
// those who ask how the program is, not for every request. For any thread.
size_t spool_backlog(const struct spool *spool);

// The record is stored: it may go.
void spool_done(struct spool *spool, const struct spool_record *record);

// The record can never be stored: it is set aside.
void spool_refuse(struct spool *spool, const struct spool_record *record);

// Leaves what was read and not settled to whoever reads next.
void spool_rest(struct spool *spool);

// Closes all and frees; NULL is fine. What is in the directory stays.
void spool_close(struct spool *spool);

#endif
