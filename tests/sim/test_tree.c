// test_tree.c: what a caller can press at a question, and whose question it is.
#include "tree.h"

#include "../unit/unit.h"

static const char settings[] = "{\"version\":7,\"menus\":["
                               "{\"menu\":\"main\",\"endpoint\":\"route-menu\",\"num_digits\":1,"
                               "\"options\":[{\"digits\":\"9\"},{\"digits\":\"1\"}]},"
                               "{\"menu\":\"dial\",\"direct_dial\":true,\"options\":[{\"digits\":\"99\"}]}],"
                               "\"extensions\":[{\"extension\":\"98\"}],"
                               "\"numbers\":[{\"number\":\"+4930123\",\"menu\":\"dial\"}]}";

static struct tree read_settings(void) {
    struct text error = {0};
    struct tree tree;
    assert_true(tree_read(settings, sizeof settings - 1, &tree, &error));
    return tree;
}

static struct gather ask(long digits, char finish) {
    return (struct gather){.ordinal = 1, .min_digits = digits, .max_digits = digits, .finish_on_key = finish};
}

static void check_string(char *got, const char *wanted) {
    if (wanted != NULL)
        assert_string_equal(got, wanted);
    else
        assert_null(got);
    free(got);
}

TEST(reads_menus_extensions_and_numbers) {
    struct tree tree = read_settings();
    assert_int_equal(tree.count, 2);
    assert_string_equal(tree.menus[0].name, "dial");
    assert_true(tree.menus[0].direct_dial);
    assert_false(tree.menus[1].direct_dial);
    assert_int_equal(tree.menus[1].options.count, 2);
    assert_string_equal(tree.menus[1].options.items[0], "1");
    assert_string_equal(tree.extensions.items[0], "98");
    assert_string_equal(tree.numbers.items[0], "+4930123");
    assert_int_equal(tree_find(&tree, "main"), 1);
    assert_true(tree_find(&tree, "night") == TREE_NOWHERE);
    tree_free(&tree);
}

static void refuses(const char *json, const char *reason) {
    struct text error = {0};
    struct tree tree;
    assert_false(tree_read(json, strlen(json), &tree, &error));
    assert_string_equal(text_string(&error), reason);
    text_free(&error);
    tree_free(&tree);
}

TEST(refuses_what_is_no_configuration) {
    refuses("", "it is not JSON: it is empty");
    refuses("[]", "it has no menus: it must be what SELECT ivr.settings(NULL) gives");
    refuses("{\"menus\":[]}", "it has no menus: it must be what SELECT ivr.settings(NULL) gives");
    refuses("{\"menus\":[{\"menu\":\"a\"},{}]}", "menus[1] has no name");
}

TEST(takes_the_menu_from_the_redirect) {
    check_string(tree_menu_of("https://h/x/route-menu"), "main");
    check_string(tree_menu_of("https://h/x/department?call_id=c.1&step=2"), "department");
    check_string(tree_menu_of("https://h/route-menu?step=1&menu=t%C3%BCr+1&key=k"), "t\xC3\xBCr 1");
    check_string(tree_menu_of("https://h/route-menu?submenu=x"), "main");
}

TEST(presses_options_so_that_they_arrive) {
    struct gather one = ask(1, '#');
    struct gather three = ask(3, '#');
    struct gather open_end = ask(3, '\0');
    check_string(tree_keys(&one, "1"), "1");
    check_string(tree_keys(&three, "123"), "123");
    check_string(tree_keys(&three, "12"), "12#");
    check_string(tree_keys(&open_end, "12"), "12");
    check_string(tree_keys(&one, "12"), NULL);
    check_string(tree_keys(&one, "#"), NULL);
    check_string(tree_keys(&one, "x"), NULL);
}

TEST(finds_keys_that_are_no_option) {
    struct tree tree = read_settings();
    struct gather one = ask(1, '#');
    struct gather two = ask(2, '8');
    check_string(tree_wrong_keys(&tree, &tree.menus[1], &one), "8");
    check_string(tree_wrong_keys(&tree, &tree.menus[0], &two), "97");
    tree_free(&tree);
}

TEST(finds_none_where_every_key_is_an_option) {
    static const char full[] = "{\"menus\":[{\"menu\":\"m\",\"options\":["
                               "{\"digits\":\"0\"},{\"digits\":\"1\"},{\"digits\":\"2\"},{\"digits\":\"3\"},"
                               "{\"digits\":\"4\"},{\"digits\":\"5\"},{\"digits\":\"6\"},{\"digits\":\"7\"},"
                               "{\"digits\":\"8\"},{\"digits\":\"9\"},{\"digits\":\"*\"},{\"digits\":\"A\"},"
                               "{\"digits\":\"B\"},{\"digits\":\"C\"},{\"digits\":\"D\"}]}]}";
    struct gather with_finish_key = ask(1, '#');
    struct gather without = ask(1, '\0');
    struct text error = {0};
    struct tree tree;
    assert_true(tree_read(full, sizeof full - 1, &tree, &error));
    check_string(tree_wrong_keys(&tree, &tree.menus[0], &with_finish_key), NULL);
    check_string(tree_wrong_keys(&tree, &tree.menus[0], &without), "#");
    tree_free(&tree);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(reads_menus_extensions_and_numbers),
    cmocka_unit_test(refuses_what_is_no_configuration),
    cmocka_unit_test(takes_the_menu_from_the_redirect),
    cmocka_unit_test(presses_options_so_that_they_arrive),
    cmocka_unit_test(finds_keys_that_are_no_option),
    cmocka_unit_test(finds_none_where_every_key_is_an_option),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
