// file.c: a file, or standard input, as one string.
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 64 * 1024 * 1024 };

static bool read_all(FILE *file, struct text *text) {
    char bytes[8192];
    size_t length;
    while (text->length < FILE_MAX && (length = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_add_bytes(text, bytes, length);
    return ferror(file) == 0;
}

bool file_read(const char *name, struct text *text) {
    bool standard = strcmp(name, "-") == 0;
    FILE *file = standard ? stdin : fopen(name, "re");
    text_add(text, "");
    bool good = file != NULL && read_all(file, text);
    if (!good)
        fprintf(stderr, "minivoice-sim: %s: %s\n", name, strerror(errno));
    if (file != NULL && !standard)
        fclose(file);
    return good;
}
