// text.h: what the database takes as text.
#ifndef IVR_TEXT_H
#define IVR_TEXT_H

#include <stdbool.h>

// True for text that is not empty, is UTF-8 (no overlong forms, no surrogates, nothing past U+10FFFF) and
// holds no control characters.
bool text_is_clean(const char *text);

// The same of JSON, which may hold tabs and line ends between its parts. Whether it is JSON is not looked at.
bool text_is_clean_json(const char *text);

#endif
