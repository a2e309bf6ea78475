// numbers.c: the same rules for destinations as the table ivr.departments has.
#include "numbers.h"

#include <string.h>

#include "text.h"

static bool is_e164(const char *text) {
    size_t digits = strspn(text + 1, "0123456789");
    return text[0] == '+' && text[1] != '0' && digits >= 7 && digits <= 15 && text[1 + digits] == '\0';
}

// user@host, then nothing or ;parameters
static bool is_sip(const char *text) {
    const char *user = strncmp(text, "sip:", 4) == 0    ? text + 4
                       : strncmp(text, "sips:", 5) == 0 ? text + 5
                                                        : NULL;
    if (user == NULL)
        return false;
    if (strpbrk(text, " \"<>") != NULL)
        return false;
    size_t user_length = strcspn(user, "@");
    if (user_length == 0 || user[user_length] == '\0')
        return false;
    const char *host = user + user_length + 1;
    size_t host_length = strspn(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:[]-");
    return host_length > 0 && (host[host_length] == '\0' || host[host_length] == ';');
}

bool number_is_destination(const char *text) {
    return text_is_clean(text) && (is_e164(text) || is_sip(text));
}

bool number_is_placeholder(const char *text) {
    static const char documents[] = "+1555123";
    return strncmp(text, documents, sizeof documents - 1) == 0;
}

bool number_is_dtmf(char key) {
    return key != '\0' && strchr("0123456789*#ABCD", key) != NULL;
}
