// text.h: what the database takes as text.
#ifndef IVR_TEXT_H
#define IVR_TEXT_H

#include <stdbool.h>

// True for text that is not empty, is UTF-8 (no overlong forms, no surrogates, nothing past U+10FFFF) and
// holds no control characters.
bool text_is_clean(const char *text);

#endif
