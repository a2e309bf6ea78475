// fuzz.h: what every fuzz target starts with. Each includes it once: it also takes the place of src/log.c, so
// that what is refused a million times is not logged a million times.
#ifndef IVR_FUZZ_H
#define IVR_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void log_error(const char *what, const char *format, ...) {
    REQUIRE(what != NULL && format != NULL);
}

void log_warning(const char *what, const char *format, ...) {
    REQUIRE(what != NULL && format != NULL);
}

void log_info(const char *what, const char *format, ...) {
    REQUIRE(what != NULL && format != NULL);
}

// The input as a string, cut at a NUL as any string is. Freed by the caller.
static inline char *fuzz_text(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    REQUIRE(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

// Cuts the next line off the input, as a string that the caller frees.
static inline char *fuzz_line(const uint8_t **data, size_t *size) {
    const uint8_t *end = *size == 0 ? NULL : memchr(*data, '\n', *size);
    size_t length = end == NULL ? *size : (size_t)(end - *data);
    char *line = fuzz_text(*data, length);
    size_t taken = length + (end != NULL);
    *data += taken;
    *size -= taken;
    return line;
}

// Whether text is UTF-8 without control characters: by the definition of RFC 3629, through code points,
// in another way than the programs do it.
static inline bool fuzz_is_clean(const char *text) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
        int length = *at < 0x80 ? 1 : *at >> 5 == 6 ? 2 : *at >> 4 == 14 ? 3 : *at >> 3 == 30 ? 4 : 0;
        uint32_t point = length == 1 ? *at : *at & (0xffu >> (length + 1));
        for (int i = 1; i < length; i++) {
            if (at[i] >> 6 != 2)
                return false;
            point = point << 6 | (at[i] & 0x3f);
        }
        if (length == 0 || point < least[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
            return false;
        if (point < 0x20 || (point >= 0x7f && point < 0xa0))
            return false;
        at += length;
    }
    return true;
}

#endif
