// test_tape.c: what of a stored call is played again, and how it ended.
#include "tape.h"

#include <json-c/json.h>

#include "../unit/unit.h"

#define ASKS "{\"actions\":[{\"gather\":{}},{\"type\":\"redirect\",\"url\":\"http://h/route-menu\"}]}"
#define GOES_ON "{\"actions\":[{\"type\":\"redirect\",\"url\":\"http://h/route-menu\"}]}"
#define TRANSFERS "{\"actions\":[{\"type\":\"transfer\",\"destination\":\"+15551230011\"}]}"
#define STEP(endpoint, digits, response) \
    "{\"endpoint\":\"" endpoint "\",\"menu\":\"main\",\"digits\":" digits ",\"response\":" response "}"
#define CALL(steps) "{\"call_id\":\"call_1\",\"from\":\"+1555\",\"to\":null,\"answers\":[" steps "]}"

static struct tape read_tape(const char *json) {
    struct text error = {0};
    struct tape tape;
    if (!tape_read(json, strlen(json), &tape, &error))
        fail_msg("%s", text_string(&error));
    return tape;
}

TEST(keeps_what_was_pressed_at_each_question) {
    struct tape tape =
        read_tape(CALL(STEP("answer", "null", ASKS) "," STEP("route-menu", "\"\"", GOES_ON) "," STEP(
            "route-menu", "null", ASKS) "," STEP("route-menu", "\"1\"", TRANSFERS)));
    assert_string_equal(tape.call_id, "call_1");
    assert_string_equal(tape.from, "+1555");
    assert_null(tape.to);
    assert_int_equal(tape.count, 4);
    assert_int_equal(tape.presses.count, 2);
    assert_string_equal(tape.presses.items[0], "");
    assert_string_equal(tape.presses.items[1], "1");
    tape_free(&tape);
}

TEST(ends_where_the_call_was_begun_once_more) {
    struct tape tape =
        read_tape(CALL(STEP("route-menu", "null", ASKS) "," STEP("answer", "null", ASKS) "," STEP(
            "route-menu", "\"1\"", ASKS) "," STEP("answer", "null", ASKS) "," STEP("route-menu", "\"2\"",
                                                                                   TRANSFERS)));
    assert_int_equal(tape.count, 2);
    assert_string_equal(tape.steps[0].endpoint, "answer");
    assert_int_equal(tape.presses.count, 1);
    assert_int_equal(tape.later, 2);
    tape_free(&tape);
}

static void refuses(const char *json, const char *reason) {
    struct text error = {0};
    struct tape tape;
    assert_false(tape_read(json, strlen(json), &tape, &error));
    assert_string_equal(text_string(&error), reason);
    text_free(&error);
    tape_free(&tape);
}

TEST(refuses_what_can_not_be_played) {
    refuses("\n", "it is not JSON: it is empty");
    refuses("{}", "it has no answers: it must be what SELECT ivr.replay_script('call_...') gives");
    refuses("{\"answers\":[]}", "it has no call_id");
    refuses(CALL(STEP("route-menu", "null", ASKS)), "no answer request is stored of that call");
}

static void check_end(const char *list, const char *wanted) {
    struct json_object *json = json_tokener_parse(list);
    char *end = tape_end(json);
    assert_string_equal(end, wanted);
    free(end);
    json_object_put(json);
}

TEST(tells_how_a_list_ends_a_call) {
    check_end(TRANSFERS, "transfer +15551230011");
    check_end("{\"actions\":[{\"say\":{\"text\":\"Hi\"}},{\"transfer\":{\"to\":\"+15551230011\"}}]}",
              "transfer +15551230011");
    check_end("{\"actions\":[{\"say\":{\"text\":\"Bye\"}}]}", "message \"Bye\"");
    check_end("{\"actions\":[{\"conference\":{\"room\":\"r\"}}]}", "conference r");
    check_end("{\"actions\":[{\"hold\":{}}]}", "hangup");
    check_end(ASKS, "asked, and nothing more was pressed");
    check_end("{\"actions\":[]}", TAPE_INVALID);
    check_end("null", TAPE_INVALID);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(keeps_what_was_pressed_at_each_question),
    cmocka_unit_test(ends_where_the_call_was_begun_once_more),
    cmocka_unit_test(refuses_what_can_not_be_played),
    cmocka_unit_test(tells_how_a_list_ends_a_call),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
