// hosts.h: lists of servers as libpq's PGHOST, PGHOSTADDR and PGPORT have them: a,b.
#ifndef IVR_HOSTS_H
#define IVR_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

// How many elements the list has; 1 where it is NULL or has no comma.
int hosts_count(const char *list);

// Copies the nth element, from 0, into `element`; of a list with one element that one, whatever nth is. Empty
// where the list is NULL or the element is. Returns false when it has too few elements or `size` is too
// small.
bool hosts_nth(const char *list, int nth, char *element, size_t size);

#endif
