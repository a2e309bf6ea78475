// test_report.c: what is read from the platform's word about a call.
#include "report.h"

#include "unit.h"

static void reads(const char *body, const char *expected) {
    char *kept = report_read("call_1", body, strlen(body));
    if (expected == NULL)
        assert_null(kept);
    else
        assert_string_equal(kept, expected);
    free(kept);
}

#define ROWS(X) \
    X(a_bare_call_is_read, "{\"id\":\"call_1\",\"status\":\"completed\"}", "{\"status\":\"completed\"}") \
    X(one_wrapped_in_data_too, "{\"data\":{\"id\":\"call_1\",\"status\":\"failed\"}}", \
      "{\"status\":\"failed\"}") \
    X(data_beside_a_status_is_not_the_call, "{\"status\":\"completed\",\"data\":{\"status\":\"failed\"}}", \
      "{\"status\":\"completed\"}") \
    X(an_id_may_be_missing, "{\"status\":\"completed\"}", "{\"status\":\"completed\"}") \
    X(another_id_is_no_word_about_this_call, "{\"id\":\"call_2\",\"status\":\"completed\"}", NULL) \
    X(a_status_is_read_in_lower_case, "{\"status\":\"No_Answer\"}", "{\"status\":\"no_answer\"}") \
    X(an_unknown_status_is_kept, "{\"status\":\"levitating\"}", "{\"status\":\"levitating\"}") \
    X(without_a_status_nothing_is_said, "{\"id\":\"call_1\"}", NULL) \
    X(a_status_is_a_text, "{\"status\":7}", NULL) \
    X(of_at_least_a_letter, "{\"status\":\"\"}", NULL) \
    X(and_not_endless, "{\"status\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", \
      NULL) \
    X(without_a_null_byte, "{\"status\":\"a\\u0000b\"}", NULL) \
    X(numbers_and_direction_are_kept, \
      "{\"status\":\"x\",\"direction\":\"inbound\",\"from\":\"+1\",\"to\":\"+2\",\"new\":{}}", \
      "{\"status\":\"x\",\"direction\":\"inbound\",\"from\":\"+1\",\"to\":\"+2\"}") \
    X(a_number_that_is_none_is_left_out, "{\"status\":\"x\",\"from\":null,\"to\":[1]}", \
      "{\"status\":\"x\"}") \
    X(the_end_has_several_names, "{\"status\":\"x\",\"completed_at\":\"2026-05-29T12:00:00Z\"}", \
      "{\"status\":\"x\",\"ended_at\":\"2026-05-29T12:00:00Z\"}") \
    X(a_list_is_no_call, "[{\"status\":\"completed\"}]", NULL) \
    X(nor_is_a_list_in_data, "{\"data\":[]}", NULL) \
    X(an_error_is_none, "{\"error\":{\"code\":\"x\",\"message\":\"y\"}}", NULL) \
    X(half_a_call_is_none, "{\"status\":\"completed\"", NULL) \
    X(a_page_is_none, "<html></html>", NULL) \
    X(nothing_is_none, "", NULL)

#define DEFINE(name, ...) \
    TEST(name) { \
        reads(__VA_ARGS__); \
    }
ROWS(DEFINE)

TEST(a_body_with_a_null_byte_is_none) {
    static const char body[] = "{\"status\":\"completed\"}\0x";
    assert_null(report_read("call_1", body, sizeof body - 1));
}

static void has_id(const char *body, const char *expected) {
    char *id = report_id(body, strlen(body));
    if (expected == NULL)
        assert_null(id);
    else
        assert_string_equal(id, expected);
    free(id);
}

TEST(a_call_that_was_placed_has_an_id) {
    has_id("{\"id\":\"call_1\",\"status\":\"dialing\"}", "call_1");
    has_id("{\"data\":{\"id\":\"call_1\",\"status\":\"dialing\"}}", "call_1");
    has_id("{\"id\":7}", NULL);
    has_id("created", NULL);
}

static void has_code(const char *body, const char *expected) {
    char code[8];
    report_error(body, strlen(body), code, sizeof code);
    assert_string_equal(code, expected);
}

TEST(an_error_has_a_code_that_is_cut_to_fit) {
    has_code("{\"error\":{\"code\":\"busy\",\"message\":\"x\"}}", "busy");
    has_code("{\"error\":{\"code\":\"insufficient_balance\"}}", "insuffi");
    has_code("{\"error\":\"busy\"}", "");
    has_code("<html>", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {ROWS(ROW) cmocka_unit_test(a_body_with_a_null_byte_is_none),
                                       cmocka_unit_test(a_call_that_was_placed_has_an_id),
                                       cmocka_unit_test(an_error_has_a_code_that_is_cut_to_fit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
