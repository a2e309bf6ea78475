// test_config.c: a snapshot of what ivr.settings() returns, and what is found in it.
#include "config.h"

#include "unit.h"

// A configuration in pieces, so that a test can leave one out or put another in its place.
#define VERSION "\"version\": 7"
#define DEPARTMENTS \
    "\"departments\": [{\"department\": \"sales\", \"destination\": \"+15551230011\"}, " \
    "{\"department\": \"operator\", \"destination\": \"sip:desk@pbx.example.com\"}]"
#define NAME "\"menu\": \"main\","
#define ENDPOINT "\"endpoint\": \"route-menu\","
#define PROMPT "\"prompt\": \"Press 1.\","
#define NUM_DIGITS "\"num_digits\": 2,"
#define TIMEOUT "\"timeout_seconds\": 5,"
#define FINISH "\"finish_on_key\": \"#\","
#define NO_INPUT_PROMPT "\"no_input_prompt\": \"Nothing?\","
#define NO_INPUT_LIMIT "\"no_input_limit\": 3,"
#define INVALID_PROMPT "\"invalid_prompt\": \"Wrong.\","
#define INVALID_LIMIT "\"invalid_limit\": 4,"
#define FALLBACK "\"fallback\": \"operator\","
#define OPTIONS \
    "\"options\": [{\"digits\": \"1\", \"department\": \"sales\"}, " \
    "{\"digits\": \"02\", \"department\": \"operator\"}]"
#define REST_OF_MENU NO_INPUT_PROMPT NO_INPUT_LIMIT INVALID_PROMPT INVALID_LIMIT
#define MENU NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU FALLBACK OPTIONS
#define MENUS(menu) "\"menus\": [{" menu "}]"
#define WITH(menu) "{" VERSION ", " DEPARTMENTS ", " MENUS(menu) "}"
#define WHOLE WITH(MENU)

static struct config *parse(const char *json) {
    struct capture capture;
    capture_start(&capture);
    struct config *config = config_parse(json);
    capture_end(&capture);
    return config;
}

// What is read: X(name, assertion on `config`, `menu`)
#define READ(X) \
    X(the_version_is_read, assert_int_equal(config->version, 7)) \
    X(all_departments_are_read, assert_int_equal(config->department_count, 2)) \
    X(the_name_of_a_department_is_read, assert_string_equal(config->departments[0].name, "sales")) \
    X(the_destination_of_a_department_is_read, \
      assert_string_equal(config->departments[1].destination, "sip:desk@pbx.example.com")) \
    X(all_menus_are_read, assert_int_equal(config->menu_count, 1)) \
    X(the_name_of_a_menu_is_read, assert_string_equal(menu->name, "main")) \
    X(the_endpoint_of_a_menu_is_read, assert_string_equal(menu->endpoint, "route-menu")) \
    X(the_prompt_of_a_menu_is_read, assert_string_equal(menu->prompt, "Press 1.")) \
    X(the_prompt_for_no_input_is_read, assert_string_equal(menu->no_input_prompt, "Nothing?")) \
    X(the_prompt_for_wrong_input_is_read, assert_string_equal(menu->invalid_prompt, "Wrong.")) \
    X(the_finish_key_is_read, assert_string_equal(menu->finish_on_key, "#")) \
    X(the_number_of_digits_is_read, assert_int_equal(menu->num_digits, 2)) \
    X(the_timeout_is_read, assert_int_equal(menu->timeout_seconds, 5)) \
    X(the_limit_for_no_input_is_read, assert_int_equal(menu->no_input_limit, 3)) \
    X(the_limit_for_wrong_input_is_read, assert_int_equal(menu->invalid_limit, 4)) \
    X(the_fallback_is_found_among_the_departments, \
      assert_ptr_equal(menu->fallback, &config->departments[1])) \
    X(all_options_are_read, assert_int_equal(menu->option_count, 2)) \
    X(the_digits_of_an_option_keep_their_zeros, assert_string_equal(menu->options[1].digits, "02")) \
    X(the_department_of_an_option_is_found, \
      assert_ptr_equal(menu->options[0].place.department, &config->departments[0]))

#define READ_TEST(name, assertion) \
    TEST(name) { \
        struct config *config = config_parse(WHOLE); \
        assert_non_null(config); \
        const struct menu *menu = &config->menus[0]; \
        (void)menu; \
        assertion; \
        config_free(config); \
    }

READ(READ_TEST)

// X(name, json)
#define ACCEPTED(X) \
    X(a_configuration_without_menus_is_read, "{" VERSION ", " DEPARTMENTS ", \"menus\": []}") \
    X(an_empty_configuration_is_read, "{\"version\": 0, \"departments\": [], \"menus\": []}") \
    X(a_menu_without_options_is_read, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU FALLBACK "\"options\": []")) \
    X(a_menu_with_a_note_is_read, WITH("\"note\": {\"x\": [1]}," MENU)) \
    X(a_menu_without_a_list_of_options_is_read, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU "\"fallback\": \"operator\"")) \
    X(an_option_that_leads_nowhere_is_read, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU FALLBACK \
           "\"options\": [{\"digits\": \"1\"}]")) \
    X(a_limit_of_0_is_read, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH NO_INPUT_PROMPT INVALID_PROMPT \
           "\"no_input_limit\": 0, \"invalid_limit\": 0," FALLBACK OPTIONS))

#define ACCEPTED_TEST(name, json) \
    TEST(name) { \
        struct config *config = config_parse(json); \
        assert_non_null(config); \
        config_free(config); \
    }

ACCEPTED(ACCEPTED_TEST)

static void has_no_finish_key(const char *json) {
    struct config *config = config_parse(json);
    assert_non_null(config);
    assert_null(config->menus[0].finish_on_key);
    config_free(config);
}

TEST(a_finish_key_that_is_null_is_none) {
    has_no_finish_key(WITH(
        "\"finish_on_key\": null," NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT REST_OF_MENU FALLBACK OPTIONS));
}

TEST(a_missing_finish_key_is_none) {
    has_no_finish_key(WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT REST_OF_MENU FALLBACK OPTIONS));
}

// What is left out, and what stands: X(name, json, assertion on `config`, `menu`, `log`)

#define MENU_OF(options) \
    NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT REST_OF_MENU FALLBACK "\"options\": [" options "]"
#define GOOD_OPTION "{\"digits\": \"2\", \"department\": \"operator\"}"
#define BESIDE(list) "{" VERSION ", " DEPARTMENTS ", " MENUS(MENU) ", " list "}"
#define NUMBERS(rows) BESIDE("\"numbers\": [" rows "]")
#define EXTENSIONS(rows) BESIDE("\"extensions\": [" rows "]")
#define AGENTS(rows) \
    "{" VERSION ", \"departments\": [{\"department\": \"operator\", \"destination\": \"+15551230012\", " \
    "\"has_agents\": true, \"agents\": [" rows "]}], \"menus\": []}"
#define GOOD_AGENT "{\"destination\": \"+15551230013\", \"priority\": 1, \"share\": 1}"

#define NO_OPTION_BUT_THE_LAST \
    assert_true(menu->option_count == 1 && strcmp(menu->options[0].digits, "2") == 0)
#define NO_NUMBER_BUT_THE_LAST \
    assert_true(config->did_count == 1 && strcmp(config->dids[0].number, "app_1") == 0)
#define NO_EXTENSION_BUT_THE_LAST \
    assert_true(config->extension_count == 1 && strcmp(config->extensions[0].digits, "200") == 0)
#define NO_AGENT_BUT_THE_LAST \
    assert_true(config->departments[0].agent_count == 1 && \
                strcmp(config->departments[0].agents[0].destination, "+15551230013") == 0)
#define GOOD_NUMBER "{\"number\": \"app_1\", \"menu\": \"main\"}"
#define GOOD_EXTENSION "{\"extension\": \"200\", \"destination\": \"+15551230014\"}"

#define LEFT_OUT(X) \
    X(an_option_that_is_null_is_left_out, WITH(MENU_OF("null, " GOOD_OPTION)), NO_OPTION_BUT_THE_LAST) \
    X(an_option_without_digits_is_left_out, WITH(MENU_OF("{\"department\": \"sales\"}, " GOOD_OPTION)), \
      NO_OPTION_BUT_THE_LAST) \
    X(an_option_to_no_department_is_left_out, \
      WITH(MENU_OF("{\"digits\": \"1\", \"department\": \"nobody\"}, " GOOD_OPTION)), \
      NO_OPTION_BUT_THE_LAST) \
    X(an_option_to_no_menu_is_left_out, \
      WITH(MENU_OF("{\"digits\": \"1\", \"to_menu\": \"nowhere\"}, " GOOD_OPTION)), NO_OPTION_BUT_THE_LAST) \
    X(an_option_with_a_line_end_in_its_message_is_left_out, \
      WITH(MENU_OF("{\"digits\": \"1\", \"message\": \"Bye.\\n\"}, " GOOD_OPTION)), NO_OPTION_BUT_THE_LAST) \
    X(a_number_with_a_tab_is_left_out, \
      NUMBERS("{\"number\": \"+1555\\t1230002\", \"menu\": \"main\"}, " GOOD_NUMBER), \
      NO_NUMBER_BUT_THE_LAST) \
    X(a_number_that_is_null_is_left_out, NUMBERS("null, " GOOD_NUMBER), NO_NUMBER_BUT_THE_LAST) \
    X(a_number_without_a_menu_is_left_out, NUMBERS("{\"number\": \"+15551230002\"}, " GOOD_NUMBER), \
      NO_NUMBER_BUT_THE_LAST) \
    X(a_number_of_no_menu_is_left_out, \
      NUMBERS("{\"number\": \"+15551230002\", \"menu\": \"nowhere\"}, " GOOD_NUMBER), \
      NO_NUMBER_BUT_THE_LAST) \
    X(a_number_with_a_tab_in_its_time_zone_is_left_out, \
      NUMBERS("{\"number\": \"1\", \"menu\": \"main\", \"time_zone\": \"UTC\\t\"}, " GOOD_NUMBER), \
      NO_NUMBER_BUT_THE_LAST) \
    X(an_extension_that_cannot_be_dialled_is_left_out, \
      EXTENSIONS("{\"extension\": \"100\", \"destination\": \"desk\"}, " GOOD_EXTENSION), \
      NO_EXTENSION_BUT_THE_LAST) \
    X(an_extension_without_digits_is_left_out, \
      EXTENSIONS("{\"destination\": \"+15551230015\"}, " GOOD_EXTENSION), NO_EXTENSION_BUT_THE_LAST) \
    X(an_agent_who_cannot_be_dialled_is_left_out, \
      AGENTS("{\"destination\": \"+1 555\", \"priority\": 1, \"share\": 1}, " GOOD_AGENT), \
      NO_AGENT_BUT_THE_LAST) \
    X(an_agent_without_a_share_is_left_out, \
      AGENTS("{\"destination\": \"+15551230015\", \"priority\": 1}, " GOOD_AGENT), NO_AGENT_BUT_THE_LAST) \
    X(an_agent_of_priority_0_is_left_out, \
      AGENTS("{\"destination\": \"+15551230015\", \"priority\": 0, \"share\": 1}, " GOOD_AGENT), \
      NO_AGENT_BUT_THE_LAST) \
    X(a_department_whose_agents_are_all_left_out_is_dialled_itself, AGENTS("null"), \
      assert_false(config->departments[0].has_agents)) \
    X(a_department_with_nobody_on_duty_has_agents_all_the_same, AGENTS(""), \
      assert_true(config->departments[0].has_agents)) \
    X(what_is_left_out_in_the_middle_leaves_both_sides, \
      WITH(MENU_OF("{\"digits\": \"1\"}, null, " GOOD_OPTION)), assert_int_equal(menu->option_count, 2)) \
    X(what_is_left_out_of_a_menu_is_logged, WITH(MENU_OF(GOOD_OPTION ", null, null")), \
      assert_non_null( \
          strstr(log, "left out: 2 of 3 options of main that cannot be read, the first in place 2"))) \
    X(a_number_that_is_left_out_is_logged_by_its_place, \
      NUMBERS(GOOD_NUMBER ", {\"number\": \"+1555\\t1230002\", \"menu\": \"main\"}"), \
      assert_non_null(strstr(log, "left out: 1 of 2 numbers that cannot be read, the first in place 2"))) \
    X(a_number_that_is_left_out_is_not_shown, \
      NUMBERS("{\"number\": \"+15551230002\", \"menu\": \"nowhere\"}"), assert_null(strstr(log, "1230002"))) \
    X(where_nothing_is_left_out_nothing_is_logged, \
      "{" VERSION ", " DEPARTMENTS ", " MENUS(MENU) ", \"numbers\": [" GOOD_NUMBER "]}", \
      assert_string_equal(log, ""))

#define LEFT_OUT_TEST(name, json, assertion) \
    TEST(name) { \
        struct capture capture; \
        capture_start(&capture); \
        struct config *config = config_parse(json); \
        capture_end(&capture); \
        assert_non_null(config); \
        const struct menu *menu = &config->menus[0]; \
        const char *log = capture.text; \
        (void)menu; \
        (void)log; \
        assertion; \
        config_free(config); \
    }

LEFT_OUT(LEFT_OUT_TEST)

// What is refused, whole: X(name, json)
#define REFUSED(X) \
    X(nothing_is_no_configuration, "") \
    X(text_is_no_configuration, "hello") \
    X(null_is_no_configuration, "null") \
    X(a_list_is_no_configuration, "[]") \
    X(an_empty_object_is_no_configuration, "{}") \
    X(half_a_configuration_is_none, "{" VERSION ", " DEPARTMENTS ", \"menus\": [{" MENU "}]") \
    X(a_missing_version_is_noticed, "{" DEPARTMENTS ", " MENUS(MENU) "}") \
    X(missing_departments_are_noticed, "{" VERSION ", \"menus\": []}") \
    X(missing_menus_are_noticed, "{" VERSION ", " DEPARTMENTS "}") \
    X(departments_in_an_object_are_none, "{" VERSION ", \"departments\": {}, \"menus\": []}") \
    X(menus_in_an_object_are_none, "{" VERSION ", " DEPARTMENTS ", \"menus\": {}}") \
    X(a_department_that_is_null_is_noticed, "{" VERSION ", \"departments\": [null], \"menus\": []}") \
    X(a_department_that_is_a_word_is_noticed, "{" VERSION ", \"departments\": [\"sales\"], \"menus\": []}") \
    X(a_department_without_name_is_noticed, \
      "{" VERSION ", \"departments\": [{\"destination\": \"+15551230011\"}], \"menus\": []}") \
    X(a_department_without_destination_is_noticed, \
      "{" VERSION ", \"departments\": [{\"department\": \"sales\"}], \"menus\": []}") \
    X(a_department_with_an_empty_destination_is_noticed, \
      "{" VERSION ", \"departments\": [{\"department\": \"sales\", \"destination\": \"\"}], \"menus\": []}") \
    X(a_department_that_cannot_be_dialled_is_noticed, \
      "{" VERSION \
      ", \"departments\": [{\"department\": \"sales\", \"destination\": \"desk\"}], \"menus\": []}") \
    X(a_department_whose_name_is_a_number_is_noticed, \
      "{" VERSION \
      ", \"departments\": [{\"department\": 1, \"destination\": \"+15551230011\"}], \"menus\": []}") \
    X(a_second_department_without_name_is_noticed, \
      "{" VERSION \
      ", \"departments\": [{\"department\": \"sales\", \"destination\": \"+15551230011\"}, {}], " \
      "\"menus\": []}") \
    X(a_menu_that_is_null_is_noticed, "{" VERSION ", " DEPARTMENTS ", \"menus\": [null]}") \
    X(a_menu_that_is_a_word_is_noticed, "{" VERSION ", " DEPARTMENTS ", \"menus\": [\"main\"]}") \
    X(a_menu_without_name_is_noticed, \
      WITH(ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(a_menu_without_endpoint_is_noticed, \
      WITH(NAME PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(a_menu_without_prompt_is_noticed, \
      WITH(NAME ENDPOINT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(a_menu_without_number_of_digits_is_noticed, \
      WITH(NAME ENDPOINT PROMPT TIMEOUT FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(a_menu_without_timeout_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(a_menu_without_prompt_for_no_input_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT NO_INPUT_LIMIT INVALID_PROMPT INVALID_LIMIT FALLBACK \
               OPTIONS)) \
    X(a_menu_without_limit_for_no_input_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT NO_INPUT_PROMPT INVALID_PROMPT INVALID_LIMIT FALLBACK \
               OPTIONS)) \
    X(a_menu_without_prompt_for_wrong_input_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT NO_INPUT_PROMPT NO_INPUT_LIMIT INVALID_LIMIT FALLBACK \
               OPTIONS)) \
    X(a_menu_without_limit_for_wrong_input_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT NO_INPUT_PROMPT NO_INPUT_LIMIT INVALID_PROMPT FALLBACK \
               OPTIONS)) \
    X(a_menu_without_fallback_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU OPTIONS)) \
    X(a_fallback_that_is_no_department_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU "\"fallback\": \"nobody\"," OPTIONS)) \
    X(a_fallback_that_is_null_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU "\"fallback\": null," OPTIONS)) \
    X(a_prompt_that_is_a_number_is_noticed, \
      WITH(NAME ENDPOINT "\"prompt\": 1," NUM_DIGITS TIMEOUT FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(a_menu_of_0_digits_is_noticed, \
      WITH(NAME ENDPOINT PROMPT "\"num_digits\": 0," TIMEOUT FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(a_number_of_digits_past_32_bits_is_noticed, \
      WITH(NAME ENDPOINT PROMPT "\"num_digits\": 4294967297," TIMEOUT FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(a_timeout_of_31_seconds_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS "\"timeout_seconds\": 31," FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(a_timeout_that_is_a_word_is_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS \
           "\"timeout_seconds\": \"x\"," FINISH REST_OF_MENU FALLBACK OPTIONS)) \
    X(options_in_an_object_are_noticed, \
      WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU FALLBACK "\"options\": {}")) \
    X(numbers_in_an_object_are_noticed, BESIDE("\"numbers\": {}")) \
    X(extensions_in_an_object_are_noticed, BESIDE("\"extensions\": {}")) \
    X(a_second_menu_with_a_fault_is_noticed, "{" VERSION ", " DEPARTMENTS ", \"menus\": [{" MENU "}, {}]}")

#define REFUSED_TEST(name, json) \
    TEST(name) { \
        struct config *config = parse(json); \
        bool refused = config == NULL; \
        config_free(config); \
        assert_true(refused); \
    }

REFUSED(REFUSED_TEST)

TEST(a_configuration_cut_anywhere_is_none) {
    static const char whole[] = WHOLE;
    char cut[sizeof whole];
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        memcpy(cut, whole, length);
        cut[length] = '\0';
        assert_null(parse(cut));
    }
}

TEST(a_refused_configuration_is_logged) {
    struct capture capture;
    capture_start(&capture);
    config_free(config_parse("{}"));
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "error=settings detail=\"the configuration cannot be read\"\n"));
}

// What a menu takes

static enum menu_takes takes_of(const char *json) {
    struct config *config = parse(json);
    assert_non_null(config);
    enum menu_takes takes = config->menus[0].takes;
    config_free(config);
    return takes;
}

TEST(a_menu_takes_a_choice) {
    assert_int_equal(takes_of(WHOLE), TAKES_CHOICE);
}

TEST(a_menu_may_take_a_message) {
    assert_int_equal(
        takes_of(WITH(
            MENU
            ",\"takes\": \"message\", \"no_input_message\": \"Thank you.\", \"invalid_message\": \"Thank you.\"")),
        TAKES_MESSAGE);
}

TEST(a_message_without_an_end_is_a_choice) {
    assert_int_equal(takes_of(WITH(MENU ",\"takes\": \"message\"")), TAKES_CHOICE);
}

#define ENDS ", \"no_input_message\": \"Sorry.\", \"invalid_message\": \"Sorry.\""

TEST(a_menu_may_take_a_number_and_its_confirmation) {
    assert_int_equal(takes_of(WITH(MENU ",\"takes\": \"number\", \"partner\": \"main\"" ENDS)), TAKES_NUMBER);
    assert_int_equal(takes_of(WITH(MENU ",\"takes\": \"confirmation\", \"partner\": \"main\"" ENDS)),
                     TAKES_CONFIRMATION);
}

TEST(a_number_without_a_partner_is_a_choice) {
    assert_int_equal(takes_of(WITH(MENU ",\"takes\": \"number\"" ENDS)), TAKES_CHOICE);
}

TEST(what_a_later_version_takes_is_a_choice) {
    assert_int_equal(takes_of(WITH(MENU ",\"takes\": \"song\", \"no_input_message\": \"Thank you.\"")),
                     TAKES_CHOICE);
}

// Languages

#define IN_GERMAN \
    "{" VERSION ", " DEPARTMENTS \
    ", " MENUS(MENU) ", \"translations\": [" \
                     "{\"sentence\": \"Nothing?\", \"language\": \"de\", \"words\": \"Nichts?\"}, " \
                     "{\"sentence\": \"Press 1.\", \"language\": \"de\", \"words\": \"1, bitte.\"}, " \
                     "{\"sentence\": \"Press 1.\", \"language\": \"fr\", \"words\": \"Tapez 1.\"}, " \
                     "{\"sentence\": \"Press 1.\", \"language\": \"nl\"}]}"

static void says(const char *sentence, const char *language, const char *words) {
    struct config *config = parse(IN_GERMAN);
    assert_non_null(config);
    assert_string_equal(config_translate(config, sentence, language), words);
    config_free(config);
}

TEST(a_sentence_is_found_in_its_language) {
    says("Press 1.", "de", "1, bitte.");
}

TEST(a_sentence_is_found_in_another_language) {
    says("Press 1.", "fr", "Tapez 1.");
}

TEST(a_sentence_without_translation_is_itself) {
    says("Nothing?", "fr", "Nothing?");
}

TEST(a_translation_that_cannot_be_read_is_none) {
    says("Press 1.", "nl", "Press 1.");
}

TEST(without_a_language_a_sentence_is_itself) {
    says("Press 1.", NULL, "Press 1.");
}

TEST(a_language_in_which_something_is_written_is_known) {
    struct config *config = parse(IN_GERMAN);
    assert_string_equal(config_find_language(config, "fr"), "fr");
    config_free(config);
}

TEST(a_language_that_an_option_sets_is_known) {
    struct config *config =
        parse(WITH(NAME ENDPOINT PROMPT NUM_DIGITS TIMEOUT FINISH REST_OF_MENU FALLBACK
                   "\"options\": [{\"digits\": \"1\", \"again\": true, \"language\": \"it\"}]"));
    assert_string_equal(config_find_language(config, "it"), "it");
    assert_true(config->menus[0].options[0].place.again);
    config_free(config);
}

TEST(any_other_language_is_not_known) {
    struct config *config = parse(IN_GERMAN);
    assert_null(config_find_language(config, "it"));
    assert_null(config_find_language(config, NULL));
    assert_null(config_find_language(NULL, "de"));
    config_free(config);
}

TEST(no_configuration_may_be_freed) {
    config_free(NULL);
}

// Finding by name

static struct menu menus[] = {{.name = (char[]){"main"}}, {.name = (char[]){"night"}}};
static struct did dids[] = {{.number = (char[]){"+15551230002"}}, {.number = (char[]){"app_1.2"}}};
static const struct config found = {.menus = menus, .menu_count = 2, .dids = dids, .did_count = 2};

TEST(a_menu_is_found_by_its_name) {
    assert_ptr_equal(config_find_menu(&found, "night"), &found.menus[1]);
}

TEST(a_menu_that_is_not_there_is_not_found) {
    assert_null(config_find_menu(&found, "noon"));
}

TEST(the_beginning_of_a_name_finds_no_menu) {
    assert_null(config_find_menu(&found, "mai"));
}

TEST(no_name_finds_no_menu) {
    assert_null(config_find_menu(&found, NULL));
}

TEST(no_configuration_has_no_menu) {
    assert_null(config_find_menu(NULL, "main"));
}

TEST(an_empty_configuration_has_no_menu) {
    assert_null(config_find_menu(&(struct config){0}, "main"));
}

TEST(a_number_is_found_by_its_name) {
    assert_ptr_equal(config_find_did(&found, "app_1.2"), &found.dids[1]);
}

TEST(a_number_that_is_not_there_is_not_found) {
    assert_null(config_find_did(&found, "+15551230009"));
}

TEST(no_number_is_not_found) {
    assert_null(config_find_did(&found, NULL));
}

TEST(no_configuration_has_no_number) {
    assert_null(config_find_did(NULL, "+15551230002"));
}

static const struct CMUnitTest tests[] = {
    READ(ROW) ACCEPTED(ROW) LEFT_OUT(ROW) REFUSED(ROW) cmocka_unit_test(a_finish_key_that_is_null_is_none),
    cmocka_unit_test(a_missing_finish_key_is_none),
    cmocka_unit_test(a_configuration_cut_anywhere_is_none),
    cmocka_unit_test(a_refused_configuration_is_logged),
    cmocka_unit_test(a_menu_takes_a_choice),
    cmocka_unit_test(a_menu_may_take_a_message),
    cmocka_unit_test(a_message_without_an_end_is_a_choice),
    cmocka_unit_test(a_menu_may_take_a_number_and_its_confirmation),
    cmocka_unit_test(a_number_without_a_partner_is_a_choice),
    cmocka_unit_test(what_a_later_version_takes_is_a_choice),
    cmocka_unit_test(a_sentence_is_found_in_its_language),
    cmocka_unit_test(a_sentence_is_found_in_another_language),
    cmocka_unit_test(a_sentence_without_translation_is_itself),
    cmocka_unit_test(a_translation_that_cannot_be_read_is_none),
    cmocka_unit_test(without_a_language_a_sentence_is_itself),
    cmocka_unit_test(a_language_in_which_something_is_written_is_known),
    cmocka_unit_test(a_language_that_an_option_sets_is_known),
    cmocka_unit_test(any_other_language_is_not_known),
    cmocka_unit_test(no_configuration_may_be_freed),
    cmocka_unit_test(a_menu_is_found_by_its_name),
    cmocka_unit_test(a_menu_that_is_not_there_is_not_found),
    cmocka_unit_test(the_beginning_of_a_name_finds_no_menu),
    cmocka_unit_test(no_name_finds_no_menu),
    cmocka_unit_test(no_configuration_has_no_menu),
    cmocka_unit_test(an_empty_configuration_has_no_menu),
    cmocka_unit_test(a_number_is_found_by_its_name),
    cmocka_unit_test(a_number_that_is_not_there_is_not_found),
    cmocka_unit_test(no_number_is_not_found),
    cmocka_unit_test(no_configuration_has_no_number),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
