// menu.h: the owner's configuration, and the decision what a caller hears next. Pure: no clock, no I/O.
#ifndef IVR_MENU_H
#define IVR_MENU_H

#include <stdbool.h>
#include <stddef.h>

// The platform follows at most 20 redirects (PLATFORM section 4); every answer may end in one, so the 19th
// is the last that still asks.
#define MENU_LAST_STEP 19

// Longest digits taken from a caller.
#define MENU_MAX_DIGITS 32

struct department {
    char *name;
    char *destination;  // E.164 or SIP URI
};

struct option {
    char *digits;
    const struct department *department;
};

struct menu {
    char *name;
    char *endpoint;  // the program that its redirect asks
    char *prompt;
    char *no_input_prompt;
    char *invalid_prompt;
    char *finish_on_key;  // one DTMF key, or NULL
    int num_digits;
    int timeout_seconds;  // 1-30
    int no_input_limit;   // how often it is asked again
    int invalid_limit;
    const struct department *fallback;
    struct option *options;
    size_t option_count;
};

// One snapshot of the configuration. Owned by settings.h, which fills it from the database.
struct config {
    long long version;
    struct department *departments;
    size_t department_count;
    struct menu *menus;
    size_t menu_count;
};

// What is known when a menu's digits are to be judged.
struct menu_input {
    const char *digits;  // as pressed, the finish key may be in it; "" or NULL: nothing
    int step;            // the number of the answer to be given
    int no_inputs;       // how often this menu was asked again because nothing was pressed
    int invalids;        // … because something wrong was pressed
    bool can_ask_again;  // false where attempts cannot be counted, so that a repeat might go on for ever
};

enum decision_kind {
    DECIDED_MENU,         // ask the menu
    DECIDED_NO_INPUT,     // ask it again: nothing was pressed
    DECIDED_INVALID,      // ask it again: no such option
    DECIDED_TRANSFER,     // send the call to the department
    DECIDED_FALLBACK,     // send the call to the menu's fallback
    DECIDED_UNAVAILABLE,  // nothing is configured: send it where the environment says
};

// What the caller hears next. Everything points into the config (or is a literal).
struct decision {
    enum decision_kind kind;
    const struct menu *menu;              // NULL when unavailable
    const char *prompt;                   // what is spoken, for the kinds that ask
    const struct department *department;  // for transfer and fallback
    const char *reason;                   // in words, or NULL
};

// Finds a menu by its name; NULL when there is none, or when name is NULL.
const struct menu *config_find_menu(const struct config *config, const char *name);

// The first question of a menu.
struct decision menu_ask(const struct menu *menu);

// What follows from what was pressed.
struct decision menu_decide(const struct menu *menu, const struct menu_input *input);

// True for the kinds that ask and end in a redirect.
bool decision_asks(const struct decision *decision);

// The word that the database keeps for a decision.
const char *decision_word(enum decision_kind kind);

// Copies digits without the menu's finish key and without spaces, at most MENU_MAX_DIGITS of them; what is not
// printable ASCII becomes '?'.
void menu_clean_digits(const struct menu *menu, const char *digits, char clean[MENU_MAX_DIGITS + 1]);

#endif
