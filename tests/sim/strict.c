// strict.c: JSON as RFC 8259 has it; json-c forgives single quotes, raw control characters and more.
#include "strict.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "text.h"

// Bytes of the well-formed UTF-8 character at bytes; 0 when it is none.
static size_t utf8_length(const unsigned char *bytes, size_t left) {
    static const unsigned char lowest[] = {0, 0, 0x80, 0xA0, 0x90};
    static const unsigned char highest[] = {0, 0, 0xBF, 0x9F, 0x8F};
    unsigned char first = bytes[0];
    size_t length = first < 0x80   ? 1
                    : first < 0xC2 ? 0
                    : first < 0xE0 ? 2
                    : first < 0xF0 ? 3
                    : first < 0xF5 ? 4
                                   : 0;
    if (length < 2)
        return length;
    if (length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    if ((first == 0xE0 || first == 0xF0) && bytes[1] < lowest[length])  // overlong
        return 0;
    if ((first == 0xED || first == 0xF4) && bytes[1] > highest[length])  // surrogate, or beyond U+10FFFF
        return 0;
    return length;
}

static bool is_utf8(const char *string, size_t length) {
    const unsigned char *bytes = (const unsigned char *)string;
    while (length != 0) {
        size_t step = utf8_length(bytes, length);
        if (step == 0)
            return false;
        bytes += step;
        length -= step;
    }
    return true;
}

// Characters of the string that opens at text, both quotes included; 0 when it never closes or holds a
// control.
static size_t string_length(const char *text, size_t left) {
    for (size_t i = 1; i < left && (unsigned char)text[i] >= 0x20; i++) {
        if (text[i] == '"')
            return i + 1;
        if (text[i] == '\\')
            i++;
    }
    return 0;
}

static size_t span(const char *text, size_t left, const char *set) {
    size_t length = 0;
    while (length < left && text[length] != '\0' && strchr(set, text[length]) != NULL)
        length++;
    return length;
}

// Characters of a number that json-c then reads; 0 when it has a zero in front.
static size_t number_length(const char *text, size_t left) {
    size_t length = span(text, left, "0123456789+-.eE");
    size_t first = text[0] == '-' ? 1 : 0;
    if (length > first + 1 && text[first] == '0' && isdigit((unsigned char)text[first + 1]))
        return 0;
    return length;
}

static size_t word_length(const char *text, size_t left) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (length <= left && memcmp(text, words[i], length) == 0)
            return length;
    }
    return 0;
}

// Whether the text is made of JSON's tokens; their order is left to json-c.
static bool has_tokens_only(const char *text, size_t left) {
    while (left != 0) {
        size_t length = span(text, left, " \t\r\n{}[]:,");
        if (length == 0 && *text == '"')
            length = string_length(text, left);
        else if (length == 0 && (*text == '-' || isdigit((unsigned char)*text)))
            length = number_length(text, left);
        else if (length == 0)
            length = word_length(text, left);
        if (length == 0)
            return false;
        text += length;
        left -= length;
    }
    return true;
}

// The reason why it failed, NULL when it did not.
static const char *parse(struct json_tokener *tokener, int flags, const char *body, size_t length,
                         struct json_object **root) {
    json_tokener_reset(tokener);
    json_tokener_set_flags(tokener, flags);
    *root = json_tokener_parse_ex(tokener, body, (int)length);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    if (error == json_tokener_continue)
        return "it ends too early";
    if (error != json_tokener_success)
        return json_tokener_error_desc(error);
    size_t end = json_tokener_get_parse_end(tokener);
    end += span(body + end, length - end, " \t\r\n");
    return end == length ? NULL : "something follows it";
}

// The order of the tokens is judged by a copy without what is beyond ASCII, which json-c 0.17 and 0.18, being
// strict, take for control characters.
static const char *parse_strictly(struct json_tokener *tokener, const char *body, size_t length,
                                  struct json_object **root) {
    char *plain = malloc(length);
    if (plain == NULL)
        return "there is no memory for it";
    for (size_t i = 0; i < length; i++)
        plain[i] = ((unsigned char)body[i] & 0x80) != 0 ? '?' : body[i];
    const char *reason = parse(tokener, JSON_TOKENER_STRICT, plain, length, root);
    free(plain);
    if (reason != NULL)
        return reason;
    json_object_put(*root);
    return parse(tokener, 0, body, length, root);
}

bool strict_parse(const char *body, size_t length, struct json_object **root, const char **reason) {
    struct json_tokener *tokener = json_tokener_new();
    *root = NULL;
    if (tokener == NULL || length > INT32_MAX)
        *reason = "it is too long";
    else if (span(body, length, " \t\r\n") == length)
        *reason = "it is empty";
    else if (!is_utf8(body, length))
        *reason = "it is not UTF-8";
    else if (!has_tokens_only(body, length))
        *reason = "it holds what JSON does not know";
    else
        *reason = parse_strictly(tokener, body, length, root);
    if (tokener != NULL)
        json_tokener_free(tokener);
    if (*reason == NULL)
        return true;
    json_object_put(*root);
    *root = NULL;
    return false;
}

bool strict_parse_file(const char *body, size_t length, struct json_object **root, struct text *error) {
    const char *reason;
    if (strict_parse(body, length, root, &reason))
        return true;
    text_format(error, "it is not JSON: %s", reason);
    return false;
}
