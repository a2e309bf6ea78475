// shorten.h: takes secrets out of what is kept of a request, so that what is left opens nothing.
#ifndef IVR_SHORTEN_H
#define IVR_SHORTEN_H

#include <stdbool.h>
#include <stddef.h>

// Shortens one secret of `length` bytes in place: a few characters of a long one are left, to know it by, and
// stars. Returns how long it is now, never longer.
size_t shorten_secret(char *secret, size_t length);

// Shortens the value of every parameter and every JSON member whose name request_parameters() takes for the
// access key's, in a URL, a form, JSON, or text with URLs in it, in place. The bytes need not be text.
// Returns the new length.
size_t shorten_keys(char *bytes, size_t length);

// Shortens a known secret wherever else it stands, in place. Returns the new length.
size_t shorten_known(char *bytes, size_t length, const char *secret);

// Whether the header of this name (as CGI has it, HTTP_..., of `length` bytes) carries a secret or a
// signature.
bool shorten_is_secret_header(const char *name, size_t length);

#endif
