// hosts.c: lists of servers as libpq has them.
#include "hosts.h"

#include <string.h>

int hosts_count(const char *list) {
    int count = 1;
    for (const char *at = list; at != NULL && (at = strchr(at, ',')) != NULL; at++)
        count++;
    return count;
}

bool hosts_nth(const char *list, int nth, char *element, size_t size) {
    *element = '\0';
    if (list == NULL)
        return true;
    int count = hosts_count(list);
    if (count == 1)
        nth = 0;
    if (nth >= count)
        return false;
    for (; nth > 0; nth--)
        list = strchr(list, ',') + 1;
    size_t length = strcspn(list, ",");
    if (length >= size)
        return false;
    memcpy(element, list, length);
    element[length] = '\0';
    return true;
}
