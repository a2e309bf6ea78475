// test_menu.c: from what was pressed to what the caller hears next.
#include "menu.h"

#include <stdio.h>

#include "actions.h"
#include "unit.h"

enum { OPENING = 2000, NOON = 2500, CLOSING = 3000, EVENING = 3500, HORIZON = 4000 };

// For what outlives the function that makes it.
static char hold[] = "Please hold.";
static char closed[] = "Closed.";
static char goodbye[] = "Goodbye.";
static char we_close[] = "We have to close.";
static char random_name[] = "random";
static char route[] = "route-menu";

static const struct department sales = {
    .name = (char[]){"sales"}, .destination = (char[]){"+15551230011"}, .hours.always = true};
static const struct department support = {
    .name = (char[]){"support"}, .destination = (char[]){"+15551230012"}, .hours.always = true};
static const struct department operator= {
    .name = (char[]){"operator"}, .destination = (char[]){"+15551230010"}, .hours.always = true};

static struct option options[] = {
    {.digits = (char[]){"1"}, .place.department = &sales},
    {.digits = (char[]){"2"}, .place.department = &support},
    {.digits = (char[]){"*"}, .place.department = &support},
    {.digits = (char[]){"A"}, .place.department = &support},
    {.digits = (char[]){"007"}, .place.department = &sales},
    {.digits = (char[]){"123"}, .place.department = &support},
};

static struct menu menus[] = {
    {
        .name = (char[]){"main"},
        .endpoint = (char[]){"route-menu"},
        .prompt = (char[]){"Press 1 for sales or 2 for support."},
        .no_input_prompt = (char[]){"We did not hear a choice."},
        .invalid_prompt = (char[]){"That was not one of the choices."},
        .finish_on_key = (char[]){"#"},
        .num_digits = 3,
        .timeout_seconds = 5,
        .no_input_limit = 2,
        .invalid_limit = 3,
        .fallback = &operator,
        .options = options,
        .option_count = sizeof options / sizeof *options,
    },
    {
        .name = (char[]){"night"},
        .endpoint = (char[]){"route-menu"},
        .prompt = (char[]){"Press 9."},
        .no_input_prompt = (char[]){"Nothing?"},
        .invalid_prompt = (char[]){"Wrong."},
        .num_digits = 1,
        .timeout_seconds = 5,
        .fallback = &support,
    },
};

static const struct config config = {.menus = menus, .menu_count = 2, .hours_until = HORIZON};

static const struct menu *const menu = &menus[0];
static const struct menu *const night = &menus[1];

static struct decision begin(const struct menu *first) {
    return menu_begin(&config, first, &(struct situation){.now = NOON, .step = 1, .can_ask_again = true});
}

// The first redirect after the menu.
static struct situation pressed(const char *digits) {
    return (struct situation){.now = NOON, .digits = digits, .step = 2, .can_ask_again = true};
}

static struct decision decide_in(const struct menu *asked, const char *digits) {
    struct situation situation = pressed(digits);
    return menu_decide(&config, asked, &situation);
}

static struct decision decide(const char *digits) {
    return decide_in(menu, digits);
}

static void leads_to(const char *digits, const struct department *department) {
    assert_ptr_equal(decide(digits).destination, department->destination);
}

static void is_of_kind(const char *digits, enum decision_kind kind) {
    assert_int_equal(decide(digits).kind, kind);
}

// The first question

TEST(a_menu_is_first_asked_with_its_prompt) {
    assert_ptr_equal(begin(menu).prompt, menu->prompt);
}

TEST(the_first_question_is_a_menu) {
    assert_int_equal(begin(menu).kind, DECIDED_MENU);
}

TEST(the_first_question_names_its_menu) {
    assert_ptr_equal(begin(menu).menu, menu);
}

TEST(the_first_question_needs_no_reason) {
    assert_null(begin(menu).reason);
}

// Options

TEST(an_option_is_a_transfer) {
    is_of_kind("1", DECIDED_TRANSFER);
}

TEST(the_first_option_leads_to_its_department) {
    leads_to("1", &sales);
}

TEST(the_second_option_leads_to_its_department) {
    leads_to("2", &support);
}

TEST(a_star_may_be_an_option) {
    leads_to("*", &support);
}

TEST(a_letter_key_may_be_an_option) {
    leads_to("A", &support);
}

TEST(a_small_letter_is_another_key) {
    is_of_kind("a", DECIDED_INVALID);
}

TEST(a_transfer_has_no_prompt) {
    assert_null(decide("1").prompt);
}

TEST(a_transfer_has_no_reason) {
    assert_null(decide("1").reason);
}

TEST(a_transfer_names_its_menu) {
    assert_ptr_equal(decide("1").menu, menu);
}

TEST(several_digits_may_be_an_option) {
    leads_to("123", &support);
}

TEST(the_beginning_of_an_option_is_wrong) {
    is_of_kind("12", DECIDED_INVALID);
}

TEST(an_option_with_one_digit_more_is_wrong) {
    is_of_kind("1234", DECIDED_INVALID);
}

TEST(zeros_in_front_are_part_of_an_option) {
    leads_to("007", &sales);
}

TEST(zeros_in_front_are_not_left_away) {
    is_of_kind("7", DECIDED_INVALID);
}

TEST(zeros_in_front_are_not_ignored) {
    is_of_kind("01", DECIDED_INVALID);
}

TEST(a_menu_without_options_takes_no_digit) {
    const struct menu empty = {.name = menu->name, .invalid_limit = 1, .fallback = &operator};
    assert_int_equal(decide_in(&empty, "1").kind, DECIDED_INVALID);
}

// The finish key

TEST(the_finish_key_after_an_option_is_left_away) {
    leads_to("1#", &sales);
}

TEST(the_finish_key_before_an_option_is_left_away) {
    leads_to("#1", &sales);
}

TEST(the_finish_key_alone_is_no_input) {
    is_of_kind("#", DECIDED_NO_INPUT);
}

TEST(another_key_after_an_option_is_not_left_away) {
    is_of_kind("1*", DECIDED_INVALID);
}

TEST(without_a_finish_key_the_hash_is_a_digit) {
    struct menu open = *menu;
    open.finish_on_key = NULL;
    assert_int_equal(decide_in(&open, "1#").kind, DECIDED_INVALID);
}

TEST(an_empty_finish_key_leaves_nothing_away) {
    struct menu open = *menu;
    open.finish_on_key = (char[]){""};
    assert_ptr_equal(decide_in(&open, "1").destination, sales.destination);
}

// Asking again

TEST(a_wrong_digit_is_asked_again) {
    is_of_kind("3", DECIDED_INVALID);
}

TEST(a_wrong_digit_is_asked_again_with_its_own_prompt) {
    assert_ptr_equal(decide("3").prompt, menu->invalid_prompt);
}

TEST(a_wrong_digit_is_called_invalid_input) {
    assert_string_equal(decide("3").reason, "invalid input");
}

TEST(a_wrong_digit_leads_nowhere) {
    assert_null(decide("3").destination);
}

TEST(no_input_is_asked_again) {
    is_of_kind("", DECIDED_NO_INPUT);
}

TEST(no_digits_at_all_are_no_input) {
    is_of_kind(NULL, DECIDED_NO_INPUT);
}

TEST(spaces_are_no_input) {
    is_of_kind("  ", DECIDED_NO_INPUT);
}

TEST(no_input_is_asked_again_with_its_own_prompt) {
    assert_ptr_equal(decide("").prompt, menu->no_input_prompt);
}

TEST(no_input_is_called_so) {
    assert_string_equal(decide("").reason, "no input");
}

TEST(a_repeat_names_its_menu) {
    assert_ptr_equal(decide("").menu, menu);
}

// Limits

static struct decision decide_after(const char *digits, int no_inputs, int invalids) {
    struct situation situation = pressed(digits);
    situation.no_inputs = no_inputs;
    situation.invalids = invalids;
    return menu_decide(&config, menu, &situation);
}

TEST(no_input_is_asked_again_as_often_as_its_limit_says) {
    assert_int_equal(decide_after("", 1, 0).kind, DECIDED_NO_INPUT);
}

TEST(no_input_at_its_limit_is_the_fallback) {
    assert_int_equal(decide_after("", 2, 0).kind, DECIDED_FALLBACK);
}

TEST(no_input_past_its_limit_is_the_fallback) {
    assert_int_equal(decide_after("", 7, 0).kind, DECIDED_FALLBACK);
}

TEST(a_wrong_digit_is_asked_again_as_often_as_its_limit_says) {
    assert_int_equal(decide_after("3", 0, 2).kind, DECIDED_INVALID);
}

TEST(a_wrong_digit_at_its_limit_is_the_fallback) {
    assert_int_equal(decide_after("3", 0, 3).kind, DECIDED_FALLBACK);
}

TEST(wrong_digits_before_do_not_count_for_no_input) {
    assert_int_equal(decide_after("", 0, 3).kind, DECIDED_NO_INPUT);
}

TEST(no_inputs_before_do_not_count_for_a_wrong_digit) {
    assert_int_equal(decide_after("3", 2, 0).kind, DECIDED_INVALID);
}

TEST(an_option_is_taken_past_both_limits) {
    assert_int_equal(decide_after("1", 9, 9).kind, DECIDED_TRANSFER);
}

TEST(the_fallback_leads_to_the_department_of_the_menu) {
    assert_ptr_equal(decide_after("", 2, 0).destination, operator.destination);
}

TEST(the_fallback_says_that_there_was_no_input) {
    assert_string_equal(decide_after("", 2, 0).reason, "no input");
}

TEST(the_fallback_says_that_the_input_was_wrong) {
    assert_string_equal(decide_after("3", 0, 3).reason, "invalid input");
}

TEST(the_fallback_has_no_prompt) {
    assert_null(decide_after("3", 0, 3).prompt);
}

TEST(a_no_input_limit_of_0_never_asks_again) {
    struct menu strict = *menu;
    strict.no_input_limit = 0;
    assert_int_equal(decide_in(&strict, "").kind, DECIDED_FALLBACK);
}

TEST(an_invalid_limit_of_0_never_asks_again) {
    struct menu strict = *menu;
    strict.invalid_limit = 0;
    assert_int_equal(decide_in(&strict, "3").kind, DECIDED_FALLBACK);
}

TEST(a_no_input_limit_of_0_leaves_wrong_digits_alone) {
    struct menu strict = *menu;
    strict.no_input_limit = 0;
    assert_int_equal(decide_in(&strict, "3").kind, DECIDED_INVALID);
}

// Where attempts cannot be counted

static struct decision decide_once(const char *digits) {
    struct situation situation = pressed(digits);
    situation.can_ask_again = false;
    return menu_decide(&config, menu, &situation);
}

TEST(no_input_is_the_fallback_where_attempts_cannot_be_counted) {
    assert_int_equal(decide_once("").kind, DECIDED_FALLBACK);
}

TEST(a_wrong_digit_is_the_fallback_where_attempts_cannot_be_counted) {
    assert_int_equal(decide_once("3").kind, DECIDED_FALLBACK);
}

TEST(an_option_is_taken_where_attempts_cannot_be_counted) {
    assert_int_equal(decide_once("2").kind, DECIDED_TRANSFER);
}

// The platform's limit of redirects

static struct decision decide_at(int step, const char *digits) {
    struct situation situation = pressed(digits);
    situation.step = step;
    return menu_decide(&config, menu, &situation);
}

TEST(the_last_step_still_asks) {
    assert_int_equal(decide_at(MENU_LAST_STEP, "3").kind, DECIDED_INVALID);
}

TEST(no_input_past_the_last_step_is_the_fallback) {
    assert_int_equal(decide_at(MENU_LAST_STEP + 1, "").kind, DECIDED_FALLBACK);
}

TEST(a_wrong_digit_past_the_last_step_is_the_fallback) {
    assert_int_equal(decide_at(MENU_LAST_STEP + 1, "3").kind, DECIDED_FALLBACK);
}

TEST(past_the_last_step_the_redirects_are_the_reason) {
    assert_string_equal(decide_at(MENU_LAST_STEP + 1, "3").reason, "too many redirects");
}

TEST(an_option_is_taken_past_the_last_step) {
    assert_int_equal(decide_at(MENU_LAST_STEP + 1, "1").kind, DECIDED_TRANSFER);
}

TEST(the_last_step_stays_under_the_platforms_20_redirects) {
    assert_true(MENU_LAST_STEP < 20);
}

// Digits made clean: X(name, digits, clean)
#define CLEANED(X) \
    X(digits_are_kept, "0123456789", "0123456789") \
    X(stars_and_letters_are_kept, "*ABCDabcd", "*ABCDabcd") \
    X(the_finish_key_is_left_away_wherever_it_is, "#1#2#", "12") \
    X(spaces_are_left_away, " 1 2 ", "12") \
    X(a_tab_becomes_a_question_mark, "1\t", "1?") \
    X(a_line_end_becomes_a_question_mark, "1\n", "1?") \
    X(a_delete_character_becomes_a_question_mark, "\x7f", "?") \
    X(each_byte_beyond_ascii_becomes_a_question_mark, "\xc3\xbc", "??") \
    X(thirty_two_digits_are_kept, "01234567890123456789012345678901", "01234567890123456789012345678901") \
    X(the_thirty_third_digit_is_dropped, "012345678901234567890123456789012", \
      "01234567890123456789012345678901") \
    X(finish_keys_do_not_count_as_digits, "####01234567890123456789012345678901", \
      "01234567890123456789012345678901") \
    X(no_digits_stay_none, "", "") \
    X(null_digits_become_none, NULL, "")

#define CLEANED_TEST(name, digits, expected) \
    TEST(name) { \
        char clean[MENU_MAX_DIGITS + 1]; \
        menu_clean_digits(menu, digits, clean); \
        assert_string_equal(clean, expected); \
    }

CLEANED(CLEANED_TEST)

// Words: X(kind, word, asks)
#define KINDS(X) \
    X(DECIDED_MENU, "menu", true) \
    X(DECIDED_NO_INPUT, "no_input", true) \
    X(DECIDED_INVALID, "invalid", true) \
    X(DECIDED_TRANSFER, "transfer", false) \
    X(DECIDED_FALLBACK, "fallback", false) \
    X(DECIDED_MESSAGE, "message", false) X(DECIDED_UNAVAILABLE, "unavailable", false)

#define KIND_TESTS(kind_, word, asks) \
    TEST(the_database_has_a_word_for_##kind_) { \
        assert_string_equal(decision_word(kind_), word); \
    } \
    TEST(it_is_known_whether_a_caller_is_asked_by_##kind_) { \
        assert_int_equal(decision_asks(&(struct decision){.kind = kind_}), asks); \
    }
#define KIND_ROWS(kind_, word, asks) \
    cmocka_unit_test(the_database_has_a_word_for_##kind_), \
        cmocka_unit_test(it_is_known_whether_a_caller_is_asked_by_##kind_),

KINDS(KIND_TESTS)

// Greetings and recording

TEST(a_greeting_is_spoken_before_the_first_question) {
    struct menu greeting = *menu;
    greeting.greeting = (char[]){"Welcome."};
    assert_string_equal(begin(&greeting).say[0], "Welcome.");
}

TEST(a_greeting_is_not_spoken_again_with_a_repeat) {
    struct menu greeting = *menu;
    greeting.greeting = (char[]){"Welcome."};
    assert_int_equal(decide_in(&greeting, "3").say_count, 0);
}

TEST(a_recording_notice_is_spoken) {
    struct menu recorded = *menu;
    recorded.recording_notice = (char[]){"This call is recorded."};
    assert_string_equal(begin(&recorded).say[0], "This call is recorded.");
}

TEST(recording_starts_after_its_notice) {
    struct menu recorded = *menu;
    recorded.recording_notice = (char[]){"This call is recorded."};
    assert_true(begin(&recorded).record);
}

TEST(without_a_notice_nothing_is_recorded) {
    assert_false(begin(menu).record);
}

TEST(recording_starts_once) {
    struct menu recorded = *menu;
    recorded.recording_notice = (char[]){"This call is recorded."};
    const struct situation situation = {.now = NOON, .step = 3, .can_ask_again = true, .recorded = true};
    assert_false(menu_begin(&config, &recorded, &situation).record);
}

// Callers who are known

static struct decision begin_for(struct caller caller) {
    struct department departments[] = {sales, support};
    const struct config with = {.menus = menus,
                                .menu_count = 2,
                                .departments = departments,
                                .department_count = 2,
                                .hours_until = HORIZON};
    const struct situation situation = {.now = NOON, .step = 1, .can_ask_again = true, .caller = caller};
    return menu_begin(&with, menu, &situation);
}

TEST(a_known_caller_is_greeted) {
    assert_string_equal(begin_for((struct caller){.greeting = "Hello, Ada."}).say[0], "Hello, Ada.");
}

TEST(a_known_caller_may_have_a_department) {
    assert_ptr_equal(begin_for((struct caller){.department = "support"}).destination, support.destination);
}

TEST(a_known_caller_may_have_a_menu) {
    assert_ptr_equal(begin_for((struct caller){.menu = "night"}).menu, night);
}

TEST(a_department_that_is_not_there_leaves_the_menu) {
    assert_ptr_equal(begin_for((struct caller){.department = "zoo"}).menu, menu);
}

TEST(a_blocked_caller_hears_a_message) {
    assert_int_equal(begin_for((struct caller){.blocked = true}).kind, DECIDED_MESSAGE);
}

TEST(a_blocked_caller_hears_the_message_kept_for_him) {
    assert_string_equal(begin_for((struct caller){.blocked = true, .message = "No."}).say[0], "No.");
}

TEST(a_blocked_caller_without_message_hears_one_all_the_same) {
    assert_int_equal(begin_for((struct caller){.blocked = true}).say_count, 1);
}

// Opening hours: the department is open from OPENING to CLOSING

static struct span day[] = {{OPENING, CLOSING}};

static struct decision ask_department(const struct department *department, int64_t now) {
    struct option option = {.digits = (char[]){"1"}, .place.department = department};
    struct menu with = *menu;
    with.options = &option;
    with.option_count = 1;
    struct situation situation = pressed("1");
    situation.now = now;
    return menu_decide(&config, &with, &situation);
}

static struct department daytime(void) {
    struct department department = sales;
    department.hours = (struct hours){.spans = day, .count = 1};
    return department;
}

static void is_open(int64_t now, bool expected) {
    struct department department = daytime();
    assert_int_equal(ask_department(&department, now).kind == DECIDED_TRANSFER, expected);
}

TEST(a_department_is_closed_before_it_opens) {
    is_open(OPENING - 1, false);
}

TEST(a_department_is_open_from_the_moment_it_opens) {
    is_open(OPENING, true);
}

TEST(a_department_is_open_until_the_moment_it_closes) {
    is_open(CLOSING - 1, true);
}

TEST(a_department_is_closed_from_the_moment_it_closes) {
    is_open(CLOSING, false);
}

TEST(past_what_is_known_of_hours_a_department_counts_as_open) {
    is_open(HORIZON, true);
}

TEST(a_department_that_never_opens_is_closed) {
    struct department department = sales;
    department.hours = (struct hours){.always = false};
    assert_int_equal(ask_department(&department, NOON).kind, DECIDED_FALLBACK);
}

TEST(a_closed_department_says_so_and_ends) {
    struct department department = daytime();
    department.closed_message = (char[]){"We are closed."};
    assert_string_equal(ask_department(&department, EVENING).say[0], "We are closed.");
}

TEST(a_closed_department_with_a_message_alone_is_a_message) {
    struct department department = daytime();
    department.closed_message = (char[]){"We are closed."};
    assert_int_equal(ask_department(&department, EVENING).kind, DECIDED_MESSAGE);
}

TEST(a_closed_department_may_lead_to_another) {
    struct department department = daytime();
    department.closed.department = &support;
    assert_ptr_equal(ask_department(&department, EVENING).destination, support.destination);
}

TEST(a_closed_department_may_lead_to_a_menu) {
    struct department department = daytime();
    department.closed.menu = night;
    assert_ptr_equal(ask_department(&department, EVENING).menu, night);
}

TEST(a_closed_department_without_anything_is_the_fallback) {
    struct department department = daytime();
    assert_int_equal(ask_department(&department, EVENING).kind, DECIDED_FALLBACK);
}

TEST(closed_departments_that_lead_to_each_other_are_the_fallback) {
    struct department one = daytime();
    struct department other = daytime();
    one.closed.department = &other;
    other.closed.department = &one;
    assert_int_equal(ask_department(&one, EVENING).kind, DECIDED_FALLBACK);
}

TEST(closed_is_the_reason) {
    struct department department = daytime();
    assert_string_equal(ask_department(&department, EVENING).reason, "closed");
}

// The menu is open by day on the clock of Paris; on that of Tokyo never.
static struct decision begin_in_zone(const char *own, const char *of_number, int64_t now) {
    struct zone_hours zones[] = {
        {.zone = (char[]){"Europe/Paris"}, .hours = {.spans = day, .count = 1}},
        {.zone = (char[]){"Asia/Tokyo"}, .hours = {.always = false}},
        {.zone = (char[]){"UTC"}, .hours = {.always = false}},
    };
    char own_zone[32] = "";
    struct menu with = *menu;
    with.hours = zones;
    with.hours_count = 3;
    if (own != NULL)
        with.time_zone = strcpy(own_zone, own);
    const struct situation situation = {.now = now, .zone = of_number, .step = 1, .can_ask_again = true};
    return menu_begin(&config, &with, &situation);
}

TEST(a_menu_is_open_on_its_own_clock) {
    assert_int_equal(begin_in_zone("Europe/Paris", "Asia/Tokyo", NOON).kind, DECIDED_MENU);
}

TEST(a_menu_is_closed_on_its_own_clock) {
    assert_int_equal(begin_in_zone("Europe/Paris", NULL, EVENING).kind, DECIDED_FALLBACK);
}

TEST(a_menu_without_a_clock_has_that_of_the_number) {
    assert_int_equal(begin_in_zone(NULL, "Europe/Paris", NOON).kind, DECIDED_MENU);
}

TEST(a_menu_without_any_clock_has_that_of_utc) {
    assert_int_equal(begin_in_zone(NULL, NULL, NOON).kind, DECIDED_FALLBACK);
}

// Agents

static struct agent agents[] = {
    {.destination = (char[]){"+15551230021"}, .priority = 1, .share = 1},
    {.destination = (char[]){"+15551230022"}, .priority = 1, .share = 3},
    {.destination = (char[]){"+15551230023"}, .priority = 2, .share = 1},
};

static const char *agent_for(uint32_t draw, const char *failed) {
    struct department department = sales;
    department.has_agents = true;
    department.agents = agents;
    department.agent_count = 3;
    struct option option = {.digits = (char[]){"1"}, .place.department = &department};
    struct menu with = *menu;
    with.options = &option;
    with.option_count = 1;
    struct situation situation = pressed("1");
    situation.draw = draw;
    situation.failed = failed;
    return menu_decide(&config, &with, &situation).destination;
}

TEST(agents_of_a_priority_get_their_shares) {
    int calls[2] = {0};
    for (uint32_t draw = 0; draw < 400; draw++)
        calls[agent_for(draw, NULL) == agents[1].destination]++;
    assert_int_equal(calls[1], 300);
}

TEST(the_second_priority_waits_for_the_first) {
    for (uint32_t draw = 0; draw < 400; draw++)
        assert_ptr_not_equal(agent_for(draw, NULL), agents[2].destination);
}

TEST(an_agent_who_did_not_answer_is_left_out) {
    for (uint32_t draw = 0; draw < 400; draw++)
        assert_ptr_equal(agent_for(draw, "+15551230022"), agents[0].destination);
}

TEST(when_the_first_priority_did_not_answer_the_second_is_called) {
    assert_ptr_equal(agent_for(0, "+15551230021\n+15551230022"), agents[2].destination);
}

TEST(when_nobody_answered_all_are_tried_again) {
    assert_ptr_equal(agent_for(0, "+15551230021\n+15551230022\n+15551230023"), agents[0].destination);
}

TEST(the_beginning_of_a_number_that_failed_is_another_number) {
    assert_ptr_equal(agent_for(0, "+155512300211"), agents[0].destination);
}

TEST(a_department_with_nobody_on_duty_counts_as_closed) {
    struct department department = sales;
    department.has_agents = true;
    department.closed.department = &support;
    assert_ptr_equal(ask_department(&department, NOON).destination, support.destination);
}

TEST(an_announcement_is_spoken_before_the_transfer) {
    struct department department = sales;
    department.announcement = (char[]){"Please hold."};
    assert_string_equal(ask_department(&department, NOON).say[0], "Please hold.");
}

// Places

static struct decision press_for(struct place place, const struct menu *before, bool can_ask_again) {
    struct option option = {.digits = (char[]){"1"}, .place = place};
    struct menu with = *menu;
    with.options = &option;
    with.option_count = 1;
    struct situation situation = pressed("1");
    situation.before = before;
    situation.home = menu;
    situation.can_ask_again = can_ask_again;
    return menu_decide(&config, &with, &situation);
}

TEST(an_option_may_lead_to_a_menu) {
    assert_ptr_equal(press_for((struct place){.menu = night}, NULL, true).menu, night);
}

TEST(a_menu_that_an_option_leads_to_is_asked) {
    assert_ptr_equal(press_for((struct place){.menu = night}, NULL, true).prompt, night->prompt);
}

TEST(an_option_may_say_something_and_end) {
    assert_int_equal(press_for((struct place){.message = (char[]){"Bye."}}, NULL, true).kind,
                     DECIDED_MESSAGE);
}

TEST(an_option_may_lead_back_to_the_menu_before) {
    assert_ptr_equal(press_for((struct place){.back = true}, night, true).menu, night);
}

TEST(without_a_menu_before_back_leads_home) {
    assert_ptr_equal(press_for((struct place){.back = true}, NULL, true).menu, menu);
}

TEST(where_answers_cannot_be_counted_back_is_the_fallback) {
    assert_int_equal(press_for((struct place){.back = true}, night, false).kind, DECIDED_FALLBACK);
}

TEST(no_input_past_its_limit_may_lead_to_a_department) {
    struct menu with = *menu;
    with.no_input_limit = 0;
    with.no_input.department = &support;
    assert_ptr_equal(decide_in(&with, "").destination, support.destination);
}

TEST(wrong_input_past_its_limit_may_lead_to_a_menu) {
    struct menu with = *menu;
    with.invalid_limit = 0;
    with.invalid.menu = night;
    assert_ptr_equal(decide_in(&with, "3").menu, night);
}

TEST(past_the_last_step_no_other_menu_is_asked) {
    struct menu with = *menu;
    with.invalid_limit = 0;
    with.invalid.menu = night;
    struct situation situation = pressed("3");
    situation.step = MENU_LAST_STEP + 1;
    assert_int_equal(menu_decide(&config, &with, &situation).kind, DECIDED_FALLBACK);
}

TEST(where_answers_cannot_be_counted_silence_leads_to_no_other_menu) {
    struct menu with = *menu;
    with.no_input.menu = night;
    struct situation situation = pressed("");
    situation.can_ask_again = false;
    assert_int_equal(menu_decide(&config, &with, &situation).kind, DECIDED_FALLBACK);
}

// Extensions

static struct extension extensions[] = {
    {.digits = (char[]){"100"}, .destination = (char[]){"+15551230100"}},
    {.digits = (char[]){"123"}, .destination = (char[]){"+15551230123"}},
    {.digits = (char[]){"200"}, .destination = (char[]){"+15551230200"}},
};

static struct decision dial_extension(bool direct_dial, const char *digits) {
    const struct config with = {.extensions = extensions, .extension_count = 3};
    struct menu direct = *menu;
    direct.direct_dial = direct_dial;
    struct situation situation = pressed(digits);
    return menu_decide(&with, &direct, &situation);
}

TEST(an_extension_is_dialled_directly) {
    assert_ptr_equal(dial_extension(true, "200").destination, extensions[2].destination);
}

TEST(an_extension_is_not_dialled_where_the_menu_forbids_it) {
    assert_int_equal(dial_extension(false, "200").kind, DECIDED_INVALID);
}

TEST(an_option_comes_before_an_extension) {
    assert_ptr_equal(dial_extension(true, "123").destination, support.destination);
}

TEST(an_extension_that_is_not_there_is_wrong) {
    assert_int_equal(dial_extension(true, "201").kind, DECIDED_INVALID);
}

// The emergency switch

static struct config in_emergency(const struct department *department) {
    return (struct config){
        .emergency = true, .emergency_message = we_close, .emergency_department = department};
}

TEST(an_emergency_comes_before_the_first_question) {
    const struct config with = in_emergency(NULL);
    assert_int_equal(menu_begin(&with, menu, &(struct situation){.step = 1}).kind, DECIDED_MESSAGE);
}

TEST(an_emergency_comes_before_an_option) {
    const struct config with = in_emergency(NULL);
    struct situation situation = pressed("1");
    assert_string_equal(menu_decide(&with, menu, &situation).say[0], "We have to close.");
}

TEST(an_emergency_may_lead_to_a_department) {
    const struct config with = in_emergency(&support);
    struct situation situation = pressed("1");
    assert_ptr_equal(menu_decide(&with, menu, &situation).destination, support.destination);
}

// Messages

static char box_name[] = "message_box:support";
static char speak[] = "Please leave a message.";
static char notice[] = "It is recorded.";
static char thanks[] = "Thank you.";

static const struct menu box = {
    .name = box_name,
    .takes = TAKES_MESSAGE,
    .endpoint = route,
    .recording_notice = notice,
    .prompt = speak,
    .no_input_prompt = speak,
    .invalid_prompt = speak,
    .finish_on_key = (char[]){"#"},
    .num_digits = 1,
    .timeout_seconds = 30,
    .no_input_limit = 3,
    .no_input.message = thanks,
    .invalid.message = thanks,
    .fallback = &support,
};

TEST(a_message_is_asked_for_and_recorded) {
    const struct decision decision = begin(&box);
    assert_string_equal(decision.say[0], "Please leave a message.");
    assert_string_equal(decision.say[1], "It is recorded.");
    assert_true(decision.record);
}

TEST(nothing_is_spoken_into_a_message) {
    assert_null(begin(&box).prompt);
}

TEST(who_presses_nothing_is_still_speaking) {
    const struct decision decision = decide_in(&box, "");
    assert_int_equal(decision.kind, DECIDED_NO_INPUT);
    assert_string_equal(decision.reason, "speaking");
    assert_null(decision.prompt);
    assert_false(decision.stop_recording);
}

static void ends_the_message(struct decision decision) {
    assert_int_equal(decision.kind, DECIDED_MESSAGE);
    assert_string_equal(decision.reason, "message left");
    assert_string_equal(decision.say[0], "Thank you.");
    assert_true(decision.stop_recording);
}

TEST(the_finish_key_ends_a_message) {
    ends_the_message(decide_in(&box, "#"));
}

TEST(any_key_ends_a_message) {
    ends_the_message(decide_in(&box, "5"));
}

TEST(a_message_ends_at_its_limit) {
    struct situation situation = pressed("");
    situation.no_inputs = 3;
    ends_the_message(menu_decide(&config, &box, &situation));
}

TEST(a_message_ends_at_the_last_redirect) {
    struct situation situation = pressed("");
    situation.step = MENU_LAST_STEP + 1;
    ends_the_message(menu_decide(&config, &box, &situation));
}

TEST(a_message_ends_where_attempts_cannot_be_counted) {
    struct situation situation = pressed("");
    situation.can_ask_again = false;
    ends_the_message(menu_decide(&config, &box, &situation));
}

TEST(recording_ends_when_an_emergency_leads_out_of_a_message) {
    const struct config with = in_emergency(&support);
    struct situation situation = pressed("");
    assert_true(menu_decide(&with, &box, &situation).stop_recording);
}

TEST(leaving_an_ordinary_menu_stops_no_recording) {
    assert_false(decide("1").stop_recording);
}

// Callbacks

static char asks_number[] = "Your number?";
static char checks[] = "Press 1 or 2.";
static char reads[] = "It is this number.";
static char refused[] = "This number cannot be called.";
static char sorry[] = "We are sorry.";
static const struct menu number_menu;
static const struct menu check_menu;
static struct option check_options[] = {
    {.digits = (char[]){"1"}, .place.message = thanks},
    {.digits = (char[]){"2"}, .place.menu = &number_menu},
};
static const struct menu number_menu = {
    .name = (char[]){"callback:support"},
    .takes = TAKES_NUMBER,
    .partner = &check_menu,
    .endpoint = route,
    .prompt = asks_number,
    .no_input_prompt = asks_number,
    .invalid_prompt = refused,
    .finish_on_key = (char[]){"#"},
    .num_digits = 15,
    .timeout_seconds = 10,
    .no_input_limit = 1,
    .invalid_limit = 2,
    .no_input.message = sorry,
    .invalid.message = sorry,
    .fallback = &support,
};
static const struct menu check_menu = {
    .name = (char[]){"callback_check:support"},
    .takes = TAKES_CONFIRMATION,
    .partner = &number_menu,
    .endpoint = route,
    .greeting = reads,
    .prompt = checks,
    .no_input_prompt = checks,
    .invalid_prompt = checks,
    .num_digits = 1,
    .timeout_seconds = 7,
    .no_input_limit = 1,
    .invalid_limit = 2,
    .no_input.message = sorry,
    .invalid.message = sorry,
    .fallback = &support,
    .options = check_options,
    .option_count = 2,
};

static struct decision called_from(const char *from) {
    const struct situation situation = {.now = NOON, .step = 1, .can_ask_again = true, .from = from};
    return menu_begin(&config, &number_menu, &situation);
}

static struct decision confirm(const char *number, const char *digits, int step) {
    struct situation situation = pressed(digits);
    situation.number = number;
    situation.step = step;
    return menu_decide(&config, &check_menu, &situation);
}

TEST(who_shows_no_number_is_asked_for_one) {
    assert_ptr_equal(called_from("anonymous").menu, &number_menu);
    assert_ptr_equal(called_from(NULL).menu, &number_menu);
    assert_ptr_equal(called_from("sip:a@example.com").menu, &number_menu);
}

TEST(where_no_number_is_told_the_history_knows) {
    assert_true(called_from(NULL).from_history);
}

TEST(who_shows_a_number_hears_it) {
    const struct decision decision = called_from("+15551230001");
    assert_ptr_equal(decision.menu, &check_menu);
    assert_string_equal(decision.say[0], "It is this number.");
    assert_string_equal(decision.number, "+15551230001");
}

TEST(a_number_that_was_entered_is_read_back) {
    const struct decision decision = decide_in(&number_menu, "4915112345678#");
    assert_ptr_equal(decision.menu, &check_menu);
    assert_string_equal(decision.number, "+4915112345678");
    assert_int_equal(decision.kind, DECIDED_MENU);
}

TEST(two_zeros_in_front_are_a_plus) {
    assert_string_equal(decide_in(&number_menu, "004915112345678").number, "+4915112345678");
}

TEST(a_number_that_cannot_be_called_is_refused_kindly) {
    const struct decision decision = decide_in(&number_menu, "0151123");
    assert_int_equal(decision.kind, DECIDED_INVALID);
    assert_ptr_equal(decision.prompt, refused);
}

TEST(who_enters_nothing_is_asked_again) {
    assert_int_equal(decide_in(&number_menu, "").kind, DECIDED_NO_INPUT);
}

TEST(who_enters_nothing_for_ever_hears_an_end) {
    struct situation situation = pressed("");
    situation.no_inputs = 1;
    const struct decision decision = menu_decide(&config, &number_menu, &situation);
    assert_int_equal(decision.kind, DECIDED_MESSAGE);
    assert_ptr_equal(decision.say[0], sorry);
}

TEST(a_number_past_the_last_redirect_hears_an_end) {
    struct situation situation = pressed("4915112345678");
    situation.step = MENU_LAST_STEP + 1;
    const struct decision decision = menu_decide(&config, &number_menu, &situation);
    assert_int_equal(decision.kind, DECIDED_MESSAGE);
    assert_false(decision.callback);
}

TEST(who_confirms_is_called_back) {
    const struct decision decision = confirm("15551230001", "1", 3);
    assert_int_equal(decision.kind, DECIDED_MESSAGE);
    assert_ptr_equal(decision.say[0], thanks);
    assert_true(decision.callback);
    assert_string_equal(decision.number, "+15551230001");
}

TEST(who_corrects_is_asked_for_a_number) {
    const struct decision decision = confirm("15551230001", "2", 3);
    assert_ptr_equal(decision.menu, &number_menu);
    assert_string_equal(decision.number, "");
    assert_false(decision.callback);
}

TEST(who_corrects_past_the_last_redirect_hears_an_end) {
    assert_ptr_equal(confirm("15551230001", "2", MENU_LAST_STEP + 1).say[0], sorry);
}

TEST(who_confirms_nothing_hears_the_number_again) {
    const struct decision decision = confirm("15551230001", "", 3);
    assert_int_equal(decision.kind, DECIDED_NO_INPUT);
    assert_string_equal(decision.number, "+15551230001");
    assert_false(decision.callback);
}

TEST(another_key_than_both_is_wrong) {
    assert_int_equal(confirm("15551230001", "7", 3).kind, DECIDED_INVALID);
}

TEST(a_confirmation_of_no_number_asks_for_one) {
    assert_ptr_equal(confirm(NULL, "1", 3).menu, &number_menu);
    assert_ptr_equal(confirm("0", "1", 3).menu, &number_menu);
}

TEST(a_number_is_read_back_digit_by_digit) {
    char *json = actions_for(
        &(struct decision){.kind = DECIDED_MENU, .menu = &check_menu, .prompt = checks, .number = "+4915112"},
        "https://example.com/");
    assert_non_null(strstr(json, "{\"say\":{\"text\":\"4 9 1 5 1 1 2\"}}"));
    free(json);
}

// Codes

static const struct menu code_menu = {
    .name = (char[]){"code:doctors"},
    .takes = TAKES_CODE,
    .opens.department = &sales,
    .endpoint = route,
    .prompt = (char[]){"Your code?"},
    .no_input_prompt = (char[]){"Your code?"},
    .invalid_prompt = (char[]){"Not right."},
    .num_digits = 4,
    .timeout_seconds = 10,
    .no_input_limit = 1,
    .invalid_limit = 2,
    .no_input.message = sorry,
    .invalid.message = sorry,
    .fallback = &sales,
};

static struct decision enter(enum code_result code, int before, int step) {
    struct situation situation = pressed("code");
    situation.code = code;
    situation.invalids = before;
    situation.step = step;
    return menu_decide(&config, &code_menu, &situation);
}

TEST(a_right_code_opens) {
    const struct decision decision = enter(CODE_RIGHT, 2, 4);
    assert_ptr_equal(decision.destination, sales.destination);
    assert_string_equal(decision.reason, "code");
}

TEST(a_wrong_code_is_asked_for_again) {
    assert_int_equal(enter(CODE_WRONG, 0, 2).kind, DECIDED_INVALID);
}

TEST(the_third_wrong_code_is_the_end) {
    assert_int_equal(enter(CODE_WRONG, 1, 3).kind, DECIDED_INVALID);
    assert_ptr_equal(enter(CODE_WRONG, 2, 4).say[0], sorry);
}

TEST(a_code_that_cannot_be_checked_opens_nothing) {
    const struct decision decision = enter(CODE_REFUSED, 0, 2);
    assert_int_equal(decision.kind, DECIDED_MESSAGE);
    assert_null(decision.destination);
}

TEST(past_the_last_redirect_a_wrong_code_does_not_lead_to_what_it_opens) {
    assert_null(enter(CODE_WRONG, 0, MENU_LAST_STEP + 1).destination);
}

TEST(a_code_is_never_assumed) {
    assert_true(enter(CODE_RIGHT, 0, 2).from_history);
}

// Again, and in another language

static char german[] = "de";
static char english[] = "en";
static char drueck[] = "Dr\xc3\xbc"
                       "ck die 1.";
static char nichts[] = "Nichts?";
static struct option say_again[] = {
    {.digits = (char[]){"9"}, .place.again = true},
    {.digits = (char[]){"8"}, .place.again = true, .language = german, .keep_language = true},
    {.digits = (char[]){"1"}, .place.department = &sales, .language = english},
};
static struct menu spoken_menu = {
    .name = (char[]){"spoken"},
    .endpoint = route,
    .greeting = hold,
    .prompt = (char[]){"Press 1."},
    .no_input_prompt = (char[]){"Nothing?"},
    .invalid_prompt = (char[]){"Wrong."},
    .num_digits = 1,
    .timeout_seconds = 5,
    .no_input_limit = 1,
    .fallback = &support,
    .options = say_again,
    .option_count = 3,
};
static struct translation translations[] = {
    {.sentence = (char[]){"Nothing?"}, .language = german, .words = nichts},
    {.sentence = (char[]){"Press 1."}, .language = german, .words = drueck},
};
static const struct config two_languages = {.menus = &spoken_menu,
                                            .menu_count = 1,
                                            .translations = translations,
                                            .translation_count = 2,
                                            .hours_until = HORIZON};

static struct decision in_language(const char *language, const char *digits) {
    struct situation situation = pressed(digits);
    situation.language = language;
    return menu_decide(&two_languages, &spoken_menu, &situation);
}

TEST(a_key_may_repeat_the_menu) {
    const struct decision decision = in_language(NULL, "9");
    assert_int_equal(decision.kind, DECIDED_MENU);
    assert_ptr_equal(decision.menu, &spoken_menu);
    assert_string_equal(decision.prompt, "Press 1.");
    assert_string_equal(decision.reason, "again");
}

TEST(a_repeat_by_key_does_not_greet_again) {
    assert_int_equal(in_language(NULL, "9").say_count, 0);
}

TEST(a_repeat_by_key_costs_no_attempt) {
    struct situation situation = pressed("9");
    situation.no_inputs = 1;
    situation.invalids = 9;
    assert_int_equal(menu_decide(&two_languages, &spoken_menu, &situation).kind, DECIDED_MENU);
}

TEST(past_the_last_step_a_repeat_by_key_is_the_fallback) {
    struct situation situation = pressed("9");
    situation.step = MENU_LAST_STEP + 1;
    const struct decision decision = menu_decide(&two_languages, &spoken_menu, &situation);
    assert_int_equal(decision.kind, DECIDED_FALLBACK);
    assert_string_equal(decision.reason, "too many redirects");
}

TEST(where_answers_cannot_be_counted_a_repeat_by_key_is_the_fallback) {
    struct situation situation = pressed("9");
    situation.can_ask_again = false;
    assert_int_equal(menu_decide(&two_languages, &spoken_menu, &situation).kind, DECIDED_FALLBACK);
}

TEST(a_key_may_set_the_language) {
    const struct decision decision = in_language(NULL, "8");
    assert_ptr_equal(decision.prompt, drueck);
    assert_ptr_equal(decision.language, german);
}

TEST(with_leave_the_language_is_kept) {
    assert_true(in_language(NULL, "8").keep_language);
    assert_false(in_language(german, "9").keep_language);
}

TEST(the_language_stays) {
    const struct decision decision = in_language(german, "");
    assert_ptr_equal(decision.prompt, nichts);
    assert_ptr_equal(decision.language, german);
}

TEST(the_first_question_is_asked_in_the_language) {
    const struct situation situation = {.now = NOON, .step = 1, .can_ask_again = true, .language = german};
    assert_ptr_equal(menu_begin(&two_languages, &spoken_menu, &situation).prompt, drueck);
}

TEST(what_is_not_translated_is_heard_as_it_is_written) {
    assert_ptr_equal(menu_begin(&two_languages, &spoken_menu,
                                &(struct situation){.now = NOON, .step = 1, .language = german})
                         .say[0],
                     hold);
}

TEST(in_a_language_of_which_nothing_is_written_all_is_heard_as_it_is_written) {
    const struct decision decision = in_language(english, "");
    assert_string_equal(decision.prompt, "Nothing?");
    assert_string_equal(decision.language, "en");
}

TEST(a_language_may_be_set_on_the_way_to_a_department) {
    const struct decision decision = in_language(german, "1");
    assert_ptr_equal(decision.destination, sales.destination);
    assert_ptr_equal(decision.language, english);
}

// Random menus and callers; the seed is fixed, so that a failure comes again

enum { RANDOM_MENUS = 10000, RANDOM_OPTIONS = 12 };

struct random {
    uint64_t state;
};

static uint32_t next(struct random *random, uint32_t below) {
    random->state ^= random->state << 13;
    random->state ^= random->state >> 7;
    random->state ^= random->state << 17;
    return (uint32_t)(random->state >> 32) % below;
}

static void random_keys(struct random *random, char *keys, uint32_t most) {
    uint32_t length = 1 + next(random, most);
    for (uint32_t i = 0; i < length; i++)
        keys[i] = "0123456789*#ABCD"[next(random, 16)];
    keys[length] = '\0';
}

static void random_prompt(struct random *random, char *prompt) {
    static const char *const pieces[] = {"Press 1", " \"or\" 2", "\xc3\xbc", "\xf0\x9f\x98\x80",
                                         "\\",      "/",         "<b>",      "?"};
    *prompt = '\0';
    for (uint32_t i = 0; i <= next(random, 8); i++)
        strcat(prompt, pieces[next(random, 8)]);
}

enum { MENUS = 3 };

struct random_config {
    struct config config;
    struct menu menus[MENUS];
    struct department departments[3];
    struct option options[MENUS][RANDOM_OPTIONS];
    char digits[MENUS][RANDOM_OPTIONS][24];
    char prompts[MENUS][5][256];
    char finish[MENUS][2];
    struct agent agents[4];
};

static struct place random_place(struct random *random, struct random_config *made) {
    switch (next(random, 7)) {
    case 6:
        return (struct place){.again = true};
    case 0:
        return (struct place){.menu = &made->menus[next(random, MENUS)]};
    case 1:
        return (struct place){.message = goodbye};
    case 2:
        return (struct place){.back = true};
    case 3:
        return (struct place){0};
    default:
        return (struct place){.department = &made->departments[next(random, 3)]};
    }
}

static struct place random_closed(struct random *random, struct random_config *made) {
    struct place place = random_place(random, made);
    return (struct place){.department = place.department, .menu = place.menu};
}

static void random_department(struct random *random, struct random_config *made, size_t i) {
    static const struct department *const departments[] = {&sales, &support, &operator};
    struct department *department = &made->departments[i];
    *department = *departments[i];
    department->hours =
        (struct hours){.always = next(random, 2) == 0, .spans = day, .count = next(random, 2)};
    department->closed = random_closed(random, made);
    department->has_agents = next(random, 2) == 0;
    department->agents = made->agents;
    department->agent_count = department->has_agents ? next(random, 4) : 0;
    if (next(random, 2) == 0)
        department->announcement = hold;
    if (next(random, 2) == 0)
        department->closed_message = closed;
}

// What the tables of the schema allow, and limits beyond it.
static void random_menu(struct random *random, struct random_config *made, size_t m) {
    struct menu *random_menu = &made->menus[m];
    for (size_t i = 0; i < 5; i++)
        random_prompt(random, made->prompts[m][i]);
    random_keys(random, made->finish[m], 1);
    *random_menu = (struct menu){
        .name = random_name,
        .endpoint = route,
        .greeting = next(random, 2) == 0 ? made->prompts[m][3] : NULL,
        .recording_notice = next(random, 3) == 0 ? made->prompts[m][4] : NULL,
        .prompt = made->prompts[m][0],
        .no_input_prompt = made->prompts[m][1],
        .invalid_prompt = made->prompts[m][2],
        .finish_on_key = next(random, 3) > 0 ? made->finish[m] : NULL,
        .num_digits = 1 + (int)next(random, 20),
        .timeout_seconds = 1 + (int)next(random, 30),
        .no_input_limit = (int)next(random, 30),
        .invalid_limit = (int)next(random, 30),
        .no_input = random_place(random, made),
        .invalid = random_place(random, made),
        .closed = random_closed(random, made),
        .fallback = &made->departments[next(random, 3)],
        .options = made->options[m],
        .option_count = next(random, RANDOM_OPTIONS + 1),
    };
    random_menu->takes = (enum menu_takes)next(random, 5);
    random_menu->opens = random_closed(random, made);
    random_menu->partner = &made->menus[next(random, MENUS)];
    if (random_menu->takes != TAKES_CHOICE)
        random_menu->no_input = random_menu->invalid = (struct place){.message = goodbye};
    for (size_t i = 0; i < random_menu->option_count; i++) {
        random_keys(random, made->digits[m][i], (uint32_t)random_menu->num_digits);
        made->options[m][i] = (struct option){.digits = made->digits[m][i],
                                              .place = random_place(random, made),
                                              .language = next(random, 6) == 0 ? german : NULL};
    }
}

static void random_config(struct random *random, struct random_config *made) {
    memset(made, 0, sizeof *made);
    memcpy(made->agents, agents, sizeof agents);
    made->agents[3] = (struct agent){.destination = agents[0].destination, .priority = 3, .share = 1};
    made->config = (struct config){.menus = made->menus,
                                   .menu_count = MENUS,
                                   .departments = made->departments,
                                   .department_count = 3,
                                   .translations = translations,
                                   .translation_count = 2,
                                   .hours_until = HORIZON};
    for (size_t i = 0; i < 3; i++)
        random_department(random, made, i);
    for (size_t i = 0; i < MENUS; i++)
        random_menu(random, made, i);
    if (next(random, 20) == 0) {
        made->config.emergency = true;
        made->config.emergency_message = closed;
        made->config.emergency_department = next(random, 2) == 0 ? &made->departments[0] : NULL;
    }
}

static const char *random_input(struct random *random, const struct menu *asked, char keys[64]) {
    switch (next(random, 8)) {
    case 0:
        return NULL;
    case 1:
        return "";
    case 2:
        return asked->option_count > 0 ? asked->options[next(random, (uint32_t)asked->option_count)].digits
                                       : "?";
    case 3:
        return "\xff\x01 nonsense";
    case 4:
        return "004915112345678";
    default:
        random_keys(random, keys, 40);
        return keys;
    }
}

static void is_renderable(const struct decision *decision) {
    const char *fault = NULL;
    char *json = actions_for(decision, "https://example.com/minivoice/route-menu?call_id=c.1&step=2");
    assert_non_null(json);
    bool valid = actions_valid(json, &fault);
    free(json);
    assert_true(valid);
}

// Plays one call to its end and returns how many answers asked. A caller without memory is one whose attempts
// nobody counts: only the step goes up.
static int play(struct random *random, const struct random_config *made, bool memory) {
    char keys[64];
    char number[MENU_NUMBER_SIZE];
    struct situation situation = {.now = next(random, HORIZON + 500), .step = 1, .can_ask_again = true};
    situation.home = &made->menus[0];
    situation.draw = next(random, 1000);
    situation.from = next(random, 3) == 0 ? "+15551230001" : NULL;
    situation.failed = next(random, 2) == 0 ? agents[0].destination : NULL;
    struct decision decision = menu_begin(&made->config, &made->menus[0], &situation);
    int asks = 0;
    while (decision_asks(&decision)) {
        is_renderable(&decision);
        asks++;
        assert_true(asks <= MENU_LAST_STEP);
        const struct menu *asked = decision.menu;
        situation.before = decision.kind == DECIDED_MENU ? situation.before : asked;
        situation.no_inputs += memory && decision.kind == DECIDED_NO_INPUT;
        situation.invalids += memory && decision.kind == DECIDED_INVALID;
        situation.digits = random_input(random, asked, keys);
        situation.step++;
        situation.language = decision.language;
        situation.number = number;
        situation.code = (enum code_result)next(random, 3);
        snprintf(number, sizeof number, "%s", decision.number);
        decision = menu_decide(&made->config, asked, &situation);
    }
    is_renderable(&decision);
    return asks;
}

// Some of them ask as often as anybody may.
TEST(ten_thousand_random_callers_hear_valid_lists_and_come_to_an_end) {
    struct random random = {.state = 0x2545f4914f6cdd1d};
    int longest = 0;
    for (int i = 0; i < RANDOM_MENUS; i++) {
        struct random_config made;
        random_config(&random, &made);
        int asks = play(&random, &made, next(&random, 2) == 0);
        longest = asks > longest ? asks : longest;
    }
    assert_int_equal(longest, MENU_LAST_STEP);
}

static const struct CMUnitTest tests[] = {
    CLEANED(ROW) KINDS(KIND_ROWS) cmocka_unit_test(a_menu_is_first_asked_with_its_prompt),
    cmocka_unit_test(the_first_question_is_a_menu),
    cmocka_unit_test(the_first_question_names_its_menu),
    cmocka_unit_test(the_first_question_needs_no_reason),
    cmocka_unit_test(an_option_is_a_transfer),
    cmocka_unit_test(the_first_option_leads_to_its_department),
    cmocka_unit_test(the_second_option_leads_to_its_department),
    cmocka_unit_test(a_star_may_be_an_option),
    cmocka_unit_test(a_letter_key_may_be_an_option),
    cmocka_unit_test(a_small_letter_is_another_key),
    cmocka_unit_test(a_transfer_has_no_prompt),
    cmocka_unit_test(a_transfer_has_no_reason),
    cmocka_unit_test(a_transfer_names_its_menu),
    cmocka_unit_test(several_digits_may_be_an_option),
    cmocka_unit_test(the_beginning_of_an_option_is_wrong),
    cmocka_unit_test(an_option_with_one_digit_more_is_wrong),
    cmocka_unit_test(zeros_in_front_are_part_of_an_option),
    cmocka_unit_test(zeros_in_front_are_not_left_away),
    cmocka_unit_test(zeros_in_front_are_not_ignored),
    cmocka_unit_test(a_menu_without_options_takes_no_digit),
    cmocka_unit_test(the_finish_key_after_an_option_is_left_away),
    cmocka_unit_test(the_finish_key_before_an_option_is_left_away),
    cmocka_unit_test(the_finish_key_alone_is_no_input),
    cmocka_unit_test(another_key_after_an_option_is_not_left_away),
    cmocka_unit_test(without_a_finish_key_the_hash_is_a_digit),
    cmocka_unit_test(an_empty_finish_key_leaves_nothing_away),
    cmocka_unit_test(a_wrong_digit_is_asked_again),
    cmocka_unit_test(a_wrong_digit_is_asked_again_with_its_own_prompt),
    cmocka_unit_test(a_wrong_digit_is_called_invalid_input),
    cmocka_unit_test(a_wrong_digit_leads_nowhere),
    cmocka_unit_test(no_input_is_asked_again),
    cmocka_unit_test(no_digits_at_all_are_no_input),
    cmocka_unit_test(spaces_are_no_input),
    cmocka_unit_test(no_input_is_asked_again_with_its_own_prompt),
    cmocka_unit_test(no_input_is_called_so),
    cmocka_unit_test(a_repeat_names_its_menu),
    cmocka_unit_test(no_input_is_asked_again_as_often_as_its_limit_says),
    cmocka_unit_test(no_input_at_its_limit_is_the_fallback),
    cmocka_unit_test(no_input_past_its_limit_is_the_fallback),
    cmocka_unit_test(a_wrong_digit_is_asked_again_as_often_as_its_limit_says),
    cmocka_unit_test(a_wrong_digit_at_its_limit_is_the_fallback),
    cmocka_unit_test(wrong_digits_before_do_not_count_for_no_input),
    cmocka_unit_test(no_inputs_before_do_not_count_for_a_wrong_digit),
    cmocka_unit_test(an_option_is_taken_past_both_limits),
    cmocka_unit_test(the_fallback_leads_to_the_department_of_the_menu),
    cmocka_unit_test(the_fallback_says_that_there_was_no_input),
    cmocka_unit_test(the_fallback_says_that_the_input_was_wrong),
    cmocka_unit_test(the_fallback_has_no_prompt),
    cmocka_unit_test(a_no_input_limit_of_0_never_asks_again),
    cmocka_unit_test(an_invalid_limit_of_0_never_asks_again),
    cmocka_unit_test(a_no_input_limit_of_0_leaves_wrong_digits_alone),
    cmocka_unit_test(no_input_is_the_fallback_where_attempts_cannot_be_counted),
    cmocka_unit_test(a_wrong_digit_is_the_fallback_where_attempts_cannot_be_counted),
    cmocka_unit_test(an_option_is_taken_where_attempts_cannot_be_counted),
    cmocka_unit_test(the_last_step_still_asks),
    cmocka_unit_test(no_input_past_the_last_step_is_the_fallback),
    cmocka_unit_test(a_wrong_digit_past_the_last_step_is_the_fallback),
    cmocka_unit_test(past_the_last_step_the_redirects_are_the_reason),
    cmocka_unit_test(an_option_is_taken_past_the_last_step),
    cmocka_unit_test(the_last_step_stays_under_the_platforms_20_redirects),
    cmocka_unit_test(a_greeting_is_spoken_before_the_first_question),
    cmocka_unit_test(a_greeting_is_not_spoken_again_with_a_repeat),
    cmocka_unit_test(a_recording_notice_is_spoken),
    cmocka_unit_test(recording_starts_after_its_notice),
    cmocka_unit_test(without_a_notice_nothing_is_recorded),
    cmocka_unit_test(recording_starts_once),
    cmocka_unit_test(a_known_caller_is_greeted),
    cmocka_unit_test(a_known_caller_may_have_a_department),
    cmocka_unit_test(a_known_caller_may_have_a_menu),
    cmocka_unit_test(a_department_that_is_not_there_leaves_the_menu),
    cmocka_unit_test(a_blocked_caller_hears_a_message),
    cmocka_unit_test(a_blocked_caller_hears_the_message_kept_for_him),
    cmocka_unit_test(a_blocked_caller_without_message_hears_one_all_the_same),
    cmocka_unit_test(a_department_is_closed_before_it_opens),
    cmocka_unit_test(a_department_is_open_from_the_moment_it_opens),
    cmocka_unit_test(a_department_is_open_until_the_moment_it_closes),
    cmocka_unit_test(a_department_is_closed_from_the_moment_it_closes),
    cmocka_unit_test(past_what_is_known_of_hours_a_department_counts_as_open),
    cmocka_unit_test(a_department_that_never_opens_is_closed),
    cmocka_unit_test(a_closed_department_says_so_and_ends),
    cmocka_unit_test(a_closed_department_with_a_message_alone_is_a_message),
    cmocka_unit_test(a_closed_department_may_lead_to_another),
    cmocka_unit_test(a_closed_department_may_lead_to_a_menu),
    cmocka_unit_test(a_closed_department_without_anything_is_the_fallback),
    cmocka_unit_test(closed_departments_that_lead_to_each_other_are_the_fallback),
    cmocka_unit_test(closed_is_the_reason),
    cmocka_unit_test(a_menu_is_open_on_its_own_clock),
    cmocka_unit_test(a_menu_is_closed_on_its_own_clock),
    cmocka_unit_test(a_menu_without_a_clock_has_that_of_the_number),
    cmocka_unit_test(a_menu_without_any_clock_has_that_of_utc),
    cmocka_unit_test(agents_of_a_priority_get_their_shares),
    cmocka_unit_test(the_second_priority_waits_for_the_first),
    cmocka_unit_test(an_agent_who_did_not_answer_is_left_out),
    cmocka_unit_test(when_the_first_priority_did_not_answer_the_second_is_called),
    cmocka_unit_test(when_nobody_answered_all_are_tried_again),
    cmocka_unit_test(the_beginning_of_a_number_that_failed_is_another_number),
    cmocka_unit_test(a_department_with_nobody_on_duty_counts_as_closed),
    cmocka_unit_test(an_announcement_is_spoken_before_the_transfer),
    cmocka_unit_test(an_option_may_lead_to_a_menu),
    cmocka_unit_test(a_menu_that_an_option_leads_to_is_asked),
    cmocka_unit_test(an_option_may_say_something_and_end),
    cmocka_unit_test(an_option_may_lead_back_to_the_menu_before),
    cmocka_unit_test(without_a_menu_before_back_leads_home),
    cmocka_unit_test(where_answers_cannot_be_counted_back_is_the_fallback),
    cmocka_unit_test(no_input_past_its_limit_may_lead_to_a_department),
    cmocka_unit_test(wrong_input_past_its_limit_may_lead_to_a_menu),
    cmocka_unit_test(past_the_last_step_no_other_menu_is_asked),
    cmocka_unit_test(where_answers_cannot_be_counted_silence_leads_to_no_other_menu),
    cmocka_unit_test(an_extension_is_dialled_directly),
    cmocka_unit_test(an_extension_is_not_dialled_where_the_menu_forbids_it),
    cmocka_unit_test(an_option_comes_before_an_extension),
    cmocka_unit_test(an_extension_that_is_not_there_is_wrong),
    cmocka_unit_test(an_emergency_comes_before_the_first_question),
    cmocka_unit_test(an_emergency_comes_before_an_option),
    cmocka_unit_test(an_emergency_may_lead_to_a_department),
    cmocka_unit_test(a_message_is_asked_for_and_recorded),
    cmocka_unit_test(nothing_is_spoken_into_a_message),
    cmocka_unit_test(who_presses_nothing_is_still_speaking),
    cmocka_unit_test(the_finish_key_ends_a_message),
    cmocka_unit_test(any_key_ends_a_message),
    cmocka_unit_test(a_message_ends_at_its_limit),
    cmocka_unit_test(a_message_ends_at_the_last_redirect),
    cmocka_unit_test(a_message_ends_where_attempts_cannot_be_counted),
    cmocka_unit_test(recording_ends_when_an_emergency_leads_out_of_a_message),
    cmocka_unit_test(leaving_an_ordinary_menu_stops_no_recording),
    cmocka_unit_test(who_shows_no_number_is_asked_for_one),
    cmocka_unit_test(where_no_number_is_told_the_history_knows),
    cmocka_unit_test(who_shows_a_number_hears_it),
    cmocka_unit_test(a_number_that_was_entered_is_read_back),
    cmocka_unit_test(two_zeros_in_front_are_a_plus),
    cmocka_unit_test(a_number_that_cannot_be_called_is_refused_kindly),
    cmocka_unit_test(who_enters_nothing_is_asked_again),
    cmocka_unit_test(who_enters_nothing_for_ever_hears_an_end),
    cmocka_unit_test(a_number_past_the_last_redirect_hears_an_end),
    cmocka_unit_test(who_confirms_is_called_back),
    cmocka_unit_test(who_corrects_is_asked_for_a_number),
    cmocka_unit_test(who_corrects_past_the_last_redirect_hears_an_end),
    cmocka_unit_test(who_confirms_nothing_hears_the_number_again),
    cmocka_unit_test(another_key_than_both_is_wrong),
    cmocka_unit_test(a_confirmation_of_no_number_asks_for_one),
    cmocka_unit_test(a_number_is_read_back_digit_by_digit),
    cmocka_unit_test(a_right_code_opens),
    cmocka_unit_test(a_wrong_code_is_asked_for_again),
    cmocka_unit_test(the_third_wrong_code_is_the_end),
    cmocka_unit_test(a_code_that_cannot_be_checked_opens_nothing),
    cmocka_unit_test(past_the_last_redirect_a_wrong_code_does_not_lead_to_what_it_opens),
    cmocka_unit_test(a_code_is_never_assumed),
    cmocka_unit_test(a_key_may_repeat_the_menu),
    cmocka_unit_test(a_repeat_by_key_does_not_greet_again),
    cmocka_unit_test(a_repeat_by_key_costs_no_attempt),
    cmocka_unit_test(past_the_last_step_a_repeat_by_key_is_the_fallback),
    cmocka_unit_test(where_answers_cannot_be_counted_a_repeat_by_key_is_the_fallback),
    cmocka_unit_test(a_key_may_set_the_language),
    cmocka_unit_test(with_leave_the_language_is_kept),
    cmocka_unit_test(the_language_stays),
    cmocka_unit_test(the_first_question_is_asked_in_the_language),
    cmocka_unit_test(what_is_not_translated_is_heard_as_it_is_written),
    cmocka_unit_test(in_a_language_of_which_nothing_is_written_all_is_heard_as_it_is_written),
    cmocka_unit_test(a_language_may_be_set_on_the_way_to_a_department),
    cmocka_unit_test(ten_thousand_random_callers_hear_valid_lists_and_come_to_an_end),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
