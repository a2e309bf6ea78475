// test_section.c: what is read of one section of AI results, and how they are put together.
#include "section.h"

#include "unit.h"

static void reads(const char *body, const char *expected) {
    char *section = section_read(body, strlen(body));
    if (expected == NULL)
        assert_null(section);
    else
        assert_string_equal(section, expected);
    free(section);
}

#define ROWS(X) \
    X(a_section_is_taken_out_of_its_envelope, "{\"data\":{\"status\":\"processing\",\"text\":\"\"}}", \
      "{\"status\":\"processing\",\"content\":{\"status\":\"processing\",\"text\":\"\"}}") \
    X(one_without_an_envelope_is_read_too, "{\"status\":\"failed\"}", \
      "{\"status\":\"failed\",\"content\":{\"status\":\"failed\"}}") \
    X(topics_are_a_list_and_are_there, "{\"count\":1,\"data\":[{\"label\":\"billing\"}]}", \
      "{\"status\":\"completed\",\"content\":[{\"label\":\"billing\"}]}") \
    X(unless_the_envelope_says_something_else, "{\"status\":\"pending\",\"data\":[]}", \
      "{\"status\":\"pending\",\"content\":[]}") \
    X(a_status_that_is_none_is_left_out, "{\"data\":{\"status\":7,\"score\":3}}", \
      "{\"status\":\"completed\",\"content\":{\"status\":7,\"score\":3}}") \
    X(an_error_is_no_section, "{\"error\":{\"code\":\"x\"}}", NULL) \
    X(nor_is_a_word, "{\"data\":\"later\"}", NULL) \
    X(nor_a_page, "<html>", NULL) \
    X(nor_nothing, "", NULL)

#define DEFINE(name, ...) \
    TEST(name) { \
        reads(__VA_ARGS__); \
    }
ROWS(DEFINE)

static void joins(char *const sections[SECTION_COUNT], const char *expected) {
    char *all = section_all(sections);
    assert_string_equal(all, expected);
    free(all);
}

TEST(what_was_not_asked_for_is_left_out_and_what_is_missing_is_null) {
    char said[] = "{\"status\":\"completed\",\"content\":{}}";
    char missing[] = "";
    joins((char *const[SECTION_COUNT]){said, NULL, missing, said},
          "{\"transcription\":{\"status\":\"completed\",\"content\":{}},\"score\":null,"
          "\"topics\":{\"status\":\"completed\",\"content\":{}}}");
}

TEST(of_nothing_an_empty_object_is_made) {
    joins((char *const[SECTION_COUNT]){NULL, NULL, NULL, NULL}, "{}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ROWS(ROW) cmocka_unit_test(what_was_not_asked_for_is_left_out_and_what_is_missing_is_null),
        cmocka_unit_test(of_nothing_an_empty_object_is_made)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
