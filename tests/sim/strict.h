// strict.h: JSON as RFC 8259 has it; json-c forgives single quotes, raw control characters and more.
#ifndef SIM_STRICT_H
#define SIM_STRICT_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;
struct text;

// Parses exactly one JSON text of UTF-8, with nothing but white space around it. True when it is one: then
// *root is its value for the caller to put (NULL for null). Otherwise *reason says why, a constant. Of two
// equal keys in one object the last one counts.
bool strict_parse(const char *body, size_t length, struct json_object **root, const char **reason);

// The same for files: when it is no JSON, adds a sentence that says so to error.
bool strict_parse_file(const char *body, size_t length, struct json_object **root, struct text *error);

#endif
