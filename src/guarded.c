// guarded.c: reads a small file that may hold secrets.
#include "guarded.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Says what is wrong with the file, or NULL. The group may read it: systemd gives a credential to its user
// that way.
static const char *fault_of(int file, size_t most, mode_t *mode) {
    struct stat status;
    if (fstat(file, &status) != 0)
        return strerror(errno);
    *mode = status.st_mode;
    if (!S_ISREG(status.st_mode))
        return "is not a file";
    if ((status.st_mode & (S_IWGRP | S_IXGRP | S_IWOTH | S_IXOTH)) != 0)
        return "may be read or written by others: chmod 600 (or 640)";
    return (size_t)status.st_size > most ? "is larger than it may be" : NULL;
}

static const char *fill(int file, char *text, size_t most) {
    size_t length = 0;
    ssize_t got = 1;
    while (got > 0 && length < most) {
        got = read(file, text + length, most - length);
        length += got > 0 ? (size_t)got : 0;
    }
    if (got < 0)
        return strerror(errno);
    return strlen(text) != length ? "holds a null byte" : NULL;
}

char *guarded_read(const char *path, size_t most, mode_t *mode, const char **fault) {
    char *text = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *fault = file < 0 ? strerror(errno) : fault_of(file, most, mode);
    if (*fault == NULL && (text = calloc(1, most + 1)) == NULL)
        *fault = strerror(ENOMEM);
    else if (*fault == NULL)
        *fault = fill(file, text, most);
    if (file >= 0)
        close(file);
    if (*fault == NULL)
        return text;
    free(text);
    return NULL;
}
