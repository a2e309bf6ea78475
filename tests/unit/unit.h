// unit.h: what every unit test starts with: cmocka, and a way to see what is written to stderr.
#ifndef IVR_UNIT_H
#define IVR_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

// A test, named after what it asserts; one that is not listed in main is a compiler error.
#define TEST(name) static void name(void **state __attribute__((unused)))

// For lists of tests that differ in their values only.
#define ROW(name, ...) cmocka_unit_test(name),

// What is written to stderr between capture_start and capture_end, cut at the size of the buffer.
struct capture {
    int file;
    int stderr_before;
    char text[8192];
};

static inline void capture_start(struct capture *capture) {
    *capture = (struct capture){.file = memfd_create("stderr", 0), .stderr_before = dup(STDERR_FILENO)};
    assert_true(capture->file >= 0 && capture->stderr_before >= 0);
    assert_int_equal(dup2(capture->file, STDERR_FILENO), STDERR_FILENO);
}

static inline void capture_end(struct capture *capture) {
    assert_int_equal(dup2(capture->stderr_before, STDERR_FILENO), STDERR_FILENO);
    ssize_t length = pread(capture->file, capture->text, sizeof capture->text - 1, 0);
    assert_true(length >= 0);
    capture->text[length] = '\0';
    close(capture->file);
    close(capture->stderr_before);
}

#endif
