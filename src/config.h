// config.h: the owner's configuration: departments, menus, hours and numbers, as one snapshot of them.
#ifndef IVR_CONFIG_H
#define IVR_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    bool again;     // the same menu once more
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
    char *language;      // that the rest of the call is spoken in, or NULL: as before
    bool keep_language;  // for the caller's next calls
};

// A menu's hours on the clock of one time zone.
struct zone_hours {
    char *zone;
    struct hours hours;
};

// What a menu wants to hear. Menus that the database makes of a place (ivr.made_menus) differ in this alone.
enum menu_takes {
    TAKES_CHOICE,        // one of its options
    TAKES_MESSAGE,       // what is said until a key is pressed; recorded
    TAKES_CODE,          // that the database knows
    TAKES_NUMBER,        // a telephone number, which the partner reads back
    TAKES_CONFIRMATION,  // of that number: an option's message, or another number, for which the partner asks
};

struct menu {
    char *name;
    enum menu_takes takes;
    const struct menu *partner;  // of what takes a number or its confirmation
    struct place opens;          // where a right code leads
    char *endpoint;              // the program that its redirect asks
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

// A number on which the owner is called, or an application id.
struct did {
    char *number;
    const struct menu *menu;
    char *time_zone;
    char *language;  // or NULL
};

// A sentence of the configuration in another language.
struct translation {
    char *sentence;
    char *language;
    char *words;
};

// One snapshot of the configuration. Everything in it belongs to it; what points to a menu or a department
// points into it.
struct config {
    long long version;
    int64_t hours_until;  // the hours are known up to here; later everything counts as open
    struct department *departments;
    size_t department_count;
    struct menu *menus;
    size_t menu_count;
    struct extension *extensions;  // by the bytes of their digits
    size_t extension_count;
    struct did *dids;
    size_t did_count;
    struct translation *translations;  // by the bytes of their sentences, then of their languages
    size_t translation_count;
    bool emergency;  // the switch is on
    char *emergency_message;
    const struct department *emergency_department;
};

// Makes a snapshot of what ivr.settings() returns. A number, extension, agent or option that cannot be read
// is left out and logged by its list and place; without a department, menu or fallback there is no snapshot:
// NULL, logged. Free with config_free.
struct config *config_parse(const char *json);

// Frees a snapshot; NULL is fine.
void config_free(struct config *config);

// Finds a department, a menu, or the entry for a called number or application id, by its name; NULL when
// there is none, or when config or name is NULL.
const struct department *config_find_department(const struct config *config, const char *name);
const struct menu *config_find_menu(const struct config *config, const char *name);
const struct did *config_find_did(const struct config *config, const char *name);

// The configuration's own word for a language in which something is written or which an option sets; NULL
// when it knows no such language, or when config or name is NULL.
const char *config_find_language(const struct config *config, const char *name);

// The sentence in that language, where it is written; else the sentence itself, as for the language NULL.
const char *config_translate(const struct config *config, const char *sentence, const char *language);

#endif
