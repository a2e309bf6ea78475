// menu.h: the owner's configuration, and the decision what a caller hears next. Pure: no clock, no I/O.
#ifndef IVR_MENU_H
#define IVR_MENU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The platform follows at most 20 redirects (PLATFORM section 4); every answer may end in one, so the 19th
// is the last that still asks.
#define MENU_LAST_STEP 19

// Longest digits taken from a caller.
#define MENU_MAX_DIGITS 32

// Most sentences spoken before the question or the transfer; more are left out.
#define MENU_MAX_SAY 8

struct department;
struct menu;

// Opening hours as moments: [opens, closes), in seconds since 1970 UTC, in order.
struct span {
    int64_t opens;
    int64_t closes;
};

struct hours {
    bool always;  // no hours are set: always open
    struct span *spans;
    size_t count;
};

// Where something leads: at most one of these. All NULL: nowhere in particular.
struct place {
    const struct department *department;
    const struct menu *menu;
    char *message;  // spoken, then the call ends; owned by the config
    bool back;      // to the menu before
};

// Somebody on duty in a department.
struct agent {
    char *destination;  // E.164 or SIP URI
    int priority;       // 1 first
    int share;
};

struct department {
    char *name;
    char *destination;  // E.164 or SIP URI, where there are no agents
    char *announcement;
    struct hours hours;
    char *closed_message;
    struct place closed;
    bool has_agents;  // whether on duty or not
    struct agent *agents;
    size_t agent_count;  // of those on duty, by priority
};

struct option {
    char *digits;
    struct place place;
};

// A menu's hours on the clock of one time zone.
struct zone_hours {
    char *zone;
    struct hours hours;
};

struct menu {
    char *name;
    char *endpoint;  // the program that its redirect asks
    char *greeting;
    char *recording_notice;  // not NULL: recording starts after it
    char *prompt;
    char *no_input_prompt;
    char *invalid_prompt;
    char *finish_on_key;  // one DTMF key, or NULL
    int num_digits;
    int timeout_seconds;  // 1-30
    int no_input_limit;   // how often it is asked again
    int invalid_limit;
    bool direct_dial;
    char *time_zone;  // of its hours; NULL: that of the number that was called
    struct zone_hours *hours;
    size_t hours_count;  // 0: always open
    char *closed_message;
    struct place closed;
    struct place no_input;  // past the limit; nowhere: the fallback
    struct place invalid;
    const struct department *fallback;
    struct option *options;
    size_t option_count;
};

struct extension {
    char *digits;
    char *destination;
};

// One of the owner's numbers, or an application id.
struct number {
    char *number;
    const struct menu *menu;
    char *time_zone;
};

// One snapshot of the configuration. Owned by settings.h, which fills it from the database.
struct config {
    long long version;
    int64_t hours_until;  // the hours are known up to here; later everything counts as open
    struct department *departments;
    size_t department_count;
    struct menu *menus;
    size_t menu_count;
    struct extension *extensions;
    size_t extension_count;
    struct number *numbers;
    size_t number_count;
    bool emergency;  // the switch is on
    char *emergency_message;
    const struct department *emergency_department;
};

// What is known of the caller; a zeroed one is a stranger. Names are those of the database, or NULL.
struct caller {
    const char *greeting;
    const char *department;
    const char *menu;
    bool blocked;
    const char *message;  // what a blocked caller hears, or NULL
};

// What a decision depends on beside the configuration.
struct situation {
    int64_t now;              // seconds since 1970 UTC
    const char *zone;         // of the number that was called, or NULL
    const struct menu *home;  // the number's menu, where back leads when nothing else is known
    int step;                 // the number of the answer to be given
    bool can_ask_again;       // false where answers cannot be counted, so that repeats might go on for ever
    bool recorded;            // the call is being recorded
    uint32_t draw;            // any number that is the same for the whole call: chooses between shares
    const char *failed;    // destinations that failed for this caller a short time ago, one a line, or NULL
    struct caller caller;  // for the first question
    const char *digits;    // as pressed, the finish key may be in it; "" or NULL: nothing
    int no_inputs;         // how often this menu was asked again because nothing was pressed
    int invalids;          // … because something wrong was pressed
    const struct menu *before;  // the menu from which the caller came, or NULL
};

enum decision_kind {
    DECIDED_MENU,         // ask a menu
    DECIDED_NO_INPUT,     // ask it again: nothing was pressed
    DECIDED_INVALID,      // ask it again: no such option
    DECIDED_TRANSFER,     // send the call to the destination
    DECIDED_FALLBACK,     // send it to the menu's fallback
    DECIDED_MESSAGE,      // say something and end
    DECIDED_UNAVAILABLE,  // nothing is configured: send it where the environment says
};

// What the caller hears next. Everything points into the config or the situation, or is a literal.
struct decision {
    enum decision_kind kind;
    const struct menu *menu;  // the one that is asked, or in which this was decided; NULL when unavailable
    const char *say[MENU_MAX_SAY];  // spoken first
    size_t say_count;
    bool record;              // start recording after that
    const char *prompt;       // of the gather, for the kinds that ask
    const char *department;   // name of the department, or the extension, that the call is sent to
    const char *destination;  // E.164 or SIP URI
    const char *reason;       // in words, or NULL
};

// Finds a menu, or the entry for a called number or application id, by its name; NULL when there is none, or
// when config or name is NULL.
const struct menu *config_find_menu(const struct config *config, const char *name);
const struct number *config_find_number(const struct config *config, const char *name);

// What a caller hears first who comes to this menu.
struct decision menu_begin(const struct config *config, const struct menu *menu,
                           const struct situation *situation);

// What follows from what was pressed in this menu.
struct decision menu_decide(const struct config *config, const struct menu *menu,
                            const struct situation *situation);

// True for the kinds that ask and end in a redirect.
bool decision_asks(const struct decision *decision);

// The word that the database keeps for a decision.
const char *decision_word(enum decision_kind kind);

// Copies digits without the menu's finish key and without spaces, at most MENU_MAX_DIGITS of them; what is
// not printable ASCII becomes '?'.
void menu_clean_digits(const struct menu *menu, const char *digits, char clean[MENU_MAX_DIGITS + 1]);

#endif
