// fuzz_actions.c: a stored list of any bytes; and the same bytes as a prompt, a URL and a destination.
#include "actions.h"

#include <json-c/json.h>

#include "fuzz.h"

// JSON may hold tabs and line ends between its parts.
static bool is_clean_json(const char *json) {
    char *text = fuzz_text((const uint8_t *)json, strlen(json));
    for (char *at = text; *at != '\0'; at++)
        if (strchr("\t\r\n", *at) != NULL)
            *at = ' ';
    bool clean = fuzz_is_clean(text);
    free(text);
    return clean;
}

static bool is_valid(const char *json) {
    const char *fault = NULL;
    bool valid = actions_valid(json, &fault);
    REQUIRE(valid == (fault == NULL));
    REQUIRE(!valid || is_clean_json(json));
    return valid;
}

// What is restored is valid, says the same, and is restored to itself.
static void check_restored(const char *json) {
    char *restored = actions_restore(json);
    REQUIRE(restored != NULL || !is_valid(json));
    if (restored == NULL)
        return;
    REQUIRE(is_valid(restored));
    char *again = actions_restore(restored);
    REQUIRE(again != NULL && strcmp(again, restored) == 0);
    if (is_valid(json)) {
        struct json_object *one = json_tokener_parse(json);
        struct json_object *other = json_tokener_parse(restored);
        REQUIRE(json_object_equal(one, other));
        json_object_put(one);
        json_object_put(other);
    }
    free(again);
    free(restored);
}

// A parameter more leaves it valid.
static void check_extended(const char *json) {
    if (!is_valid(json))
        return;
    char *longer = actions_with_parameter(json, "key=k%20");
    REQUIRE(longer != NULL && is_valid(longer));
    free(longer);
}

// Either nothing is built, or a valid list. Takes json.
static bool check_built(char *json) {
    bool built = json != NULL;
    REQUIRE(!built || is_valid(json));
    free(json);
    return built;
}

static void check_building(char *text) {
    struct menu menu = {.name = text, .num_digits = 1, .timeout_seconds = 5};
    struct decision asked = {.kind = DECIDED_MENU, .menu = &menu, .prompt = text};
    struct decision transfer = {.kind = DECIDED_TRANSFER, .menu = &menu, .destination = text};
    bool spoken = check_built(actions_for(&asked, "https://example.com/"));
    REQUIRE(spoken == (*text != '\0' && fuzz_is_clean(text)));
    asked.prompt = "Press 1.";
    check_built(actions_for(&asked, text));
    menu.finish_on_key = text;
    check_built(actions_for(&asked, "https://example.com/"));
    check_built(actions_for(&transfer, NULL));
    transfer.say[transfer.say_count++] = text;
    check_built(actions_for(&transfer, NULL));
    check_built(actions_unavailable(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    is_valid(text);
    check_restored(text);
    check_extended(text);
    check_building(text);
    free(text);
    return 0;
}
