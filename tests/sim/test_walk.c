// test_walk.c: which calls a walk plans, played against a small application made for it.
#include "walk.h"

#include "../unit/unit.h"

// main: 1 transfers, 2 asks sub; sub: 1 transfers, 9 asks main; lost: nobody asks it. Each asks once more
// when nothing is pressed, and once more when something wrong is, then transfers. +1999 is answered by sub.
static const char settings[] =
    "{\"menus\":[{\"menu\":\"main\",\"options\":[{\"digits\":\"1\"},{\"digits\":\"2\"}]},"
    "{\"menu\":\"sub\",\"options\":[{\"digits\":\"1\"},{\"digits\":\"9\"}]},"
    "{\"menu\":\"lost\",\"options\":[]}],\"numbers\":[{\"number\":\"+1999\"}]}";

enum { LIMIT = 500 };

struct fixture {
    struct tree tree;
    struct walk walk;
};

// What the application does after those keys: the menu it asks, NULL when the call ends.
static const char *react(const char *menu, const char *keys) {
    if (strcmp(menu, "main") == 0 && strcmp(keys, "2") == 0)
        return "sub";
    if (strcmp(menu, "sub") == 0 && strcmp(keys, "9") == 0)
        return "main";
    return strcmp(keys, "1") == 0 ? NULL : menu;
}

static const char *ask(const struct walk *walk, struct path *path, const char *menu, bool again) {
    struct text url = {0};
    struct gather gather = {
        .ordinal = path->count + 1, .min_digits = 1, .max_digits = 1, .finish_on_key = '#'};
    text_format(&url, "https://h/route-menu?menu=%s", menu);
    gather.next_url = url.bytes;
    gather.prompt = again ? "Again?" : "What?";
    const char *keys = walk_press(walk, path, &gather);
    text_free(&url);
    return keys;
}

// One call, of 19 questions at most.
static void play(const struct walk *walk, struct path *path) {
    const char *menu = strcmp(walk->starts[path->start].to, "+1999") == 0 ? "sub" : "main";
    bool silent = false;
    bool wrong = false;
    while (menu != NULL && path->count < 19) {
        const char *keys = ask(walk, path, menu, silent || wrong);
        const char *next = react(menu, keys);
        bool *before = *keys != '\0' ? &wrong : &silent;
        if (next != menu) {
            menu = next;
            silent = wrong = false;
        } else {
            menu = *before ? NULL : menu;
            *before = true;
        }
    }
}

static void play_all(struct walk *walk) {
    do {
        while (walk->learned < walk->count) {
            size_t end = walk->count;
            assert_true(end < LIMIT);
            for (size_t i = walk->learned; i < end; i++)
                play(walk, walk->paths[i]);
            walk_learn(walk, end);
        }
    } while (walk_roam(walk));
}

static int set_up(void **state) {
    struct fixture *fixture = memory_need(1, sizeof *fixture);
    struct text error = {0};
    assert_true(tree_read(settings, sizeof settings - 1, &fixture->tree, &error));
    walk_open(&fixture->walk, &fixture->tree, "+1000", "answer");
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    walk_close(&fixture->walk);
    tree_free(&fixture->tree);
    free(fixture);
    return 0;
}

// How many calls from that start pressed exactly that.
static size_t count_paths(const struct walk *walk, size_t start, const char *wanted) {
    size_t count = 0;
    for (size_t i = 0; i < walk->count; i++) {
        struct text presses = {0};
        walk_add_presses(walk->paths[i], &presses);
        count += walk->paths[i]->start == start && strcmp(text_string(&presses), wanted) == 0;
        text_free(&presses);
    }
    return count;
}

TEST(begins_at_every_number_and_the_endpoints_own_menus) {
    const struct fixture *fixture = *state;
    const struct walk *walk = &fixture->walk;
    assert_int_equal(walk->start_count, 3);  // no menu is called department
    assert_string_equal(walk->starts[0].to, "+1999");
    assert_string_equal(walk->starts[0].answer, "answer");
    assert_string_equal(walk->starts[1].to, "+1000");
    assert_string_equal(walk->starts[2].answer, "answer?menu=main");
}

TEST(calls_another_number_when_that_one_is_configured) {
    const struct fixture *fixture = *state;
    struct walk walk;
    walk_open(&walk, &fixture->tree, "+1999", "answer?x=1");
    assert_string_equal(walk.starts[1].to, "+15559990000");
    assert_string_equal(walk.starts[2].answer, "answer?x=1&menu=main");
    walk_close(&walk);
}

TEST(tries_every_option_nothing_and_wrong_keys) {
    struct fixture *fixture = *state;
    struct walk *walk = &fixture->walk;
    play_all(walk);
    assert_int_equal(count_paths(walk, 0, "-,-"), 1);
    assert_int_equal(count_paths(walk, 0, "1"), 1);
    assert_int_equal(count_paths(walk, 0, "8,8"), 1);
    assert_int_equal(count_paths(walk, 0, "9,1"), 1);
    assert_int_equal(count_paths(walk, 0, "9,2,-,-"), 1);
}

TEST(tries_them_again_when_the_question_is_another_one) {
    struct fixture *fixture = *state;
    struct walk *walk = &fixture->walk;
    play_all(walk);
    assert_int_equal(count_paths(walk, 0, "-,1"), 1);
    assert_int_equal(count_paths(walk, 0, "-,8,8"), 1);
    assert_int_equal(count_paths(walk, 0, "8,1"), 0);  // the same question was explored after "-"
}

TEST(follows_nothing_and_wrong_keys_from_every_start) {
    struct fixture *fixture = *state;
    struct walk *walk = &fixture->walk;
    play_all(walk);
    for (size_t start = 0; start < walk->start_count; start++)
        assert_int_equal(count_paths(walk, start, "-,-"), 1);
    assert_int_equal(count_paths(walk, 1, "9,9"), 1);
    assert_true(count_paths(walk, 2, "9,9") > 0);
}

TEST(does_not_explore_a_question_twice) {
    struct fixture *fixture = *state;
    struct walk *walk = &fixture->walk;
    play_all(walk);
    assert_int_equal(count_paths(walk, 1, "1") + count_paths(walk, 2, "1"), 1);
    assert_true(walk->count < 60);
}

TEST(knows_which_menus_nobody_is_asked) {
    struct fixture *fixture = *state;
    struct walk *walk = &fixture->walk;
    play_all(walk);
    assert_true(walk->places[tree_find(&fixture->tree, "main")].visited);
    assert_true(walk->places[tree_find(&fixture->tree, "sub")].visited);
    assert_false(walk->places[tree_find(&fixture->tree, "lost")].visited);
}

TEST(has_callers_who_never_leave_the_menus) {
    struct fixture *fixture = *state;
    struct walk *walk = &fixture->walk;
    play_all(walk);
    assert_int_equal(count_paths(walk, 0, "9,2,9,2,9,2,9,2,9,2,9,2,9,2,9,2,9,2,9"), 1);
    assert_int_equal(count_paths(walk, 0, "-,8,9,-,9,2,-,8,9,-,9,2,-,8,9,-,9,2,-"), 1);
}

TEST(makes_the_same_plans_however_often_it_is_asked) {
    struct fixture *fixture = *state;
    struct walk *walk = &fixture->walk;
    play_all(walk);
    size_t count = walk->count;
    walk_learn(walk, walk->count);
    assert_false(walk_roam(walk));
    assert_int_equal(walk->count, count);
}

TEST(reports_a_question_of_a_menu_that_is_not_configured) {
    struct fixture *fixture = *state;
    struct path *path = fixture->walk.paths[0];
    assert_string_equal(ask(&fixture->walk, path, "night", false), "");
    assert_string_equal(path->broken.items[0],
                        "question 1: its redirect asks the menu night, which is not configured");
    walk_learn(&fixture->walk, 1);
    assert_int_equal(fixture->walk.count, 3);
}

#define WITH_WALK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    WITH_WALK(begins_at_every_number_and_the_endpoints_own_menus),
    WITH_WALK(calls_another_number_when_that_one_is_configured),
    WITH_WALK(tries_every_option_nothing_and_wrong_keys),
    WITH_WALK(tries_them_again_when_the_question_is_another_one),
    WITH_WALK(follows_nothing_and_wrong_keys_from_every_start),
    WITH_WALK(does_not_explore_a_question_twice),
    WITH_WALK(knows_which_menus_nobody_is_asked),
    WITH_WALK(has_callers_who_never_leave_the_menus),
    WITH_WALK(makes_the_same_plans_however_often_it_is_asked),
    WITH_WALK(reports_a_question_of_a_menu_that_is_not_configured),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
