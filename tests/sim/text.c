// text.c: growing strings, lists of strings, and memory that is there or ends the program.
#include "text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *memory_need(size_t count, size_t size) {
    void *memory = calloc(count != 0 ? count : 1, size);
    if (memory == NULL) {
        fputs("minivoice-sim: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *memory_resize(void *memory, size_t count, size_t size) {
    void *bigger = reallocarray(memory, count, size);
    if (bigger == NULL) {
        fputs("minivoice-sim: out of memory\n", stderr);
        abort();
    }
    return bigger;
}

char *text_copy(const char *string) {
    if (string == NULL)
        return NULL;
    size_t size = strlen(string) + 1;
    return memcpy(memory_need(1, size), string, size);
}

static void make_room(struct text *text, size_t more) {
    size_t wanted = text->length + more + 1;
    if (wanted <= text->size)
        return;
    text->size = wanted < 128 ? 128 : wanted * 2;
    text->bytes = memory_resize(text->bytes, text->size, 1);
}

void text_add_bytes(struct text *text, const char *bytes, size_t length) {
    make_room(text, length);
    if (length != 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *string) {
    text_add_bytes(text, string, strlen(string));
}

static char *format_copy(const char *format, va_list arguments) {
    char *made;
    if (vasprintf(&made, format, arguments) < 0) {
        fputs("minivoice-sim: out of memory\n", stderr);
        abort();
    }
    return made;
}

void text_format(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *made = format_copy(format, arguments);
    va_end(arguments);
    text_add(text, made);
    free(made);
}

void text_escape(struct text *text, const char *string) {
    for (; *string != '\0'; string++) {
        unsigned char byte = (unsigned char)*string;
        if (byte < 0x80 && (isalnum(byte) || strchr("-._~", byte) != NULL))
            text_add_bytes(text, string, 1);
        else
            text_format(text, "%%%02X", byte);
    }
}

const char *text_string(const struct text *text) {
    return text->bytes != NULL ? text->bytes : "";
}

void text_free(struct text *text) {
    free(text->bytes);
    *text = (struct text){0};
}

static void list_take(struct text_list *list, char *string) {
    list->items = memory_resize(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = string;
}

void text_list_add(struct text_list *list, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    list_take(list, format_copy(format, arguments));
    va_end(arguments);
}

void text_list_split(struct text_list *list, const char *string, char separator) {
    const char separators[] = {separator, '\0'};
    if (*string == '\0')
        return;
    for (;;) {
        size_t length = strcspn(string, separators);
        text_list_add(list, "%.*s", (int)length, string);
        if (string[length] == '\0')
            return;
        string += length + 1;
    }
}

bool text_list_has(const struct text_list *list, const char *string) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], string) == 0)
            return true;
    return false;
}

void text_list_free(struct text_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct text_list){0};
}
