// menu.h: the decision what a caller hears next. Pure: no clock, no I/O.
#ifndef IVR_MENU_H
#define IVR_MENU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

// The platform follows at most 20 redirects (PLATFORM section 4); every answer may end in one, so the 19th
// is the last that still asks.
#define MENU_LAST_STEP 19

// Longest digits taken from a caller.
#define MENU_MAX_DIGITS 32

// Room for an E.164 number: + and at most 15 digits.
#define MENU_NUMBER_SIZE 17

// Most sentences spoken before the question or the transfer; more are left out.
#define MENU_MAX_SAY 8

// What is known of the caller; a zeroed one is a stranger. Names are those of the database, or NULL.
struct caller {
    const char *greeting;
    const char *department;
    const char *menu;
    bool blocked;
    const char *message;  // what a blocked caller hears, or NULL
    const char *language;
};

// What the database says of a code. While it is away, or limits are spent, nothing opens.
enum code_result { CODE_REFUSED, CODE_WRONG, CODE_RIGHT };

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
    const char *language;  // in which the call is spoken; NULL: as it is written
    enum code_result code;
    const char *from;           // the caller's number, where it is known
    const char *number;         // that the call's last question was about, or NULL
    struct caller caller;       // for the first question
    const char *digits;         // as pressed, the finish key may be in it; "" or NULL: nothing
    int no_inputs;              // how often this menu was asked again because nothing was pressed
    int invalids;               // … because something wrong was pressed
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
    bool stop_recording;            // before they are
    bool record;                    // start recording after that
    const char *prompt;             // of the gather, for the kinds that ask; NULL: it listens in silence
    const char *department;         // name of the department, or the extension, that the call is sent to
    const char *destination;        // E.164 or SIP URI
    const char *reason;             // in words, or NULL
    const char *language;           // in which all of it is spoken, or NULL
    bool keep_language;             // for the caller's next calls
    char number[MENU_NUMBER_SIZE];  // E.164: read back before a question, or to be called back; "": none
    bool callback;                  // the caller has confirmed it
    bool from_history;  // what the call has been through was asked: how often a menu was repeated, the menu
                        // before, whether it is recorded, where the caller could not be connected
};

// What a caller hears first who comes to this menu.
struct decision menu_begin(const struct config *config, const struct menu *menu,
                           const struct situation *situation);

// What follows from what was pressed in this menu.
struct decision menu_decide(const struct config *config, const struct menu *menu,
                            const struct situation *situation);

// Makes an E.164 number of what was pressed, or of one: + and 7 to 15 digits; 00 in front is the same as +.
// Returns whether it is one.
bool menu_number(const char *digits, char number[MENU_NUMBER_SIZE]);

// True for the kinds that ask and end in a redirect.
bool decision_asks(const struct decision *decision);

// The word that the database keeps for a decision.
const char *decision_word(enum decision_kind kind);

// Copies digits without the menu's finish key and without spaces, at most MENU_MAX_DIGITS of them; what is
// not printable ASCII becomes '?'. Where a message is taken the finish key stays: it says that there is one.
void menu_clean_digits(const struct menu *menu, const char *digits, char clean[MENU_MAX_DIGITS + 1]);

#endif
