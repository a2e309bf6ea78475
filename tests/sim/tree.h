// tree.h: the configured menus as far as a caller's fingers know them. Pure: no clock, no network.
#ifndef SIM_TREE_H
#define SIM_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "script.h"
#include "text.h"

// So many extensions are dialled; the others are alike.
enum { TREE_EXTENSIONS_MAX = 20 };

#define TREE_NOWHERE ((size_t)-1)

// Owned strings.
struct tree_menu {
    char *name;
    struct text_list options;  // their digits
    bool direct_dial;          // takes extensions beside them
};

// Everything sorted, whatever order it was told in. Zeroed = empty; freed by tree_free.
struct tree {
    struct tree_menu *menus;
    size_t count;
    struct text_list extensions;
    struct text_list numbers;
};

// Reads the JSON text of ivr.settings(NULL). False after a sentence in error; free the tree and the error in
// every case.
bool tree_read(const char *json, size_t length, struct tree *tree, struct text *error);
void tree_free(struct tree *tree);

// The index of that menu, or TREE_NOWHERE.
size_t tree_find(const struct tree *tree, const char *name);

// The menu that a redirect's URL asks: its parameter menu, else its endpoint's own. The caller frees.
char *tree_menu_of(const char *url);

// What has to be pressed at that gather for those digits to arrive: the finish key ends what is shorter than
// expected. NULL when nobody can press them there. The caller frees.
char *tree_keys(const struct gather *gather, const char *digits);

// Keys that are neither an option of the menu nor an extension, NULL when there are none. The caller frees.
char *tree_wrong_keys(const struct tree *tree, const struct tree_menu *menu, const struct gather *gather);

#endif
