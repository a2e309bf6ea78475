// walk.h: which calls visit every path of the configured menus, and what was learned from them.
//
// A path is what one caller presses, question by question. Whoever asks is a black box: which menu a question
// belongs to is read from the redirect that follows it, and what is to be tried there from the configuration.
// Pure: no clock, no network, no threads of its own; plans are made between rounds, so that they are the same
// ones however many calls are played at a time.
#ifndef SIM_WALK_H
#define SIM_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"
#include "script.h"
#include "text.h"
#include "tree.h"

// What a caller does when the plan is used up.
enum habit {
    HABIT_SILENT,  // nothing until the end
    HABIT_WRONG,   // what is no option, until the end
    HABIT_ROAM,    // goes from menu to menu as long as that can be
    HABIT_LINGER,  // the same, but has every menu asked as often as it can be before moving on
};

// Where calls begin. Owned strings.
struct start {
    char *label;
    char *to;      // the called number
    char *answer;  // path and query of the answer request
};

// A question of a played call. Owned strings.
struct visit {
    size_t menu;  // TREE_NOWHERE: none that is configured
    char *prompt;
    char *keys;  // "" = nothing was pressed
    bool wrong;  // they are no option of the menu
    struct gather gather;
};

// One call: planned, then played. Owned strings.
struct path {
    size_t start;
    struct text_list plan;  // the keys to press; "" = nothing
    enum habit habit;
    struct visit *visits;
    size_t count;
    enum ending ended;
    char *end;  // destination, or the message that was heard last; NULL: none
    char *call_id;
    char *text;  // the conversation, for people
    unsigned redirects;
    struct text_list broken;
};

// An option that leads on to a question.
struct way {
    char *keys;  // owned
    size_t menu;
};

// What is known of a menu.
struct place {
    struct text_list seen;  // where one came from and what was asked: each is explored once
    struct way *ways;
    size_t way_count;
    size_t silent;  // how often in a row it asks again when nothing is pressed
    size_t wrong;   // the same, for what is no option
    bool dialled;   // the extensions were tried
    bool visited;
};

// Zeroed, then walk_open; freed by walk_close.
struct walk {
    const struct tree *tree;
    struct start *starts;
    size_t start_count;
    struct place *places;  // as many as the tree has menus
    struct path **paths;
    size_t count;
    size_t learned;                // paths before this one were played and learned from
    struct text_list unpressable;  // what a menu offers and no caller can press there
    unsigned char *reach;          // how many questions lie ahead; NULL until walk_roam
};

// Plans the first calls: one for each number, one for a number that is not configured (to, or another one
// when to is configured), one for each of the two menus that an endpoint has of its own. answer is the path
// of the answer request.
void walk_open(struct walk *walk, const struct tree *tree, const char *to, const char *answer);
void walk_close(struct walk *walk);

// What the caller of that path presses at the question, which is written down. Valid as long as the path.
// The walk is only read: any thread, when the path is its own.
const char *walk_press(const struct walk *walk, struct path *path, const struct gather *gather);

// Learns from the paths before `played`, in their order, and plans what they leave to try: at a question not
// met before (the menu, what it said, and the menu the caller came from) every option, each extension once a
// menu, nothing, and wrong keys.
void walk_learn(struct walk *walk, size_t played);

// After everything was explored: plans, for each start, the two callers that stay longest. False when there
// is nothing to plan, or it was done before.
bool walk_roam(struct walk *walk);

// Adds the presses as --digits takes them: "1,-,22#"; nothing for a call that was asked nothing.
void walk_add_presses(const struct path *path, struct text *text);

#endif
