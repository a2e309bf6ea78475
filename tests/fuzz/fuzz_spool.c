// fuzz_spool.c: a segment of any bytes. Whatever they are, reading ends, the segment is done with, and what
// is read as a request can be packed again.
#include "record.h"
#include "spool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

static const struct db_statement statements[] = {
    {.name = "store_events", .sql = "$1 $2 $3 $4 $5"},
    {.name = "store_answers", .sql = "$1 $2 $3 $4"},
    {0},
};

static void put_segment(const char *directory, const uint8_t *data, size_t size) {
    char path[128];
    snprintf(path, sizeof path, "%s/fuzz.spool", directory);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(file >= 0 && write(file, data, size) == (ssize_t)size);
    close(file);
}

static void check_request(const struct db_request *request) {
    size_t length;
    char *bytes = record_pack(request, &length);
    struct db_request again;
    REQUIRE(bytes != NULL && record_unpack(bytes, length, statements, &again));
    REQUIRE(again.count == request->count && again.statement == request->statement);
    free(bytes);
}

// Settles every other record, refuses the rest. Returns how many bytes of them there were.
static size_t read_all(struct spool *spool) {
    struct spool_record record;
    struct db_request request;
    size_t bytes = 0;
    for (int nth = 0; spool_read(spool, &record); nth++) {
        bytes += record.length;
        if (record_unpack(record.bytes, record.length, statements, &request))
            check_request(&request);
        if (nth % 2 == 0)
            spool_done(spool, &record);
        else
            spool_refuse(spool, &record);
    }
    return bytes;
}

// Returns how large it was; 0: it was not there, or empty.
static size_t remove_file(const char *directory, const char *name) {
    char path[128];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    size_t size = stat(path, &status) == 0 ? (size_t)status.st_size : 0;
    unlink(path);
    return size;
}

// The bytes themselves as a record: those a checksum would keep from record_unpack.
static void check_unpack(const uint8_t *data, size_t size) {
    struct db_request request;
    if (record_unpack((const char *)data, size, statements, &request))
        check_request(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char directory[] = "/dev/shm/fuzz_spool.XXXXXX";  // syncing costs nothing there
    REQUIRE(mkdtemp(directory) != NULL);
    put_segment(directory, data, size);
    struct spool *spool = spool_open(directory, 1024 * 1024);
    REQUIRE(spool != NULL);
    size_t read = read_all(spool);
    spool_close(spool);
    REQUIRE(read <= size);
    REQUIRE(remove_file(directory, "fuzz.spool") == 0);  // it is done with
    remove_file(directory, "aside");
    remove_file(directory, "lock");
    REQUIRE(rmdir(directory) == 0);
    check_unpack(data, size);
    return 0;
}
