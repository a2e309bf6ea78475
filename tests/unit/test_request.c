// test_request.c: a request read, and what is found in it.
#include "request.h"

#include <stdio.h>

#include "unit.h"

// Requests as a web server hands them over

// `piece` is how much one read gives at most, 0 for all. One that breaks ends in an error; an endless one
// never ends.
struct body {
    const char *bytes;
    size_t length;
    size_t piece;
    bool breaks;
    bool endless;
    size_t given;
};

static int read_body(void *source, char *bytes, int size) {
    struct body *body = source;
    size_t most = body->piece > 0 && body->piece < (size_t)size ? body->piece : (size_t)size;
    size_t left = body->length - body->given;
    assert_true(size > 0);
    if (body->endless) {
        memset(bytes, 'x', most);
        body->given += most;
        return (int)most;
    }
    if (left == 0)
        return body->breaks ? -1 : 0;
    if (most > left)
        most = left;
    memcpy(bytes, body->bytes + body->given, most);
    body->given += most;
    return (int)most;
}

// A request with its environment, which has to live as long.
struct asked {
    struct request request;
    struct parameters told;
    char *environment[5];
    size_t count;
};

static void set(struct asked *asked, const char *name, const char *value) {
    if (value == NULL)
        return;
    size_t size = strlen(name) + strlen(value) + 2;
    char *line = malloc(size);
    assert_non_null(line);
    snprintf(line, size, "%s=%s", name, value);
    asked->environment[asked->count++] = line;
}

static void ask(struct asked *asked, const char *query, const char *header, const char *bytes,
                size_t length) {
    struct body body = {.bytes = bytes, .length = length};
    *asked = (struct asked){0};
    set(asked, "QUERY_STRING", query);
    set(asked, "HTTP_X_MINIVOICE_CALL_ID", header);
    request_read(&asked->request, asked->environment, read_body, &body);
    request_parameters(&asked->request, &asked->told);
}

static void forget(struct asked *asked) {
    request_free(&asked->request);
    for (size_t i = 0; i < asked->count; i++)
        free(asked->environment[i]);
}

// Asserts what a request tells under the member of struct parameters at this offset.
static void tells_bytes(const char *query, const char *header, const char *bytes, size_t length,
                        size_t member, const char *expected) {
    struct asked asked;
    const char *found;
    ask(&asked, query, header, bytes, length);
    memcpy(&found, (const char *)&asked.told + member, sizeof found);
    if (expected == NULL)
        assert_null(found);
    else
        assert_non_null(found);
    if (expected != NULL)
        assert_string_equal(found, expected);
    forget(&asked);
}

static void tells(const char *query, const char *header, const char *text, size_t member,
                  const char *expected) {
    tells_bytes(query, header, text, text == NULL ? 0 : strlen(text), member, expected);
}

static int step_of(const char *query, const char *text) {
    struct asked asked;
    ask(&asked, query, NULL, text, text == NULL ? 0 : strlen(text));
    int step = asked.told.step;
    forget(&asked);
    return step;
}

#define MEMBER(field) offsetof(struct parameters, field)

// Spellings, each in every place: X(field, spelling)
#define SPELLINGS(X) \
    X(call_id, call_id) \
    X(call_id, callId) \
    X(call_id, CallId) \
    X(call_id, CallID) \
    X(call_id, callid) \
    X(call_id, CALL_ID) \
    X(call_id, call_uuid) \
    X(call_id, CallUUID) \
    X(call_id, callUuid) \
    X(call_id, CallSid) \
    X(call_id, call_sid) \
    X(call_id, id) \
    X(digits, digits) \
    X(digits, Digits) \
    X(digits, digit) \
    X(digits, dtmf) \
    X(digits, DTMF) \
    X(digits, gathered_digits) \
    X(digits, gatheredDigits) \
    X(digits, pressed) \
    X(from, from) \
    X(from, From) \
    X(from, from_number) \
    X(from, fromNumber) \
    X(from, caller) \
    X(from, caller_number) \
    X(from, callerId) \
    X(to, to) \
    X(to, To) \
    X(to, to_number) \
    X(to, toNumber) \
    X(to, called) \
    X(to, calledNumber) \
    X(to, did) \
    X(application_id, application_id) \
    X(application_id, applicationId) \
    X(application_id, ApplicationId) \
    X(application_id, app_id) \
    X(menu, menu) \
    X(menu, Menu) \
    X(key, key) \
    X(key, access_key) \
    X(key, accessKey)

#define SPELLING_TESTS(field, spelling) \
    TEST(a_query_tells_##field##_as_##spelling) { \
        tells("a=b&" #spelling "=12&c=d", NULL, NULL, MEMBER(field), "12"); \
    } \
    TEST(a_form_tells_##field##_as_##spelling) { \
        tells(NULL, NULL, "a=b&" #spelling "=12&c=d", MEMBER(field), "12"); \
    } \
    TEST(json_tells_##field##_as_##spelling) { \
        tells(NULL, NULL, "{\"a\":{},\"" #spelling "\":\"12\"}", MEMBER(field), "12"); \
    } \
    TEST(json_tells_##field##_in_call_as_##spelling) { \
        tells(NULL, NULL, "{\"call\":{\"" #spelling "\":\"12\"}}", MEMBER(field), "12"); \
    } \
    TEST(json_tells_##field##_in_data_as_##spelling) { \
        tells(NULL, NULL, "{\"data\":{\"" #spelling "\":\"12\"}}", MEMBER(field), "12"); \
    }
#define SPELLING_ROWS(field, spelling) \
    cmocka_unit_test(a_query_tells_##field##_as_##spelling), \
        cmocka_unit_test(a_form_tells_##field##_as_##spelling), \
        cmocka_unit_test(json_tells_##field##_as_##spelling), \
        cmocka_unit_test(json_tells_##field##_in_call_as_##spelling), \
        cmocka_unit_test(json_tells_##field##_in_data_as_##spelling),

SPELLINGS(SPELLING_TESTS)

// What is found: X(name, field, query, header, body, expected)
#define FOUND(X) \
    X(the_header_tells_the_call_id, call_id, NULL, "call_1.2", NULL, "call_1.2") \
    X(a_dot_in_a_name_is_ignored, call_id, "call.id=c", NULL, NULL, "c") \
    X(a_dash_in_a_name_is_ignored, call_id, "call-id=c", NULL, NULL, "c") \
    X(brackets_in_a_name_are_ignored, call_id, "call[id]=c", NULL, NULL, "c") \
    X(a_json_name_with_a_dot_is_found, call_id, NULL, NULL, "{\"call.id\":\"c\"}", "c") \
    X(an_envelope_like_that_of_an_event_tells_the_call_id, call_id, NULL, NULL, \
      "{\"event\":\"x\",\"call\":{\"id\":\"c\",\"from\":\"+1\"},\"data\":{\"digits\":\"1\"}}", "c") \
    X(an_envelope_like_that_of_an_event_tells_the_caller, from, NULL, NULL, \
      "{\"event\":\"x\",\"call\":{\"id\":\"c\",\"from\":\"+1\"},\"data\":{\"digits\":\"1\"}}", "+1") \
    X(an_envelope_like_that_of_an_event_tells_the_digits, digits, NULL, NULL, \
      "{\"event\":\"x\",\"call\":{\"id\":\"c\",\"from\":\"+1\"},\"data\":{\"digits\":\"1\"}}", "1") \
    X(the_query_comes_before_the_body, digits, "digits=1", NULL, "digits=2", "1") \
    X(the_query_comes_before_json, digits, "digits=1", NULL, "{\"digits\":\"2\"}", "1") \
    X(the_query_comes_before_the_header, call_id, "call_id=q", "h", NULL, "q") \
    X(the_body_comes_before_the_header, call_id, NULL, "h", "call_id=b", "b") \
    X(the_header_comes_before_a_bare_id, call_id, NULL, "h", "{\"id\":\"b\"}", "h") \
    X(the_top_level_comes_before_call, digits, NULL, NULL, "{\"call\":{\"digits\":\"2\"},\"digits\":\"1\"}", \
      "1") \
    X(call_comes_before_data, digits, NULL, NULL, \
      "{\"data\":{\"digits\":\"2\"},\"call\":{\"digits\":\"1\"}}", "1") \
    X(the_id_of_the_call_comes_before_a_bare_id, call_id, NULL, NULL, \
      "{\"id\":\"b\",\"call\":{\"id\":\"c\"}}", "c") \
    X(the_id_of_the_call_comes_before_that_of_the_data, call_id, NULL, NULL, \
      "{\"data\":{\"id\":\"d\"},\"call\":{\"id\":\"c\"}}", "c") \
    X(the_better_name_comes_before_the_first, call_id, "id=a&call_id=b", NULL, NULL, "b") \
    X(the_first_of_two_comes_first, digits, "digits=1&digits=2", NULL, NULL, "1") \
    X(an_empty_value_leaves_room_for_the_next, digits, "digits=&digits=2", NULL, NULL, "2") \
    X(an_empty_query_leaves_room_for_the_body, digits, "digits=", NULL, "{\"digits\":\"2\"}", "2") \
    X(null_leaves_room_for_the_next, digits, NULL, NULL, "{\"digits\":null,\"dtmf\":\"2\"}", "2") \
    X(the_last_name_needs_no_ampersand, digits, "x=y&digits=1", NULL, NULL, "1") \
    X(empty_pairs_do_no_harm, digits, "&&=&=x&digits=1&&", NULL, NULL, "1") \
    X(a_name_without_value_does_no_harm, digits, "digits&digits=1", NULL, NULL, "1") \
    X(a_value_may_hold_an_equals_sign, call_id, "call_id=a=b", NULL, NULL, "a=b") \
    X(space_before_json_is_ignored, digits, NULL, NULL, " \r\n\t{\"digits\":\"1\"}", "1") \
    X(space_before_a_form_is_ignored, digits, NULL, NULL, "\r\ndigits=1", "1") \
    X(leading_zeros_stay, digits, "digits=007", NULL, NULL, "007") \
    X(a_finish_key_stays, digits, "digits=1%23", NULL, NULL, "1#") \
    X(a_whole_number_may_be_digits, digits, NULL, NULL, "{\"digits\":12}", "12") \
    X(a_whole_number_may_be_a_call_id, call_id, NULL, NULL, "{\"call\":{\"id\":42}}", "42") \
    X(a_name_may_be_written_with_other_names_beside, digits, "xdigits=2&digitsx=3&digits=1", NULL, NULL, \
      "1") \
    X(a_percent_escape_is_decoded, call_id, "call_id=call%5F1%2e2", NULL, NULL, "call_1.2") \
    X(a_small_escape_is_decoded, call_id, "call_id=%c3%bc", NULL, NULL, "\xc3\xbc") \
    X(an_escape_at_the_end_is_decoded, call_id, "call_id=%41", NULL, NULL, "A") \
    X(a_decoded_ampersand_separates_nothing, call_id, "call_id=a%26b%3Dc", NULL, NULL, "a&b=c") \
    X(a_plus_is_a_space, call_id, "call_id=a+b", NULL, NULL, "a b") \
    X(an_escaped_plus_is_a_plus, call_id, "call_id=a%2Bb", NULL, NULL, "a+b") \
    X(an_escape_is_decoded_once, call_id, "call_id=%2541", NULL, NULL, "%41") \
    X(a_raw_plus_before_a_caller_stays_one, from, "from=+15551230001", NULL, NULL, "+15551230001") \
    X(a_raw_plus_before_a_called_number_stays_one, to, "to=+15551230002", NULL, NULL, "+15551230002") \
    X(an_escaped_plus_before_a_number_stays_one, from, "from=%2B15551230001", NULL, NULL, "+15551230001") \
    X(a_raw_plus_in_a_form_stays_one, from, NULL, NULL, "from=+15551230001", "+15551230001") \
    X(a_number_without_plus_stays_so, from, "from=15551230001", NULL, NULL, "15551230001") \
    X(a_caller_may_be_a_word, from, "from=anonymous", NULL, NULL, "anonymous") \
    X(text_beyond_ascii_is_found, call_id, NULL, NULL, "{\"call_id\":\"\xf0\x9f\x98\x80\"}", \
      "\xf0\x9f\x98\x80") \
    X(escaped_text_beyond_ascii_is_found, call_id, NULL, NULL, "{\"call_id\":\"\\u00fc\"}", "\xc3\xbc") \
    X(a_space_that_does_not_break_is_found, call_id, "call_id=a%C2%A0b", NULL, NULL, \
      "a\xc2\xa0" \
      "b") \
    X(the_last_character_of_unicode_is_found, call_id, "call_id=%F4%8F%BF%BF", NULL, NULL, \
      "\xf4\x8f\xbf\xbf") \
    X(a_broken_escape_leaves_room_for_the_next, digits, "digits=%zz&digits=1", NULL, NULL, "1") \
    X(bytes_that_are_not_utf8_leave_room_for_the_next, digits, "digits=%FF&digits=1", NULL, NULL, "1")

// What is not: X(name, field, query, header, body)
#define NOT_FOUND(X) \
    X(an_empty_request_tells_no_call_id, call_id, NULL, NULL, NULL) \
    X(an_empty_request_tells_no_digits, digits, NULL, NULL, NULL) \
    X(an_empty_request_tells_no_caller, from, NULL, NULL, NULL) \
    X(an_empty_request_tells_no_called_number, to, NULL, NULL, NULL) \
    X(an_empty_request_tells_no_menu, menu, NULL, NULL, NULL) \
    X(an_empty_request_tells_no_key, key, NULL, NULL, NULL) \
    X(empty_digits_are_none, digits, "digits=", NULL, "{\"digits\":\"\"}") \
    X(null_digits_are_none, digits, NULL, NULL, "{\"digits\":null}") \
    X(true_is_no_digit, digits, NULL, NULL, "{\"digits\":true}") \
    X(a_number_with_a_fraction_is_no_digit, digits, NULL, NULL, "{\"digits\":1.5}") \
    X(a_list_is_no_digit, digits, NULL, NULL, "{\"digits\":[\"1\"]}") \
    X(an_object_is_no_digit, digits, NULL, NULL, "{\"digits\":{\"digits\":\"1\"}}") \
    X(what_lies_deeper_is_not_searched, digits, NULL, NULL, "{\"data\":{\"x\":{\"digits\":\"1\"}}}") \
    X(what_lies_elsewhere_is_not_searched, digits, NULL, NULL, "{\"variables\":{\"digits\":\"1\"}}") \
    X(a_call_that_is_a_word_tells_nothing, call_id, NULL, NULL, "{\"call\":\"c\"}") \
    X(a_call_that_is_a_list_tells_nothing, call_id, NULL, NULL, "{\"call\":[{\"id\":\"c\"}]}") \
    X(a_list_at_the_top_tells_nothing, digits, NULL, NULL, "[{\"digits\":\"1\"}]") \
    X(half_a_json_body_tells_nothing, digits, NULL, NULL, "{\"digits\":\"1\"") \
    X(a_json_body_with_a_fault_tells_nothing, digits, NULL, NULL, "{\"digits\":\"1\",,}") \
    X(an_escaped_nul_spoils_a_value, call_id, "call_id=a%00b", NULL, NULL) \
    X(a_whole_number_too_large_to_be_kept_tells_nothing, call_id, NULL, NULL, \
      "{\"call_id\":18446744073709551616}") \
    X(a_whole_number_too_small_to_be_kept_tells_nothing, call_id, NULL, NULL, \
      "{\"call_id\":-9223372036854775809}") \
    X(one_that_is_smaller_still_tells_nothing_either, call_id, NULL, NULL, \
      "{\"call_id\":-9223372036854775810}") \
    X(an_escaped_nul_in_json_spoils_a_value, call_id, NULL, NULL, "{\"call_id\":\"a\\u0000b\"}") \
    X(a_broken_escape_spoils_a_value, call_id, "call_id=a%zzb", NULL, NULL) \
    X(half_a_broken_escape_spoils_a_value, call_id, "call_id=a%4gb", NULL, NULL) \
    X(an_escape_cut_after_one_digit_spoils_a_value, call_id, "call_id=a%4", NULL, NULL) \
    X(a_percent_at_the_end_spoils_a_value, call_id, "call_id=a%", NULL, NULL) \
    X(an_escape_does_not_reach_into_the_next_pair, call_id, "call_id=a%4&1=b", NULL, NULL) \
    X(an_escape_with_a_sign_spoils_a_value, call_id, "call_id=a%-1", NULL, NULL) \
    X(a_stray_continuation_is_no_utf8, call_id, "call_id=%80", NULL, NULL) \
    X(a_cut_character_is_no_utf8, call_id, "call_id=a%C3", NULL, NULL) \
    X(a_character_cut_by_another_is_no_utf8, call_id, "call_id=%C3%28", NULL, NULL) \
    X(a_third_byte_missing_is_no_utf8, call_id, "call_id=%E2%82", NULL, NULL) \
    X(a_fourth_byte_missing_is_no_utf8, call_id, "call_id=%F0%9F%98", NULL, NULL) \
    X(an_overlong_slash_is_no_utf8, call_id, "call_id=%C0%AF", NULL, NULL) \
    X(an_overlong_form_of_3_bytes_is_no_utf8, call_id, "call_id=%E0%80%AF", NULL, NULL) \
    X(an_overlong_form_of_4_bytes_is_no_utf8, call_id, "call_id=%F0%80%80%AF", NULL, NULL) \
    X(a_surrogate_is_no_utf8, call_id, "call_id=%ED%A0%80", NULL, NULL) \
    X(what_lies_past_unicode_is_no_utf8, call_id, "call_id=%F4%90%80%80", NULL, NULL) \
    X(a_raw_byte_in_the_query_is_no_utf8, call_id, "call_id=\xff", NULL, NULL) \
    X(a_raw_byte_in_json_is_no_utf8, call_id, NULL, NULL, "{\"call_id\":\"\xff\"}") \
    X(a_raw_byte_in_the_header_is_no_utf8, call_id, NULL, "\xff", NULL) \
    X(a_line_end_is_no_text, call_id, "call_id=a%0Ab", NULL, NULL) \
    X(an_escape_character_is_no_text, call_id, "call_id=a%1Bb", NULL, NULL) \
    X(a_delete_character_is_no_text, call_id, "call_id=a%7Fb", NULL, NULL) \
    X(a_control_character_beyond_ascii_is_no_text, call_id, "call_id=a%C2%85b", NULL, NULL) \
    X(a_line_end_in_json_is_no_text, call_id, NULL, NULL, "{\"call_id\":\"a\\nb\"}") \
    X(a_tab_in_the_header_is_no_text, call_id, NULL, "a\tb", NULL) \
    X(an_empty_header_tells_nothing, call_id, NULL, "", NULL) \
    X(another_name_tells_nothing, digits, "xdigits=1&digitsx=2", NULL, NULL)

#define FOUND_TEST(name, field, query, header, body, expected) \
    TEST(name) { \
        tells(query, header, body, MEMBER(field), expected); \
    }
#define NOT_FOUND_TEST(name, field, query, header, body) \
    TEST(name) { \
        tells(query, header, body, MEMBER(field), NULL); \
    }

FOUND(FOUND_TEST)
NOT_FOUND(NOT_FOUND_TEST)

TEST(a_form_with_a_nul_in_it_tells_nothing) {
    tells_bytes(NULL, NULL, "digits=1&\0x=y", 13, MEMBER(digits), NULL);
}

TEST(json_with_a_nul_in_it_tells_nothing) {
    tells_bytes(NULL, NULL, "{\"digits\":\"1\",\0}", 16, MEMBER(digits), NULL);
}

TEST(a_json_name_that_is_very_long_is_ignored) {
    char body[400] = "{\"";
    memset(body + 2, 'x', 300);
    strcpy(body + 302, "\":\"1\",\"digits\":\"2\"}");
    tells(NULL, NULL, body, MEMBER(digits), "2");
}

TEST(json_that_is_very_deep_tells_nothing) {
    char body[2000] = "{\"digits\":\"1\",\"x\":";
    memset(body + strlen(body), '[', 1500);
    tells(NULL, NULL, body, MEMBER(digits), NULL);
}

TEST(a_request_may_be_told_nothing_of_an_environment) {
    struct request request;
    struct parameters told;
    struct body body = {0};
    request_read(&request, NULL, read_body, &body);
    request_parameters(&request, &told);
    assert_null(told.call_id);
    request_free(&request);
}

// X(name, method, is a probe)
#define PROBES(X) \
    X(head_is_a_probe, "REQUEST_METHOD=HEAD", true) \
    X(get_is_none, "REQUEST_METHOD=GET", false) \
    X(post_is_none, "REQUEST_METHOD=POST", false) \
    X(nor_is_a_request_without_a_method, "REQUEST_METHOD=", false)

#define PROBE_TEST(name, method, expected) \
    TEST(name) { \
        char variable[] = method; \
        char *environment[] = {variable, NULL}; \
        struct request request; \
        struct body body = {0}; \
        request_read(&request, environment, read_body, &body); \
        assert_int_equal(request_is_probe(&request), expected); \
        request_free(&request); \
    }
#define PROBE_ROW(name, ...) cmocka_unit_test(name),

PROBES(PROBE_TEST)

// Lengths

// Tells `field` with a value of `length` letters; true when it is found.
static bool finds_length(const char *name, size_t member, size_t length) {
    struct asked asked;
    const char *found;
    char query[600];
    int before = snprintf(query, sizeof query, "%s=", name);
    memset(query + before, 'x', length);
    query[(size_t)before + length] = '\0';
    ask(&asked, query, NULL, NULL, 0);
    memcpy(&found, (const char *)&asked.told + member, sizeof found);
    bool is_found = found != NULL && strlen(found) == length;
    forget(&asked);
    return is_found;
}

// X(field, longest)
#define LENGTHS(X) \
    X(call_id, 255) X(digits, 64) X(from, 255) X(to, 255) X(application_id, 255) X(menu, 127) X(key, 255)

#define LENGTH_TESTS(field, longest) \
    TEST(field##_may_have_##longest##_bytes) { \
        assert_true(finds_length(#field, MEMBER(field), longest)); \
    } \
    TEST(field##_may_not_have_more_than_##longest##_bytes) { \
        assert_false(finds_length(#field, MEMBER(field), (longest) + 1)); \
    }
#define LENGTH_ROWS(field, longest) \
    cmocka_unit_test(field##_may_have_##longest##_bytes), \
        cmocka_unit_test(field##_may_not_have_more_than_##longest##_bytes),

LENGTHS(LENGTH_TESTS)

// The step: X(name, query, body, step)
#define STEPS(X) \
    X(a_step_is_told_in_the_query, "step=2", NULL, 2) \
    X(a_step_is_told_in_a_form, NULL, "step=3", 3) \
    X(a_step_is_told_in_json, NULL, "{\"step\":4}", 4) \
    X(a_step_is_told_in_json_as_text, NULL, "{\"step\":\"5\"}", 5) \
    X(a_step_may_have_4_digits, "step=9999", NULL, 9999) \
    X(no_step_is_0, "digits=1", NULL, 0) \
    X(an_empty_step_is_0, "step=", NULL, 0) \
    X(a_step_of_5_digits_is_0, "step=10000", NULL, 0) \
    X(a_step_below_0_is_0, "step=-1", NULL, 0) \
    X(a_step_with_a_letter_is_0, "step=1a", NULL, 0) \
    X(a_step_with_a_space_is_0, "step=+1", NULL, 0) \
    X(a_step_that_is_a_word_is_0, "step=two", NULL, 0)

#define STEP_TEST(name, query, body, expected) \
    TEST(name) { \
        assert_int_equal(step_of(query, body), expected); \
    }

STEPS(STEP_TEST)

// Hundreds of parameters

// A query of `count` parameters that ends in digits=1.
static bool finds_after(size_t count) {
    struct asked asked;
    char *query = calloc(count + 2, 16);
    size_t length = 0;
    assert_non_null(query);
    for (size_t i = 0; i < count; i++)
        length += (size_t)sprintf(query + length, "x%zu=y&", i);
    strcpy(query + length, "digits=1");
    ask(&asked, query, NULL, NULL, 0);
    bool found = asked.told.digits != NULL;
    forget(&asked);
    free(query);
    return found;
}

TEST(the_two_hundredth_parameter_is_found) {
    assert_true(finds_after(REQUEST_MAX_PARAMS - 1));
}

TEST(the_parameter_after_that_is_ignored) {
    assert_false(finds_after(REQUEST_MAX_PARAMS));
}

TEST(ten_thousand_parameters_do_no_harm) {
    assert_false(finds_after(10000));
}

// The body

struct length_case {
    struct body body;
    const char *declared;
};

static enum body_state state_of(struct length_case with, long long *declared, size_t *length) {
    struct asked asked = {0};
    set(&asked, "CONTENT_LENGTH", with.declared);
    request_read(&asked.request, asked.environment, read_body, &with.body);
    enum body_state state = asked.request.body_state;
    if (declared != NULL)
        *declared = asked.request.declared_length;
    if (length != NULL)
        *length = asked.request.body_length;
    forget(&asked);
    return state;
}

static char large[REQUEST_MAX_BODY + 2];

// X(name, state, declared, members of struct body)
#define BODIES(X) \
    X(a_body_as_long_as_declared_is_whole, BODY_WHOLE, "5", .bytes = "hello", .length = 5) \
    X(a_body_that_comes_byte_by_byte_is_whole, BODY_WHOLE, "5", .bytes = "hello", .length = 5, .piece = 1) \
    X(a_body_without_declared_length_is_whole, BODY_WHOLE, NULL, .bytes = "hello", .length = 5) \
    X(a_body_with_an_empty_declared_length_is_whole, BODY_WHOLE, "", .bytes = "hello", .length = 5) \
    X(a_declared_length_that_is_no_number_counts_as_none, BODY_WHOLE, "many", .bytes = "hello", .length = 5) \
    X(a_declared_length_with_a_unit_counts_as_none, BODY_WHOLE, "9 bytes", .bytes = "hello", .length = 5) \
    X(a_declared_length_below_0_counts_as_none, BODY_WHOLE, "-1", .bytes = "hello", .length = 5) \
    X(no_body_is_whole, BODY_WHOLE, NULL, .length = 0) \
    X(no_body_declared_as_such_is_whole, BODY_WHOLE, "0", .length = 0) \
    X(a_body_shorter_than_declared_is_broken, BODY_BROKEN, "6", .bytes = "hello", .length = 5) \
    X(a_body_longer_than_declared_is_broken, BODY_BROKEN, "4", .bytes = "hello", .length = 5) \
    X(a_body_that_was_declared_empty_is_broken, BODY_BROKEN, "0", .bytes = "hello", .length = 5) \
    X(a_missing_body_is_broken, BODY_BROKEN, "5", .length = 0) \
    X(a_declared_length_past_64_bits_is_broken, BODY_BROKEN, "99999999999999999999", .bytes = "a", \
      .length = 1) \
    X(an_error_before_the_body_is_broken, BODY_BROKEN, NULL, .length = 0, .breaks = true) \
    X(an_error_in_the_body_is_broken, BODY_BROKEN, NULL, .bytes = "hello", .length = 5, .breaks = true) \
    X(an_error_at_the_declared_end_is_broken, BODY_BROKEN, "5", .bytes = "hello", .length = 5, \
      .breaks = true) \
    X(the_largest_body_is_whole, BODY_WHOLE, "262144", .bytes = large, .length = REQUEST_MAX_BODY) \
    X(the_largest_body_is_whole_in_odd_pieces, BODY_WHOLE, NULL, .bytes = large, .length = REQUEST_MAX_BODY, \
      .piece = 997) \
    X(one_byte_more_is_too_large, BODY_TOO_LARGE, "262145", .bytes = large, .length = REQUEST_MAX_BODY + 1) \
    X(one_byte_more_is_too_large_where_none_is_declared, BODY_TOO_LARGE, NULL, .bytes = large, \
      .length = REQUEST_MAX_BODY + 1) \
    X(one_byte_more_than_a_declared_262144_is_too_large, BODY_TOO_LARGE, "262144", .bytes = large, \
      .length = REQUEST_MAX_BODY + 1) \
    X(a_body_without_end_is_too_large, BODY_TOO_LARGE, NULL, .endless = true)

#define BODY_TEST(name, state_, declared_, ...) \
    TEST(name) { \
        assert_int_equal(state_of((struct length_case){{__VA_ARGS__}, declared_}, NULL, NULL), state_); \
    }

BODIES(BODY_TEST)

TEST(the_declared_length_is_kept) {
    long long declared;
    state_of((struct length_case){.declared = "1000000", .body = {.bytes = "a", .length = 1}}, &declared,
             NULL);
    assert_int_equal(declared, 1000000);
}

TEST(without_a_declared_length_it_is_minus_1) {
    long long declared;
    state_of((struct length_case){.body = {.bytes = "a", .length = 1}}, &declared, NULL);
    assert_int_equal(declared, -1);
}

TEST(of_a_body_that_is_too_large_as_much_as_allowed_is_kept) {
    size_t length;
    state_of((struct length_case){.body = {.endless = true}}, NULL, &length);
    assert_int_equal(length, REQUEST_MAX_BODY);
}

TEST(of_a_body_that_is_too_large_one_byte_more_is_read) {
    struct request request;
    struct body body = {.endless = true};
    request_read(&request, NULL, read_body, &body);
    assert_int_equal(body.given, REQUEST_MAX_BODY + 1);
    request_free(&request);
}

TEST(of_a_broken_body_what_came_is_kept) {
    size_t length;
    state_of((struct length_case){.body = {.bytes = "hello", .length = 5, .breaks = true}}, NULL, &length);
    assert_int_equal(length, 5);
}

static void body_is(struct body from, const char *expected) {
    struct request request;
    request_read(&request, NULL, read_body, &from);
    assert_string_equal(request.body, expected);
    request_free(&request);
}

TEST(a_body_in_pieces_is_put_together) {
    body_is((struct body){.bytes = "hello world", .length = 11, .piece = 3}, "hello world");
}

TEST(a_body_ends_in_a_nul) {
    body_is((struct body){.bytes = "hello world", .length = 5}, "hello");
}

TEST(an_empty_body_is_an_empty_string) {
    body_is((struct body){0}, "");
}

TEST(a_nul_inside_a_body_is_kept) {
    struct request request;
    struct body body = {.bytes = "a\0b", .length = 3};
    request_read(&request, NULL, read_body, &body);
    assert_memory_equal(request.body, "a\0b", 4);
    request_free(&request);
}

// Nothing is taken from a body that was not received whole.
static void tells_nothing(const char *declared, struct body body) {
    struct asked asked = {0};
    set(&asked, "CONTENT_LENGTH", declared);
    request_read(&asked.request, asked.environment, read_body, &body);
    request_parameters(&asked.request, &asked.told);
    assert_null(asked.told.digits);
    forget(&asked);
}

TEST(a_body_that_is_too_short_tells_nothing) {
    tells_nothing("99", (struct body){.bytes = "digits=1", .length = 8});
}

TEST(a_body_that_breaks_off_tells_nothing) {
    tells_nothing(NULL, (struct body){.bytes = "digits=1", .length = 8, .breaks = true});
}

TEST(a_body_that_is_too_large_tells_nothing) {
    static char form[REQUEST_MAX_BODY + 2];
    memset(form, 'x', sizeof form);
    memcpy(form, "digits=1&", 9);
    tells_nothing(NULL, (struct body){.bytes = form, .length = REQUEST_MAX_BODY + 1});
}

TEST(a_query_is_heard_beside_a_broken_body) {
    struct asked asked = {0};
    struct body body = {.breaks = true};
    set(&asked, "QUERY_STRING", "digits=2");
    request_read(&asked.request, asked.environment, read_body, &body);
    request_parameters(&asked.request, &asked.told);
    assert_string_equal(asked.told.digits, "2");
    forget(&asked);
}

// The environment

static char *const environment[] = {
    (char[]){"REQUEST_METHOD_X=wrong"},
    (char[]){"REQUEST_METHOD=PUT"},
    (char[]){"REMOTE_ADDR=192.0.2.1"},
    (char[]){"EMPTY="},
    (char[]){"TEXT=Gr\xc3\xbc\xc3\x9f"},
    (char[]){"BYTES=\xff"},
    (char[]){"TAB=a\tb"},
    (char[]){"LONE"},
    NULL,
};

// X(name, function, variable, value)
#define VARIABLES(X) \
    X(a_variable_is_found, request_variable, "REMOTE_ADDR", "192.0.2.1") \
    X(a_variable_is_not_mixed_up_with_a_longer_one, request_variable, "REQUEST_METHOD", "PUT") \
    X(a_variable_may_hold_any_bytes, request_variable, "BYTES", "\xff") \
    X(a_text_is_found, request_text, "TEXT", "Gr\xc3\xbc\xc3\x9f")

// X(name, function, variable)
#define NO_VARIABLES(X) \
    X(a_variable_that_is_not_there_is_null, request_variable, "HOST") \
    X(an_empty_variable_is_null, request_variable, "EMPTY") \
    X(the_beginning_of_a_name_is_null, request_variable, "REMOTE") \
    X(a_line_without_equals_sign_is_null, request_variable, "LONE") \
    X(a_text_that_is_not_there_is_null, request_text, "HOST") \
    X(a_text_that_is_not_utf8_is_null, request_text, "BYTES") \
    X(a_text_with_a_control_character_is_null, request_text, "TAB") \
    X(an_empty_text_is_null, request_text, "EMPTY")

#define VARIABLE_TEST(name, function, variable, value) \
    TEST(name) { \
        assert_string_equal(function(&(struct request){.environment = environment}, variable), value); \
    }
#define NO_VARIABLE_TEST(name, function, variable) \
    TEST(name) { \
        assert_null(function(&(struct request){.environment = environment}, variable)); \
    }

VARIABLES(VARIABLE_TEST)
NO_VARIABLES(NO_VARIABLE_TEST)

static void reads(char *const *from, struct request *request) {
    struct body body = {0};
    request_read(request, from, read_body, &body);
}

TEST(the_method_is_read) {
    struct request request;
    reads(environment, &request);
    assert_string_equal(request.method, "PUT");
    request_free(&request);
}

TEST(without_a_method_it_is_get) {
    struct request request;
    reads(NULL, &request);
    assert_string_equal(request.method, "GET");
    request_free(&request);
}

TEST(the_address_is_read) {
    struct request request;
    reads(environment, &request);
    assert_string_equal(request.remote_address, "192.0.2.1");
    request_free(&request);
}

TEST(a_freed_request_is_empty) {
    struct request request;
    reads(environment, &request);
    request_free(&request);
    assert_null(request.body);
}

TEST(an_empty_request_may_be_freed) {
    struct request request = {0};
    request_free(&request);
    assert_null(request.body);
}

// X(name, what the web server says at 1790000000.250 s, milliseconds)
#define AGES(X) \
    X(without_a_word_of_the_web_server_a_request_is_new, "OTHER=1", 0) \
    X(an_empty_word_is_none, "MINIVOICE_SINCE=", 0) \
    X(a_request_that_came_just_now_is_new, "MINIVOICE_SINCE=1790000000.250", 0) \
    X(a_request_is_as_old_as_the_web_server_says, "MINIVOICE_SINCE=1789999999.000", 1250) \
    X(whole_seconds_are_understood, "MINIVOICE_SINCE=1790000000", 250) \
    X(a_moment_to_come_is_ignored, "MINIVOICE_SINCE=1790000000.251", 0) \
    X(ten_seconds_are_believed, "MINIVOICE_SINCE=1789999990.250", 10000) \
    X(more_are_ignored, "MINIVOICE_SINCE=1789999990.249", 0) \
    X(the_year_1970_is_ignored, "MINIVOICE_SINCE=0", 0) \
    X(what_is_no_number_is_ignored, "MINIVOICE_SINCE=1790000000x", 0) \
    X(nor_are_infinity_and_not_a_number_any, "MINIVOICE_SINCE=nan", 0) \
    X(a_header_tells_no_age, "HTTP_MINIVOICE_SINCE=1789999999.000", 0)

#define AGE_TEST(name, told, expected) \
    TEST(name) { \
        char variable[] = told; \
        char *environment_of_it[] = {variable, NULL}; \
        struct request request = {.environment = environment_of_it}; \
        assert_int_equal(request_age_ms(&request, 1790000000250000), expected); \
    }
AGES(AGE_TEST)

static const struct CMUnitTest tests[] = {
    SPELLINGS(SPELLING_ROWS) FOUND(ROW) NOT_FOUND(ROW) LENGTHS(LENGTH_ROWS) STEPS(ROW) BODIES(ROW)
        VARIABLES(ROW) NO_VARIABLES(ROW) cmocka_unit_test(a_form_with_a_nul_in_it_tells_nothing),
    cmocka_unit_test(json_with_a_nul_in_it_tells_nothing),
    cmocka_unit_test(a_json_name_that_is_very_long_is_ignored),
    cmocka_unit_test(json_that_is_very_deep_tells_nothing),
    cmocka_unit_test(a_request_may_be_told_nothing_of_an_environment),
    PROBES(PROBE_ROW) cmocka_unit_test(the_two_hundredth_parameter_is_found),
    cmocka_unit_test(the_parameter_after_that_is_ignored),
    cmocka_unit_test(ten_thousand_parameters_do_no_harm),
    cmocka_unit_test(the_declared_length_is_kept),
    cmocka_unit_test(without_a_declared_length_it_is_minus_1),
    cmocka_unit_test(of_a_body_that_is_too_large_as_much_as_allowed_is_kept),
    cmocka_unit_test(of_a_body_that_is_too_large_one_byte_more_is_read),
    cmocka_unit_test(of_a_broken_body_what_came_is_kept),
    cmocka_unit_test(a_body_in_pieces_is_put_together),
    cmocka_unit_test(a_body_ends_in_a_nul),
    cmocka_unit_test(an_empty_body_is_an_empty_string),
    cmocka_unit_test(a_nul_inside_a_body_is_kept),
    cmocka_unit_test(a_body_that_is_too_short_tells_nothing),
    cmocka_unit_test(a_body_that_breaks_off_tells_nothing),
    cmocka_unit_test(a_body_that_is_too_large_tells_nothing),
    cmocka_unit_test(a_query_is_heard_beside_a_broken_body),
    cmocka_unit_test(the_method_is_read),
    cmocka_unit_test(without_a_method_it_is_get),
    cmocka_unit_test(the_address_is_read),
    cmocka_unit_test(a_freed_request_is_empty),
    cmocka_unit_test(an_empty_request_may_be_freed),
    AGES(PROBE_ROW)};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
