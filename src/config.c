// config.c: makes a snapshot of the configuration from the JSON that the database gives.
//
// Departments and menus point to each other, so both are named first and filled in afterwards.
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "json.h"
#include "log.h"
#include "numbers.h"
#include "text.h"

// Values. A missing key and a JSON null are the same.

static struct json_object *value_of(struct json_object *from, const char *key) {
    struct json_object *value;
    return json_object_is_type(from, json_type_object) && json_object_object_get_ex(from, key, &value) ? value
                                                                                                       : NULL;
}

static const char *text_of(struct json_object *from, const char *key) {
    struct json_object *value = value_of(from, key);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static bool copy_text(char **to, struct json_object *from, const char *key) {
    const char *text = text_of(from, key);
    *to = text == NULL ? NULL : strdup(text);
    return text == NULL || (*to != NULL && text_is_clean(*to));
}

static bool copy_needed_text(char **to, struct json_object *from, const char *key) {
    return copy_text(to, from, key) && *to != NULL;
}

static bool copy_destination(char **to, struct json_object *from) {
    return copy_needed_text(to, from, "destination") && number_is_destination(*to);
}

static int64_t number_of(struct json_object *from, const char *key) {
    return json_object_get_int64(value_of(from, key));
}

// A whole number within its limits; nothing else will do.
static bool read_int(int *to, struct json_object *from, const char *key, int least, int most) {
    struct json_object *value = value_of(from, key);
    int64_t number = json_object_get_int64(value);
    if (!json_object_is_type(value, json_type_int) || number < least || number > most)
        return false;
    *to = (int)number;
    return true;
}

static bool truth_of(struct json_object *from, const char *key) {
    return json_object_get_boolean(value_of(from, key));
}

static struct json_object *item(struct json_object *list, size_t i) {
    return json_object_array_get_idx(list, i);
}

// Allocates an array for the list under a key and tells its length; a missing list is an empty one. NULL when
// memory runs out or it is no list.
static void *array_for(struct json_object *from, const char *key, size_t size, struct json_object **list,
                       size_t *count) {
    *list = value_of(from, key);
    *count = json_object_is_type(*list, json_type_array) ? json_object_array_length(*list) : 0;
    if (*list != NULL && !json_object_is_type(*list, json_type_array))
        return NULL;
    return calloc(*count + 1, size);
}

// References by name

static bool refer_to_department(const struct config *config, const struct department **to,
                                struct json_object *from, const char *key) {
    const char *name = text_of(from, key);
    *to = config_find_department(config, name);
    return name == NULL || *to != NULL;
}

static bool refer_to_menu(const struct config *config, const struct menu **to, struct json_object *from,
                          const char *key) {
    const char *name = text_of(from, key);
    *to = config_find_menu(config, name);
    return name == NULL || *to != NULL;
}

// The keys under which a place's parts stand; NULL for a part that it cannot have.
struct place_keys {
    const char *department;
    const char *menu;
    const char *message;
};

static bool read_place(const struct config *config, struct place *place, struct json_object *from,
                       struct place_keys keys) {
    return refer_to_department(config, &place->department, from, keys.department) &&
           refer_to_menu(config, &place->menu, from, keys.menu) &&
           (keys.message == NULL || copy_text(&place->message, from, keys.message));
}

// Rows that stand alone: one that cannot be read costs itself, not the snapshot

struct rows {
    const char *key;  // of their list
    size_t size;      // of one
    bool (*read)(const struct config *config, void *row, struct json_object *from);
    void (*clear)(void *row);  // frees what was read of one
};

// Allocates and fills the array for a list, without the rows that are left out; `owner` is the department or
// menu that has it, or NULL. NULL when memory runs out or it is no list.
static void *read_rows(const struct config *config, const struct rows *rows, struct json_object *from,
                       const char *owner, size_t *count) {
    struct json_object *list;
    size_t length;
    size_t first_left_out = 0;
    char *array = array_for(from, rows->key, rows->size, &list, &length);
    *count = 0;
    for (size_t i = 0; array != NULL && i < length; i++) {
        void *row = array + *count * rows->size;
        if (rows->read(config, row, item(list, i))) {
            ++*count;
            continue;
        }
        rows->clear(row);
        memset(row, 0, rows->size);
        first_left_out = first_left_out == 0 ? i + 1 : first_left_out;
    }
    if (first_left_out > 0)
        log_error("settings", "left out: %zu of %zu %s%s%s that cannot be read, the first in place %zu",
                  length - *count, length, rows->key, owner == NULL ? "" : " of ", owner == NULL ? "" : owner,
                  first_left_out);
    return array;
}

// Hours

// [[opens, closes], …], or null for always open.
static bool read_hours(struct hours *hours, struct json_object *from, const char *key) {
    struct json_object *spans;
    size_t count;
    hours->always = value_of(from, key) == NULL;
    hours->spans = array_for(from, key, sizeof *hours->spans, &spans, &count);
    if (hours->spans == NULL)
        return false;
    for (; hours->count < count; hours->count++) {
        struct json_object *span = item(spans, hours->count);
        if (!json_object_is_type(span, json_type_array) || json_object_array_length(span) != 2)
            return false;
        hours->spans[hours->count].opens = json_object_get_int64(item(span, 0));
        hours->spans[hours->count].closes = json_object_get_int64(item(span, 1));
    }
    return true;
}

// Departments

static bool read_agent(const struct config *config, void *row, struct json_object *from) {
    struct agent *agent = row;
    (void)config;
    return copy_destination(&agent->destination, from) &&
           read_int(&agent->priority, from, "priority", 1, 99) &&
           read_int(&agent->share, from, "share", 1, 1000);
}

static void agent_clear(void *row) {
    struct agent *agent = row;
    free(agent->destination);
}

// Where agents are on duty but none can be read, the department is dialled itself: it is not closed.
static bool read_agents(const struct config *config, struct department *department,
                        struct json_object *from) {
    static const struct rows rows = {"agents", sizeof(struct agent), read_agent, agent_clear};
    department->agents = read_rows(config, &rows, from, department->name, &department->agent_count);
    struct json_object *agents = value_of(from, "agents");
    bool unreadable = department->agents != NULL && department->agent_count == 0 && agents != NULL &&
                      json_object_array_length(agents) > 0;
    department->has_agents = truth_of(from, "has_agents") && !unreadable;
    return department->agents != NULL;
}

static bool read_department(const struct config *config, struct department *department,
                            struct json_object *from) {
    return copy_destination(&department->destination, from) &&
           copy_text(&department->announcement, from, "announcement") &&
           copy_text(&department->closed_message, from, "closed_message") &&
           read_place(config, &department->closed, from,
                      (struct place_keys){"closed_department", "closed_menu", NULL}) &&
           read_hours(&department->hours, from, "open") && read_agents(config, department, from);
}

// Menus

static bool read_option(const struct config *config, void *row, struct json_object *from) {
    struct option *option = row;
    option->place.back = truth_of(from, "back");
    option->place.again = truth_of(from, "again");
    option->keep_language = truth_of(from, "keep_language");
    return copy_needed_text(&option->digits, from, "digits") &&
           copy_text(&option->language, from, "language") &&
           read_place(config, &option->place, from, (struct place_keys){"department", "to_menu", "message"});
}

static void option_clear(void *row) {
    struct option *option = row;
    free(option->digits);
    free(option->place.message);
    free(option->language);
}

static bool read_options(const struct config *config, struct menu *menu, struct json_object *from) {
    static const struct rows rows = {"options", sizeof(struct option), read_option, option_clear};
    menu->options = read_rows(config, &rows, from, menu->name, &menu->option_count);
    return menu->options != NULL;
}

static bool read_menu_hours(struct menu *menu, struct json_object *from) {
    struct json_object *zones;
    size_t count;
    menu->hours = array_for(from, "open", sizeof *menu->hours, &zones, &count);
    if (menu->hours == NULL)
        return false;
    while (menu->hours_count < count) {
        struct zone_hours *hours = &menu->hours[menu->hours_count];
        from = item(zones, menu->hours_count++);
        if (!copy_needed_text(&hours->zone, from, "zone") || !read_hours(&hours->hours, from, "spans"))
            return false;
    }
    return true;
}

static bool read_texts(struct menu *menu, struct json_object *from) {
    return copy_needed_text(&menu->endpoint, from, "endpoint") &&
           copy_needed_text(&menu->prompt, from, "prompt") &&
           copy_needed_text(&menu->no_input_prompt, from, "no_input_prompt") &&
           copy_needed_text(&menu->invalid_prompt, from, "invalid_prompt") &&
           copy_text(&menu->greeting, from, "greeting") &&
           copy_text(&menu->recording_notice, from, "recording_notice") &&
           copy_text(&menu->finish_on_key, from, "finish_on_key") &&
           copy_text(&menu->time_zone, from, "time_zone") &&
           copy_text(&menu->closed_message, from, "closed_message");
}

static bool is_key_or_none(const char *key) {
    return key == NULL || (number_is_dtmf(key[0]) && key[1] == '\0');
}

static bool read_places(const struct config *config, struct menu *menu, struct json_object *from) {
    return refer_to_department(config, &menu->fallback, from, "fallback") && menu->fallback != NULL &&
           read_place(config, &menu->closed, from,
                      (struct place_keys){"closed_department", "closed_menu", NULL}) &&
           read_place(config, &menu->no_input, from,
                      (struct place_keys){"no_input_department", "no_input_menu", "no_input_message"}) &&
           read_place(config, &menu->invalid, from,
                      (struct place_keys){"invalid_department", "invalid_menu", "invalid_message"});
}

// A word of a later version is a choice, which every menu can be asked as; so is what lacks something that
// its kind needs.
static enum menu_takes read_takes(const struct menu *menu, struct json_object *from) {
    static const char *const words[] = {[TAKES_MESSAGE] = "message",
                                        [TAKES_CODE] = "code",
                                        [TAKES_NUMBER] = "number",
                                        [TAKES_CONFIRMATION] = "confirmation"};
    const char *word = text_of(from, "takes");
    if (word == NULL || menu->no_input.message == NULL || menu->invalid.message == NULL)
        return TAKES_CHOICE;
    for (enum menu_takes takes = TAKES_MESSAGE; takes <= TAKES_CONFIRMATION; takes++)
        if (strcmp(word, words[takes]) == 0)
            return takes < TAKES_NUMBER || menu->partner != NULL ? takes : TAKES_CHOICE;
    return TAKES_CHOICE;
}

static bool read_menu(const struct config *config, struct menu *menu, struct json_object *from) {
    menu->direct_dial = truth_of(from, "direct_dial");
    bool read =
        read_int(&menu->num_digits, from, "num_digits", 1, 20) &&
        read_int(&menu->timeout_seconds, from, "timeout_seconds", 1, 30) &&
        read_int(&menu->no_input_limit, from, "no_input_limit", 0, 9) &&
        read_int(&menu->invalid_limit, from, "invalid_limit", 0, 9) && read_texts(menu, from) &&
        is_key_or_none(menu->finish_on_key) && read_places(config, menu, from) &&
        read_menu_hours(menu, from) && read_options(config, menu, from) &&
        refer_to_menu(config, &menu->partner, from, "partner") &&
        read_place(config, &menu->opens, from, (struct place_keys){"opens_department", "opens_menu", NULL});
    if (read)
        menu->takes = read_takes(menu, from);
    return read;
}

// The rest

static bool read_extension(const struct config *config, void *row, struct json_object *from) {
    struct extension *extension = row;
    (void)config;
    return copy_needed_text(&extension->digits, from, "extension") &&
           copy_destination(&extension->destination, from);
}

static void extension_clear(void *row) {
    struct extension *extension = row;
    free(extension->digits);
    free(extension->destination);
}

static bool read_extensions(struct config *config, struct json_object *json) {
    static const struct rows rows = {"extensions", sizeof(struct extension), read_extension, extension_clear};
    config->extensions = read_rows(config, &rows, json, NULL, &config->extension_count);
    return config->extensions != NULL;
}

static bool read_did(const struct config *config, void *row, struct json_object *from) {
    struct did *did = row;
    return copy_needed_text(&did->number, from, "number") && copy_text(&did->time_zone, from, "time_zone") &&
           copy_text(&did->language, from, "language") && refer_to_menu(config, &did->menu, from, "menu") &&
           did->menu != NULL;
}

static void did_clear(void *row) {
    struct did *did = row;
    free(did->number);
    free(did->time_zone);
    free(did->language);
}

static bool read_dids(struct config *config, struct json_object *json) {
    static const struct rows rows = {"numbers", sizeof(struct did), read_did, did_clear};
    config->dids = read_rows(config, &rows, json, NULL, &config->did_count);
    return config->dids != NULL;
}

static bool read_translation(const struct config *config, void *row, struct json_object *from) {
    struct translation *translation = row;
    (void)config;
    return copy_needed_text(&translation->sentence, from, "sentence") &&
           copy_needed_text(&translation->language, from, "language") &&
           copy_needed_text(&translation->words, from, "words");
}

static void translation_clear(void *row) {
    struct translation *translation = row;
    free(translation->sentence);
    free(translation->language);
    free(translation->words);
}

static bool read_translations(struct config *config, struct json_object *json) {
    static const struct rows rows = {"translations", sizeof(struct translation), read_translation,
                                     translation_clear};
    config->translations = read_rows(config, &rows, json, NULL, &config->translation_count);
    return config->translations != NULL;
}

static bool read_emergency(struct config *config, struct json_object *json) {
    struct json_object *from = value_of(json, "emergency");
    config->emergency = from != NULL;
    return copy_text(&config->emergency_message, from, "message") &&
           refer_to_department(config, &config->emergency_department, from, "department") &&
           (!config->emergency || config->emergency_message != NULL || config->emergency_department != NULL);
}

// Names first, so that everything can be referred to.
static bool name_all(struct config *config, struct json_object *departments, struct json_object *menus) {
    bool named = true;
    for (size_t i = 0; named && i < config->department_count; i++)
        named = copy_needed_text(&config->departments[i].name, item(departments, i), "department");
    for (size_t i = 0; named && i < config->menu_count; i++)
        named = copy_needed_text(&config->menus[i].name, item(menus, i), "menu");
    return named;
}

static bool fill_all(struct config *config, struct json_object *departments, struct json_object *menus) {
    bool filled = true;
    for (size_t i = 0; filled && i < config->department_count; i++)
        filled = read_department(config, &config->departments[i], item(departments, i));
    for (size_t i = 0; filled && i < config->menu_count; i++)
        filled = read_menu(config, &config->menus[i], item(menus, i));
    return filled;
}

static bool read_all(struct config *config, struct json_object *json) {
    struct json_object *departments;
    struct json_object *menus;
    size_t department_count;
    size_t menu_count;
    config->version = number_of(json, "version");
    config->hours_until = number_of(json, "hours_until");
    config->departments =
        array_for(json, "departments", sizeof *config->departments, &departments, &department_count);
    config->menus = array_for(json, "menus", sizeof *config->menus, &menus, &menu_count);
    if (config->departments == NULL || config->menus == NULL || departments == NULL || menus == NULL ||
        !json_object_is_type(value_of(json, "version"), json_type_int))
        return false;
    config->department_count = department_count;
    config->menu_count = menu_count;
    return name_all(config, departments, menus) && fill_all(config, departments, menus) &&
           read_extensions(config, json) && read_dids(config, json) && read_translations(config, json) &&
           read_emergency(config, json);
}

struct config *config_parse(const char *json) {
    struct json_object *whole = json_parse(json);
    struct config *config = calloc(1, sizeof *config);
    if (config != NULL && !read_all(config, whole)) {
        log_error("settings", "the configuration cannot be read");
        config_free(config);
        config = NULL;
    }
    json_object_put(whole);
    return config;
}

// Freeing

static void department_free(struct department *department) {
    for (size_t i = 0; i < department->agent_count; i++)
        agent_clear(&department->agents[i]);
    free(department->agents);
    free(department->hours.spans);
    free(department->name);
    free(department->destination);
    free(department->announcement);
    free(department->closed_message);
}

static void menu_free(struct menu *menu) {
    for (size_t i = 0; i < menu->option_count; i++)
        option_clear(&menu->options[i]);
    for (size_t i = 0; i < menu->hours_count; i++) {
        free(menu->hours[i].zone);
        free(menu->hours[i].hours.spans);
    }
    free(menu->options);
    free(menu->hours);
    free(menu->no_input.message);
    free(menu->invalid.message);
    char *const texts[] = {
        menu->name,      menu->endpoint,        menu->greeting,       menu->recording_notice,
        menu->prompt,    menu->no_input_prompt, menu->invalid_prompt, menu->finish_on_key,
        menu->time_zone, menu->closed_message};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
}

void config_free(struct config *config) {
    if (config == NULL)
        return;
    for (size_t i = 0; i < config->menu_count; i++)
        menu_free(&config->menus[i]);
    for (size_t i = 0; i < config->department_count; i++)
        department_free(&config->departments[i]);
    for (size_t i = 0; i < config->extension_count; i++)
        extension_clear(&config->extensions[i]);
    for (size_t i = 0; i < config->did_count; i++)
        did_clear(&config->dids[i]);
    for (size_t i = 0; i < config->translation_count; i++)
        translation_clear(&config->translations[i]);
    free(config->menus);
    free(config->departments);
    free(config->extensions);
    free(config->dids);
    free(config->translations);
    free(config->emergency_message);
    free(config);
}

// Finding

const struct department *config_find_department(const struct config *config, const char *name) {
    if (config == NULL || name == NULL)
        return NULL;
    for (size_t i = 0; i < config->department_count; i++)
        if (strcmp(config->departments[i].name, name) == 0)
            return &config->departments[i];
    return NULL;
}

const struct menu *config_find_menu(const struct config *config, const char *name) {
    if (config == NULL || name == NULL)
        return NULL;
    for (size_t i = 0; i < config->menu_count; i++)
        if (strcmp(config->menus[i].name, name) == 0)
            return &config->menus[i];
    return NULL;
}

const struct did *config_find_did(const struct config *config, const char *name) {
    if (config == NULL || name == NULL)
        return NULL;
    for (size_t i = 0; i < config->did_count; i++)
        if (strcmp(config->dids[i].number, name) == 0)
            return &config->dids[i];
    return NULL;
}

static const char *option_language(const struct menu *menu, const char *name) {
    for (size_t i = 0; i < menu->option_count; i++)
        if (menu->options[i].language != NULL && strcmp(menu->options[i].language, name) == 0)
            return menu->options[i].language;
    return NULL;
}

const char *config_find_language(const struct config *config, const char *name) {
    if (config == NULL || name == NULL)
        return NULL;
    for (size_t i = 0; i < config->translation_count; i++)
        if (strcmp(config->translations[i].language, name) == 0)
            return config->translations[i].language;
    const char *language = NULL;
    for (size_t i = 0; language == NULL && i < config->menu_count; i++)
        language = option_language(&config->menus[i], name);
    return language;
}

// A sentence and a language.
static int compare_translation(const void *wanted, const void *translation) {
    const char *const *left = wanted;
    const struct translation *right = translation;
    int order = strcmp(left[0], right->sentence);
    return order != 0 ? order : strcmp(left[1], right->language);
}

const char *config_translate(const struct config *config, const char *sentence, const char *language) {
    if (config->translation_count == 0 || sentence == NULL || language == NULL)
        return sentence;
    const char *const wanted[] = {sentence, language};
    const struct translation *found = bsearch(wanted, config->translations, config->translation_count,
                                              sizeof *config->translations, compare_translation);
    return found == NULL ? sentence : found->words;
}
