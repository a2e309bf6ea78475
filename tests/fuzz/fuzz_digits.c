// fuzz_digits.c: what a caller pressed, of any bytes: the first line of an input is the finish key, the rest
// the digits.
#include "actions.h"
#include "config.h"
#include "menu.h"

#include "fuzz.h"

static const char settings[] =
    "{\"version\":1,\"hours_until\":2000,"
    "\"departments\":[{\"department\":\"sales\",\"destination\":\"+15551230011\"},"
    "{\"department\":\"support\",\"destination\":\"sip:support@example.com\",\"open\":[[0,1000]],"
    "\"closed_department\":\"sales\"}],"
    "\"extensions\":[{\"extension\":\"201\",\"destination\":\"+15551230201\"}],"
    "\"menus\":[{\"menu\":\"main\",\"endpoint\":\"route-menu\",\"prompt\":\"Press.\",\"no_input_prompt\":\"Press now.\","
    "\"invalid_prompt\":\"No such key.\",\"num_digits\":3,\"timeout_seconds\":5,\"no_input_limit\":1,"
    "\"invalid_limit\":2,\"direct_dial\":true,\"finish_on_key\":\"#\",\"fallback\":\"sales\",\"options\":["
    "{\"digits\":\"1\",\"department\":\"sales\"},{\"digits\":\"2\",\"department\":\"support\"},"
    "{\"digits\":\"3\",\"to_menu\":\"main\"},{\"digits\":\"*\",\"back\":true},{\"digits\":\"9\",\"message\":\"Bye.\"}]}]}";

// What is left of the digits, by the words of menu.h.
static void clean(const char *digits, char finish, char expected[MENU_MAX_DIGITS + 1]) {
    size_t length = 0;
    for (const char *at = digits; *at != '\0'; at++) {
        if (*at == ' ' || (finish != '\0' && *at == finish))
            continue;
        if (length < MENU_MAX_DIGITS)
            expected[length++] = *at >= '!' && *at <= '~' ? *at : '?';
    }
    expected[length] = '\0';
}

static void check_clean(char finish, const char *digits) {
    char key[2] = {finish, '\0'};
    struct menu menu = {.finish_on_key = finish == '\0' ? NULL : key};
    char expected[MENU_MAX_DIGITS + 1];
    char got[MENU_MAX_DIGITS + 1];
    clean(digits, finish, expected);
    menu_clean_digits(&menu, digits, got);
    REQUIRE(strcmp(got, expected) == 0);
}

static void check_list(const struct decision *decision) {
    const char *fault;
    char *json = actions_for(decision, "https://example.com/minivoice/route-menu");
    REQUIRE(json != NULL && actions_valid(json, &fault));
    free(json);
}

// Wherever the caller stands, what was pressed leads somewhere, and only options lead to departments.
static void check_decision(const struct config *config, const char *digits, int64_t now) {
    const struct menu *menu = config_find_menu(config, "main");
    char cleaned[MENU_MAX_DIGITS + 1];
    menu_clean_digits(menu, digits, cleaned);
    for (int asked = 0; asked < 4; asked++) {
        struct situation situation = {.now = now,
                                      .home = menu,
                                      .digits = cleaned,
                                      .step = 2,
                                      .can_ask_again = true,
                                      .no_inputs = asked,
                                      .invalids = asked};
        struct decision decision = menu_decide(config, menu, &situation);
        check_list(&decision);
        bool chosen = strcmp(cleaned, "1") == 0 || strcmp(cleaned, "2") == 0 || strcmp(cleaned, "201") == 0;
        REQUIRE(chosen == (decision.kind == DECIDED_TRANSFER));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct config *config;
    if (config == NULL)
        config = config_parse(settings);
    REQUIRE(config != NULL);
    char *finish = fuzz_line(&data, &size);
    char *digits = fuzz_text(data, size);
    check_clean(*finish, digits);
    check_decision(config, digits, 500);
    check_decision(config, digits, 1500);
    free(finish);
    free(digits);
    return 0;
}
