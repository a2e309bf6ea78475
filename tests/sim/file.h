// file.h: a file, or standard input, as one string.
#ifndef SIM_FILE_H
#define SIM_FILE_H

#include <stdbool.h>

#include "text.h"

// Reads the whole file, "-" for standard input. False after a sentence on stderr; free the text in every
// case.
bool file_read(const char *name, struct text *text);

#endif
