// shorten.c: finds keys by their names, however these are escaped, and cuts what they open with.
#include "shorten.h"

#include <ctype.h>
#include <string.h>

enum { MAX_NAME = 64, STARS = 3 };

size_t shorten_secret(char *secret, size_t length) {
    size_t kept = length >= 32 ? 6 : length >= 16 ? 4 : 0;
    size_t stars = length - kept < STARS ? length - kept : STARS;
    memset(secret + kept, '*', stars);
    return kept + stars;
}

// Shortens bytes[from, to) and closes the gap. Returns how many bytes less there are.
static size_t cut(char *bytes, size_t length, size_t from, size_t to) {
    size_t left = shorten_secret(bytes + from, to - from);
    memmove(bytes + from + left, bytes + to, length - to);
    return to - from - left;
}

// Names

static int hex_value(const char *at, size_t digits) {
    int value = 0;
    for (size_t i = 0; i < digits; i++) {
        if (!isxdigit((unsigned char)at[i]))
            return -1;
        value = value * 16 +
                (isdigit((unsigned char)at[i]) ? at[i] - '0' : tolower((unsigned char)at[i]) - 'a' + 10);
    }
    return value;
}

// The character at `at`, %XX and \uXXXX resolved; *used tells how many bytes it takes.
static int character(const char *at, size_t left, size_t *used) {
    int value = -1;
    if (*at == '%' && left >= 3) {
        value = hex_value(at + 1, 2);
        *used = 3;
    } else if (*at == '\\' && left >= 6 && at[1] == 'u') {
        value = hex_value(at + 2, 4);
        *used = 6;
    }
    if (value >= 0)
        return value;
    *used = 1;
    return (unsigned char)*at;
}

// As request.c compares names: letters and digits alone, in lower case.
static bool is_key(const char *name, size_t length) {
    char plain[MAX_NAME];
    size_t kept = 0;
    for (size_t used, i = 0; i < length; i += used) {
        int c = character(name + i, length - i, &used);
        if (c >= 128 || !isalnum(c))
            continue;
        if (kept == sizeof plain)
            return false;
        plain[kept++] = (char)tolower(c);
    }
    return (kept == 3 && memcmp(plain, "key", 3) == 0) || (kept == 9 && memcmp(plain, "accesskey", 9) == 0);
}

// Parameters

static bool is_in(char c, const char *set) {
    return c != '\0' && strchr(set, c) != NULL;
}

static size_t shorten_parameters(char *bytes, size_t length) {
    size_t name = 0;
    for (size_t i = 0; i < length; i++) {
        if (is_in(bytes[i], "?&;# \t\r\n\""))
            name = i + 1;
        if (bytes[i] != '=' || !is_key(bytes + name, i - name))
            continue;
        size_t end = i + 1;
        while (end < length && !is_in(bytes[end], "&# \t\r\n\""))
            end++;
        length -= cut(bytes, length, i + 1, end);
    }
    return length;
}

// Members

// The place of the quote that ends the string begun before `at`, or `length`.
static size_t string_end(const char *bytes, size_t at, size_t length) {
    while (at < length && bytes[at] != '"')
        at += bytes[at] == '\\' ? 2 : 1;
    return at < length ? at : length;
}

static size_t skip_space(const char *bytes, size_t at, size_t length) {
    while (at < length && is_in(bytes[at], " \t\r\n"))
        at++;
    return at;
}

static size_t shorten_members(char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '"')
            continue;
        size_t name = i + 1;
        i = string_end(bytes, name, length);
        size_t value = i < length ? skip_space(bytes, i + 1, length) : length;
        if (value >= length || bytes[value] != ':' || !is_key(bytes + name, i - name))
            continue;
        value = skip_space(bytes, value + 1, length);
        bool quoted = value < length && bytes[value] == '"';
        value += quoted;
        size_t end = quoted ? string_end(bytes, value, length) : value;
        while (!quoted && end < length && (isalnum((unsigned char)bytes[end]) || is_in(bytes[end], "+-.")))
            end++;
        if (value < end)
            length -= cut(bytes, length, value, end);
        i = value;
    }
    return length;
}

size_t shorten_keys(char *bytes, size_t length) {
    return shorten_members(bytes, shorten_parameters(bytes, length));
}

size_t shorten_known(char *bytes, size_t length, const char *secret) {
    size_t size = strlen(secret);
    char *at = bytes;
    while (size > 0 && (at = memmem(at, length - (size_t)(at - bytes), secret, size)) != NULL) {
        size_t from = (size_t)(at - bytes);
        length -= cut(bytes, length, from, from + size);
        at++;
    }
    return length;
}

bool shorten_is_secret_header(const char *name) {
    static const char *const words[] = {"SIGNATURE", "AUTH", "COOKIE", "TOKEN", "SECRET", "KEY", "PASSWORD"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(name, words[i]) != NULL)
            return true;
    return false;
}
