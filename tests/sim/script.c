// script.c: what the caller presses, and what a gather makes of it.
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"

static bool is_pressable(const char *keys) {
    if (strcmp(keys, "-") == 0)
        return true;
    for (; *keys != '\0'; keys++)
        if (!rules_is_key(*keys))
            return false;
    return true;
}

static void add_script(struct scripts *scripts, const char *source) {
    struct script script = {.source = text_copy(source)};
    text_list_split(&script.presses, source, ',');
    scripts->items = memory_resize(scripts->items, scripts->count + 1, sizeof *scripts->items);
    scripts->items[scripts->count++] = script;
}

static const char *first_wrong(const struct scripts *scripts) {
    for (size_t i = 0; i < scripts->count; i++) {
        const struct text_list *presses = &scripts->items[i].presses;
        for (size_t j = 0; j < presses->count; j++)
            if (!is_pressable(presses->items[j]))
                return presses->items[j];
    }
    return NULL;
}

bool script_parse(const char *source, struct scripts *scripts, char *error, size_t error_size) {
    struct text_list pieces = {0};
    text_list_split(&pieces, source, '/');
    for (size_t i = 0; i < pieces.count; i++)
        add_script(scripts, pieces.items[i]);
    text_list_free(&pieces);
    if (scripts->count == 0)
        add_script(scripts, "");
    const char *wrong = first_wrong(scripts);
    if (wrong == NULL)
        return true;
    snprintf(error, error_size, "--digits: \"%s\" holds keys that no telephone has", wrong);
    script_free(scripts);
    return false;
}

void script_free(struct scripts *scripts) {
    for (size_t i = 0; i < scripts->count; i++) {
        free(scripts->items[i].source);
        text_list_free(&scripts->items[i].presses);
    }
    free(scripts->items);
    *scripts = (struct scripts){0};
}

const char *script_keys(const struct script *script, const struct gather *gather) {
    if (gather->ordinal > script->presses.count)
        return NULL;
    const char *keys = script->presses.items[gather->ordinal - 1];
    return strcmp(keys, "-") == 0 ? "" : keys;
}

void script_press(const struct gather *gather, const char *keys, struct press *press) {
    *press = (struct press){.timed_out = true};
    long count = 0;
    for (; *keys != '\0' && press->timed_out && count < DIGITS_SIZE - 1; keys++) {
        if (*keys == gather->finish_on_key) {
            press->timed_out = false;
            break;
        }
        press->digits[count++] = *keys;
        press->timed_out = count < gather->max_digits;
    }
    if (count != 0 && gather->min_digits < gather->max_digits && count >= gather->min_digits)
        press->timed_out = false;
}
