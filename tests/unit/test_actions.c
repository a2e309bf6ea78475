// test_actions.c: the lists that the platform executes: built, read back, checked.
#include "actions.h"

#include "unit.h"

#define SALES "+15551230011"

// The lists of the two documents, as they stand there.
static const char simple_ivr[] = "{\n"
                                 "\"actions\": [\n"
                                 "{\n"
                                 "\"gather\": {\n"
                                 "\"prompt\": \"Press 1 for sales or 2 for support.\",\n"
                                 "\"num_digits\": 1,\n"
                                 "\"timeout_seconds\": 5,\n"
                                 "\"finish_on_key\": \"#\"\n"
                                 "}\n"
                                 "},\n"
                                 "{\n"
                                 "\"type\": \"redirect\",\n"
                                 "\"url\": \"https://example.com/minivoice/route-menu\"\n"
                                 "}\n"
                                 "]\n"
                                 "}\n";
static const char gather_and_transfer[] = "{\n"
                                          "\"actions\": [\n"
                                          "{\n"
                                          "\"gather\": {\n"
                                          "\"prompt\": \"Press 1 for billing or 2 for technical support.\",\n"
                                          "\"num_digits\": 1,\n"
                                          "\"timeout_seconds\": 7\n"
                                          "}\n"
                                          "},\n"
                                          "{\n"
                                          "\"type\": \"redirect\",\n"
                                          "\"url\": \"https://example.com/minivoice/department\"\n"
                                          "}\n"
                                          "]\n"
                                          "}\n";

// The same lists as a jsonb column gives them back: shorter keys first.
static const char simple_ivr_stored[] =
    "{\"actions\": [{\"gather\": {\"prompt\": \"Press 1 for sales or 2 for support.\", \"num_digits\": 1, "
    "\"finish_on_key\": \"#\", \"timeout_seconds\": 5}}, {\"url\": \"https://example.com/minivoice/route-menu\", "
    "\"type\": \"redirect\"}]}";
static const char gather_and_transfer_stored[] =
    "{\"actions\": [{\"gather\": {\"prompt\": \"Press 1 for billing or 2 for technical support.\", \"num_digits\": "
    "1, "
    "\"timeout_seconds\": 7}}, {\"url\": \"https://example.com/minivoice/department\", \"type\": \"redirect\"}]}";

static const struct menu main_menu = {
    .name = (char[]){"main"},
    .prompt = (char[]){"Press 1 for sales or 2 for support."},
    .finish_on_key = (char[]){"#"},
    .num_digits = 1,
    .timeout_seconds = 5,
};

static const struct menu department_menu = {
    .name = (char[]){"department"},
    .prompt = (char[]){"Press 1 for billing or 2 for technical support."},
    .num_digits = 1,
    .timeout_seconds = 7,
};

// Leaves away what JSON allows between its parts.
static void compact(const char *from, char *to) {
    bool quoted = false;
    for (; *from != '\0'; from++) {
        if (*from == '"')
            quoted = !quoted;
        if (quoted || strchr(" \n", *from) == NULL)
            *to++ = *from;
    }
    *to = '\0';
}

// Takes json.
static void is_list(char *json, const char *expected) {
    char text[1024];
    compact(expected, text);
    assert_non_null(json);
    assert_string_equal(json, text);
    free(json);
}

static char *ask(const struct menu *menu, const char *url) {
    struct decision decision = {.kind = DECIDED_MENU, .menu = menu, .prompt = menu->prompt};
    return actions_for(&decision, url);
}

// What is logged is not what is tested here.
static char *quietly(char *build(const char *), const char *argument) {
    struct capture capture;
    capture_start(&capture);
    char *json = build(argument);
    capture_end(&capture);
    return json;
}

static char *build_menu(struct menu *menu, const char *url) {
    struct capture capture;
    capture_start(&capture);
    char *json = ask(menu, url);
    capture_end(&capture);
    return json;
}

// Building

TEST(the_main_menu_is_the_list_of_simple_ivr) {
    is_list(ask(&main_menu, "https://example.com/minivoice/route-menu"), simple_ivr);
}

TEST(the_department_menu_is_the_list_of_gather_and_transfer) {
    is_list(ask(&department_menu, "https://example.com/minivoice/department"), gather_and_transfer);
}

TEST(a_repeat_speaks_the_prompt_of_the_decision) {
    struct decision again = {.kind = DECIDED_NO_INPUT, .menu = &department_menu, .prompt = "Again."};
    is_list(actions_for(&again, "https://example.com/d"),
            "{\"actions\":[{\"gather\":{\"prompt\":\"Again.\",\"num_digits\":1,\"timeout_seconds\":7}},"
            "{\"type\":\"redirect\",\"url\":\"https://example.com/d\"}]}");
}

TEST(a_wrong_digit_is_answered_with_a_gather_too) {
    struct decision again = {.kind = DECIDED_INVALID, .menu = &department_menu, .prompt = "Wrong."};
    is_list(actions_for(&again, "https://example.com/d"),
            "{\"actions\":[{\"gather\":{\"prompt\":\"Wrong.\",\"num_digits\":1,\"timeout_seconds\":7}},"
            "{\"type\":\"redirect\",\"url\":\"https://example.com/d\"}]}");
}

TEST(a_transfer_is_typed_and_names_its_destination) {
    struct decision transfer = {.kind = DECIDED_TRANSFER, .menu = &main_menu, .destination = SALES};
    is_list(actions_for(&transfer, NULL),
            "{\"actions\":[{\"type\":\"transfer\",\"destination\":\"" SALES "\"}]}");
}

TEST(the_fallback_is_a_transfer) {
    struct decision fallback = {.kind = DECIDED_FALLBACK, .menu = &main_menu, .destination = SALES};
    is_list(actions_for(&fallback, NULL),
            "{\"actions\":[{\"type\":\"transfer\",\"destination\":\"" SALES "\"}]}");
}

TEST(a_url_is_sent_as_it_is) {
    is_list(ask(&department_menu, "https://example.com/d?call_id=call_1.2&step=3&x=%2F"),
            "{\"actions\":[{\"gather\":{\"prompt\":\"Press 1 for billing or 2 for technical support.\","
            "\"num_digits\":1,\"timeout_seconds\":7}},"
            "{\"type\":\"redirect\",\"url\":\"https://example.com/d?call_id=call_1.2&step=3&x=%2F\"}]}");
}

TEST(a_prompt_is_quoted_as_json_wants_it) {
    struct decision asked = {
        .kind = DECIDED_MENU, .menu = &department_menu, .prompt = "\"Gr\xc3\xbc\xc3\x9f\" \\"};
    char *json = actions_for(&asked, "http://h/");
    assert_non_null(strstr(json, "\"prompt\":\"\\\"Gr\xc3\xbc\xc3\x9f\\\" \\\\\""));
    free(json);
}

TEST(sentences_come_first_then_the_recording_then_the_question) {
    struct decision asked = {
        .kind = DECIDED_MENU, .menu = &department_menu, .prompt = "Press.", .record = true};
    asked.say[asked.say_count++] = "Hello.";
    asked.say[asked.say_count++] = "Recorded.";
    is_list(
        actions_for(&asked, "https://example.com/d"),
        "{\"actions\":[{\"say\":{\"text\":\"Hello.\"}},{\"say\":{\"text\":\"Recorded.\"}},{\"start_recording\":{}},"
        "{\"gather\":{\"prompt\":\"Press.\",\"num_digits\":1,\"timeout_seconds\":7}},"
        "{\"type\":\"redirect\",\"url\":\"https://example.com/d\"}]}");
}

TEST(a_sentence_comes_before_the_transfer) {
    struct decision transfer = {.kind = DECIDED_TRANSFER, .menu = &main_menu, .destination = SALES};
    transfer.say[transfer.say_count++] = "Hold.";
    is_list(actions_for(&transfer, NULL),
            "{\"actions\":[{\"say\":{\"text\":\"Hold.\"}},{\"type\":\"transfer\",\"destination\":\"" SALES
            "\"}]}");
}

TEST(a_message_is_a_sentence_alone) {
    struct decision message = {.kind = DECIDED_MESSAGE, .menu = &main_menu, .say = {"Bye."}, .say_count = 1};
    is_list(actions_for(&message, NULL), "{\"actions\":[{\"say\":{\"text\":\"Bye.\"}}]}");
}

TEST(a_message_without_a_sentence_is_not_sent) {
    struct capture capture;
    struct decision message = {.kind = DECIDED_MESSAGE, .menu = &main_menu};
    capture_start(&capture);
    char *json = actions_for(&message, NULL);
    capture_end(&capture);
    assert_null(json);
}

TEST(a_menu_with_too_long_a_timeout_is_not_sent) {
    struct menu menu = main_menu;
    menu.timeout_seconds = 31;
    assert_null(build_menu(&menu, "https://example.com/"));
}

TEST(a_menu_of_no_digits_is_not_sent) {
    struct menu menu = main_menu;
    menu.num_digits = 0;
    assert_null(build_menu(&menu, "https://example.com/"));
}

TEST(a_menu_without_words_is_not_sent) {
    struct menu menu = main_menu;
    menu.prompt = (char[]){""};
    assert_null(build_menu(&menu, "https://example.com/"));
}

TEST(a_menu_with_two_finish_keys_is_not_sent) {
    struct menu menu = main_menu;
    menu.finish_on_key = (char[]){"#*"};
    assert_null(build_menu(&menu, "https://example.com/"));
}

TEST(a_redirect_to_no_web_address_is_not_sent) {
    struct menu menu = main_menu;
    assert_null(build_menu(&menu, "ftp://example.com/"));
}

TEST(a_transfer_to_no_number_is_not_sent) {
    struct capture capture;
    struct decision transfer = {.kind = DECIDED_TRANSFER, .menu = &main_menu, .destination = "sales"};
    capture_start(&capture);
    char *json = actions_for(&transfer, NULL);
    capture_end(&capture);
    assert_null(json);
}

TEST(what_is_not_sent_is_logged_with_its_fault) {
    struct capture capture;
    struct menu menu = main_menu;
    menu.timeout_seconds = 31;
    capture_start(&capture);
    free(ask(&menu, "https://example.com/"));
    capture_end(&capture);
    assert_non_null(
        strstr(capture.text, "error=actions detail=\"gather has no timeout_seconds from 1 to 30\"\n"));
}

// The list of last resort

TEST(the_last_resort_is_a_transfer) {
    is_list(actions_unavailable("sip:desk@pbx.example.com"),
            "{\"actions\":[{\"type\":\"transfer\",\"destination\":\"sip:desk@pbx.example.com\"}]}");
}

TEST(without_a_destination_the_last_resort_is_a_sentence) {
    char *json = actions_unavailable(NULL);
    assert_string_equal(
        json, "{\"actions\":[{\"say\":{\"text\":\"We are sorry, we cannot take your call right now. "
              "Please call again later.\"}}]}");
    free(json);
}

TEST(the_last_resort_is_a_list_that_the_platform_accepts) {
    const char *fault = NULL;
    assert_true(actions_valid(ACTIONS_LAST_RESORT, &fault));
}

TEST(the_last_resort_is_no_transfer_to_nowhere) {
    assert_null(quietly(actions_unavailable, "nowhere"));
}

// Reading back

TEST(a_stored_menu_is_given_as_in_simple_ivr) {
    is_list(actions_restore(simple_ivr_stored), simple_ivr);
}

TEST(a_stored_menu_is_given_as_in_gather_and_transfer) {
    is_list(actions_restore(gather_and_transfer_stored), gather_and_transfer);
}

TEST(a_stored_transfer_begins_with_its_type) {
    is_list(actions_restore("{\"actions\": [{\"destination\": \"" SALES "\", \"type\": \"transfer\"}]}"),
            "{\"actions\":[{\"type\":\"transfer\",\"destination\":\"" SALES "\"}]}");
}

TEST(a_stored_sentence_is_given_again) {
    is_list(actions_restore("{\"actions\": [{\"say\": {\"text\": \"Sorry.\"}}]}"),
            "{\"actions\":[{\"say\":{\"text\":\"Sorry.\"}}]}");
}

TEST(a_recording_is_stopped_before_anything_is_said) {
    struct decision decision = {.kind = DECIDED_MESSAGE, .stop_recording = true};
    decision.say[decision.say_count++] = "Thank you.";
    is_list(actions_for(&decision, NULL),
            "{\"actions\":[{\"stop_recording\":{}},{\"say\":{\"text\":\"Thank you.\"}}]}");
}

TEST(a_stop_of_recording_is_restored) {
    static const char list[] = "{\"actions\":[{\"stop_recording\":{}},{\"say\":{\"text\":\"Thank you.\"}}]}";
    is_list(actions_restore(list), list);
}

TEST(a_question_without_a_prompt_listens_in_silence) {
    const struct decision decision = {.kind = DECIDED_MENU, .menu = &department_menu};
    is_list(
        actions_for(&decision, "https://example.com/minivoice/department"),
        "{\"actions\":[{\"gather\":{\"num_digits\":1,\"timeout_seconds\":7}},{\"type\":\"redirect\",\"url\":"
        "\"https://example.com/minivoice/department\"}]}");
}

TEST(a_list_that_was_restored_is_restored_to_the_same) {
    char *once = actions_restore(simple_ivr_stored);
    is_list(actions_restore(once), simple_ivr);
    free(once);
}

// X(name, json)
#define NOT_RESTORED(X) \
    X(nothing_is_no_stored_list, "") \
    X(text_is_no_stored_list, "hello") \
    X(half_a_list_is_no_stored_list, "{\"actions\":[{\"say\":{\"text\":\"a\"}}") \
    X(null_is_no_stored_list, "null") \
    X(an_array_is_no_stored_list, "[]") \
    X(an_object_without_actions_is_no_stored_list, "{}") \
    X(actions_in_an_object_are_no_stored_list, "{\"actions\":{}}") \
    X(an_empty_list_is_no_stored_list, "{\"actions\":[]}") \
    X(a_stored_null_is_no_action, "{\"actions\":[null]}") \
    X(an_unknown_stored_action_is_not_given, "{\"actions\":[{\"hangup\":{}}]}") \
    X(a_stored_action_with_another_field_is_not_given, \
      "{\"actions\":[{\"type\":\"transfer\",\"destination\":\"" SALES "\",\"x\":1}]}") \
    X(a_stored_gather_without_fields_is_not_given, "{\"actions\":[{\"gather\":1}]}")

#define NOT_RESTORED_TEST(name, json) \
    TEST(name) { \
        assert_null(quietly(actions_restore, json)); \
    }

NOT_RESTORED(NOT_RESTORED_TEST)

// Adding the access key

#define TO(url) \
    "{\"actions\":[{\"gather\":{\"prompt\":\"key=\"}},{\"type\":\"redirect\",\"url\":\"" url "\"}]}"

TEST(a_bare_url_gets_a_query) {
    is_list(actions_with_parameter(TO("https://h/m"), "key=a%20b"), TO("https://h/m?key=a%20b"));
}

TEST(a_query_gets_one_more_parameter_at_its_end) {
    is_list(actions_with_parameter(TO("https://h/m?call_id=c%26&step=1"), "key=k"),
            TO("https://h/m?call_id=c%26&step=1&key=k"));
}

TEST(a_list_that_does_not_redirect_gets_none) {
    is_list(actions_with_parameter("{\"actions\":[{\"type\":\"transfer\",\"destination\":\"" SALES "\"}]}",
                                   "key=k"),
            "{\"actions\":[{\"type\":\"transfer\",\"destination\":\"" SALES "\"}]}");
}

TEST(what_is_no_list_gets_none) {
    assert_null(actions_with_parameter("{}", "key=k"));
    assert_null(actions_with_parameter("", "key=k"));
}

// Checking

#define ONE(action) "{\"actions\":[" action "]}"
#define GATHER(fields) ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":1,\"timeout_seconds\":5" fields "}}")
#define SAY "{\"say\":{\"text\":\"a\"}}"
#define REDIRECT "{\"type\":\"redirect\",\"url\":\"https://example.com/\"}"
#define TRANSFER "{\"type\":\"transfer\",\"destination\":\"" SALES "\"}"

// X(name, json)
#define ACCEPTED(X) \
    X(the_list_of_simple_ivr_is_valid, simple_ivr) \
    X(the_list_of_gather_and_transfer_is_valid, gather_and_transfer) \
    X(a_sentence_is_valid, ONE(SAY)) \
    X(a_transfer_is_valid, ONE(TRANSFER)) \
    X(a_transfer_to_a_sip_uri_is_valid, ONE("{\"type\":\"transfer\",\"destination\":\"sip:a@b\"}")) \
    X(a_redirect_over_http_is_valid, ONE("{\"type\":\"redirect\",\"url\":\"http://example.com/\"}")) \
    X(a_sentence_before_a_transfer_is_valid, ONE(SAY "," TRANSFER)) \
    X(a_start_of_recording_is_valid, ONE("{\"start_recording\":{}}")) \
    X(a_stop_of_recording_is_valid, ONE("{\"stop_recording\":{}}")) \
    X(a_gather_that_listens_in_silence_is_valid, \
      ONE("{\"gather\":{\"num_digits\":1,\"timeout_seconds\":5}}")) \
    X(a_timeout_of_1_second_is_valid, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":1,\"timeout_seconds\":1}}")) \
    X(a_timeout_of_30_seconds_is_valid, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":1,\"timeout_seconds\":30}}")) \
    X(twenty_digits_are_valid, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":20,\"timeout_seconds\":5}}")) \
    X(a_star_is_a_valid_finish_key, GATHER(",\"finish_on_key\":\"*\"")) \
    X(text_beyond_ascii_is_valid, ONE("{\"say\":{\"text\":\"Gr\xc3\xbc\xc3\x9f Gott \xf0\x9f\x98\x80\"}}"))

#define NOT_A_LIST "it is not an object with nothing but actions"
#define NO_FIELDS "gather has an undocumented field"
#define NO_TIMEOUT "gather has no timeout_seconds from 1 to 30"
#define NO_FINISH_KEY "gather's finish_on_key is not one DTMF key"
#define NO_URL "redirect has no http or https url"
#define NO_DESTINATION "transfer has no E.164 or SIP destination"
#define TOO_MUCH "a wrapped action has more than its name"
#define AFTER_THE_END "an action follows one that ends the list"

// X(name, json, fault)
#define REFUSED(X) \
    X(nothing_is_no_list, "", NOT_A_LIST) \
    X(text_is_no_list, "hello", NOT_A_LIST) \
    X(null_is_no_list, "null", NOT_A_LIST) \
    X(a_bare_array_is_no_list, "[" SAY "]", NOT_A_LIST) \
    X(an_object_without_actions_is_no_list, "{}", NOT_A_LIST) \
    X(actions_in_an_object_are_no_list, "{\"actions\":" SAY "}", NOT_A_LIST) \
    X(something_beside_actions_makes_it_no_list, "{\"actions\":[" SAY "],\"x\":1}", NOT_A_LIST) \
    X(something_after_the_end_makes_it_no_list, ONE(SAY) " x", NOT_A_LIST) \
    X(single_quotes_make_it_no_list, ONE("{\"say\":{\"text\":'a'}}"), NOT_A_LIST) \
    X(a_comment_makes_it_no_list, "{\"actions\":[" SAY "/* x */]}", NOT_A_LIST) \
    X(a_comma_too_many_makes_it_no_list, "{\"actions\":[" SAY ",]}", NOT_A_LIST) \
    X(an_empty_list_is_refused, "{\"actions\":[]}", "the list is empty") \
    X(a_string_is_no_action, ONE("\"hold\""), "an action is no object") \
    X(null_is_no_action, ONE("null"), "an action is no object") \
    X(an_empty_action_is_refused, ONE("{}"), TOO_MUCH) \
    X(two_actions_in_one_object_are_refused, ONE("{\"say\":{\"text\":\"a\"},\"hold\":{}}"), TOO_MUCH) \
    X(an_unknown_wrapped_action_is_refused, ONE("{\"hangup\":{}}"), "an action has an unknown name") \
    X(an_unknown_typed_action_is_refused, ONE("{\"type\":\"hangup\"}"), "an action has an unknown type") \
    X(a_typed_gather_is_refused, ONE("{\"type\":\"gather\",\"prompt\":\"a\"}"), \
      "an action has an unknown type") \
    X(a_type_that_is_no_word_is_refused, ONE("{\"type\":1}"), "an action has an unknown name") \
    X(an_undocumented_field_of_gather_is_refused, GATHER(",\"language\":\"de\""), NO_FIELDS) \
    X(max_digits_beside_num_digits_is_refused, GATHER(",\"max_digits\":2"), NO_FIELDS) \
    X(a_gather_that_is_no_object_is_refused, ONE("{\"gather\":1}"), NO_FIELDS) \
    X(a_gather_that_is_null_is_refused, ONE("{\"gather\":null}"), NO_FIELDS) \
    X(a_gather_with_an_empty_prompt_is_refused, \
      ONE("{\"gather\":{\"prompt\":\"\",\"num_digits\":1,\"timeout_seconds\":5}}"), "gather has no prompt") \
    X(a_gather_with_a_number_for_a_prompt_is_refused, \
      ONE("{\"gather\":{\"prompt\":1,\"num_digits\":1,\"timeout_seconds\":5}}"), "gather has no prompt") \
    X(a_prompt_with_a_nul_is_refused, \
      ONE("{\"gather\":{\"prompt\":\"a\\u0000\",\"num_digits\":1,\"timeout_seconds\":5}}"), \
      "gather has no prompt") \
    X(a_gather_without_num_digits_is_refused, ONE("{\"gather\":{\"prompt\":\"a\",\"timeout_seconds\":5}}"), \
      "gather has no num_digits") \
    X(a_gather_of_0_digits_is_refused, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":0,\"timeout_seconds\":5}}"), \
      "gather has no num_digits") \
    X(a_gather_of_100_digits_is_refused, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":100,\"timeout_seconds\":5}}"), \
      "gather has no num_digits") \
    X(num_digits_in_quotes_are_refused, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":\"1\",\"timeout_seconds\":5}}"), \
      "gather has no num_digits") \
    X(num_digits_with_a_fraction_are_refused, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":1.0,\"timeout_seconds\":5}}"), \
      "gather has no num_digits") \
    X(a_gather_without_timeout_is_refused, ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":1}}"), \
      NO_TIMEOUT) \
    X(a_timeout_of_0_seconds_is_refused, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":1,\"timeout_seconds\":0}}"), NO_TIMEOUT) \
    X(a_timeout_of_31_seconds_is_refused, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":1,\"timeout_seconds\":31}}"), NO_TIMEOUT) \
    X(a_timeout_past_32_bits_is_refused, \
      ONE("{\"gather\":{\"prompt\":\"a\",\"num_digits\":1,\"timeout_seconds\":4294967301}}"), NO_TIMEOUT) \
    X(two_finish_keys_are_refused, GATHER(",\"finish_on_key\":\"#*\""), NO_FINISH_KEY) \
    X(an_empty_finish_key_is_refused, GATHER(",\"finish_on_key\":\"\""), NO_FINISH_KEY) \
    X(a_finish_key_that_is_null_is_refused, GATHER(",\"finish_on_key\":null"), NO_FINISH_KEY) \
    X(a_finish_key_that_is_not_on_the_phone_is_refused, GATHER(",\"finish_on_key\":\"x\""), NO_FINISH_KEY) \
    X(a_sentence_without_text_is_refused, ONE("{\"say\":{}}"), "say has no text") \
    X(a_sentence_with_empty_text_is_refused, ONE("{\"say\":{\"text\":\"\"}}"), "say has no text") \
    X(a_sentence_with_a_voice_is_refused, ONE("{\"say\":{\"text\":\"a\",\"voice\":\"b\"}}"), \
      "say has no text") \
    X(a_sentence_that_is_no_object_is_refused, ONE("{\"say\":\"a\"}"), "say has no text") \
    X(a_sentence_that_is_not_utf8_is_refused, ONE("{\"say\":{\"text\":\"Gr\xfc\xdf\"}}"), "say has no text") \
    X(a_sentence_that_is_not_utf8_is_refused_before_another, \
      ONE("{\"say\":{\"text\":\"Gr\xfc\xdf\",\"text\":\"Hello\"}}"), \
      "a member that is there twice is no clean text") \
    X(a_start_of_recording_with_a_field_is_refused, ONE("{\"start_recording\":{\"x\":1}}"), \
      "start_recording has fields") \
    X(a_start_of_recording_that_is_null_is_refused, ONE("{\"start_recording\":null}"), \
      "start_recording has fields") \
    X(a_stop_of_recording_with_a_field_is_refused, ONE("{\"stop_recording\":{\"x\":1}}"), \
      "stop_recording has fields") \
    X(a_redirect_without_url_is_refused, ONE("{\"type\":\"redirect\"}"), NO_URL) \
    X(a_redirect_to_another_scheme_is_refused, \
      ONE("{\"type\":\"redirect\",\"url\":\"ftp://example.com/\"}"), NO_URL) \
    X(a_redirect_to_a_path_is_refused, ONE("{\"type\":\"redirect\",\"url\":\"/route-menu\"}"), NO_URL) \
    X(a_redirect_with_another_field_is_refused, \
      ONE("{\"type\":\"redirect\",\"url\":\"https://example.com/\",\"digits\":\"1\"}"), NO_URL) \
    X(a_transfer_without_destination_is_refused, ONE("{\"type\":\"transfer\"}"), NO_DESTINATION) \
    X(a_transfer_to_a_word_is_refused, ONE("{\"type\":\"transfer\",\"destination\":\"sales\"}"), \
      NO_DESTINATION) \
    X(a_transfer_with_to_is_refused, ONE("{\"type\":\"transfer\",\"to\":\"" SALES "\"}"), NO_DESTINATION) \
    X(a_transfer_with_another_field_is_refused, \
      ONE("{\"type\":\"transfer\",\"destination\":\"" SALES "\",\"from\":\"" SALES "\"}"), NO_DESTINATION) \
    X(nothing_follows_a_transfer, ONE(TRANSFER "," SAY), AFTER_THE_END) \
    X(nothing_follows_a_redirect, ONE(REDIRECT "," TRANSFER), AFTER_THE_END) \
    X(the_second_action_is_checked_too, ONE(SAY ",{\"hangup\":{}}"), "an action has an unknown name")

#define ACCEPTED_TEST(name, json) \
    TEST(name) { \
        const char *fault = NULL; \
        assert_true(actions_valid(json, &fault)); \
    }
#define REFUSED_TEST(name, json, expected) \
    TEST(name) { \
        const char *fault = NULL; \
        assert_false(actions_valid(json, &fault)); \
        assert_string_equal(fault, expected); \
    }

ACCEPTED(ACCEPTED_TEST)
REFUSED(REFUSED_TEST)

TEST(a_valid_list_has_no_fault) {
    const char *fault = "none yet";
    actions_valid(simple_ivr, &fault);
    assert_null(fault);
}

static const struct CMUnitTest tests[] = {
    NOT_RESTORED(ROW) ACCEPTED(ROW) REFUSED(ROW) cmocka_unit_test(the_main_menu_is_the_list_of_simple_ivr),
    cmocka_unit_test(the_department_menu_is_the_list_of_gather_and_transfer),
    cmocka_unit_test(a_repeat_speaks_the_prompt_of_the_decision),
    cmocka_unit_test(a_wrong_digit_is_answered_with_a_gather_too),
    cmocka_unit_test(a_transfer_is_typed_and_names_its_destination),
    cmocka_unit_test(the_fallback_is_a_transfer),
    cmocka_unit_test(a_url_is_sent_as_it_is),
    cmocka_unit_test(a_prompt_is_quoted_as_json_wants_it),
    cmocka_unit_test(sentences_come_first_then_the_recording_then_the_question),
    cmocka_unit_test(a_recording_is_stopped_before_anything_is_said),
    cmocka_unit_test(a_stop_of_recording_is_restored),
    cmocka_unit_test(a_question_without_a_prompt_listens_in_silence),
    cmocka_unit_test(a_sentence_comes_before_the_transfer),
    cmocka_unit_test(a_message_is_a_sentence_alone),
    cmocka_unit_test(a_message_without_a_sentence_is_not_sent),
    cmocka_unit_test(a_menu_with_too_long_a_timeout_is_not_sent),
    cmocka_unit_test(a_menu_of_no_digits_is_not_sent),
    cmocka_unit_test(a_menu_without_words_is_not_sent),
    cmocka_unit_test(a_menu_with_two_finish_keys_is_not_sent),
    cmocka_unit_test(a_redirect_to_no_web_address_is_not_sent),
    cmocka_unit_test(a_transfer_to_no_number_is_not_sent),
    cmocka_unit_test(what_is_not_sent_is_logged_with_its_fault),
    cmocka_unit_test(the_last_resort_is_a_transfer),
    cmocka_unit_test(without_a_destination_the_last_resort_is_a_sentence),
    cmocka_unit_test(the_last_resort_is_a_list_that_the_platform_accepts),
    cmocka_unit_test(the_last_resort_is_no_transfer_to_nowhere),
    cmocka_unit_test(a_stored_menu_is_given_as_in_simple_ivr),
    cmocka_unit_test(a_stored_menu_is_given_as_in_gather_and_transfer),
    cmocka_unit_test(a_stored_transfer_begins_with_its_type),
    cmocka_unit_test(a_stored_sentence_is_given_again),
    cmocka_unit_test(a_list_that_was_restored_is_restored_to_the_same),
    cmocka_unit_test(a_bare_url_gets_a_query),
    cmocka_unit_test(a_query_gets_one_more_parameter_at_its_end),
    cmocka_unit_test(a_list_that_does_not_redirect_gets_none),
    cmocka_unit_test(what_is_no_list_gets_none),
    cmocka_unit_test(a_valid_list_has_no_fault),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
