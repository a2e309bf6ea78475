// guarded.h: reads a small file that may hold secrets.
#ifndef IVR_GUARDED_H
#define IVR_GUARDED_H

#include <stddef.h>
#include <sys/types.h>

// Returns the text of the file, of at most `most` bytes and none of them null, for the caller to free, and
// who may do what with it in *mode; or NULL and in *fault what is wrong with it, a literal or of strerror. A
// file that somebody beside its owner may write to is refused: whoever may, chooses the secrets. A pipe is
// not waited for.
char *guarded_read(const char *path, size_t most, mode_t *mode, const char **fault);

#endif
