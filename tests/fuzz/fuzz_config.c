// fuzz_config.c: a configuration of any bytes. What is accepted can be asked, and leads somewhere.
#include "actions.h"
#include "menu.h"
#include "numbers.h"

#include "fuzz.h"

static void check_department(const struct config *config, const struct department *department) {
    REQUIRE(department >= config->departments && department < config->departments + config->department_count);
    REQUIRE(department->name != NULL && number_is_destination(department->destination));
    for (size_t i = 0; i < department->agent_count; i++)
        REQUIRE(number_is_destination(department->agents[i].destination) && department->agents[i].share > 0);
}

static void check_place(const struct config *config, const struct place *place) {
    if (place->department != NULL)
        check_department(config, place->department);
    if (place->menu != NULL)
        REQUIRE(place->menu >= config->menus && place->menu < config->menus + config->menu_count);
}

static bool is_spoken(const char *sentence) {
    return *sentence != '\0' && fuzz_is_clean(sentence);
}

// What the tables of the schema make sure of.
static bool is_speakable(const struct decision *decision) {
    const char *finish = decision->menu->finish_on_key;
    bool spoken = decision->prompt == NULL || is_spoken(decision->prompt);
    for (size_t i = 0; i < decision->say_count; i++)
        spoken = spoken && is_spoken(decision->say[i]);
    return spoken && (finish == NULL || (number_is_dtmf(finish[0]) && finish[1] == '\0'));
}

static void check_list(const struct decision *decision) {
    const char *fault;
    char *json = actions_for(decision, "https://example.com/minivoice/route-menu");
    REQUIRE(json == NULL ? !is_speakable(decision) : actions_valid(json, &fault));
    free(json);
}

// Presses `digits` until nothing is asked any more.
static void check_presses(const struct config *config, const struct menu *menu, const char *digits,
                          int64_t now) {
    struct situation situation = {
        .now = now, .home = menu, .digits = digits, .step = 1, .can_ask_again = true};
    struct decision decision = menu_begin(config, menu, &situation);
    while (decision_asks(&decision)) {
        check_list(&decision);
        REQUIRE(situation.step++ <= MENU_LAST_STEP);
        decision = menu_decide(config, decision.menu, &situation);
    }
    check_list(&decision);
}

static void check_menu(const struct config *config, const struct menu *menu) {
    REQUIRE(menu->name != NULL && menu->endpoint != NULL);
    REQUIRE(config_find_menu(config, menu->name) != NULL);
    check_department(config, menu->fallback);
    check_place(config, &menu->closed);
    check_place(config, &menu->no_input);
    check_place(config, &menu->invalid);
    for (size_t i = 0; i < menu->option_count; i++) {
        REQUIRE(menu->options[i].digits != NULL);
        check_place(config, &menu->options[i].place);
        check_presses(config, menu, menu->options[i].digits, 0);
    }
    check_presses(config, menu, NULL, 0);
    check_presses(config, menu, "?", config->hours_until);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *json = fuzz_text(data, size);
    struct config *config = config_parse(json);
    for (size_t i = 0; config != NULL && i < config->department_count; i++)
        check_department(config, &config->departments[i]);
    for (size_t i = 0; config != NULL && i < config->menu_count; i++)
        check_menu(config, &config->menus[i]);
    config_free(config);
    free(json);
    return 0;
}
