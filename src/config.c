// config.c: makes a snapshot of the configuration from the JSON that the database gives.
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "log.h"
#include "numbers.h"
#include "settings.h"

static char *text(struct json_object *from, const char *key) {
    struct json_object *value;
    if (!json_object_object_get_ex(from, key, &value) || !json_object_is_type(value, json_type_string))
        return NULL;
    return strdup(json_object_get_string(value));
}

static long long number(struct json_object *from, const char *key) {
    struct json_object *value;
    return json_object_object_get_ex(from, key, &value) ? json_object_get_int64(value) : 0;
}

// The list under a key, NULL when there is none, and its length.
static struct json_object *list(struct json_object *from, const char *key, size_t *length) {
    struct json_object *value;
    bool found = json_object_object_get_ex(from, key, &value) && json_object_is_type(value, json_type_array);
    *length = found ? json_object_array_length(value) : 0;
    return found ? value : NULL;
}

static const struct department *find_department(const struct config *config, struct json_object *from,
                                                const char *key) {
    struct json_object *value;
    if (!json_object_object_get_ex(from, key, &value))
        return NULL;
    const char *name = json_object_get_string(value);
    for (size_t i = 0; name != NULL && i < config->department_count; i++)
        if (strcmp(config->departments[i].name, name) == 0)
            return &config->departments[i];
    return NULL;
}

static bool read_departments(struct config *config, struct json_object *json) {
    size_t count;
    struct json_object *departments = list(json, "departments", &count);
    config->departments = calloc(count + 1, sizeof *config->departments);
    if (config->departments == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct json_object *from = json_object_array_get_idx(departments, i);
        struct department *to = &config->departments[config->department_count++];
        to->name = text(from, "department");
        to->destination = text(from, "destination");
        if (to->name == NULL || to->destination == NULL || !number_is_destination(to->destination))
            return false;
    }
    return departments != NULL;
}

static bool read_options(const struct config *config, struct menu *menu, struct json_object *json) {
    size_t count;
    struct json_object *options = list(json, "options", &count);
    menu->options = calloc(count + 1, sizeof *menu->options);
    if (menu->options == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct json_object *from = json_object_array_get_idx(options, i);
        struct option *to = &menu->options[menu->option_count++];
        to->digits = text(from, "digits");
        to->department = find_department(config, from, "department");
        if (to->digits == NULL || to->department == NULL)
            return false;
    }
    return true;
}

static bool read_menu(const struct config *config, struct menu *menu, struct json_object *from) {
    menu->name = text(from, "menu");
    menu->endpoint = text(from, "endpoint");
    menu->prompt = text(from, "prompt");
    menu->no_input_prompt = text(from, "no_input_prompt");
    menu->invalid_prompt = text(from, "invalid_prompt");
    menu->finish_on_key = text(from, "finish_on_key");
    menu->num_digits = (int)number(from, "num_digits");
    menu->timeout_seconds = (int)number(from, "timeout_seconds");
    menu->no_input_limit = (int)number(from, "no_input_limit");
    menu->invalid_limit = (int)number(from, "invalid_limit");
    menu->fallback = find_department(config, from, "fallback");
    return menu->name != NULL && menu->endpoint != NULL && menu->prompt != NULL && menu->no_input_prompt != NULL &&
           menu->invalid_prompt != NULL && menu->fallback != NULL && read_options(config, menu, from);
}

static bool read_menus(struct config *config, struct json_object *json) {
    size_t count;
    struct json_object *menus = list(json, "menus", &count);
    config->menus = calloc(count + 1, sizeof *config->menus);
    if (config->menus == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_menu(config, &config->menus[config->menu_count++], json_object_array_get_idx(menus, i)))
            return false;
    return menus != NULL;
}

struct config *config_parse(const char *json) {
    struct json_object *whole = json_tokener_parse(json);
    struct config *config = calloc(1, sizeof *config);
    bool read = config != NULL && json_object_is_type(whole, json_type_object) && read_departments(config, whole) &&
                read_menus(config, whole);
    if (read) {
        config->version = number(whole, "version");
    } else {
        log_error("settings", "the configuration cannot be read");
        config_free(config);
        config = NULL;
    }
    json_object_put(whole);
    return config;
}

static void menu_free(struct menu *menu) {
    for (size_t i = 0; i < menu->option_count; i++)
        free(menu->options[i].digits);
    free(menu->options);
    free(menu->name);
    free(menu->endpoint);
    free(menu->prompt);
    free(menu->no_input_prompt);
    free(menu->invalid_prompt);
    free(menu->finish_on_key);
}

void config_free(struct config *config) {
    if (config == NULL)
        return;
    for (size_t i = 0; i < config->menu_count; i++)
        menu_free(&config->menus[i]);
    for (size_t i = 0; i < config->department_count; i++) {
        free(config->departments[i].name);
        free(config->departments[i].destination);
    }
    free(config->menus);
    free(config->departments);
    free(config);
}
