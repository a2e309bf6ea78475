// test_repeats.c: which faults are told, which are counted, and when the count is told.
#include "repeats.h"

#include <stdio.h>

#include "unit.h"

enum { ERROR = 2, T = 1000000 };

static const int64_t END = T + REPEATS_MS * 1000LL;  // of the time in which what was told at T is counted

static bool tells(struct repeats *repeats, const char *detail, int64_t now) {
    return repeats_admit(repeats, ERROR, "database", detail, now);
}

TEST(a_fault_is_told) {
    struct repeats repeats = {0};
    assert_true(tells(&repeats, "down", T));
}

TEST(the_same_fault_is_not_told_a_moment_later) {
    struct repeats repeats = {0};
    tells(&repeats, "down", T);
    assert_false(tells(&repeats, "down", END - 1));
}

TEST(the_same_fault_is_told_when_the_time_is_over) {
    struct repeats repeats = {0};
    tells(&repeats, "down", T);
    assert_true(tells(&repeats, "down", END));
}

TEST(another_detail_is_another_fault) {
    struct repeats repeats = {0};
    tells(&repeats, "down", T);
    assert_true(tells(&repeats, "full", T));
}

TEST(another_word_is_another_fault) {
    struct repeats repeats = {0};
    tells(&repeats, "down", T);
    assert_true(repeats_admit(&repeats, ERROR, "settings", "down", T));
}

TEST(a_long_detail_is_known_again) {
    struct repeats repeats = {0};
    char detail[REPEATS_DETAIL * 2];
    memset(detail, 'x', sizeof detail - 1);
    detail[sizeof detail - 1] = '\0';
    tells(&repeats, detail, T);
    assert_false(tells(&repeats, detail, T));
}

TEST(more_faults_than_are_remembered_are_told_each_time) {
    struct repeats repeats = {0};
    for (int i = 0; i < REPEATS_KEPT; i++) {
        char detail[16];
        snprintf(detail, sizeof detail, "%d", i);
        tells(&repeats, detail, T);
    }
    assert_true(tells(&repeats, "one more", T));
    assert_true(tells(&repeats, "one more", T));
}

TEST(a_fault_that_is_long_over_makes_room) {
    struct repeats repeats = {0};
    for (int i = 0; i < REPEATS_KEPT; i++) {
        char detail[16];
        snprintf(detail, sizeof detail, "%d", i);
        tells(&repeats, detail, T);
    }
    tells(&repeats, "new", END);
    assert_false(tells(&repeats, "new", END));
}

TEST(nothing_is_due_where_nothing_was_counted) {
    struct repeats repeats = {0};
    struct repeat due;
    tells(&repeats, "down", T);
    assert_true(repeats_due(&repeats) == INT64_MAX);
    assert_false(repeats_take(&repeats, INT64_MAX, &due));
}

TEST(a_count_is_due_when_the_time_is_over) {
    struct repeats repeats = {0};
    struct repeat due;
    tells(&repeats, "down", T);
    tells(&repeats, "down", T + 1);
    assert_true(repeats_due(&repeats) == END);
    assert_false(repeats_take(&repeats, END - 1, &due));
    assert_true(repeats_take(&repeats, END, &due));
}

TEST(a_count_comes_with_what_was_counted) {
    struct repeats repeats = {0};
    struct repeat due = {0};
    tells(&repeats, "down", T);
    for (int i = 0; i < 11; i++)
        tells(&repeats, "down", T + i);
    repeats_take(&repeats, END, &due);
    assert_int_equal(due.more, 11);
    assert_int_equal(due.priority, ERROR);
    assert_string_equal(due.what, "database");
    assert_string_equal(due.detail, "down");
}

TEST(a_count_is_told_once) {
    struct repeats repeats = {0};
    struct repeat due;
    tells(&repeats, "down", T);
    tells(&repeats, "down", T);
    repeats_take(&repeats, END, &due);
    assert_false(repeats_take(&repeats, INT64_MAX, &due));
}

TEST(a_fault_that_lasts_goes_on_being_counted) {
    struct repeats repeats = {0};
    struct repeat due;
    tells(&repeats, "down", T);
    tells(&repeats, "down", T);
    repeats_take(&repeats, END, &due);
    assert_false(tells(&repeats, "down", END + 1));
    assert_true(repeats_due(&repeats) == END + REPEATS_MS * 1000LL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_fault_is_told),
    cmocka_unit_test(the_same_fault_is_not_told_a_moment_later),
    cmocka_unit_test(the_same_fault_is_told_when_the_time_is_over),
    cmocka_unit_test(another_detail_is_another_fault),
    cmocka_unit_test(another_word_is_another_fault),
    cmocka_unit_test(a_long_detail_is_known_again),
    cmocka_unit_test(more_faults_than_are_remembered_are_told_each_time),
    cmocka_unit_test(a_fault_that_is_long_over_makes_room),
    cmocka_unit_test(nothing_is_due_where_nothing_was_counted),
    cmocka_unit_test(a_count_is_due_when_the_time_is_over),
    cmocka_unit_test(a_count_comes_with_what_was_counted),
    cmocka_unit_test(a_count_is_told_once),
    cmocka_unit_test(a_fault_that_lasts_goes_on_being_counted),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
