// scalar.h: the text of a JSON value that stands for a name, an id or a time.
#ifndef IVR_SCALAR_H
#define IVR_SCALAR_H

struct json_object;

// The text of a string without \u0000 in it, or of a whole number; NULL for everything else, and for a number
// that json-c does not keep as it was sent, so that two ids never become one. Belongs to the value.
const char *scalar_text(struct json_object *value);

#endif
