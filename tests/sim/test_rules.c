// test_rules.c: every rule of rules.c, one test a rule, each named after what the platform does.
#include "rules.h"

#include <json-c/json.h>

#include "../unit/unit.h"

// The two lists that the platform's own examples show.
#define SIMPLE_IVR \
    "{\"actions\":[{\"gather\":{\"prompt\":\"Press 1 for sales or 2 for support.\",\"num_digits\":1," \
    "\"timeout_seconds\":5,\"finish_on_key\":\"#\"}}," \
    "{\"type\":\"redirect\",\"url\":\"https://example.com/minivoice/route-menu\"}]}"
#define GATHER_AND_TRANSFER \
    "{\n\"actions\": [\n{\n\"gather\": {\n\"prompt\": \"Press 1 for billing or 2 for technical support.\"," \
    "\n\"num_digits\": 1,\n\"timeout_seconds\": 7\n}\n},\n" \
    "{\n\"type\": \"redirect\",\n\"url\": \"https://example.com/minivoice/department\"\n}\n]\n}\n"

#define ONE(action) "{\"actions\":[" action "]}"

static void accepts(const char *body) {
    struct text_list faults = {0};
    struct json_object *list = rules_parse(body, strlen(body), &faults);
    if (faults.count != 0)
        fail_msg("%s", faults.items[0]);
    assert_non_null(list);
    json_object_put(list);
}

static void refuses_bytes(const char *body, size_t length, const char *reason) {
    struct text_list faults = {0};
    assert_null(rules_parse(body, length, &faults));
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.items[0], reason);
    text_list_free(&faults);
}

static void refuses(const char *body, const char *reason) {
    refuses_bytes(body, strlen(body), reason);
}

// X(name, body)
#define ACCEPTED(X) \
    X(accepts_the_simple_ivr_menu, SIMPLE_IVR) \
    X(accepts_the_gather_and_transfer_menu, GATHER_AND_TRANSFER) \
    X(accepts_a_wrapped_transfer, ONE("{\"transfer\":{\"destination\":\"+15551230011\"}}")) \
    X(accepts_a_typed_transfer, ONE("{\"type\":\"transfer\",\"destination\":\"+15551230011\"}")) \
    X(accepts_a_transfer_with_to_and_from, ONE("{\"transfer\":{\"to\":\"+15551230011\",\"from\":" \
                                               "\"+15551230002\"}}")) \
    X(accepts_a_sip_destination, ONE("{\"transfer\":{\"destination\":\"sip:sales@pbx.example.com:5060\"}}")) \
    X(accepts_a_sips_destination, ONE("{\"transfer\":{\"destination\":\"sips:pbx.example.com\"}}")) \
    X(accepts_the_shortest_number, ONE("{\"transfer\":{\"destination\":\"+1234567\"}}")) \
    X(accepts_the_longest_number, ONE("{\"transfer\":{\"destination\":\"+123456789012345\"}}")) \
    X(accepts_a_gather_without_fields, ONE("{\"gather\":{}}")) \
    X(accepts_a_gather_of_two_to_four_digits, ONE("{\"gather\":{\"min_digits\":2,\"max_digits\":4}}")) \
    X(accepts_timeouts_of_1_and_30_seconds, ONE("{\"gather\":{\"timeout_seconds\":1}}," \
                                                "{\"gather\":{\"timeout_seconds\":30}}")) \
    X(accepts_every_key_as_finish_key, ONE("{\"gather\":{\"finish_on_key\":\"*\"}}," \
                                           "{\"gather\":{\"finish_on_key\":\"0\"}}")) \
    X(accepts_text_beyond_ascii, ONE("{\"say\":{\"text\":\"Gr\xC3\xBC\xC3\x9F Gott \xF0\x9F\x98\x80\"}}")) \
    X(accepts_a_redirect_with_all_fields, ONE("{\"redirect\":{\"url\":\"http://h/p?call_id=c.1&step=2\"," \
                                              "\"method\":\"POST\",\"max_redirects\":20}}")) \
    X(accepts_a_bridge, ONE("{\"bridge\":{\"to\":\"+15551230011\",\"timeout_seconds\":20}}")) \
    X(accepts_a_conference, ONE("{\"type\":\"conference\",\"room\":\"a.B-c_9\",\"mute\":false," \
                                "\"end_on_exit\":true}")) \
    X(accepts_digits_to_send, ONE("{\"send_digits\":{\"digits\":\"0123456789*#ABCDwW,\"," \
                                  "\"pause_before_ms\":60000}}")) \
    X(accepts_all_that_goes_on_before_what_ends, \
      ONE("{\"say\":{\"text\":\"Hello\"}},{\"hold\":{}},{\"type\":\"resume\"},{\"mute\":{\"direction\":" \
          "\"read\"}},{\"type\":\"unmute\",\"direction\":\"both\"},{\"type\":\"start_recording\"}," \
          "{\"stop_recording\":{}},{\"start_stream\":{\"stream_url\":\"wss://h/s\",\"track\":\"both\"}}," \
          "{\"type\":\"stop_stream\"},{\"conference\":{\"room\":\"r\"}}"))

// X(name, body, reason)
#define REFUSED(X) \
    X(refuses_an_empty_body, "", "the body is not JSON: it is empty") \
    X(refuses_text_that_is_not_json, "hello", "the body is not JSON: it holds what JSON does not know") \
    X(refuses_half_a_list, "{\"actions\":[{\"hold\":{}}", "the body is not JSON: it ends too early") \
    X(refuses_something_after_the_list, ONE("{\"hold\":{}}") "}", \
      "the body is not JSON: unexpected character") \
    X(refuses_a_comma_too_many, "{\"actions\":[{\"hold\":{}},]}", \
      "the body is not JSON: unexpected character") \
    X(refuses_comments, "{/* x */\"actions\":[{\"hold\":{}}]}", \
      "the body is not JSON: it holds what JSON does not know") \
    X(refuses_single_quotes, "{'actions':[{\"hold\":{}}]}", \
      "the body is not JSON: it holds what JSON does not know") \
    X(refuses_a_value_in_single_quotes, ONE("{\"say\":{\"text\":'Hello'}}"), \
      "the body is not JSON: it holds what JSON does not know") \
    X(refuses_true_in_capitals, ONE("{\"conference\":{\"room\":\"a\",\"mute\":TRUE}}"), \
      "the body is not JSON: it holds what JSON does not know") \
    X(refuses_a_number_with_a_zero_in_front, ONE("{\"gather\":{\"num_digits\":01}}"), \
      "the body is not JSON: it holds what JSON does not know") \
    X(refuses_a_tab_inside_a_string, ONE("{\"say\":{\"text\":\"a\tb\"}}"), \
      "the body is not JSON: it holds what JSON does not know") \
    X(refuses_bytes_that_are_not_utf8, ONE("{\"say\":{\"text\":\"Gr\xFC\xDF\"}}"), \
      "the body is not JSON: it is not UTF-8") \
    X(refuses_overlong_utf8, ONE("{\"say\":{\"text\":\"\xE0\x80\xAF\"}}"), \
      "the body is not JSON: it is not UTF-8") \
    X(refuses_a_surrogate_in_utf8, ONE("{\"say\":{\"text\":\"\xED\xA0\x80\"}}"), \
      "the body is not JSON: it is not UTF-8") \
    X(refuses_a_bare_array, "[{\"hold\":{}}]", "the body must be a JSON object") \
    X(refuses_null, "null ", "the body must be a JSON object") \
    X(refuses_an_object_without_actions, "{}", "actions is missing") \
    X(refuses_actions_that_are_no_array, "{\"actions\":{\"hold\":{}}}", "actions must be an array") \
    X(refuses_an_empty_list, "{\"actions\":[]}", "actions must not be empty") \
    X(refuses_another_key_beside_actions, "{\"actions\":[{\"hold\":{}}],\"version\":1}", \
      "the body may hold nothing but actions, not version") \
    X(refuses_an_action_that_is_no_object, ONE("\"hold\""), "actions[0]: an action must be an object") \
    X(refuses_an_action_without_a_name, ONE("{}"), \
      "actions[0]: a wrapped action has exactly one key, not 0") \
    X(refuses_two_actions_in_one_object, ONE("{\"hold\":{},\"resume\":{}}"), \
      "actions[0]: a wrapped action has exactly one key, not 2") \
    X(refuses_an_unknown_wrapped_action, ONE("{\"hangup\":{}}"), \
      "actions[0]: hangup is not an action of the platform") \
    X(refuses_an_unknown_typed_action, ONE("{\"hold\":{}},{\"type\":\"play\"}"), \
      "actions[1]: play is not an action of the platform") \
    X(refuses_an_action_in_capitals, ONE("{\"Hold\":{}}"), \
      "actions[0]: Hold is not an action of the platform") \
    X(refuses_a_type_that_is_no_string, ONE("{\"type\":1}"), "actions[0]: type must be a string") \
    X(refuses_wrapped_fields_that_are_no_object, ONE("{\"hold\":true}"), \
      "actions[0] hold: must be an object") \
    X(refuses_a_typed_say, ONE("{\"type\":\"say\",\"text\":\"Hello\"}"), \
      "actions[0] say: must be wrapped, its typed form is not documented") \
    X(refuses_a_typed_gather, ONE("{\"type\":\"gather\",\"num_digits\":1}"), \
      "actions[0] gather: must be wrapped, its typed form is not documented") \
    X(refuses_typed_send_digits, ONE("{\"type\":\"send_digits\",\"digits\":\"1\"}"), \
      "actions[0] send_digits: must be wrapped, its typed form is not documented") \
    X(refuses_a_type_inside_a_wrapped_action, \
      ONE("{\"redirect\":{\"type\":\"redirect\",\"url\":\"https://h/\"}}"), \
      "actions[0] redirect: field type is not documented") \
    X(refuses_fields_nobody_documented, ONE("{\"say\":{\"text\":\"Hello\",\"voice\":\"anna\"}}"), \
      "actions[0] say: field voice is not documented") \
    X(refuses_say_without_text, ONE("{\"say\":{}}"), "actions[0] say: text is required") \
    X(refuses_say_with_empty_text, ONE("{\"say\":{\"text\":\"\"}}"), \
      "actions[0] say: text must not be empty") \
    X(refuses_say_with_blank_text, ONE("{\"say\":{\"text\":\"  \"}}"), \
      "actions[0] say: text must not be blank") \
    X(refuses_text_that_is_no_string, ONE("{\"say\":{\"text\":7}}"), \
      "actions[0] say: text must be a string") \
    X(refuses_a_line_feed_in_text, ONE("{\"say\":{\"text\":\"a\\nb\"}}"), \
      "actions[0] say: text must not hold control characters") \
    X(refuses_a_nul_in_text, ONE("{\"say\":{\"text\":\"a\\u0000b\"}}"), \
      "actions[0] say: text must not hold control characters") \
    X(refuses_a_c1_control_in_text, ONE("{\"say\":{\"text\":\"a\\u0085b\"}}"), \
      "actions[0] say: text must not hold control characters") \
    X(refuses_an_empty_prompt, ONE("{\"gather\":{\"prompt\":\"\"}}"), \
      "actions[0] gather: prompt must not be empty") \
    X(refuses_no_digits, ONE("{\"gather\":{\"num_digits\":0}}"), \
      "actions[0] gather: num_digits must be at least 1, not 0") \
    X(refuses_a_float_of_digits, ONE("{\"gather\":{\"num_digits\":1.0}}"), \
      "actions[0] gather: num_digits must be an integer") \
    X(refuses_digits_as_a_string, ONE("{\"gather\":{\"num_digits\":\"1\"}}"), \
      "actions[0] gather: num_digits must be an integer") \
    X(refuses_digits_that_are_null, ONE("{\"gather\":{\"num_digits\":null}}"), \
      "actions[0] gather: num_digits must be an integer") \
    X(refuses_num_digits_beside_max_digits, ONE("{\"gather\":{\"num_digits\":1,\"max_digits\":2}}"), \
      "actions[0] gather: num_digits must not be combined with min_digits or max_digits") \
    X(refuses_num_digits_beside_min_digits, ONE("{\"gather\":{\"num_digits\":1,\"min_digits\":1}}"), \
      "actions[0] gather: num_digits must not be combined with min_digits or max_digits") \
    X(refuses_min_digits_above_max_digits, ONE("{\"gather\":{\"min_digits\":5,\"max_digits\":4}}"), \
      "actions[0] gather: min_digits must not be more than max_digits") \
    X(refuses_a_timeout_of_0_seconds, ONE("{\"gather\":{\"timeout_seconds\":0}}"), \
      "actions[0] gather: timeout_seconds must be 1 to 30, not 0") \
    X(refuses_a_timeout_of_31_seconds, ONE("{\"gather\":{\"timeout_seconds\":31}}"), \
      "actions[0] gather: timeout_seconds must be 1 to 30, not 31") \
    X(refuses_two_finish_keys, ONE("{\"gather\":{\"finish_on_key\":\"##\"}}"), \
      "actions[0] gather: finish_on_key must be one DTMF key") \
    X(refuses_a_finish_key_no_telephone_has, ONE("{\"gather\":{\"finish_on_key\":\"x\"}}"), \
      "actions[0] gather: finish_on_key must be one DTMF key") \
    X(refuses_an_empty_finish_key, ONE("{\"gather\":{\"finish_on_key\":\"\"}}"), \
      "actions[0] gather: finish_on_key must not be empty") \
    X(refuses_send_digits_without_digits, ONE("{\"send_digits\":{}}"), \
      "actions[0] send_digits: digits is required") \
    X(refuses_letters_as_digits, ONE("{\"send_digits\":{\"digits\":\"12e\"}}"), \
      "actions[0] send_digits: digits may hold only 0-9 * # A-D w W and commas") \
    X(refuses_a_pause_over_a_minute, ONE("{\"send_digits\":{\"digits\":\"1\",\"pause_before_ms\":60001}}"), \
      "actions[0] send_digits: pause_before_ms must be 0 to 60000, not 60001") \
    X(refuses_a_redirect_without_url, ONE("{\"type\":\"redirect\"}"), \
      "actions[0] redirect: url is required") \
    X(refuses_a_relative_url, ONE("{\"type\":\"redirect\",\"url\":\"/minivoice/route-menu\"}"), \
      "actions[0] redirect: url must be an absolute http or https URL") \
    X(refuses_a_url_without_host, ONE("{\"type\":\"redirect\",\"url\":\"https:///route-menu\"}"), \
      "actions[0] redirect: url must be an absolute http or https URL") \
    X(refuses_a_url_with_a_space, ONE("{\"type\":\"redirect\",\"url\":\"https://h/a b\"}"), \
      "actions[0] redirect: url must be an absolute http or https URL") \
    X(refuses_a_url_of_another_scheme, ONE("{\"type\":\"redirect\",\"url\":\"ftp://h/\"}"), \
      "actions[0] redirect: url must be an absolute http or https URL") \
    X(refuses_other_methods, ONE("{\"redirect\":{\"url\":\"https://h/\",\"method\":\"PUT\"}}"), \
      "actions[0] redirect: method must be one of GET, POST") \
    X(refuses_more_than_20_redirects, ONE("{\"redirect\":{\"url\":\"https://h/\",\"max_redirects\":21}}"), \
      "actions[0] redirect: max_redirects must be 0 to 20, not 21") \
    X(refuses_a_transfer_to_nobody, ONE("{\"transfer\":{}}"), \
      "actions[0] transfer: destination is required") \
    X(refuses_two_destinations, \
      ONE("{\"transfer\":{\"destination\":\"+15551230011\",\"to\":" \
          "\"+15551230012\"}}"), \
      "actions[0] transfer: destination and to must not be combined") \
    X(refuses_a_number_without_plus, ONE("{\"transfer\":{\"destination\":\"15551230011\"}}"), \
      "actions[0] transfer: destination must be an E.164 number or a SIP URI") \
    X(refuses_a_number_that_begins_with_0, ONE("{\"transfer\":{\"destination\":\"+05551230011\"}}"), \
      "actions[0] transfer: destination must be an E.164 number or a SIP URI") \
    X(refuses_a_number_too_short, ONE("{\"transfer\":{\"destination\":\"+123456\"}}"), \
      "actions[0] transfer: destination must be an E.164 number or a SIP URI") \
    X(refuses_a_number_too_long, ONE("{\"transfer\":{\"destination\":\"+1234567890123456\"}}"), \
      "actions[0] transfer: destination must be an E.164 number or a SIP URI") \
    X(refuses_a_sip_uri_without_host, ONE("{\"transfer\":{\"destination\":\"sip:sales@\"}}"), \
      "actions[0] transfer: destination must be an E.164 number or a SIP URI") \
    X(refuses_a_number_as_a_json_number, ONE("{\"transfer\":{\"destination\":15551230011}}"), \
      "actions[0] transfer: destination must be a string") \
    X(refuses_a_bridge_to_nobody, ONE("{\"bridge\":{}}"), "actions[0] bridge: destination is required") \
    X(refuses_a_conference_without_room, ONE("{\"conference\":{}}"), \
      "actions[0] conference: room is required") \
    X(refuses_a_room_with_a_space, ONE("{\"conference\":{\"room\":\"a b\"}}"), \
      "actions[0] conference: room may hold only letters, digits, dot, hyphen and underscore") \
    X(refuses_a_flag_as_a_number, ONE("{\"conference\":{\"room\":\"a\",\"mute\":1}}"), \
      "actions[0] conference: mute must be true or false") \
    X(refuses_mute_without_direction, ONE("{\"mute\":{}}"), "actions[0] mute: direction is required") \
    X(refuses_an_unknown_direction, ONE("{\"unmute\":{\"direction\":\"up\"}}"), \
      "actions[0] unmute: direction must be one of read, write, both") \
    X(refuses_hold_with_fields, ONE("{\"hold\":{\"music\":\"waltz\"}}"), \
      "actions[0] hold: field music is not documented") \
    X(refuses_a_stream_without_url, ONE("{\"start_stream\":{}}"), \
      "actions[0] start_stream: stream_url is required") \
    X(refuses_a_stream_over_https, ONE("{\"start_stream\":{\"stream_url\":\"https://h/s\"}}"), \
      "actions[0] start_stream: stream_url must be an absolute wss URL") \
    X(refuses_an_unknown_track, ONE("{\"stop_stream\":{\"track\":\"speaker\"}}"), \
      "actions[0] stop_stream: track must be one of inbound, outbound, both") \
    X(refuses_an_action_after_a_transfer, \
      ONE("{\"type\":\"transfer\",\"destination\":\"+15551230011\"},{\"hold\":{}}"), \
      "actions[1] hold: never reached, because actions[0] transfer ends the list") \
    X(refuses_an_action_after_a_redirect, \
      ONE("{\"hold\":{}},{\"type\":\"redirect\",\"url\":\"https://h/\"},{\"say\":{\"text\":\"Bye\"}}"), \
      "actions[2] say: never reached, because actions[1] redirect ends the list") \
    X(refuses_an_action_after_a_bridge, ONE("{\"bridge\":{\"destination\":\"sip:a@h\"}},{\"hold\":{}}"), \
      "actions[1] hold: never reached, because actions[0] bridge ends the list") \
    X(refuses_an_action_after_a_conference, ONE("{\"conference\":{\"room\":\"a\"}},{\"hold\":{}}"), \
      "actions[1] hold: never reached, because actions[0] conference ends the list")

#define DEFINE_ACCEPTED(name, body) \
    TEST(name) { \
        accepts(body); \
    }
#define DEFINE_REFUSED(name, body, reason) \
    TEST(name) { \
        refuses(body, reason); \
    }

ACCEPTED(DEFINE_ACCEPTED)
REFUSED(DEFINE_REFUSED)

TEST(refuses_a_nul_after_the_list) {
    static const char body[] = ONE("{\"hold\":{}}");
    refuses_bytes(body, sizeof body, "the body is not JSON: it holds what JSON does not know");
}

TEST(names_every_broken_rule) {
    static const char body[] = ONE("{\"gather\":{\"num_digits\":0,\"timeout_seconds\":31}},{\"say\":{}}");
    struct text_list faults = {0};
    assert_null(rules_parse(body, strlen(body), &faults));
    assert_int_equal(faults.count, 3);
    assert_string_equal(faults.items[2], "actions[1] say: text is required");
    text_list_free(&faults);
}

TEST(refuses_more_digits_than_anybody_sends) {
    struct text body = {0};
    text_add(&body, "{\"actions\":[{\"send_digits\":{\"digits\":\"");
    for (int i = 0; i < 256; i++)
        text_add(&body, "1");
    text_add(&body, "\"}}]}");
    refuses(text_string(&body), "actions[0] send_digits: digits is longer than 255 characters");
    text_free(&body);
}

// NULL: accepted
static void check_http(long status, const char *content_type, const char *reason) {
    struct text_list faults = {0};
    rules_check_http(status, content_type, &faults);
    assert_int_equal(faults.count, reason != NULL);
    if (reason != NULL)
        assert_string_equal(faults.items[0], reason);
    text_list_free(&faults);
}

TEST(accepts_json_with_and_without_parameters) {
    check_http(200, "application/json", NULL);
    check_http(200, "Application/JSON; charset=utf-8", NULL);
}

TEST(refuses_every_status_but_200) {
    check_http(204, "application/json", "status 204 instead of 200");
    check_http(302, "application/json", "status 302 instead of 200");
    check_http(500, "text/html", "status 500 instead of 200");
}

TEST(refuses_other_content_types) {
    check_http(200, "text/plain", "Content-Type text/plain instead of application/json");
    check_http(200, "application/jsonp", "Content-Type application/jsonp instead of application/json");
    check_http(200, NULL, "no Content-Type instead of application/json");
}

TEST(names_an_action_whichever_way_it_is_written) {
    struct json_object *typed = json_tokener_parse("{\"type\":\"mute\",\"direction\":\"both\"}");
    struct json_object *wrapped = json_tokener_parse("{\"mute\":{\"direction\":\"both\"}}");
    struct json_object *fields;
    assert_string_equal(rules_action(typed, &fields), "mute");
    assert_true(json_object_object_get_ex(fields, "direction", NULL));
    assert_string_equal(rules_action(wrapped, &fields), "mute");
    assert_true(json_object_object_get_ex(fields, "direction", NULL));
    json_object_put(typed);
    json_object_put(wrapped);
}

static const struct CMUnitTest tests[] = {
    ACCEPTED(ROW) REFUSED(ROW) cmocka_unit_test(refuses_a_nul_after_the_list),
    cmocka_unit_test(names_every_broken_rule),
    cmocka_unit_test(refuses_more_digits_than_anybody_sends),
    cmocka_unit_test(accepts_json_with_and_without_parameters),
    cmocka_unit_test(refuses_every_status_but_200),
    cmocka_unit_test(refuses_other_content_types),
    cmocka_unit_test(names_an_action_whichever_way_it_is_written),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
