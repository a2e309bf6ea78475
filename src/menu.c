// menu.c: from a menu and what was pressed to what the caller hears next.
//
// A decision is built step by step: sentences are added, and the caller goes on from place to place (a closed
// department to another one, an option to a menu) until something is asked, dialled or said for the last
// time.
#include "menu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TURNED_AWAY "We cannot take your call. Goodbye."

// Closed places that lead to closed places are followed this far.
enum { MAX_HOPS = 8 };

// A call on its path through the menus.
struct path {
    const struct config *config;
    const struct situation *situation;
    const struct menu *menu;  // the menu in which the caller is: its fallback counts
    struct decision decision;
    int hops;
};

static void go_to_department(struct path *path, const struct department *department, const char *reason);
static void go_to_menu(struct path *path, const struct menu *menu, const char *reason);

// Finding

static const struct option *find_option(const struct menu *menu, const char *digits) {
    for (size_t i = 0; i < menu->option_count; i++)
        if (strcmp(menu->options[i].digits, digits) == 0)
            return &menu->options[i];
    return NULL;
}

static int compare_extension(const void *digits, const void *extension) {
    return strcmp(digits, ((const struct extension *)extension)->digits);
}

static const struct extension *find_extension(const struct config *config, const char *digits) {
    if (config->extension_count == 0)
        return NULL;
    return bsearch(digits, config->extensions, config->extension_count, sizeof *config->extensions,
                   compare_extension);
}

// Digits

void menu_clean_digits(const struct menu *menu, const char *digits, char clean[MENU_MAX_DIGITS + 1]) {
    size_t length = 0;
    for (; digits != NULL && *digits != '\0' && length < MENU_MAX_DIGITS; digits++) {
        bool finish =
            menu->finish_on_key != NULL && *digits == *menu->finish_on_key && menu->takes != TAKES_MESSAGE;
        if (!finish && *digits != ' ')
            clean[length++] = *digits > ' ' && *digits < 0x7f ? *digits : '?';
    }
    clean[length] = '\0';
}

bool menu_number(const char *digits, char number[MENU_NUMBER_SIZE]) {
    const char *start = digits[0] == '+' ? digits + 1 : strncmp(digits, "00", 2) == 0 ? digits + 2 : digits;
    size_t length = strspn(start, "0123456789");
    number[0] = '\0';
    if (start[length] != '\0' || length < 7 || length > MENU_NUMBER_SIZE - 2 || start[0] == '0')
        return false;
    snprintf(number, MENU_NUMBER_SIZE, "+%s", start);
    return true;
}

// Hours

static bool open_now(const struct path *path, const struct hours *hours) {
    int64_t now = path->situation->now;
    if (hours->always || now >= path->config->hours_until)
        return true;
    for (size_t i = 0; i < hours->count; i++)
        if (now >= hours->spans[i].opens && now < hours->spans[i].closes)
            return true;
    return false;
}

// On its own clock, else on that of the number, else on UTC.
static bool menu_open(const struct path *path, const struct menu *menu) {
    const char *zone = menu->time_zone != NULL         ? menu->time_zone
                       : path->situation->zone != NULL ? path->situation->zone
                                                       : "UTC";
    for (size_t i = 0; i < menu->hours_count; i++)
        if (strcmp(menu->hours[i].zone, zone) == 0)
            return open_now(path, &menu->hours[i].hours);
    return true;
}

// Choosing a destination

// Whether `destination` is one of the lines of `failed`.
static bool has_failed(const char *failed, const char *destination) {
    size_t length = strlen(destination);
    for (const char *line = failed; line != NULL && *line != '\0'; line += strspn(line, "\n")) {
        size_t end = strcspn(line, "\n");
        if (end == length && memcmp(line, destination, length) == 0)
            return true;
        line += end;
    }
    return false;
}

// One of the agents from `from` to `to`, by their shares, leaving out those that failed; NULL when none is
// left.
static const struct agent *draw_agent(const struct agent *from, const struct agent *to,
                                      const struct situation *situation, const char *failed) {
    uint32_t shares = 0;
    for (const struct agent *agent = from; agent < to; agent++)
        shares += has_failed(failed, agent->destination) ? 0 : (uint32_t)agent->share;
    uint32_t ticket = shares == 0 ? 0 : situation->draw % shares;
    for (const struct agent *agent = from; agent < to && shares > 0; agent++) {
        if (has_failed(failed, agent->destination))
            continue;
        if (ticket < (uint32_t)agent->share)
            return agent;
        ticket -= (uint32_t)agent->share;
    }
    return NULL;
}

// The first priority in which somebody is left.
static const struct agent *choose_agent(const struct department *department,
                                        const struct situation *situation, const char *failed) {
    const struct agent *end = department->agents + department->agent_count;
    const struct agent *from = department->agents;
    while (from < end) {
        const struct agent *to = from;
        while (to < end && to->priority == from->priority)
            to++;
        const struct agent *agent = draw_agent(from, to, situation, failed);
        if (agent != NULL)
            return agent;
        from = to;
    }
    return NULL;
}

static const char *choose_destination(const struct department *department,
                                      const struct situation *situation) {
    const struct agent *agent = NULL;
    if (department->agent_count > 0)
        agent = choose_agent(department, situation, situation->failed);
    if (agent == NULL && department->agent_count > 0)
        agent = choose_agent(department, situation, NULL);
    return agent == NULL ? department->destination : agent->destination;
}

// Ends

static const char *spoken(const struct path *path, const char *sentence) {
    return config_translate(path->config, sentence, path->decision.language);
}

static void say(struct path *path, const char *sentence) {
    if (sentence != NULL && path->decision.say_count < MENU_MAX_SAY)
        path->decision.say[path->decision.say_count++] = spoken(path, sentence);
}

static void decide(struct path *path, enum decision_kind kind, const char *reason) {
    path->decision.kind = kind;
    path->decision.menu = path->menu;
    path->decision.reason = reason;
}

static void dial(struct path *path, enum decision_kind kind, const struct department *department,
                 const char *reason) {
    decide(path, kind, reason);
    say(path, department->announcement);
    path->decision.department = department->name;
    path->decision.destination = choose_destination(department, path->situation);
    path->decision.from_history |= department->agent_count > 1;
}

static void end_with(struct path *path, const char *message, const char *reason) {
    if (path->decision.say_count == MENU_MAX_SAY)
        path->decision.say_count--;
    say(path, message);
    decide(path, DECIDED_MESSAGE, reason);
}

static void fall_back(struct path *path, const char *reason) {
    dial(path, DECIDED_FALLBACK, path->menu->fallback, reason);
}

// Going on

// What a closed place says and where it leads; without either, the fallback.
static void go_on_from_closed(struct path *path, const char *message, const struct place *place,
                              const char *reason) {
    if (++path->hops > MAX_HOPS) {
        fall_back(path, reason);
        return;
    }
    if (place->department != NULL || place->menu != NULL)
        say(path, message);
    if (place->department != NULL)
        go_to_department(path, place->department, reason);
    else if (place->menu != NULL)
        go_to_menu(path, place->menu, reason);
    else if (message != NULL)
        end_with(path, message, reason);
    else
        fall_back(path, reason);
}

static void go_to_department(struct path *path, const struct department *department, const char *reason) {
    if (!open_now(path, &department->hours))
        go_on_from_closed(path, department->closed_message, &department->closed, "closed");
    else if (department->has_agents && department->agent_count == 0)
        go_on_from_closed(path, department->closed_message, &department->closed, "nobody on duty");
    else
        dial(path, DECIDED_TRANSFER, department, reason);
}

static void ask(struct path *path, const struct menu *menu, const char *reason) {
    bool again = reason != NULL && strcmp(reason, "back") == 0;
    if (!again)
        say(path, menu->greeting);
    // Nothing is spoken into a message.
    bool silently = menu->takes == TAKES_MESSAGE;
    if (silently)
        say(path, menu->prompt);
    path->decision.record = menu->recording_notice != NULL && !path->situation->recorded;
    path->decision.from_history |= menu->recording_notice != NULL;
    if (path->decision.record)
        say(path, menu->recording_notice);
    path->menu = menu;
    decide(path, DECIDED_MENU, reason);
    path->decision.prompt = silently ? NULL : spoken(path, menu->prompt);
}

// Reads the number back.
static void ask_back(struct path *path, const struct menu *menu, const char *number, const char *reason) {
    snprintf(path->decision.number, sizeof path->decision.number, "%s", number);
    ask(path, menu, reason);
}

// Asks for a number, or, where the caller shows one, whether it is the right one.
static void ask_number(struct path *path, const struct menu *menu, const char *reason) {
    char number[MENU_NUMBER_SIZE];
    path->decision.from_history |= path->situation->from == NULL;
    if (path->situation->from != NULL && path->situation->from[0] == '+' &&
        menu_number(path->situation->from, number))
        ask_back(path, menu->partner, number, reason);
    else
        ask(path, menu, reason);
}

static void go_to_menu(struct path *path, const struct menu *menu, const char *reason) {
    if (!menu_open(path, menu)) {
        path->menu = menu;
        go_on_from_closed(path, menu->closed_message, &menu->closed, "closed");
    } else if (path->situation->step > MENU_LAST_STEP) {
        fall_back(path, "too many redirects");
    } else if (menu->takes == TAKES_NUMBER) {
        ask_number(path, menu, reason);
    } else {
        ask(path, menu, reason);
    }
}

static void go_back(struct path *path) {
    const struct menu *before =
        path->situation->before != NULL ? path->situation->before : path->situation->home;
    path->decision.from_history = true;
    if (before == NULL || !path->situation->can_ask_again)
        fall_back(path, "back");
    else
        go_to_menu(path, before, "back");
}

// The menu's question once more, as if it had not been asked.
static void ask_over(struct path *path) {
    if (!path->situation->can_ask_again) {
        fall_back(path, "again");
    } else if (path->situation->step > MENU_LAST_STEP) {
        fall_back(path, "too many redirects");
    } else {
        decide(path, DECIDED_MENU, "again");
        path->decision.prompt = spoken(path, path->menu->prompt);
    }
}

static void go_to(struct path *path, const struct place *place, const char *reason) {
    if (place->department != NULL)
        go_to_department(path, place->department, reason);
    else if (place->menu != NULL)
        go_to_menu(path, place->menu, reason);
    else if (place->message != NULL)
        end_with(path, place->message, reason);
    else if (place->back)
        go_back(path);
    else if (place->again)
        ask_over(path);
    else
        fall_back(path, reason);
}

// Wins over everything: returns true when the switch is on.
static bool emergency(struct path *path) {
    const struct config *config = path->config;
    if (!config->emergency)
        return false;
    if (config->emergency_department == NULL) {
        end_with(path, config->emergency_message, "emergency");
        return true;
    }
    say(path, config->emergency_message);
    dial(path, DECIDED_TRANSFER, config->emergency_department, "emergency");
    return true;
}

// Asks again, or, past the limit, leaves the menu.
static void repeat(struct path *path, enum decision_kind kind, const char *prompt, bool within_limit,
                   const struct place *place, const char *reason) {
    path->decision.from_history = true;
    bool spent = path->situation->step > MENU_LAST_STEP;
    // What nobody wrote has an end of its own.
    bool ends = path->menu->takes != TAKES_CHOICE;
    if (!path->situation->can_ask_again && place->menu != NULL) {
        fall_back(path, reason);
    } else if (!path->situation->can_ask_again || !within_limit || (spent && ends)) {
        go_to(path, place, reason);
    } else if (spent) {
        fall_back(path, "too many redirects");
    } else {
        decide(path, kind, reason);
        path->decision.prompt = spoken(path, prompt);
    }
}

static void repeat_for_nothing(struct path *path) {
    const struct menu *menu = path->menu;
    repeat(path, DECIDED_NO_INPUT, menu->no_input_prompt, path->situation->no_inputs < menu->no_input_limit,
           &menu->no_input, "no input");
}

static void repeat_for_wrong(struct path *path, const char *reason) {
    const struct menu *menu = path->menu;
    repeat(path, DECIDED_INVALID, menu->invalid_prompt, path->situation->invalids < menu->invalid_limit,
           &menu->invalid, reason);
}

// Silence at the keys is a caller who speaks. It ends with a key, with the limit, and where nobody counts.
static void take_message(struct path *path, const char *digits) {
    const struct situation *situation = path->situation;
    bool silent = digits[0] == '\0';
    path->decision.from_history |= silent;
    if (silent && situation->can_ask_again && situation->step <= MENU_LAST_STEP &&
        situation->no_inputs < path->menu->no_input_limit)
        decide(path, DECIDED_NO_INPUT, "speaking");
    else
        end_with(path, path->menu->no_input.message, "message left");
}

static void choose(struct path *path, const char *digits) {
    const struct menu *menu = path->menu;
    const struct option *option = find_option(menu, digits);
    const struct extension *extension = menu->direct_dial ? find_extension(path->config, digits) : NULL;
    if (option != NULL) {
        if (option->language != NULL)
            path->decision.language = option->language;
        path->decision.keep_language = option->keep_language;
        go_to(path, &option->place, NULL);
    } else if (extension != NULL) {
        decide(path, DECIDED_TRANSFER, "extension");
        path->decision.department = extension->digits;
        path->decision.destination = extension->destination;
    } else if (digits[0] == '\0') {
        repeat_for_nothing(path);
    } else {
        repeat_for_wrong(path, "invalid input");
    }
}

// The other question of the two, unless the redirects are spent.
static void turn_to_partner(struct path *path, const char *number, const char *reason) {
    const struct menu *menu = path->menu;
    if (!path->situation->can_ask_again || path->situation->step > MENU_LAST_STEP)
        end_with(path, menu->no_input.message, "too many redirects");
    else if (number != NULL)
        ask_back(path, menu->partner, number, reason);
    else
        ask(path, menu->partner, reason);
}

static void take_code(struct path *path, const char *digits) {
    path->decision.from_history = true;
    if (digits[0] == '\0')
        repeat_for_nothing(path);
    else if (path->situation->code == CODE_RIGHT)
        go_to(path, &path->menu->opens, "code");
    else if (path->situation->code == CODE_WRONG)
        repeat_for_wrong(path, "wrong code");
    else
        go_to(path, &path->menu->invalid, "wrong code");
}

static void take_number(struct path *path, const char *digits) {
    char number[MENU_NUMBER_SIZE];
    if (digits[0] == '\0')
        repeat_for_nothing(path);
    else if (menu_number(digits, number))
        turn_to_partner(path, number, "number");
    else
        repeat_for_wrong(path, "invalid input");
}

static void take_confirmation(struct path *path, const char *digits) {
    const struct option *option = find_option(path->menu, digits);
    bool known =
        path->situation->number != NULL && menu_number(path->situation->number, path->decision.number);
    if (!known || (option != NULL && option->place.message == NULL)) {
        path->decision.number[0] = '\0';
        turn_to_partner(path, NULL, known ? "another number" : "no number");
    } else if (option != NULL) {
        end_with(path, option->place.message, "callback asked");
        path->decision.callback = true;
    } else if (digits[0] == '\0') {
        repeat_for_nothing(path);
    } else {
        repeat_for_wrong(path, "invalid input");
    }
}

static void judge(struct path *path, const char *digits) {
    static void (*const take[])(struct path * path, const char *digits) = {
        [TAKES_CHOICE] = choose,      [TAKES_MESSAGE] = take_message,           [TAKES_CODE] = take_code,
        [TAKES_NUMBER] = take_number, [TAKES_CONFIRMATION] = take_confirmation,
    };
    take[path->menu->takes](path, digits);
}

// The public side

struct decision menu_begin(const struct config *config, const struct menu *menu,
                           const struct situation *situation) {
    struct path path = {
        .config = config, .situation = situation, .menu = menu, .decision.language = situation->language};
    const struct caller *caller = &situation->caller;
    const struct department *department = config_find_department(config, caller->department);
    const struct menu *own = config_find_menu(config, caller->menu);
    if (emergency(&path))
        return path.decision;
    if (caller->blocked) {
        end_with(&path, caller->message == NULL ? TURNED_AWAY : caller->message, "blocked");
        return path.decision;
    }
    say(&path, caller->greeting);
    if (department != NULL)
        go_to_department(&path, department, "known caller");
    else
        go_to_menu(&path, own == NULL ? menu : own, own == NULL ? NULL : "known caller");
    return path.decision;
}

struct decision menu_decide(const struct config *config, const struct menu *menu,
                            const struct situation *situation) {
    struct path path = {
        .config = config, .situation = situation, .menu = menu, .decision.language = situation->language};
    char digits[MENU_MAX_DIGITS + 1];
    menu_clean_digits(menu, situation->digits, digits);
    if (!emergency(&path))
        judge(&path, digits);
    path.decision.stop_recording = menu->takes == TAKES_MESSAGE && path.decision.kind != DECIDED_NO_INPUT;
    return path.decision;
}

bool decision_asks(const struct decision *decision) {
    return decision->kind == DECIDED_MENU || decision->kind == DECIDED_NO_INPUT ||
           decision->kind == DECIDED_INVALID;
}

const char *decision_word(enum decision_kind kind) {
    static const char *const words[] = {
        [DECIDED_MENU] = "menu",
        [DECIDED_NO_INPUT] = "no_input",
        [DECIDED_INVALID] = "invalid",
        [DECIDED_TRANSFER] = "transfer",
        [DECIDED_FALLBACK] = "fallback",
        [DECIDED_MESSAGE] = "message",
        [DECIDED_UNAVAILABLE] = "unavailable",
    };
    return words[kind];
}
