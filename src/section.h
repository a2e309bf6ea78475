// section.h: one section of what the platform's AI says of a call: the body of GET /v1/calls/ID/transcription
// and its like.
#ifndef IVR_SECTION_H
#define IVR_SECTION_H

#include <stddef.h>

// The sections, as ivr.enrichments has them, and where the platform has them (PLATFORM section 10).
#define SECTION_COUNT 4
extern const char *const section_names[SECTION_COUNT];
extern const char *const section_paths[SECTION_COUNT];

// Reads the body. Returns {"status":…,"content":…} as JSON, the content without its envelope; a section
// without a status of its own is completed. NULL when it is none: no JSON object, or an error. The caller
// frees.
char *section_read(const char *body, size_t length);

// Puts what was read of each section into one object, for ivr.store_ai(): NULL is left out, "" is missing.
// Returns NULL when memory runs out. The caller frees.
char *section_all(char *const sections[SECTION_COUNT]);

#endif
