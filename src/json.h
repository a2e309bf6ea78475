// json.h: json-c where memory runs out. Its parser leaves members out then, its printer pieces of text, and
// neither says so.
#ifndef IVR_JSON_H
#define IVR_JSON_H

struct json_object;

// Parses text, leniently, as json_tokener_parse does. Whole, or NULL: it is no JSON, or memory has run out.
// The caller puts it.
struct json_object *json_parse(const char *text);

// Prints without white space and without escaped slashes. Whole, or NULL when memory has run out. The text
// belongs to the object.
const char *json_print(struct json_object *object);

#endif
