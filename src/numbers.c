// numbers.c: the same rules for destinations as the table ivr.departments has.
#include "numbers.h"

#include <string.h>

static bool is_e164(const char *text) {
    size_t digits = strspn(text + 1, "0123456789");
    return text[0] == '+' && text[1] != '0' && digits >= 7 && digits <= 15 && text[1 + digits] == '\0';
}

static bool is_sip(const char *text) {
    const char *user = strncmp(text, "sip:", 4) == 0 ? text + 4 : strncmp(text, "sips:", 5) == 0 ? text + 5 : NULL;
    if (user == NULL)
        return false;
    const char *host = strchr(user, '@');
    if (host == NULL || host == user || host[1] == '\0' || strchr(host + 1, '@') != NULL)
        return false;
    for (const char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at <= ' ' || *at == 0x7f || strchr("\"<>", *at) != NULL)
            return false;
    return true;
}

bool number_is_destination(const char *text) {
    return is_e164(text) || is_sip(text);
}

bool number_is_dtmf(char key) {
    return key != '\0' && strchr("0123456789*#ABCD", key) != NULL;
}
