// log.h: one line a request, as key=value pairs (logfmt) on stderr.
#ifndef IVR_LOG_H
#define IVR_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum log_priority { LOG_AS_INFO, LOG_AS_WARNING, LOG_AS_ERROR };

// A line being written. It lives on the stack; a zeroed one is empty. What does not fit is cut.
struct log_line {
    char text[1024];
    size_t length;
    enum log_priority priority;  // told where the journal reads
    const char *outcome;         // see log_outcome
};

// Adds key=value. The value is quoted where needed; control characters become '?'. NULL adds nothing.
void log_text(struct log_line *line, const char *key, const char *value);

// Adds key=value for a whole number.
void log_number(struct log_line *line, const char *key, long long value);

// Adds key=value for milliseconds, with one decimal.
void log_ms(struct log_line *line, const char *key, double ms);

// Adds key=value for a phone number or SIP URI: only its last two characters are shown.
void log_masked(struct log_line *line, const char *key, const char *number);

// Adds key=value for a word that somebody else has chosen: with seven digits or more a phone number may stand
// in it, and each digit becomes '*'. Of a long one the first 255 bytes.
void log_word(struct log_line *line, const char *key, const char *word);

// Adds outcome=value, a literal, which is kept beside the line to be counted.
void log_outcome(struct log_line *line, const char *value);

// Adds all of `more`.
void log_append(struct log_line *line, const struct log_line *more);

// Writes the line with time and program name in front, whole, and empties it. Never waits between log_start
// and log_stop.
void log_write(struct log_line *line);

// Looks whether stderr is the journal's (systemd.exec(5), JOURNAL_STREAM): lines then begin with their
// priority, "<6>". Said once, before the first line.
void log_open(void);

// From here on a thread of its own writes the lines; what it cannot write in time is dropped, and counted in
// a line of its own. Returns false when the thread cannot be had: lines are then written as they come.
bool log_start(void);

// Writes what is left, for at most so many milliseconds (whole seconds). From here on lines are written as
// they come.
void log_stop(int ms);

// How many lines were dropped in all.
unsigned long log_dropped(void);

// Writes a line of its own: what failed, and the detail in printf's form. No phone numbers, bodies or
// secrets. Between log_start and log_stop the same fault is told once in REPEATS_MS (repeats.h), and then how
// many more there were.
void log_error(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The same for what works, but not as it should, …
void log_warning(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));

// … and for what is as it should be.
void log_info(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
