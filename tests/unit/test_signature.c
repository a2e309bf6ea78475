// test_signature.c: what is signed, and when. The expected values are those of `openssl dgst -sha256 -hmac`.
#include "signature.h"

#include "unit.h"

#define SECRET "whsec_test"
#define BODY "{\"event\":\"call.created\"}"
#define AT "1748520600"
#define MAC "589f6a82d6ccd292d874efc27bc28368436525d4ffcbd490b1945a9494f071ce"
#define MAC_OF_OTHER_SECRET "7ee0f57ee1b84b7e0acd1bdf9d3bba36aaea8e18a713b5b43d78273c0ab6d4f5"

enum { MAX_AGE_S = 86400 };

static const int64_t now = INT64_C(1748520600) * 1000000;

static enum signature_verdict check_bytes(const char *secret, const char *timestamp, const char *value,
                                          const void *body, size_t length) {
    const struct signature signature = {timestamp, value, body, length};
    return signature_check(&signature, &secret, 1, now, MAX_AGE_S);
}

static enum signature_verdict check(const char *timestamp, const char *value, const char *body) {
    return check_bytes(SECRET, timestamp, value, body, strlen(body));
}

// Verdicts: X(name, timestamp, value, body, verdict)
#define VERDICTS(X) \
    X(a_true_signature_is_good, AT, "v1=" MAC, BODY, SIGNATURE_GOOD) \
    X(upper_case_digits_are_good, AT, "v1=589F6A82D6CCD292D874EFC27BC28368436525D4FFCBD490B1945A9494F071CE", \
      BODY, SIGNATURE_GOOD) \
    X(mixed_case_digits_are_good, AT, "v1=589F6a82d6ccd292d874efc27bc28368436525d4ffcbd490b1945a9494f071cE", \
      BODY, SIGNATURE_GOOD) \
    X(an_empty_body_is_signed_too, AT, \
      "v1=a8264bbe4c19a3dcf8716473ca31bdf2564e36c0277fb4d83b2181e790e3c0d5", "", SIGNATURE_GOOD) \
    X(a_time_in_milliseconds_is_good, "1748520600250", \
      "v1=2f890d0c70c42ccf28a58813026b6be812e6d45564bb54ef6501a41d7e207b0d", BODY, SIGNATURE_GOOD) \
    X(a_time_in_words_of_rfc_3339_is_good, "2025-05-29T12:10:00Z", \
      "v1=90d97ecb42d04e856f1fe6542c217d99e1271665e8d4f529972b2b6e94e43081", BODY, SIGNATURE_GOOD) \
    X(a_time_of_another_zone_is_good, "2025-05-29T14:10:00.5+02:00", \
      "v1=cdd805ae33995b1a900665acead6bf677f7a8a3b6b1bc90512f10ecc8273f9da", BODY, SIGNATURE_GOOD) \
    X(a_missing_timestamp_is_noticed, NULL, "v1=" MAC, BODY, SIGNATURE_MISSING) \
    X(a_missing_signature_is_noticed, AT, NULL, BODY, SIGNATURE_MISSING) \
    X(both_headers_missing_are_noticed, NULL, NULL, BODY, SIGNATURE_MISSING) \
    X(an_empty_signature_is_malformed, AT, "", BODY, SIGNATURE_MALFORMED) \
    X(a_signature_without_version_is_malformed, AT, MAC, BODY, SIGNATURE_MALFORMED) \
    X(another_version_is_malformed, AT, "v2=" MAC, BODY, SIGNATURE_MALFORMED) \
    X(a_capital_version_is_malformed, AT, "V1=" MAC, BODY, SIGNATURE_MALFORMED) \
    X(a_version_alone_is_malformed, AT, "v1=", BODY, SIGNATURE_MALFORMED) \
    X(sixty_three_digits_are_malformed, AT, \
      "v1=589f6a82d6ccd292d874efc27bc28368436525d4ffcbd490b1945a9494f071c", BODY, SIGNATURE_MALFORMED) \
    X(sixty_five_digits_are_malformed, AT, "v1=" MAC "0", BODY, SIGNATURE_MALFORMED) \
    X(a_first_digit_that_is_none_is_malformed, AT, \
      "v1=g89f6a82d6ccd292d874efc27bc28368436525d4ffcbd490b1945a9494f071ce", BODY, SIGNATURE_MALFORMED) \
    X(a_last_digit_that_is_none_is_malformed, AT, \
      "v1=589f6a82d6ccd292d874efc27bc28368436525d4ffcbd490b1945a9494f071c-", BODY, SIGNATURE_MALFORMED) \
    X(a_space_before_is_malformed, AT, " v1=" MAC, BODY, SIGNATURE_MALFORMED) \
    X(a_space_after_is_malformed, AT, "v1=" MAC " ", BODY, SIGNATURE_MALFORMED) \
    X(two_signatures_in_one_are_malformed, AT, "v1=" MAC ",v1=" MAC, BODY, SIGNATURE_MALFORMED) \
    X(the_signature_of_another_secret_is_wrong, AT, "v1=" MAC_OF_OTHER_SECRET, BODY, SIGNATURE_WRONG) \
    X(a_first_digit_changed_is_wrong, AT, \
      "v1=689f6a82d6ccd292d874efc27bc28368436525d4ffcbd490b1945a9494f071ce", BODY, SIGNATURE_WRONG) \
    X(a_last_digit_changed_is_wrong, AT, \
      "v1=589f6a82d6ccd292d874efc27bc28368436525d4ffcbd490b1945a9494f071cf", BODY, SIGNATURE_WRONG) \
    X(a_changed_body_is_wrong, AT, "v1=" MAC, "{\"event\":\"call.created\" }", SIGNATURE_WRONG) \
    X(a_cut_body_is_wrong, AT, "v1=" MAC, "{\"event\":\"call.created\"", SIGNATURE_WRONG) \
    X(a_changed_timestamp_is_wrong, "1748520601", "v1=" MAC, BODY, SIGNATURE_WRONG) \
    X(the_same_time_written_otherwise_is_wrong, "2025-05-29T12:10:00Z", "v1=" MAC, BODY, SIGNATURE_WRONG) \
    X(a_signed_word_is_no_time, "yesterday", \
      "v1=7ed1de3050aca1120e80abb25ff609b590c1df9211b701d8407db7f8a5d9320a", BODY, SIGNATURE_NO_TIME) \
    X(a_signed_empty_timestamp_is_no_time, "", \
      "v1=716c337e5fc7a57918d84874445b7a4a6f8c1bd7cb0730350da7e1e1f305a57c", BODY, SIGNATURE_NO_TIME) \
    X(a_timestamp_cut_in_favour_of_the_body_is_no_time, "2025-05-29T12:10:00", \
      "v1=9b5fc16b4d5841dc8cbe439270b08cd11cdf77668f33336423ea76df15fed19b", "5Z." BODY, SIGNATURE_NO_TIME) \
    X(a_wrong_signature_learns_nothing_of_the_time, "yesterday", "v1=" MAC, BODY, SIGNATURE_WRONG) \
    X(a_wrong_signature_learns_nothing_of_its_age, "0", "v1=" MAC, BODY, SIGNATURE_WRONG)

#define VERDICT_TEST(name, timestamp, value, body, verdict) \
    TEST(name) { \
        assert_int_equal(check(timestamp, value, body), verdict); \
    }

VERDICTS(VERDICT_TEST)

// The keys and texts of RFC 4231, the texts behind a timestamp: X(name, key, text, mac)
#define VECTORS(X) \
    X(the_key_of_rfc_4231_case_1_is_good, \
      "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b", "Hi There", \
      "a6661d3612afea33107d1272026f46576195b8e47f3d7dc5e7d31f47c7950402") \
    X(the_key_of_rfc_4231_case_2_is_good, "Jefe", "what do ya want for nothing?", \
      "92467bccaf2d1790a4a45cf5dc55573d3639cd2255b5aad87eda3b375861bcc6") \
    X(the_key_of_rfc_4231_case_3_is_good, AA20, DD50, \
      "516abcf22564ec886e55e7ace2d63b278c3e9f06b77297b96dd12e0201dd5ea6") \
    X(the_key_of_rfc_4231_case_6_is_good, \
      AA20 AA20 AA20 AA20 AA20 AA20 "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa", \
      "Test Using Larger Than Block-Size Key - Hash Key First", \
      "a90db3b888ec859d8c34838d0d6b0d8728863919f933e6e0553f1d515385b66b")

#define AA20 "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
#define DD10 "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"
#define DD50 DD10 DD10 DD10 DD10 DD10

#define VECTOR_TEST(name, key, text, mac) \
    TEST(name) { \
        assert_int_equal(check_bytes(key, AT, "v1=" mac, text, strlen(text)), SIGNATURE_GOOD); \
    }

VECTORS(VECTOR_TEST)

TEST(any_bytes_can_be_signed) {
    assert_int_equal(check_bytes(SECRET, AT,
                                 "v1=9a68e4b37a6d7ddf2d9bfd89a8b32f57cb693d51f4e538f53bab33f9087ce43f",
                                 "\0\377a\0", 4),
                     SIGNATURE_GOOD);
}

TEST(a_body_that_is_not_there_counts_as_empty) {
    assert_int_equal(check_bytes(SECRET, AT,
                                 "v1=a8264bbe4c19a3dcf8716473ca31bdf2564e36c0277fb4d83b2181e790e3c0d5", NULL,
                                 0),
                     SIGNATURE_GOOD);
}

// Several secrets

static enum signature_verdict check_secrets(const char *const *secrets, size_t count) {
    const struct signature signature = {AT, "v1=" MAC, BODY, strlen(BODY)};
    return signature_check(&signature, secrets, count, now, MAX_AGE_S);
}

TEST(the_first_of_several_secrets_is_good) {
    assert_int_equal(check_secrets((const char *const[]){SECRET, "other", "third"}, 3), SIGNATURE_GOOD);
}

TEST(the_last_of_several_secrets_is_good) {
    assert_int_equal(check_secrets((const char *const[]){"first", "other", SECRET}, 3), SIGNATURE_GOOD);
}

TEST(none_of_several_secrets_is_wrong) {
    assert_int_equal(check_secrets((const char *const[]){"first", "other"}, 2), SIGNATURE_WRONG);
}

TEST(a_secret_past_the_count_is_not_used) {
    assert_int_equal(check_secrets((const char *const[]){"first", SECRET}, 1), SIGNATURE_WRONG);
}

TEST(an_empty_secret_fits_nothing) {
    assert_int_equal(check_bytes("", AT,
                                 "v1=82fa6c515817927bbcddeb6b3591b0b6fc84a11c4544804cb8a533984a40a911", BODY,
                                 strlen(BODY)),
                     SIGNATURE_WRONG);
}

TEST(without_a_secret_no_signature_is_good) {
    assert_int_equal(check_secrets(NULL, 0), SIGNATURE_WRONG);
}

// Time

static enum signature_verdict check_at(int64_t microseconds, int max_age_s) {
    const char *secret = SECRET;
    const struct signature signature = {AT, "v1=" MAC, BODY, strlen(BODY)};
    return signature_check(&signature, &secret, 1, microseconds, max_age_s);
}

TEST(a_signature_of_exactly_the_greatest_age_is_good) {
    assert_int_equal(check_at(now + 60 * 1000000, 60), SIGNATURE_GOOD);
}

TEST(a_signature_a_microsecond_older_is_stale) {
    assert_int_equal(check_at(now + 60 * 1000000 + 1, 60), SIGNATURE_STALE);
}

TEST(a_signature_older_than_a_day_is_stale_after_a_day) {
    assert_int_equal(check_at(now + INT64_C(86401) * 1000000, MAX_AGE_S), SIGNATURE_STALE);
}

TEST(a_greatest_age_of_a_year_is_no_overflow) {
    assert_int_equal(check_at(now + INT64_C(31536000) * 1000000, 31536000), SIGNATURE_GOOD);
}

TEST(a_signature_exactly_300_seconds_ahead_is_good) {
    assert_int_equal(check_at(now - INT64_C(300) * 1000000, 60), SIGNATURE_GOOD);
}

TEST(a_signature_a_microsecond_further_ahead_is_of_the_future) {
    assert_int_equal(check_at(now - INT64_C(300) * 1000000 - 1, 60), SIGNATURE_FUTURE);
}

#define SECONDS(n) (INT64_C(n) * 1000000)

// X(name, text, microseconds)
#define TIMES(X) \
    X(seconds_are_read, "1748520600", SECONDS(1748520600)) \
    X(second_0_is_read, "0", 0) \
    X(the_last_number_of_seconds_is_read, "99999999999", SECONDS(99999999999)) \
    X(the_first_number_of_milliseconds_is_read, "100000000000", SECONDS(100000000)) \
    X(milliseconds_are_read, "1748520600123", SECONDS(1748520600) + 123000) \
    X(fifteen_digits_are_read, "999999999999999", INT64_C(999999999999999000)) \
    X(zeros_in_front_are_read, "0001748520600", SECONDS(1748520600)) \
    X(rfc_3339_is_read, "2025-05-29T12:10:00Z", SECONDS(1748520600)) \
    X(a_small_z_is_read, "2025-05-29T12:10:00z", SECONDS(1748520600)) \
    X(the_29th_of_february_is_read, "2024-02-29T23:59:59Z", SECONDS(1709251199)) \
    X(the_year_2100_is_read, "2100-01-01T00:00:00Z", SECONDS(4102444800)) \
    X(the_year_1970_is_read, "1970-01-01T00:00:00Z", 0) \
    X(a_fraction_of_one_digit_is_read, "2025-05-29T12:10:00.5Z", SECONDS(1748520600) + 500000) \
    X(a_fraction_of_three_digits_is_read, "2025-05-29T12:10:00.123Z", SECONDS(1748520600) + 123000) \
    X(a_fraction_of_six_digits_is_read, "2025-05-29T12:10:00.000001Z", SECONDS(1748520600) + 1) \
    X(a_fraction_of_nine_digits_is_cut, "2025-05-29T12:10:00.123456789Z", SECONDS(1748520600) + 123456) \
    X(a_very_long_fraction_is_cut, "2025-05-29T12:10:00.00000000000000000000000000000000000001Z", \
      SECONDS(1748520600)) \
    X(an_offset_to_the_east_is_subtracted, "2025-05-29T14:10:00+02:00", SECONDS(1748520600)) \
    X(an_offset_to_the_west_is_added, "2025-05-29T08:40:00-03:30", SECONDS(1748520600)) \
    X(an_offset_of_0_changes_nothing, "2025-05-29T12:10:00+00:00", SECONDS(1748520600)) \
    X(a_fraction_and_an_offset_are_read, "2025-05-29T14:10:00.25+02:00", SECONDS(1748520600) + 250000)

// X(name, text)
#define NO_TIMES(X) \
    X(nothing_is_no_time, "") \
    X(a_word_is_no_time, "yesterday") \
    X(a_space_is_no_time, " ") \
    X(a_number_below_0_is_no_time, "-1748520600") \
    X(a_number_with_a_plus_is_no_time, "+1748520600") \
    X(a_number_with_a_space_before_is_no_time, " 1748520600") \
    X(a_number_with_a_space_after_is_no_time, "1748520600 ") \
    X(a_number_with_a_fraction_is_no_time, "1748520600.5") \
    X(a_number_in_hex_is_no_time, "0x68384f58") \
    X(sixteen_digits_are_no_time, "1748520600123456") \
    X(a_date_is_no_time, "2025-05-29") \
    X(a_time_without_zone_is_no_time, "2025-05-29T12:10:00") \
    X(a_time_without_seconds_is_no_time, "2025-05-29T12:10Z") \
    X(a_month_13_is_no_time, "2025-13-29T12:10:00Z") \
    X(an_hour_25_is_no_time, "2025-05-29T25:10:00Z") \
    X(a_minute_60_is_no_time, "2025-05-29T12:60:00Z") \
    X(something_after_the_zone_is_no_time, "2025-05-29T12:10:00Zulu") \
    X(something_after_the_offset_is_no_time, "2025-05-29T12:10:00+02:00x") \
    X(an_offset_without_minutes_is_no_time, "2025-05-29T12:10:00+02") \
    X(an_offset_of_25_hours_is_no_time, "2025-05-29T12:10:00+25:00") \
    X(a_zone_by_name_is_no_time, "2025-05-29T12:10:00 UTC") \
    X(a_comma_before_the_fraction_is_no_time, "2025-05-29T12:10:00,5Z") \
    X(a_date_of_mail_is_no_time, "Thu, 29 May 2025 12:10:00 GMT")

#define TIME_TEST(name, text, expected) \
    TEST(name) { \
        int64_t microseconds = -1; \
        assert_true(signature_time(text, &microseconds)); \
        assert_int_equal(microseconds, expected); \
    }
#define NO_TIME_TEST(name, text) \
    TEST(name) { \
        int64_t microseconds; \
        assert_false(signature_time(text, &microseconds)); \
    }

TIMES(TIME_TEST)
NO_TIMES(NO_TIME_TEST)

// Words

TEST(every_verdict_has_words_of_its_own) {
    for (int one = SIGNATURE_GOOD; one <= SIGNATURE_FUTURE; one++)
        for (int other = SIGNATURE_GOOD; other < one; other++)
            assert_string_not_equal(signature_verdict_text((enum signature_verdict)one),
                                    signature_verdict_text((enum signature_verdict)other));
}

// The words that ivr.answers takes, in the order of the verdicts.
TEST(every_verdict_has_the_word_that_the_table_takes) {
    static const char *const words[] = {"good",    "missing", "malformed", "wrong",
                                        "no_time", "stale",   "future"};
    for (int one = SIGNATURE_GOOD; one <= SIGNATURE_FUTURE; one++)
        assert_string_equal(signature_verdict_word((enum signature_verdict)one), words[one]);
}

// Comparing: X(name, one, other, equal)
#define COMPARED(X) \
    X(a_key_equals_itself, "key", "key", true) \
    X(an_empty_key_equals_an_empty_key, "", "", true) \
    X(a_key_does_not_equal_another, "key", "kez", false) \
    X(a_key_does_not_equal_its_beginning, "key", "ke", false) \
    X(a_key_does_not_equal_a_longer_one, "key", "keyy", false) \
    X(a_key_does_not_equal_its_capitals, "key", "KEY", false) \
    X(a_key_does_not_equal_nothing, "key", "", false) \
    X(a_key_does_not_equal_null, "key", NULL, false) \
    X(null_does_not_equal_a_key, NULL, "key", false) \
    X(null_does_not_equal_null, NULL, NULL, false) \
    X(null_does_not_equal_nothing, NULL, "", false)

#define COMPARED_TEST(name, one, other, equal) \
    TEST(name) { \
        assert_int_equal(signature_equal(one, other), equal); \
    }

COMPARED(COMPARED_TEST)

TEST(keys_equal_by_what_they_hold_not_where) {
    char one[] = "secret";
    char other[] = "secret";
    assert_true(signature_equal(one, other));
}

static const struct CMUnitTest tests[] = {
    VERDICTS(ROW) VECTORS(ROW) TIMES(ROW) NO_TIMES(ROW) COMPARED(ROW)
        cmocka_unit_test(any_bytes_can_be_signed),
    cmocka_unit_test(a_body_that_is_not_there_counts_as_empty),
    cmocka_unit_test(the_first_of_several_secrets_is_good),
    cmocka_unit_test(the_last_of_several_secrets_is_good),
    cmocka_unit_test(none_of_several_secrets_is_wrong),
    cmocka_unit_test(a_secret_past_the_count_is_not_used),
    cmocka_unit_test(an_empty_secret_fits_nothing),
    cmocka_unit_test(without_a_secret_no_signature_is_good),
    cmocka_unit_test(a_signature_of_exactly_the_greatest_age_is_good),
    cmocka_unit_test(a_signature_a_microsecond_older_is_stale),
    cmocka_unit_test(a_signature_older_than_a_day_is_stale_after_a_day),
    cmocka_unit_test(a_greatest_age_of_a_year_is_no_overflow),
    cmocka_unit_test(a_signature_exactly_300_seconds_ahead_is_good),
    cmocka_unit_test(a_signature_a_microsecond_further_ahead_is_of_the_future),
    cmocka_unit_test(every_verdict_has_words_of_its_own),
    cmocka_unit_test(every_verdict_has_the_word_that_the_table_takes),
    cmocka_unit_test(keys_equal_by_what_they_hold_not_where),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
