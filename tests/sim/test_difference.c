// test_difference.c: where two answers differ, and what does not count.
#include "difference.h"

#include <json-c/json.h>

#include "../unit/unit.h"

// NULL-terminated: the lines that must come, in this order.
static void differs(const char *before, const char *after, const char *const *wanted) {
    struct json_object *one = json_tokener_parse(before);
    struct json_object *other = json_tokener_parse(after);
    struct text_list lines = {0};
    difference_find(one, other, &lines);
    size_t count = 0;
    for (; wanted[count] != NULL; count++) {
        assert_true(count < lines.count);
        assert_string_equal(lines.items[count], wanted[count]);
    }
    assert_int_equal(lines.count, count);
    text_list_free(&lines);
    json_object_put(one);
    json_object_put(other);
}

#define DIFFERS(before, after, ...) differs(before, after, (const char *const[]){__VA_ARGS__})

TEST(says_nothing_about_equal_values) {
    DIFFERS("{\"a\":[1,{\"b\":null}],\"c\":2}", "{\"c\":2,\"a\":[1,{\"b\":null}]}", NULL);
}

TEST(names_the_place_of_a_changed_value) {
    DIFFERS("{\"actions\":[{\"gather\":{\"prompt\":\"Hi/\",\"num_digits\":1}}]}",
            "{\"actions\":[{\"gather\":{\"prompt\":\"Ho\",\"num_digits\":2}}]}",
            "actions[0].gather.prompt: \"Hi/\" -> \"Ho\"", "actions[0].gather.num_digits: 1 -> 2", NULL);
}

TEST(tells_members_that_came_and_went) {
    DIFFERS("{\"a\":{\"old\":1}}", "{\"a\":{\"new\":[2]}}", "a.old: 1 -> nothing", "a.new: nothing -> [2]",
            NULL);
}

TEST(tells_an_action_put_in_front_in_one_line) {
    DIFFERS("{\"actions\":[{\"gather\":{}},{\"redirect\":{}}]}",
            "{\"actions\":[{\"say\":{\"text\":\"Hi\"}},{\"gather\":{}},{\"redirect\":{}}]}",
            "actions[0]: nothing -> {\"say\":{\"text\":\"Hi\"}}", NULL);
}

TEST(compares_an_action_with_the_one_of_the_same_name) {
    DIFFERS("[{\"gather\":{\"a\":1}},{\"type\":\"redirect\",\"url\":\"x\"}]",
            "[{\"say\":{}},{\"gather\":{\"a\":2}},{\"type\":\"redirect\",\"url\":\"y\"}]",
            "[0]: nothing -> {\"say\":{}}", "[1].gather.a: 1 -> 2", "[2].url: \"x\" -> \"y\"", NULL);
    DIFFERS("[{\"say\":{}},{\"gather\":{\"a\":1}}]", "[{\"gather\":{\"a\":2}}]",
            "[0]: {\"say\":{}} -> nothing", "[0].gather.a: 1 -> 2", NULL);
}

TEST(tells_an_action_replaced_by_another_in_one_line) {
    DIFFERS("[{\"gather\":{}}]", "[{\"type\":\"transfer\"}]",
            "[0]: {\"gather\":{}} -> {\"type\":\"transfer\"}", NULL);
}

TEST(tells_an_action_taken_from_the_middle) {
    DIFFERS("[1,2,3]", "[1,3]", "[1]: 2 -> nothing", NULL);
}

TEST(tells_values_of_other_types) {
    DIFFERS("{\"a\":\"1\"}", "{\"a\":1}", "a: \"1\" -> 1", NULL);
    DIFFERS("[]", "{}", "[] -> {}", NULL);
    DIFFERS("{\"a\":null}", "{\"a\":0}", "a: null -> 0", NULL);
}

static void check_normal(const char *list, const char *wanted) {
    struct json_object *given = json_tokener_parse(list);
    struct json_object *normal = difference_normal(given);
    assert_string_equal(
        json_object_to_json_string_ext(normal, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
        wanted);
    json_object_put(normal);
    json_object_put(given);
}

TEST(leaves_host_call_step_and_key_out_of_redirects) {
    check_normal("{\"actions\":[{\"type\":\"redirect\",\"url\":"
                 "\"https://h:8443/m/route-menu?call_id=c.1&step=2&menu=x&key=k&steps=3\"}]}",
                 "{\"actions\":[{\"type\":\"redirect\",\"url\":\"/m/route-menu?menu=x&steps=3\"}]}");
    check_normal("{\"actions\":[{\"redirect\":{\"url\":\"http://h/route-menu?step=2\"}}]}",
                 "{\"actions\":[{\"redirect\":{\"url\":\"/route-menu\"}}]}");
}

TEST(leaves_everything_else_alone) {
    check_normal("{\"actions\":[{\"start_stream\":{\"stream_url\":\"wss://h/s?step=2\"}},{\"hold\":{}}]}",
                 "{\"actions\":[{\"start_stream\":{\"stream_url\":\"wss://h/s?step=2\"}},{\"hold\":{}}]}");
}

TEST(keeps_the_list_that_it_copies) {
    struct json_object *list = json_tokener_parse("{\"url\":\"http://h/p\"}");
    struct json_object *normal = difference_normal(list);
    assert_string_equal(json_object_get_string(json_object_object_get(list, "url")), "http://h/p");
    assert_null(difference_normal(NULL));
    json_object_put(normal);
    json_object_put(list);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(says_nothing_about_equal_values),
    cmocka_unit_test(names_the_place_of_a_changed_value),
    cmocka_unit_test(tells_members_that_came_and_went),
    cmocka_unit_test(tells_an_action_put_in_front_in_one_line),
    cmocka_unit_test(compares_an_action_with_the_one_of_the_same_name),
    cmocka_unit_test(tells_an_action_replaced_by_another_in_one_line),
    cmocka_unit_test(tells_an_action_taken_from_the_middle),
    cmocka_unit_test(tells_values_of_other_types),
    cmocka_unit_test(leaves_host_call_step_and_key_out_of_redirects),
    cmocka_unit_test(leaves_everything_else_alone),
    cmocka_unit_test(keeps_the_list_that_it_copies),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
