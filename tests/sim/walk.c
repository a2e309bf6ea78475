// walk.c: which calls visit every path of the configured menus, and what was learned from them.
#include "walk.h"

#include <stdlib.h>
#include <string.h>

// The platform follows no more redirects (PLATFORM section 4).
enum { QUESTIONS_MAX = 20 };

// Plans

static void add_start(struct walk *walk, const char *label, const char *to, const char *answer) {
    struct path *path = memory_need(1, sizeof *path);
    walk->starts = memory_resize(walk->starts, walk->start_count + 1, sizeof *walk->starts);
    walk->starts[walk->start_count] =
        (struct start){.label = text_copy(label), .to = text_copy(to), .answer = text_copy(answer)};
    path->start = walk->start_count++;
    walk->paths = memory_resize(walk->paths, walk->count + 1, sizeof(struct path *));
    walk->paths[walk->count++] = path;
}

// A path that begins like the first `shared` questions of another, then presses keys (NULL: nothing planned).
static void add_plan(struct walk *walk, const struct path *like, size_t shared, const char *keys,
                     enum habit habit) {
    struct path *path = memory_need(1, sizeof *path);
    path->start = like->start;
    path->habit = habit;
    for (size_t i = 0; i < shared; i++)
        text_list_add(&path->plan, "%s", like->visits[i].keys);
    if (keys != NULL)
        text_list_add(&path->plan, "%s", keys);
    walk->paths = memory_resize(walk->paths, walk->count + 1, sizeof(struct path *));
    walk->paths[walk->count++] = path;
}

// A number that is not configured.
static char *make_unknown(const struct tree *tree, const char *to) {
    struct text number = {0};
    text_add(&number, to);
    for (unsigned last = 0; text_list_has(&tree->numbers, text_string(&number)); last++) {
        text_free(&number);
        text_format(&number, "+1555999%04u", last);
    }
    return number.bytes;
}

static void add_own_menu(struct walk *walk, const char *menu, const char *to, const char *answer) {
    if (tree_find(walk->tree, menu) == TREE_NOWHERE)
        return;
    struct text url = {0};
    text_format(&url, "%s%cmenu=%s", answer, strchr(answer, '?') != NULL ? '&' : '?', menu);
    add_start(walk, url.bytes, to, url.bytes);
    text_free(&url);
}

void walk_open(struct walk *walk, const struct tree *tree, const char *to, const char *answer) {
    char *unknown = make_unknown(tree, to);
    *walk = (struct walk){.tree = tree, .places = memory_need(tree->count, sizeof *walk->places)};
    for (size_t i = 0; i < tree->numbers.count; i++)
        add_start(walk, tree->numbers.items[i], tree->numbers.items[i], answer);
    struct text label = {0};
    text_format(&label, "any other number (%s)", unknown);
    add_start(walk, label.bytes, unknown, answer);
    add_own_menu(walk, "main", unknown, answer);
    add_own_menu(walk, "department", unknown, answer);
    text_free(&label);
    free(unknown);
}

static void free_path(struct path *path) {
    for (size_t i = 0; i < path->count; i++) {
        free(path->visits[i].prompt);
        free(path->visits[i].keys);
    }
    free(path->visits);
    free(path->end);
    free(path->call_id);
    free(path->text);
    text_list_free(&path->plan);
    text_list_free(&path->broken);
    free(path);
}

static void free_place(struct place *place) {
    for (size_t i = 0; i < place->way_count; i++)
        free(place->ways[i].keys);
    free(place->ways);
    text_list_free(&place->seen);
}

void walk_close(struct walk *walk) {
    for (size_t i = 0; i < walk->start_count; i++) {
        free(walk->starts[i].label);
        free(walk->starts[i].to);
        free(walk->starts[i].answer);
    }
    for (size_t i = 0; i < walk->count; i++)
        free_path(walk->paths[i]);
    for (size_t i = 0; walk->tree != NULL && i < walk->tree->count; i++)
        free_place(&walk->places[i]);
    free(walk->starts);
    free(walk->paths);
    free(walk->places);
    free(walk->reach);
    text_list_free(&walk->unpressable);
    *walk = (struct walk){0};
}

// Pressing

// How many questions can follow one of that menu, when so many redirects are left.
static unsigned char *reach_of(const struct walk *walk, size_t left, size_t menu) {
    return &walk->reach[left * walk->tree->count + menu];
}

// The option after which most can follow; NULL when none leads on.
static const char *longest_way(const struct walk *walk, const struct path *path, size_t menu) {
    size_t left = path->count < QUESTIONS_MAX ? QUESTIONS_MAX - path->count : 0;
    const struct place *place = &walk->places[menu];
    const struct way *best = NULL;
    for (size_t i = 0; i < place->way_count; i++) {
        const struct way *way = &place->ways[i];
        if (best == NULL || *reach_of(walk, left, way->menu) > *reach_of(walk, left, best->menu))
            best = way;
    }
    return best != NULL ? best->keys : NULL;
}

// Questions of one menu in a row up to now, this one included.
static size_t stay(const struct path *path) {
    size_t count = 1;
    while (count < path->count &&
           path->visits[path->count - 1 - count].menu == path->visits[path->count - 1].menu)
        count++;
    return count;
}

static const char *habitual_keys(const struct walk *walk, const struct path *path, size_t menu,
                                 const char *wrong) {
    const struct place *place = &walk->places[menu];
    if (path->habit == HABIT_SILENT)
        return "";
    if (path->habit == HABIT_WRONG)
        return wrong;
    if (path->habit == HABIT_LINGER && stay(path) <= place->silent + place->wrong)
        return stay(path) <= place->silent ? "" : wrong;
    const char *way = longest_way(walk, path, menu);
    return way != NULL ? way : wrong;
}

static size_t menu_asked(const struct walk *walk, struct path *path, const struct gather *gather) {
    if (gather->next_url == NULL) {
        text_list_add(&path->broken, "question %zu: no redirect follows it", gather->ordinal);
        return TREE_NOWHERE;
    }
    char *name = tree_menu_of(gather->next_url);
    size_t menu = tree_find(walk->tree, name);
    if (menu == TREE_NOWHERE)
        text_list_add(&path->broken, "question %zu: its redirect asks the menu %s, which is not configured",
                      gather->ordinal, name);
    free(name);
    return menu;
}

const char *walk_press(const struct walk *walk, struct path *path, const struct gather *gather) {
    size_t menu = menu_asked(walk, path, gather);
    char *wrong = menu == TREE_NOWHERE ? NULL : tree_wrong_keys(walk->tree, &walk->tree->menus[menu], gather);
    path->visits = memory_resize(path->visits, path->count + 1, sizeof *path->visits);
    struct visit *visit = &path->visits[path->count++];
    *visit = (struct visit){.menu = menu, .prompt = text_copy(gather->prompt), .gather = *gather};
    visit->gather.prompt = visit->gather.next_url = NULL;
    const char *keys = "";
    if (path->count <= path->plan.count)
        keys = path->plan.items[path->count - 1];
    else if (menu != TREE_NOWHERE)
        keys = habitual_keys(walk, path, menu, wrong != NULL ? wrong : "");
    visit->keys = text_copy(keys);
    visit->wrong = wrong != NULL && strcmp(keys, wrong) == 0;
    free(wrong);
    return visit->keys;
}

// Learning

static void add_way(struct place *place, const char *keys, size_t menu) {
    for (size_t i = 0; i < place->way_count; i++)
        if (strcmp(place->ways[i].keys, keys) == 0 && place->ways[i].menu == menu)
            return;
    place->ways = memory_resize(place->ways, place->way_count + 1, sizeof *place->ways);
    place->ways[place->way_count++] = (struct way){text_copy(keys), menu};
}

static bool is_silent(const struct visit *visit) {
    return *visit->keys == '\0';
}

static bool is_wrong(const struct visit *visit) {
    return visit->wrong;
}

// How often from there on the same menu asked again because of that.
static size_t repeats(const struct path *path, size_t from, bool (*because)(const struct visit *)) {
    size_t i = from;
    while (i + 1 < path->count && because(&path->visits[i]) &&
           path->visits[i + 1].menu == path->visits[i].menu)
        i++;
    return i - from;
}

static void learn_ways(struct walk *walk, const struct path *path, size_t i) {
    const struct visit *visit = &path->visits[i];
    struct place *place = &walk->places[visit->menu];
    size_t silent = repeats(path, i, is_silent);
    size_t wrong = repeats(path, i, is_wrong);
    place->visited = true;
    if (silent > place->silent)
        place->silent = silent;
    if (wrong > place->wrong)
        place->wrong = wrong;
    if (i + 1 < path->count && path->visits[i + 1].menu != TREE_NOWHERE && *visit->keys != '\0' &&
        !visit->wrong)
        add_way(place, visit->keys, path->visits[i + 1].menu);
}

// Plans the same path with other keys at that question, unless they were pressed there by the path itself.
static void try_keys(struct walk *walk, const struct path *path, size_t i, const char *keys,
                     enum habit habit) {
    if (strcmp(keys, path->visits[i].keys) != 0)
        add_plan(walk, path, i, keys, habit);
}

static void try_digits(struct walk *walk, const struct path *path, size_t i, const char *digits) {
    const struct visit *visit = &path->visits[i];
    char *keys = tree_keys(&visit->gather, digits);
    struct text sentence = {0};
    if (keys != NULL) {
        try_keys(walk, path, i, keys, HABIT_SILENT);
    } else {
        text_format(&sentence, "%s: %s", walk->tree->menus[visit->menu].name, digits);
        if (!text_list_has(&walk->unpressable, sentence.bytes))
            text_list_add(&walk->unpressable, "%s", sentence.bytes);
    }
    text_free(&sentence);
    free(keys);
}

static void explore(struct walk *walk, const struct path *path, size_t i) {
    const struct visit *visit = &path->visits[i];
    const struct tree_menu *menu = &walk->tree->menus[visit->menu];
    const struct text_list *extensions = &walk->tree->extensions;
    struct place *place = &walk->places[visit->menu];
    char *wrong = tree_wrong_keys(walk->tree, menu, &visit->gather);
    for (size_t j = 0; j < menu->options.count; j++)
        try_digits(walk, path, i, menu->options.items[j]);
    for (size_t j = 0;
         menu->direct_dial && !place->dialled && j < extensions->count && j < TREE_EXTENSIONS_MAX; j++)
        try_digits(walk, path, i, extensions->items[j]);
    place->dialled = true;
    try_keys(walk, path, i, "", HABIT_SILENT);
    if (wrong != NULL)
        try_keys(walk, path, i, wrong, HABIT_WRONG);
    free(wrong);
}

// Whether that question is met for the first time; then it is not any more.
static bool is_new(struct walk *walk, const struct path *path, size_t i) {
    struct place *place = &walk->places[path->visits[i].menu];
    size_t origin = i != 0 ? path->visits[i - 1].menu : TREE_NOWHERE;
    struct text state = {0};
    text_format(&state, "%zu %s", origin, path->visits[i].prompt);
    bool seen = text_list_has(&place->seen, state.bytes);
    if (!seen)
        text_list_add(&place->seen, "%s", state.bytes);
    text_free(&state);
    return !seen;
}

static void learn_path(struct walk *walk, const struct path *path) {
    for (size_t i = 0; i < path->count; i++) {
        if (path->visits[i].menu == TREE_NOWHERE)
            continue;
        learn_ways(walk, path, i);
        if (is_new(walk, path, i))
            explore(walk, path, i);
        else if (i == 0 && path->plan.count == 0 && path->habit == HABIT_SILENT)
            add_plan(walk, path, 0, NULL, HABIT_WRONG);
    }
}

void walk_learn(struct walk *walk, size_t played) {
    for (; walk->learned < played; walk->learned++)
        learn_path(walk, walk->paths[walk->learned]);
}

// Staying long

static void measure_reach(struct walk *walk) {
    size_t menus = walk->tree->count;
    walk->reach = memory_need((QUESTIONS_MAX + 1) * menus, sizeof *walk->reach);
    for (size_t left = 1; left <= QUESTIONS_MAX; left++) {
        for (size_t menu = 0; menu < menus; menu++) {
            const struct place *place = &walk->places[menu];
            for (size_t i = 0; i < place->way_count; i++) {
                unsigned char far = (unsigned char)(*reach_of(walk, left - 1, place->ways[i].menu) + 1);
                if (far > *reach_of(walk, left, menu))
                    *reach_of(walk, left, menu) = far;
            }
        }
    }
}

bool walk_roam(struct walk *walk) {
    size_t before = walk->count;
    if (walk->reach != NULL)
        return false;
    measure_reach(walk);
    for (size_t i = 0; i < walk->start_count; i++) {
        const struct path *first = walk->paths[i];
        if (first->count == 0)
            continue;
        add_plan(walk, first, 0, NULL, HABIT_ROAM);
        add_plan(walk, first, 0, NULL, HABIT_LINGER);
    }
    return walk->count > before;
}

void walk_add_presses(const struct path *path, struct text *text) {
    for (size_t i = 0; i < path->count; i++)
        text_format(text, "%s%s", i != 0 ? "," : "",
                    *path->visits[i].keys != '\0' ? path->visits[i].keys : "-");
}
