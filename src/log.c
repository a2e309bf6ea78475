// log.c: builds a line in memory and writes it whole, so that threads and processes never mix theirs.
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

static void append(struct log_line *line, const char *bytes, size_t length) {
    size_t room = sizeof line->text - 1 - line->length;  // one byte is kept for the newline
    if (length > room)
        length = room;
    memcpy(line->text + line->length, bytes, length);
    line->length += length;
}

static void append_key(struct log_line *line, const char *key) {
    if (line->length > 0)
        append(line, " ", 1);
    append(line, key, strlen(key));
    append(line, "=", 1);
}

static bool needs_quotes(const char *value) {
    return *value == '\0' || strpbrk(value, " \"=\\\t\r\n") != NULL;
}

static void append_quoted(struct log_line *line, const char *value) {
    bool quotes = needs_quotes(value);
    if (quotes)
        append(line, "\"", 1);
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            append(line, "\\", 1);
        bool control = (unsigned char)*at < 0x20 || *at == 0x7f;
        append(line, control ? "?" : at, 1);
    }
    if (quotes)
        append(line, "\"", 1);
}

void log_text(struct log_line *line, const char *key, const char *value) {
    if (value == NULL)
        return;
    append_key(line, key);
    append_quoted(line, value);
}

void log_number(struct log_line *line, const char *key, long long value) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", value);
    append_key(line, key);
    append(line, digits, (size_t)length);
}

void log_ms(struct log_line *line, const char *key, double ms) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%.1f", ms < 1e15 ? ms : 1e15);
    append_key(line, key);
    append(line, digits, (size_t)length);
}

void log_masked(struct log_line *line, const char *key, const char *number) {
    char masked[] = "***??";
    if (number == NULL)
        return;
    size_t length = strlen(number);
    memcpy(masked + 3, length > 4 ? number + length - 2 : "**", 2);
    log_text(line, key, masked);
}

void log_append(struct log_line *line, const struct log_line *more) {
    if (line->length > 0 && more->length > 0)
        append(line, " ", 1);
    append(line, more->text, more->length);
}

void log_write(struct log_line *line) {
    struct log_line whole = {0};
    char now[CLOCK_RFC3339_SIZE];
    clock_rfc3339(now);
    log_text(&whole, "time", now);
    log_text(&whole, "program", program_invocation_short_name);
    log_append(&whole, line);
    whole.text[whole.length++] = '\n';
    ssize_t written = write(STDERR_FILENO, whole.text, whole.length);
    (void)written;  // there is nowhere to report that the log is gone
    line->length = 0;
}

void log_error(const char *what, const char *format, ...) {
    struct log_line line = {0};
    char detail[512];
    va_list values;
    va_start(values, format);
    vsnprintf(detail, sizeof detail, format, values);
    va_end(values);
    log_text(&line, "error", what);
    log_text(&line, "detail", detail);
    log_write(&line);
}
