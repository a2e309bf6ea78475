// test_hosts.c: lists of servers.
#include "unit.h"

#include "hosts.h"

static void check_nth(const char *list, int nth, const char *wanted) {
    char element[16];
    assert_true(hosts_nth(list, nth, element, sizeof element));
    assert_string_equal(element, wanted);
}

static void no_list_is_one_server(void **state) {
    (void)state;
    assert_int_equal(hosts_count(NULL), 1);
    assert_int_equal(hosts_count(""), 1);
    assert_int_equal(hosts_count("db.example"), 1);
}

static void commas_separate_servers(void **state) {
    (void)state;
    assert_int_equal(hosts_count("a,b"), 2);
    assert_int_equal(hosts_count("a,,c"), 3);
}

static void each_server_is_found_by_its_place(void **state) {
    (void)state;
    check_nth("a,/run/b,c", 0, "a");
    check_nth("a,/run/b,c", 1, "/run/b");
    check_nth("a,/run/b,c", 2, "c");
    check_nth("a,,c", 1, "");
}

static void one_element_holds_for_all(void **state) {
    (void)state;
    check_nth("5432", 0, "5432");
    check_nth("5432", 3, "5432");
    check_nth(NULL, 1, "");
}

static void a_list_that_is_too_short_is_refused(void **state) {
    (void)state;
    char element[16];
    assert_false(hosts_nth("a,b", 2, element, sizeof element));
}

static void an_element_that_is_too_long_is_refused(void **state) {
    (void)state;
    char element[4];
    assert_true(hosts_nth("abc,b", 0, element, sizeof element));
    assert_false(hosts_nth("abcd,b", 0, element, sizeof element));
    assert_string_equal(element, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_list_is_one_server),
        cmocka_unit_test(commas_separate_servers),
        cmocka_unit_test(each_server_is_found_by_its_place),
        cmocka_unit_test(one_element_holds_for_all),
        cmocka_unit_test(a_list_that_is_too_short_is_refused),
        cmocka_unit_test(an_element_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
