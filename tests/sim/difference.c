// difference.c: where two JSON values differ, in words.
#include "difference.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

static void compare(const char *place, struct json_object *before, struct json_object *after,
                    struct text_list *lines);

static const char *written(struct json_object *value) {
    return json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void add_only(const char *place, struct json_object *value, bool is_after, struct text_list *lines) {
    text_list_add(lines, "%s: %s%s%s", place, is_after ? "nothing -> " : "", written(value),
                  is_after ? "" : " -> nothing");
}

static void add_change(const char *place, struct json_object *before, struct json_object *after,
                       struct text_list *lines) {
    struct text line = {0};
    text_format(&line, "%s%s%s -> ", place, *place != '\0' ? ": " : "", written(before));
    text_add(&line, written(after));
    text_list_add(lines, "%s", line.bytes);
    text_free(&line);
}

static char *member_place(const char *place, const char *name) {
    struct text made = {0};
    text_format(&made, "%s%s%s", place, *place != '\0' ? "." : "", name);
    return made.bytes;
}

static void compare_member(const char *place, const char *name, struct json_object *before,
                           struct json_object *after, struct text_list *lines) {
    struct json_object *other;
    char *member = member_place(place, name);
    if (json_object_object_get_ex(after, name, &other))
        compare(member, json_object_object_get(before, name), other, lines);
    else
        add_only(member, json_object_object_get(before, name), false, lines);
    free(member);
}

static void compare_objects(const char *place, struct json_object *before, struct json_object *after,
                            struct text_list *lines) {
    json_object_object_foreach (before, name, value) {
        (void)value;
        compare_member(place, name, before, after, lines);
    }
    json_object_object_foreach (after, new_name, new_value) {
        if (json_object_object_get_ex(before, new_name, NULL))
            continue;
        char *member = member_place(place, new_name);
        add_only(member, new_value, true, lines);
        free(member);
    }
}

// How many items at the ends of the two are equal, those of the beginning left alone.
static size_t equal_tail(struct json_object *before, struct json_object *after, size_t head) {
    size_t left = json_object_array_length(before);
    size_t right = json_object_array_length(after);
    size_t count = 0;
    while (left > head && right > head &&
           json_object_equal(json_object_array_get_idx(before, left - 1),
                             json_object_array_get_idx(after, right - 1))) {
        left--;
        right--;
        count++;
    }
    return count;
}

static size_t equal_head(struct json_object *before, struct json_object *after) {
    size_t left = json_object_array_length(before);
    size_t right = json_object_array_length(after);
    size_t i = 0;
    while (i < left && i < right &&
           json_object_equal(json_object_array_get_idx(before, i), json_object_array_get_idx(after, i)))
        i++;
    return i;
}

// What an action does, whichever way it is written; "" for anything but an object of that form.
static const char *kind(struct json_object *value) {
    if (!json_object_is_type(value, json_type_object))
        return "";
    struct json_object *type;
    if (json_object_object_get_ex(value, "type", &type))
        return json_object_is_type(type, json_type_string) ? json_object_get_string(type) : "";
    struct json_object_iterator key = json_object_iter_begin(value);
    return json_object_object_length(value) == 1 ? json_object_iter_peek_name(&key) : "";
}

// The part of an array that is compared.
struct range {
    struct json_object *array;
    size_t at;
    size_t end;
};

static struct json_object *item(const struct range *range) {
    return json_object_array_get_idx(range->array, range->at);
}

static bool comes_later(const struct range *range, const char *wanted) {
    for (size_t i = range->at + 1; i < range->end; i++)
        if (strcmp(kind(json_object_array_get_idx(range->array, i)), wanted) == 0)
            return true;
    return false;
}

enum match { BEFORE_ONLY, AFTER_ONLY, SAME_KIND, REPLACED };

static enum match match_items(const struct range *before, const struct range *after) {
    if (before->at == before->end)
        return AFTER_ONLY;
    if (after->at == after->end)
        return BEFORE_ONLY;
    if (strcmp(kind(item(before)), kind(item(after))) == 0)
        return SAME_KIND;
    if (comes_later(after, kind(item(before))))
        return AFTER_ONLY;
    return comes_later(before, kind(item(after))) ? BEFORE_ONLY : REPLACED;
}

static void compare_items(const char *place, struct range *before, struct range *after,
                          struct text_list *lines) {
    enum match match = match_items(before, after);
    struct text at = {0};
    text_format(&at, "%s[%zu]", place, match == BEFORE_ONLY ? before->at : after->at);
    if (match == BEFORE_ONLY)
        add_only(at.bytes, item(before), false, lines);
    else if (match == AFTER_ONLY)
        add_only(at.bytes, item(after), true, lines);
    else if (match == SAME_KIND)
        compare(at.bytes, item(before), item(after), lines);
    else
        add_change(at.bytes, item(before), item(after), lines);
    before->at += match != AFTER_ONLY;
    after->at += match != BEFORE_ONLY;
    text_free(&at);
}

static void compare_arrays(const char *place, struct json_object *before, struct json_object *after,
                           struct text_list *lines) {
    size_t head = equal_head(before, after);
    size_t tail = equal_tail(before, after, head);
    struct range left = {before, head, json_object_array_length(before) - tail};
    struct range right = {after, head, json_object_array_length(after) - tail};
    while (left.at < left.end || right.at < right.end)
        compare_items(place, &left, &right, lines);
}

static void compare(const char *place, struct json_object *before, struct json_object *after,
                    struct text_list *lines) {
    enum json_type type = json_object_get_type(before);
    if (json_object_equal(before, after))
        return;
    if (type == json_object_get_type(after) && type == json_type_object)
        compare_objects(place, before, after, lines);
    else if (type == json_object_get_type(after) && type == json_type_array)
        compare_arrays(place, before, after, lines);
    else
        add_change(place, before, after, lines);
}

void difference_find(struct json_object *before, struct json_object *after, struct text_list *lines) {
    compare("", before, after, lines);
}

// Normal form

static bool is_left_out(const char *pair, size_t length) {
    static const char *const names[] = {"call_id=", "step=", "key="};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (length >= strlen(names[i]) && strncmp(pair, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static void add_query(struct text *text, const char *query) {
    char mark = '?';
    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        if (!is_left_out(query, length)) {
            text_format(text, "%c%.*s", mark, (int)length, query);
            mark = '&';
        }
        query += length + (query[length] == '&');
    }
}

static struct json_object *normal_url(const char *url) {
    const char *host = strstr(url, "://");
    const char *path = host != NULL ? host + 3 + strcspn(host + 3, "/?#") : url;
    size_t length = strcspn(path, "?");
    struct text text = {0};
    text_add_bytes(&text, path, length);
    add_query(&text, path[length] != '\0' ? path + length + 1 : "");
    struct json_object *made = json_object_new_string(text.bytes);
    text_free(&text);
    return made;
}

static void normalize(struct json_object *value) {
    for (size_t i = 0; json_object_is_type(value, json_type_array) && i < json_object_array_length(value);
         i++)
        normalize(json_object_array_get_idx(value, i));
    if (!json_object_is_type(value, json_type_object))
        return;
    struct json_object *url;
    if (json_object_object_get_ex(value, "url", &url) && json_object_is_type(url, json_type_string))
        json_object_object_add(value, "url", normal_url(json_object_get_string(url)));
    json_object_object_foreach (value, name, member) {
        (void)name;
        normalize(member);
    }
}

struct json_object *difference_normal(struct json_object *list) {
    struct json_object *copy = NULL;
    if (list != NULL && json_object_deep_copy(list, &copy, NULL) != 0)
        abort();
    normalize(copy);
    return copy;
}
