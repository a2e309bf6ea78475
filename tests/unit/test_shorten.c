// test_shorten.c: what opens something is not kept, however it is written; what does not is.
#include "shorten.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static void becomes(const char *before, const char *after) {
    char bytes[512];
    snprintf(bytes, sizeof bytes, "%s", before);
    size_t length = shorten_keys(bytes, strlen(bytes));
    bytes[length] = '\0';
    assert_string_equal(bytes, after);
}

static bool is_secret(const char *name) {
    return shorten_is_secret_header(name, strlen(name));
}

TEST(the_key_of_a_query_is_cut) {
    becomes("/minivoice/answer?key=open-sesame&from=1", "/minivoice/answer?key=***&from=1");
}

TEST(a_long_one_keeps_what_it_is_known_by) {
    becomes("key=0123456789abcdef0123456789abcdef", "key=012345***");
    becomes("key=0123456789abcdef", "key=0123***");
}

TEST(a_short_one_keeps_nothing) {
    becomes("key=ab", "key=**");
    becomes("key=", "key=");
}

TEST(every_spelling_of_its_name_that_is_read_is_cut) {
    becomes("a=1&access_key=open-sesame", "a=1&access_key=***");
    becomes("Access-Key=open-sesame", "Access-Key=***");
    becomes("%6Bey=open-sesame", "%6Bey=***");
    becomes("k%45y=open-sesame", "k%45y=***");
}

TEST(other_names_stay) {
    becomes("keys=1&event_key=2&monkey=3", "keys=1&event_key=2&monkey=3");
}

TEST(separators_in_its_name_do_not_hide_it) {
    becomes("k#e?y=open-sesame", "k#e?y=***");
    becomes("access key=open sesame#\"&a=1", "access key=***&a=1");
    becomes("{\"k\\ney\":\"open-sesame\"}", "{\"k\\ney\":\"***\"}");
    becomes("{\"%accesskey\":\"open-sesame\"}", "{\"%accesskey\":\"***\"}");
}

TEST(members_of_json_are_cut) {
    becomes("{\"key\" : \"open-sesame\", \"a\":1}", "{\"key\" : \"***\", \"a\":1}");
    becomes("{\"k\\u0065y\":\"open \\\" sesame\"}", "{\"k\\u0065y\":\"***\"}");
    becomes("{\"accessKey\":12345678,\"b\":[]}", "{\"accessKey\":***,\"b\":[]}");
    becomes("{\"event_key\":\"call_1:x\"}", "{\"event_key\":\"call_1:x\"}");
}

TEST(a_url_within_json_is_cut) {
    becomes("{\"url\":\"https://x/route-menu?step=1&key=open-sesame\"}",
            "{\"url\":\"https://x/route-menu?step=1&key=***\"}");
}

TEST(what_breaks_off_does_no_harm) {
    becomes("{\"key\":\"open-ses", "{\"key\":\"***");
    becomes("{\"key\":", "{\"key\":");
    becomes("{\"key\\", "{\"key\\");
    becomes("key=%", "key=*");
    becomes("{\"url\":\"x?key=abcdef\"", "{\"url\":\"x?key=***\"");
}

TEST(a_known_secret_is_cut_wherever_it_stands) {
    char bytes[] = "Referer: x%3Fkey%3Dopen-sesame open-sesame";
    bytes[shorten_known(bytes, strlen(bytes), "open-sesame")] = '\0';
    assert_string_equal(bytes, "Referer: x%3Fkey%3D*** ***");
}

TEST(headers_with_secrets_are_known) {
    assert_true(is_secret("HTTP_X_MINIVOICE_SIGNATURE"));
    assert_true(is_secret("HTTP_AUTHORIZATION"));
    assert_true(is_secret("HTTP_COOKIE"));
    assert_false(is_secret("HTTP_X_MINIVOICE_TIMESTAMP"));
    assert_false(is_secret("CONTENT_TYPE"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_of_a_query_is_cut),
        cmocka_unit_test(a_long_one_keeps_what_it_is_known_by),
        cmocka_unit_test(a_short_one_keeps_nothing),
        cmocka_unit_test(every_spelling_of_its_name_that_is_read_is_cut),
        cmocka_unit_test(other_names_stay),
        cmocka_unit_test(separators_in_its_name_do_not_hide_it),
        cmocka_unit_test(members_of_json_are_cut),
        cmocka_unit_test(a_url_within_json_is_cut),
        cmocka_unit_test(what_breaks_off_does_no_harm),
        cmocka_unit_test(a_known_secret_is_cut_wherever_it_stands),
        cmocka_unit_test(headers_with_secrets_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
