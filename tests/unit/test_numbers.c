// test_numbers.c: what may be dialled and what may be pressed.
#include "numbers.h"

#include "unit.h"

// X(name, text)
#define DIALLED(X) \
    X(a_number_of_7_digits_is_dialled, "+1234567") \
    X(a_number_of_15_digits_is_dialled, "+123456789012345") \
    X(a_sip_uri_is_dialled, "sip:sales@pbx.example.com") \
    X(a_sips_uri_is_dialled, "sips:sales@pbx.example.com") \
    X(a_sip_uri_may_have_a_port, "sip:sales@pbx.example.com:5060") \
    X(a_sip_uri_may_have_an_ipv6_host, "sip:sales@[2001:db8::1]:5060") \
    X(a_sip_uri_may_have_parameters, "sip:sales@pbx.example.com;transport=tls") \
    X(a_sip_parameter_may_hold_an_at_sign, "sip:sales@pbx.example.com;x=a@b") \
    X(a_sip_user_may_be_a_number, "sip:+15551230011@pbx.example.com")

// X(name, text)
#define NOT_DIALLED(X) \
    X(nothing_is_not_dialled, "") \
    X(a_plus_alone_is_not_dialled, "+") \
    X(a_number_of_6_digits_is_not_dialled, "+123456") \
    X(a_number_of_16_digits_is_not_dialled, "+1234567890123456") \
    X(a_number_without_plus_is_not_dialled, "15551230011") \
    X(a_number_that_starts_with_0_is_not_dialled, "+05551230011") \
    X(a_number_with_spaces_is_not_dialled, "+1 555 123 0011") \
    X(a_number_with_dashes_is_not_dialled, "+1-555-123-0011") \
    X(a_number_with_a_letter_is_not_dialled, "+1555123001x") \
    X(a_number_with_a_line_end_is_not_dialled, "+15551230011\n") \
    X(a_number_with_two_pluses_is_not_dialled, "++15551230011") \
    X(a_word_is_not_dialled, "sales") \
    X(a_tel_uri_is_not_dialled, "tel:+15551230011") \
    X(sip_alone_is_not_dialled, "sip:") \
    X(a_sip_uri_without_host_is_not_dialled, "sip:sales@") \
    X(a_sip_uri_without_user_is_not_dialled, "sip:@pbx.example.com") \
    X(a_sip_uri_without_at_sign_is_not_dialled, "sip:pbx.example.com") \
    X(a_sip_uri_with_two_hosts_is_not_dialled, "sip:a@b@c") \
    X(a_sip_uri_whose_host_is_only_parameters_is_not_dialled, "sip:a@;transport=tls") \
    X(a_sip_uri_with_a_path_is_not_dialled, "sip:a@pbx.example.com/x") \
    X(a_sip_uri_with_a_space_is_not_dialled, "sip:a b@pbx.example.com") \
    X(a_sip_uri_with_a_space_in_a_parameter_is_not_dialled, "sip:a@pbx.example.com;x=a b") \
    X(a_sip_uri_with_a_quote_is_not_dialled, "sip:a\"b@pbx.example.com") \
    X(a_sip_uri_in_angle_brackets_is_not_dialled, "<sip:a@pbx.example.com>") \
    X(a_sip_uri_with_an_angle_bracket_is_not_dialled, "sip:a@pbx.example.com;x=<b>") \
    X(a_sip_uri_with_a_control_character_is_not_dialled, "sip:a\x01@pbx.example.com") \
    X(a_sip_uri_with_a_delete_character_is_not_dialled, "sip:a\x7f@pbx.example.com") \
    X(a_sip_uri_that_is_not_utf8_is_not_dialled, "sip:a\xff@pbx.example.com") \
    X(a_sip_uri_with_a_line_end_is_not_dialled, "sip:a@pbx.example.com\n")

#define DIALLED_TEST(name, text) \
    TEST(name) { \
        assert_true(number_is_destination(text)); \
    }
#define NOT_DIALLED_TEST(name, text) \
    TEST(name) { \
        assert_false(number_is_destination(text)); \
    }

DIALLED(DIALLED_TEST)
NOT_DIALLED(NOT_DIALLED_TEST)

// On the heap, where reading past the end is noticed.
TEST(nothing_is_not_read_past_its_end) {
    char *nothing = calloc(1, 1);
    assert_false(number_is_destination(nothing));
    free(nothing);
}

TEST(the_numbers_of_the_documents_are_placeholders) {
    assert_true(number_is_placeholder("+15551230099"));
}

TEST(their_neighbours_are_not) {
    assert_false(number_is_placeholder("+15551240099"));
    assert_false(number_is_placeholder("+493012345678"));
    assert_false(number_is_placeholder("+1555"));
    assert_false(number_is_placeholder("sip:+15551230099@pbx.example.com"));
}

TEST(sixteen_keys_are_dtmf) {
    for (const char *key = "0123456789*#ABCD"; *key != '\0'; key++)
        assert_true(number_is_dtmf(*key));
}

TEST(no_other_byte_is_dtmf) {
    int keys = 0;
    for (int byte = 0; byte < 256; byte++)
        keys += number_is_dtmf((char)byte);
    assert_int_equal(keys, 16);
}

TEST(a_small_letter_is_not_dtmf) {
    assert_false(number_is_dtmf('a'));
}

TEST(the_end_of_a_string_is_not_dtmf) {
    assert_false(number_is_dtmf('\0'));
}

static const struct CMUnitTest tests[] = {
    DIALLED(ROW) NOT_DIALLED(ROW) cmocka_unit_test(nothing_is_not_read_past_its_end),
    cmocka_unit_test(the_numbers_of_the_documents_are_placeholders),
    cmocka_unit_test(their_neighbours_are_not),
    cmocka_unit_test(sixteen_keys_are_dtmf),
    cmocka_unit_test(no_other_byte_is_dtmf),
    cmocka_unit_test(a_small_letter_is_not_dtmf),
    cmocka_unit_test(the_end_of_a_string_is_not_dtmf),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
