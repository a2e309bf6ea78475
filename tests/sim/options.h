// options.h: what was asked for on the command line.
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "text.h"

// The order is that of the words in options.c.
enum method { METHOD_DEFAULT, METHOD_GET, METHOD_POST };
enum carry { CARRY_QUERY, CARRY_FORM, CARRY_JSON, CARRY_HEADER, CARRY_FIRST, CARRY_NONE };
enum digits_in { DIGITS_BOTH, DIGITS_REDIRECT, DIGITS_WEBHOOK };
enum order { ORDER_IN, ORDER_SHUFFLE, ORDER_REVERSE };
enum decimals { CREATED_AT_DEFAULT, CREATED_AT_SECONDS, CREATED_AT_MS, CREATED_AT_OFFSET };
enum repeated_as { REPEATED_SAME, REPEATED_LATER };
enum signature { SIGNATURE_GOOD, SIGNATURE_NONE, SIGNATURE_WRONG, SIGNATURE_STALE, SIGNATURE_FUTURE };
enum signature_time { STAMP_SECONDS, STAMP_MS, STAMP_RFC3339 };
enum end { END_COMPLETED, END_FAILED, END_CANCELED, END_HANGUP };
enum ask_twice { ASK_ONCE, ASK_IN_TURN, ASK_AT_ONCE };

#define DELAY_BEFORE LONG_MIN  // the event is acknowledged before the redirect is asked

// Numbers of a comma separated list.
struct numbers {
    long *items;
    size_t count;
};

// One PRESS=DEST of --expect.
struct expectation {
    char *press;        // digits, "star", "none" or "default"
    char *destination;  // or "say", "hangup"
};

struct expectations {
    struct expectation *items;
    size_t count;
};

// Strings belong to argv or the environment, the rest is freed by options_free.
struct options {
    const char *url;
    const char *secret;  // may hold several; use first_secret
    const char *key;
    const char *answer;
    const char *call_id;  // NULL: made up
    const char *from;     // NULL: varies with the call
    const char *to;
    const char *digits;
    const char *walk;    // file name, "-" for standard input; NULL: no --walk
    const char *replay;  // the same
    const char *api;     // the same
    char *first_secret;  // "" = events are not signed
    char *base;          // url without a slash at its end
    long calls;
    long parallel;
    long walk_limit;
    long spread_ms;
    long seed;
    long timeout_ms;
    long retries;
    long retry_ms;
    long gathered_delay;  // ms after the redirect request, negative = before it; DELAY_BEFORE
    long clock_skew_ms;
    long repeat;             // copies of each event
    long late_recording_ms;  // -1: none
    long max_answer_ms;      // -1: no limit
    int carry;
    int digits_in;
    int method;
    int created_at;
    int repeated_as;
    int order;
    int signature;
    int signature_time;
    int end;
    int ask_twice;
    struct numbers gathered_delays;
    struct numbers lose_gathered;
    struct text_list events;  // names to send, when events_chosen
    bool events_chosen;
    bool unknown_event;
    bool fail_recording;  // recording.failed instead of recording.completed
    bool accept_events_failure;
    bool json;
    bool quiet;
    bool verbose;
    struct expectations expectations;
};

enum options_result { OPTIONS_GO, OPTIONS_HELPED, OPTIONS_WRONG };

// Reads the command line and the environment. OPTIONS_HELPED after printing the help, OPTIONS_WRONG after a
// sentence on stderr. Free the options in every case.
enum options_result options_read(int argc, char **argv, struct options *options);
void options_free(struct options *options);

// The words of an option's choices, for reports.
const char *options_signature_name(int signature);

// When call.gathered of that gather (1 = first) is sent; as gathered_delay.
long options_gathered_delay(const struct options *options, size_t ordinal);
bool options_loses_gathered(const struct options *options, size_t ordinal);
bool options_sends_event(const struct options *options, const char *name);

#endif
