// shorten.c: finds keys by their names, however these are escaped, and cuts what they open with.
#include "shorten.h"

#include <ctype.h>
#include <string.h>

enum { STARS = 3 };

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

// Names, as request.c compares them: letters and digits alone, in lower case

struct name {
    char plain[9];
    size_t length;  // more than there is room for: it is none of ours
};

static void name_add(struct name *name, int c) {
    if (c >= 128 || !isalnum(c))
        return;
    if (name->length < sizeof name->plain)
        name->plain[name->length] = (char)tolower(c);
    name->length++;
}

static bool name_is_key(const struct name *name) {
    return (name->length == 3 && memcmp(name->plain, "key", 3) == 0) ||
           (name->length == 9 && memcmp(name->plain, "accesskey", 9) == 0);
}

static int hex_value(const char *at, size_t digits) {
    int value = 0;
    for (size_t i = 0; i < digits; i++) {
        unsigned char c = (unsigned char)at[i];
        if (!isxdigit(c))
            return -1;
        value = value * 16 + (isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
    }
    return value;
}

// The character at `at`; *used tells how many bytes it takes.
static int percent_character(const char *at, size_t left, size_t *used) {
    int value = *at == '%' && left >= 3 ? hex_value(at + 1, 2) : -1;
    *used = value >= 0 ? 3 : 1;
    return value >= 0 ? value : (unsigned char)*at;
}

// The same within a JSON string. What a backslash stands before is neither letter nor digit, but for \u.
static int json_character(const char *at, size_t left, size_t *used) {
    bool escaped = *at == '\\' && left >= 2;
    int value = escaped && at[1] == 'u' && left >= 6 ? hex_value(at + 2, 4) : -1;
    *used = value >= 0 ? 6 : escaped ? 2 : 1;
    return value >= 0 ? value : escaped ? ' ' : (unsigned char)*at;
}

// Parameters

static bool is_in(char c, const char *set) {
    while (*set != '\0' && *set != c)
        set++;
    return *set != '\0';
}

static size_t find_end(const char *bytes, size_t at, size_t length, const char *ends) {
    while (at < length && !is_in(bytes[at], ends))
        at++;
    return at;
}

// What follows the last = has no name before it.
static size_t find_last_equals(const char *bytes, size_t length) {
    const char *last = memrchr(bytes, '=', length);
    return last == NULL ? 0 : (size_t)(last - bytes) + 1;
}

// A name begins behind & for request.c; in other texts behind what stands before a parameter there.
static size_t shorten_parameters(char *bytes, size_t length, const char *ends) {
    size_t behind = find_last_equals(bytes, length);
    struct name parameter = {0};
    struct name word = {0};
    for (size_t used, i = 0; i < behind; i += used) {
        int c = percent_character(bytes + i, length - i, &used);
        if (bytes[i] == '=' && (name_is_key(&parameter) || name_is_key(&word))) {
            size_t end = find_end(bytes, i + 1, length, ends);
            length -= cut(bytes, length, i + 1, end);
            behind = find_last_equals(bytes, length);
        }
        name_add(&parameter, c);
        name_add(&word, c);
        if (bytes[i] == '&')
            parameter = (struct name){0};
        if (is_in(bytes[i], "?&;# \t\r\n\""))
            word = (struct name){0};
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

static bool is_key(const char *name, size_t length) {
    struct name plain = {0};
    for (size_t used, i = 0; i < length; i += used)
        name_add(&plain, json_character(name + i, length - i, &used));
    return name_is_key(&plain);
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
    size_t start = skip_space(bytes, 0, length);
    if (start == length || (bytes[start] != '{' && bytes[start] != '['))
        return shorten_parameters(bytes, length, "&");
    return shorten_members(bytes, shorten_parameters(bytes, length, "&\""));
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

static bool starts_secret_word(const char *at, size_t left) {
    static const char *const words[] = {"SIGNATURE", "AUTH", "COOKIE", "TOKEN", "SECRET", "KEY", "PASSWORD"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*at == *words[i] && strlen(words[i]) <= left && memcmp(at, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

bool shorten_is_secret_header(const char *name, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (starts_secret_word(name + i, length - i))
            return true;
    return false;
}
