// tree.c: the configured menus as far as a caller's fingers know them.
#include "tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "rules.h"
#include "strict.h"

// Reading

static const char *string_of(struct json_object *object, const char *name) {
    struct json_object *value;
    if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
        return NULL;
    return json_object_get_string(value);
}

static bool is_true(struct json_object *object, const char *name) {
    return json_object_get_boolean(json_object_object_get(object, name));
}

static int compare_strings(const void *one, const void *other) {
    char *const *left = one;
    char *const *right = other;
    return strcmp(*left, *right);
}

// Adds that string of every object in the array, sorted; an array that is not there is empty.
static void read_strings(struct json_object *array, const char *name, struct text_list *list) {
    size_t count = json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
    for (size_t i = 0; i < count; i++) {
        const char *string = string_of(json_object_array_get_idx(array, i), name);
        if (string != NULL && !text_list_has(list, string))
            text_list_add(list, "%s", string);
    }
    if (list->count != 0)
        qsort(list->items, list->count, sizeof *list->items, compare_strings);
}

static bool read_menu(struct json_object *json, struct tree *tree) {
    const char *name = string_of(json, "menu");
    if (name == NULL)
        return false;
    tree->menus = memory_resize(tree->menus, tree->count + 1, sizeof *tree->menus);
    struct tree_menu *menu = &tree->menus[tree->count++];
    *menu = (struct tree_menu){.name = text_copy(name), .direct_dial = is_true(json, "direct_dial")};
    read_strings(json_object_object_get(json, "options"), "digits", &menu->options);
    return true;
}

static int compare_menus(const void *one, const void *other) {
    const struct tree_menu *left = one;
    const struct tree_menu *right = other;
    return strcmp(left->name, right->name);
}

static bool read_root(struct json_object *root, struct tree *tree, struct text *error) {
    struct json_object *menus = json_object_object_get(root, "menus");
    if (!json_object_is_type(root, json_type_object) || !json_object_is_type(menus, json_type_array) ||
        json_object_array_length(menus) == 0) {
        text_add(error, "it has no menus: it must be what SELECT ivr.settings(NULL) gives");
        return false;
    }
    for (size_t i = 0; i < json_object_array_length(menus); i++) {
        if (!read_menu(json_object_array_get_idx(menus, i), tree)) {
            text_format(error, "menus[%zu] has no name", i);
            return false;
        }
    }
    qsort(tree->menus, tree->count, sizeof *tree->menus, compare_menus);
    read_strings(json_object_object_get(root, "extensions"), "extension", &tree->extensions);
    read_strings(json_object_object_get(root, "numbers"), "number", &tree->numbers);
    return true;
}

bool tree_read(const char *json, size_t length, struct tree *tree, struct text *error) {
    *tree = (struct tree){0};
    struct json_object *root;
    if (!strict_parse_file(json, length, &root, error))
        return false;
    bool good = read_root(root, tree, error);
    json_object_put(root);
    return good;
}

void tree_free(struct tree *tree) {
    for (size_t i = 0; i < tree->count; i++) {
        free(tree->menus[i].name);
        text_list_free(&tree->menus[i].options);
    }
    free(tree->menus);
    text_list_free(&tree->extensions);
    text_list_free(&tree->numbers);
    *tree = (struct tree){0};
}

size_t tree_find(const struct tree *tree, const char *name) {
    for (size_t i = 0; i < tree->count; i++)
        if (strcmp(tree->menus[i].name, name) == 0)
            return i;
    return TREE_NOWHERE;
}

// Redirect URLs

static int hex_value(char digit) {
    return isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10;
}

// The value of a query's parameter, up to the next &. The caller frees.
static char *unescape(const char *value) {
    struct text text = {0};
    text_add(&text, "");
    for (; *value != '\0' && strchr("&#", *value) == NULL; value++) {
        char byte = *value == '+' ? ' ' : *value;
        if (*value == '%' && isxdigit((unsigned char)value[1]) && isxdigit((unsigned char)value[2])) {
            byte = (char)(hex_value(value[1]) * 16 + hex_value(value[2]));
            value += 2;
        }
        text_add_bytes(&text, &byte, 1);
    }
    return text.bytes;
}

char *tree_menu_of(const char *url) {
    size_t end = strcspn(url, "?#");
    size_t start = end;
    for (const char *pair = url + end; *pair == '?' || *pair == '&'; pair += strcspn(pair, "&#")) {
        pair++;
        if (strncmp(pair, "menu=", 5) == 0)
            return unescape(pair + 5);
    }
    while (start != 0 && url[start - 1] != '/')
        start--;
    struct text name = {0};
    text_add_bytes(&name, url + start, end - start);
    if (strcmp(name.bytes, "route-menu") == 0) {
        text_free(&name);
        text_add(&name, "main");
    }
    return name.bytes;
}

// Keys

char *tree_keys(const struct gather *gather, const char *digits) {
    size_t length = strlen(digits);
    if (length == 0 || length > (size_t)gather->max_digits || length >= DIGITS_SIZE)
        return NULL;
    for (const char *key = digits; *key != '\0'; key++)
        if (!rules_is_key(*key) || *key == gather->finish_on_key)
            return NULL;
    struct text keys = {0};
    text_add(&keys, digits);
    if (length < (size_t)gather->max_digits && gather->finish_on_key != '\0')
        text_add_bytes(&keys, &gather->finish_on_key, 1);
    return keys.bytes;
}

static bool is_right(const struct tree *tree, const struct tree_menu *menu, const char *digits) {
    return text_list_has(&menu->options, digits) ||
           (menu->direct_dial && text_list_has(&tree->extensions, digits));
}

// The next ones in the order of the keys, as an odometer counts; false after the last.
static bool turn(char *digits, size_t length, const char *keys) {
    for (size_t i = length; i-- > 0;) {
        const char *next = strchr(keys, digits[i]) + 1;
        if (*next != '\0') {
            digits[i] = *next;
            return true;
        }
        digits[i] = *keys;
    }
    return false;
}

char *tree_wrong_keys(const struct tree *tree, const struct tree_menu *menu, const struct gather *gather) {
    size_t length = gather->max_digits < DIGITS_SIZE ? (size_t)gather->max_digits : DIGITS_SIZE - 1;
    struct text keys = {0};
    for (const char *key = "9876543210*#ABCD"; *key != '\0'; key++)
        text_add_bytes(&keys, key, *key != gather->finish_on_key);
    char digits[DIGITS_SIZE] = {0};
    memset(digits, *keys.bytes, length);
    bool more = true;
    while (more && is_right(tree, menu, digits))
        more = turn(digits, length, keys.bytes);
    text_free(&keys);
    return more ? text_copy(digits) : NULL;
}
