// text.c: tells clean UTF-8 from anything else.
#include "text.h"

#include <stddef.h>
#include <string.h>

// The length of the UTF-8 character at `at`, or 0 when there is none or it is a control character.
static size_t character_length(const unsigned char *at) {
    static const struct {
        unsigned char first, last, second_first, second_last;
        size_t length;
    } forms[] = {
        {0x20, 0x7e, 0, 0, 1},       {0xc2, 0xc2, 0xa0, 0xbf, 2}, {0xc3, 0xdf, 0x80, 0xbf, 2},
        {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
        {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
        {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (*at < forms[i].first || *at > forms[i].last)
            continue;
        if (forms[i].length > 1 && (at[1] < forms[i].second_first || at[1] > forms[i].second_last))
            continue;
        for (size_t more = 2; more < forms[i].length; more++)
            if ((at[more] & 0xc0) != 0x80)
                return 0;
        return forms[i].length;
    }
    return 0;
}

static bool is_clean(const char *text, const char *also) {
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        size_t length = strchr(also, *at) != NULL ? 1 : character_length(at);
        if (length == 0)
            return false;
        at += length;
    }
    return *text != '\0';
}

bool text_is_clean(const char *text) {
    return is_clean(text, "");
}

bool text_is_clean_json(const char *text) {
    return is_clean(text, "\t\r\n");
}
