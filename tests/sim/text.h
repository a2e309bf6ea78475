// text.h: growing strings, lists of strings, and memory that is there or ends the program.
#ifndef SIM_TEXT_H
#define SIM_TEXT_H

#include <stdbool.h>
#include <stddef.h>

// A string that grows. Zeroed = empty; bytes is NULL until something was added, then always ends in NUL.
struct text {
    char *bytes;
    size_t length;
    size_t size;
};

// A list of owned strings. Zeroed = empty.
struct text_list {
    char **items;
    size_t count;
};

// Zeroed memory for count things of size bytes; the caller frees. Aborts the program when there is none.
void *memory_need(size_t count, size_t size);

// realloc for count things of size bytes; aborts the program when there is none.
void *memory_resize(void *memory, size_t count, size_t size);

// A copy the caller frees; NULL gives NULL.
char *text_copy(const char *string);

void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add(struct text *text, const char *string);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Adds string percent-encoded for a query or a form; only RFC 3986 unreserved characters stay as they are.
void text_escape(struct text *text, const char *string);

// The string, "" when nothing was added; belongs to text.
const char *text_string(const struct text *text);
void text_free(struct text *text);

void text_list_add(struct text_list *list, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Cuts string at every separator and adds the pieces, empty ones included; an empty string adds nothing.
void text_list_split(struct text_list *list, const char *string, char separator);
bool text_list_has(const struct text_list *list, const char *string);
void text_list_free(struct text_list *list);

#endif
