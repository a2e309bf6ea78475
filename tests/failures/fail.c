// fail.c: a library to be loaded before all others, which makes calls fail.
//
//   FAIL_WHAT   memory, json, libc, database, thread or file: which calls are counted. What json-c asks for
//   is
//               json, what the C library asks for itself is libc: neither survives everywhere
//   FAIL_AT     the number of the one that fails, counted from the beginning of main
//   FAIL_ONE_IN instead: so many on average, by FAIL_SEED
//   FAIL_TOLD   a file that is made when one has failed: without it there was none of that number
//
// Nothing is counted where FAIL_WHAT is not set.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "../chaos/dice.h"

enum what { NOTHING, MEMORY, JSON, LIBC, DATABASE, THREAD, FILES };

// Set before main, and not changed after.
static enum what what;
static unsigned long fail_at;
static unsigned long one_in;
static uint64_t seed;
static const char *told;
static atomic_ulong calls;

static unsigned long number(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? 0 : strtoul(value, NULL, 10);
}

static void tell(void) {
    int file = told == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, told, O_WRONLY | O_CREAT, 0600);
    if (file >= 0)
        syscall(SYS_close, file);
}

// Whether this call, which is of that kind, is one that fails.
static bool fails(enum what kind, int why) {
    if (kind != what)
        return false;
    unsigned long nth = atomic_fetch_add(&calls, 1) + 1;
    uint64_t dice = seed + nth;
    if (one_in > 0 ? dice_below(&dice, one_in) != 0 : nth != fail_at)
        return false;
    tell();
    errno = why;
    return true;
}

// The real one, whose type is that of this function.
#define REAL(name) \
    static __typeof__(name) *real; \
    if (real == NULL) \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

// Who asks: where the code of a library is
static struct code {
    const char *name;
    enum what kind;
    uintptr_t from;
    uintptr_t to;
} libraries[] = {{"/libjson-c.so", JSON, 0, 0}, {"/libc.so", LIBC, 0, 0}};
enum { LIBRARIES = sizeof libraries / sizeof *libraries };

static void note_code(struct code *code, const struct dl_phdr_info *library) {
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
            continue;
        code->from = library->dlpi_addr + part->p_vaddr;
        code->to = code->from + part->p_memsz;
    }
}

static int find_library(struct dl_phdr_info *library, size_t size, void *context) {
    (void)size;
    (void)context;
    for (int i = 0; i < LIBRARIES; i++)
        if (strstr(library->dlpi_name, libraries[i].name) != NULL)
            note_code(&libraries[i], library);
    return 0;
}

// Whether memory fails for this caller.
static bool no_memory(const void *asked_by) {
    uintptr_t from = (uintptr_t)asked_by;
    for (int i = 0; i < LIBRARIES; i++)
        if (from >= libraries[i].from && from < libraries[i].to)
            return fails(libraries[i].kind, ENOMEM);
    return fails(MEMORY, ENOMEM);
}

// The beginning

typedef int main_function(int, char **, char **);
static main_function *real_main;

static int begin(int count, char **arguments, char **environment) {
    static const char *const words[] = {"", "memory", "json", "libc", "database", "thread", "file"};
    const char *word = getenv("FAIL_WHAT");
    fail_at = number("FAIL_AT");
    one_in = number("FAIL_ONE_IN");
    seed = number("FAIL_SEED") * 1000003;
    told = getenv("FAIL_TOLD");
    for (enum what kind = MEMORY; word != NULL && kind <= FILES; kind++)
        if (strcmp(word, words[kind]) == 0)
            what = kind;
    if (what >= MEMORY && what <= LIBC)
        dl_iterate_phdr(find_library, NULL);
    return real_main(count, arguments, environment);
}

int __libc_start_main(main_function *entry, int count, char **arguments, void (*init)(void),
                      void (*fini)(void), void (*linker)(void), void *stack);

int __libc_start_main(main_function *entry, int count, char **arguments, void (*init)(void),
                      void (*fini)(void), void (*linker)(void), void *stack) {
    REAL(__libc_start_main);
    real_main = entry;
    return real(begin, count, arguments, init, fini, linker, stack);
}

// Memory

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    *block = no_memory(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
    return *block == NULL ? ENOMEM : 0;
}

char *strdup(const char *text) {
    char *copy = no_memory(__builtin_return_address(0)) ? NULL : __libc_malloc(strlen(text) + 1);
    return copy == NULL ? NULL : strcpy(copy, text);
}

char *strndup(const char *text, size_t most) {
    size_t length = strnlen(text, most);
    char *copy = no_memory(__builtin_return_address(0)) ? NULL : __libc_malloc(length + 1);
    if (copy == NULL)
        return NULL;
    copy[length] = '\0';
    return memcpy(copy, text, length);
}

// The database: those functions of libpq that can fail

#define PQ(type, name, parameters, arguments, failure) \
    type name parameters { \
        REAL(name); \
        return fails(DATABASE, ECONNRESET) ? failure : real arguments; \
    }

PQ(PGconn *, PQconnectStartParams, (const char *const *names, const char *const *values, int expand),
   (names, values, expand), NULL)
PQ(PostgresPollingStatusType, PQconnectPoll, (PGconn * connection), (connection), PGRES_POLLING_FAILED)
PQ(int, PQsetnonblocking, (PGconn * connection, int how), (connection, how), -1)
PQ(int, PQenterPipelineMode, (PGconn * connection), (connection), 0)
PQ(int, PQpipelineSync, (PGconn * connection), (connection), 0)
PQ(int, PQflush, (PGconn * connection), (connection), -1)
PQ(int, PQconsumeInput, (PGconn * connection), (connection), 0)
PQ(PGresult *, PQgetResult, (PGconn * connection), (connection), NULL)
PQ(ConnStatusType, PQstatus, (const PGconn *connection), (connection), CONNECTION_BAD)
PQ(int, PQsocket, (const PGconn *connection), (connection), -1)
PQ(int, PQsendPrepare, (PGconn * connection, const char *name, const char *sql, int count, const Oid *types),
   (connection, name, sql, count, types), 0)
PQ(int, PQsendQueryParams,
   (PGconn * connection, const char *sql, int count, const Oid *types, const char *const *values,
    const int *lengths, const int *formats, int format),
   (connection, sql, count, types, values, lengths, formats, format), 0)
PQ(int, PQsendQueryPrepared,
   (PGconn * connection, const char *name, int count, const char *const *values, const int *lengths,
    const int *formats, int format),
   (connection, name, count, values, lengths, formats, format), 0)

// Threads

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument) {
    REAL(pthread_create);
    return fails(THREAD, EAGAIN) ? EAGAIN : real(thread, attributes, start, argument);
}

// Files; not what goes to standard output and to the log

#define FILE_CALL(type, name, parameters, arguments, why, failure) \
    type name parameters { \
        REAL(name); \
        return fails(FILES, why) ? failure : real arguments; \
    }

FILE_CALL(ssize_t, pwrite, (int file, const void *bytes, size_t length, off_t at), (file, bytes, length, at),
          ENOSPC, -1)
FILE_CALL(int, fdatasync, (int file), (file), EIO, -1)
FILE_CALL(int, fsync, (int file), (file), EIO, -1)
FILE_CALL(int, ftruncate, (int file, off_t length), (file, length), EIO, -1)
FILE_CALL(int, flock, (int file, int operation), (file, operation), ENOLCK, -1)
FILE_CALL(int, rename, (const char *from, const char *to), (from, to), EIO, -1)
FILE_CALL(int, unlinkat, (int directory, const char *name, int flags), (directory, name, flags), EIO, -1)
FILE_CALL(int, mkdir, (const char *name, mode_t mode), (name, mode), EACCES, -1)
FILE_CALL(int, fstat, (int file, struct stat *status), (file, status), EIO, -1)
FILE_CALL(int, eventfd, (unsigned int from, int flags), (from, flags), EMFILE, -1)
FILE_CALL(FILE *, fopen, (const char *name, const char *mode), (name, mode), EMFILE, NULL)
FILE_CALL(int, fputs, (const char *text, FILE *to), (text, to), ENOSPC, EOF)

int fclose(FILE *file) {
    REAL(fclose);
    int closed = real(file);
    return fails(FILES, ENOSPC) ? EOF : closed;
}

ssize_t write(int file, const void *bytes, size_t length) {
    REAL(write);
    return file > STDERR_FILENO && fails(FILES, ENOSPC) ? -1 : real(file, bytes, length);
}

int open(const char *name, int flags, ...) {
    REAL(open);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return fails(FILES, EMFILE) ? -1 : real(name, flags, mode);
}

int openat(int directory, const char *name, int flags, ...) {
    REAL(openat);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return fails(FILES, EMFILE) ? -1 : real(directory, name, flags, mode);
}
