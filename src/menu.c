// menu.c: from a menu and what was pressed to what the caller hears next.
#include "menu.h"

#include <string.h>

const struct menu *config_find_menu(const struct config *config, const char *name) {
    if (config == NULL || name == NULL)
        return NULL;
    for (size_t i = 0; i < config->menu_count; i++)
        if (strcmp(config->menus[i].name, name) == 0)
            return &config->menus[i];
    return NULL;
}

static const struct option *find_option(const struct menu *menu, const char *digits) {
    for (size_t i = 0; i < menu->option_count; i++)
        if (strcmp(menu->options[i].digits, digits) == 0)
            return &menu->options[i];
    return NULL;
}

void menu_clean_digits(const struct menu *menu, const char *digits, char clean[MENU_MAX_DIGITS + 1]) {
    size_t length = 0;
    for (; digits != NULL && *digits != '\0' && length < MENU_MAX_DIGITS; digits++) {
        bool finish = menu->finish_on_key != NULL && *digits == *menu->finish_on_key;
        if (!finish && *digits != ' ')
            clean[length++] = *digits > ' ' && *digits < 0x7f ? *digits : '?';
    }
    clean[length] = '\0';
}

struct decision menu_ask(const struct menu *menu) {
    return (struct decision){.kind = DECIDED_MENU, .menu = menu, .prompt = menu->prompt};
}

static struct decision fall_back(const struct menu *menu, const char *reason) {
    return (struct decision){
        .kind = DECIDED_FALLBACK, .menu = menu, .department = menu->fallback, .reason = reason};
}

struct decision menu_decide(const struct menu *menu, const struct menu_input *input) {
    char digits[MENU_MAX_DIGITS + 1];
    menu_clean_digits(menu, input->digits, digits);
    const struct option *option = find_option(menu, digits);
    if (option != NULL)
        return (struct decision){.kind = DECIDED_TRANSFER, .menu = menu, .department = option->department};

    bool silent = digits[0] == '\0';
    const char *reason = silent ? "no input" : "invalid input";
    if (!input->can_ask_again || (silent ? input->no_inputs >= menu->no_input_limit
                                         : input->invalids >= menu->invalid_limit))
        return fall_back(menu, reason);
    if (input->step > MENU_LAST_STEP)
        return fall_back(menu, "too many redirects");
    return (struct decision){.kind = silent ? DECIDED_NO_INPUT : DECIDED_INVALID,
                             .menu = menu,
                             .prompt = silent ? menu->no_input_prompt : menu->invalid_prompt,
                             .reason = reason};
}

bool decision_asks(const struct decision *decision) {
    return decision->kind == DECIDED_MENU || decision->kind == DECIDED_NO_INPUT || decision->kind == DECIDED_INVALID;
}

const char *decision_word(enum decision_kind kind) {
    static const char *const words[] = {
        [DECIDED_MENU] = "menu",         [DECIDED_NO_INPUT] = "no_input", [DECIDED_INVALID] = "invalid",
        [DECIDED_TRANSFER] = "transfer", [DECIDED_FALLBACK] = "fallback", [DECIDED_UNAVAILABLE] = "unavailable",
    };
    return words[kind];
}
