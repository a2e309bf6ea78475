// test_log.c: lines of key=value pairs that one program or person can read back.
#include "log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>

#include "clock.h"
#include "unit.h"

#define LOOKS_LIKE_TIME "time=dddd-dd-ddTdd:dd:dd.dddZ "

// Pairs: X(name, call, expected)
#define PAIRS(X) \
    X(a_word_stands_bare, log_text(&line, "k", "word"), "k=word") \
    X(a_value_with_a_space_is_quoted, log_text(&line, "k", "two words"), "k=\"two words\"") \
    X(a_value_with_an_equals_sign_is_quoted, log_text(&line, "k", "a=b"), "k=\"a=b\"") \
    X(an_empty_value_is_quoted, log_text(&line, "k", ""), "k=\"\"") \
    X(a_quote_is_escaped, log_text(&line, "k", "a\"b"), "k=\"a\\\"b\"") \
    X(a_backslash_is_escaped, log_text(&line, "k", "a\\b"), "k=\"a\\\\b\"") \
    X(a_line_end_becomes_a_question_mark, log_text(&line, "k", "a\nb=c"), "k=\"a?b=c\"") \
    X(a_return_becomes_a_question_mark, log_text(&line, "k", "a\rb"), "k=\"a?b\"") \
    X(a_tab_becomes_a_question_mark, log_text(&line, "k", "a\tb"), "k=\"a?b\"") \
    X(an_escape_character_becomes_a_question_mark, log_text(&line, "k", "a\033[1m"), "k=a?[1m") \
    X(a_delete_character_becomes_a_question_mark, log_text(&line, "k", "a\x7f"), "k=a?") \
    X(text_beyond_ascii_stays, log_text(&line, "k", "Gr\xc3\xbc\xc3\x9f"), "k=Gr\xc3\xbc\xc3\x9f") \
    X(null_adds_nothing, log_text(&line, "k", NULL), "") \
    X(a_number_is_written, log_number(&line, "k", 42), "k=42") \
    X(a_number_below_0_is_written, log_number(&line, "k", -1), "k=-1") \
    X(the_largest_number_is_written, log_number(&line, "k", INT64_MAX), "k=9223372036854775807") \
    X(the_smallest_number_is_written, log_number(&line, "k", INT64_MIN), "k=-9223372036854775808") \
    X(milliseconds_have_one_decimal, log_ms(&line, "k", 1.25), "k=1.2") \
    X(milliseconds_are_rounded, log_ms(&line, "k", 0.96), "k=1.0") \
    X(no_milliseconds_are_written, log_ms(&line, "k", 0), "k=0.0") \
    X(of_a_number_two_digits_are_shown, log_masked(&line, "to", "+15551230011"), "to=***11") \
    X(of_a_sip_uri_two_letters_are_shown, log_masked(&line, "to", "sip:a@example.com"), "to=***om") \
    X(of_five_characters_two_are_shown, log_masked(&line, "to", "12345"), "to=***45") \
    X(of_four_characters_none_is_shown, log_masked(&line, "to", "1234"), "to=*****") \
    X(of_an_empty_number_none_is_shown, log_masked(&line, "to", ""), "to=*****") \
    X(a_word_with_a_number_in_it_is_shown_without_its_digits, log_word(&line, "k", "call.+15551230002"), \
      "k=call.+***********") \
    X(also_where_something_stands_between_them, log_word(&line, "k", "a1 555-12.30"), "k=\"a* ***-**.**\"") \
    X(six_digits_are_no_number, log_word(&line, "k", "call.123456"), "k=call.123456") \
    X(a_word_that_is_null_adds_nothing, log_word(&line, "k", NULL), "") \
    X(a_masked_null_adds_nothing, log_masked(&line, "to", NULL), "") \
    X(pairs_are_separated_by_a_space, (log_text(&line, "a", "1"), log_number(&line, "b", 2)), "a=1 b=2")

#define PAIR_TEST(name, call, expected) \
    TEST(name) { \
        struct log_line line = {0}; \
        call; \
        line.text[line.length] = '\0'; \
        assert_string_equal(line.text, expected); \
    }

PAIRS(PAIR_TEST)

// Appending

static void appended_is(const char *before, const char *after, const char *expected) {
    struct log_line line = {0};
    struct log_line more = {0};
    log_text(&line, "a", before);
    log_text(&more, "b", after);
    log_append(&line, &more);
    line.text[line.length] = '\0';
    assert_string_equal(line.text, expected);
}

TEST(a_line_is_appended_with_a_space) {
    appended_is("1", "2", "a=1 b=2");
}

TEST(a_line_is_appended_to_an_empty_one_without_a_space) {
    appended_is(NULL, "2", "b=2");
}

TEST(an_empty_line_is_appended_without_a_space) {
    appended_is("1", NULL, "a=1");
}

// Cutting

static const char *letters(char *text, size_t count) {
    memset(text, 'x', count);
    text[count] = '\0';
    return text;
}

static size_t length_with(size_t letter_count) {
    char text[8192];
    struct log_line line = {0};
    log_text(&line, "k", letters(text, letter_count));
    return line.length;
}

TEST(a_line_may_be_filled_but_for_one_byte) {
    assert_int_equal(length_with(1021), 1023);
}

TEST(a_longer_line_is_cut_there) {
    assert_int_equal(length_with(8000), 1023);
}

TEST(nothing_is_added_to_a_full_line) {
    char text[2048];
    struct log_line line = {0};
    log_text(&line, "k", letters(text, 2000));
    log_number(&line, "n", 1);
    assert_int_equal(line.length, 1023);
}

TEST(a_line_is_cut_when_it_is_appended) {
    char text[2048];
    struct log_line line = {0};
    struct log_line more = {0};
    log_text(&line, "k", letters(text, 600));
    log_text(&more, "k", letters(text, 600));
    log_append(&line, &more);
    assert_int_equal(line.length, 1023);
}

TEST(quotes_never_write_past_a_full_line) {
    char text[2048];
    struct log_line line = {0};
    letters(text, 2000);
    memset(text + 1000, '"', 500);
    log_text(&line, "k", text);
    assert_int_equal(line.length, 1023);
}

TEST(milliseconds_past_all_measure_are_cut) {
    struct log_line line = {0};
    log_ms(&line, "k", 1e300);
    assert_true(line.length < 40);
}

// Writing

static void capture_line(struct capture *capture, struct log_line *line) {
    capture_start(capture);
    log_write(line);
    capture_end(capture);
}

TEST(a_line_is_written_with_time_and_program) {
    struct capture capture;
    struct log_line line = {0};
    log_text(&line, "k", "v");
    capture_line(&capture, &line);
    assert_string_equal(capture.text + strlen(LOOKS_LIKE_TIME), "program=test_log k=v\n");
}

TEST(the_time_is_utc_with_milliseconds) {
    struct capture capture;
    struct log_line line = {0};
    capture_line(&capture, &line);
    for (size_t i = strlen("time="); i < strlen(LOOKS_LIKE_TIME); i++)
        if (capture.text[i] >= '0' && capture.text[i] <= '9')
            capture.text[i] = 'd';
    assert_memory_equal(capture.text, LOOKS_LIKE_TIME, strlen(LOOKS_LIKE_TIME));
}

TEST(an_empty_line_is_written_too) {
    struct capture capture;
    struct log_line line = {0};
    capture_line(&capture, &line);
    assert_string_equal(capture.text + strlen(LOOKS_LIKE_TIME), "program=test_log\n");
}

TEST(a_full_line_is_written_with_its_end) {
    char text[2048];
    struct capture capture;
    struct log_line line = {0};
    log_text(&line, "k", letters(text, 2000));
    capture_line(&capture, &line);
    assert_int_equal(strcspn(capture.text, "\n"), 1023);
}

TEST(a_line_is_empty_after_it_was_written) {
    struct capture capture;
    struct log_line line = {0};
    log_text(&line, "k", "v");
    capture_line(&capture, &line);
    assert_int_equal(line.length, 0);
}

static const char *error_text(struct capture *capture, const char *what, const char *detail) {
    capture_start(capture);
    log_error(what, "%s", detail);
    capture_end(capture);
    return capture->text + strlen(LOOKS_LIKE_TIME "program=test_log ");
}

TEST(an_error_is_a_line_of_its_own) {
    struct capture capture;
    assert_string_equal(error_text(&capture, "start", "no memory"), "error=start detail=\"no memory\"\n");
}

TEST(an_error_may_not_begin_another_line) {
    struct capture capture;
    assert_string_equal(error_text(&capture, "start", "a\nb"), "error=start detail=\"a?b\"\n");
}

TEST(a_long_error_is_cut) {
    char text[2048];
    struct capture capture;
    assert_int_equal(strlen(error_text(&capture, "e", letters(text, 2000))),
                     strlen("error=e detail=\n") + 511);
}

TEST(an_outcome_is_in_the_line_and_beside_it) {
    struct log_line line = {0};
    log_outcome(&line, "menu");
    line.text[line.length] = '\0';
    assert_string_equal(line.text, "outcome=menu");
    assert_string_equal(line.outcome, "menu");
}

TEST(a_warning_is_called_one) {
    struct capture capture;
    capture_start(&capture);
    log_warning("settings", "from the file");
    capture_end(&capture);
    assert_non_null(strstr(capture.text, " warning=settings detail=\"from the file\"\n"));
}

TEST(what_is_as_it_should_be_is_no_error) {
    struct capture capture;
    capture_start(&capture);
    log_info("database", "connected again");
    capture_end(&capture);
    assert_non_null(strstr(capture.text, " info=database detail=\"connected again\"\n"));
    assert_null(strstr(capture.text, "error"));
}

TEST(the_same_error_is_told_each_time_before_the_log_has_started) {
    struct capture capture;
    capture_start(&capture);
    log_error("start", "x");
    log_error("start", "x");
    capture_end(&capture);
    assert_non_null(strstr(strstr(capture.text, "error=") + 1, "error="));
}

TEST(the_same_error_is_told_once_and_then_counted) {
    struct capture capture;
    capture_start(&capture);
    assert_true(log_start());
    for (int i = 0; i < 13; i++)
        log_error("database", "cannot connect");
    log_stop(5000);
    capture_end(&capture);
    char *second = strstr(strstr(capture.text, "error=database") + 1, "error=database");
    assert_non_null(second);
    assert_non_null(strstr(second, "detail=\"cannot connect\" more=12\n"));
    assert_null(strstr(second + 1, "error=database"));
}

// Turns stderr into what JOURNAL_STREAM names, or something else.
static void journal_start(struct capture *capture, bool ours) {
    char stream[64];
    struct stat file;
    capture_start(capture);
    assert_int_equal(fstat(STDERR_FILENO, &file), 0);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)file.st_dev,
             (unsigned long long)file.st_ino + !ours);
    setenv("JOURNAL_STREAM", stream, 1);
    log_open();
}

static void journal_end(struct capture *capture) {
    capture_end(capture);
    setenv("JOURNAL_STREAM", "", 1);
    log_open();
    unsetenv("JOURNAL_STREAM");
}

TEST(the_journal_is_told_the_priority_of_each_line) {
    struct capture capture;
    struct log_line line = {0};
    journal_start(&capture, true);
    log_write(&line);
    log_warning("a", "b");
    log_error("a", "b");
    journal_end(&capture);
    assert_true(strncmp(capture.text, "<6>time=", 8) == 0);
    assert_non_null(strstr(capture.text, "\n<4>time="));
    assert_non_null(strstr(capture.text, "\n<3>time="));
}

TEST(a_file_is_not_told_the_priority_though_the_journal_was_there) {
    struct capture capture;
    journal_start(&capture, false);
    log_error("a", "b");
    journal_end(&capture);
    assert_true(strncmp(capture.text, "time=", 5) == 0);
}

// The ring

enum { LINES = 12000 };  // more than the ring, the pipe and what is being written can hold

// A stderr with room for a page that is read only when told; what came is kept as far as it fits.
struct unread {
    int ends[2];
    int stderr_before;
    pthread_t reader;
    size_t length;
    char text[1 << 20];
};

static void unread_start(struct unread *unread) {
    memset(unread, 0, sizeof *unread);
    assert_int_equal(pipe(unread->ends), 0);
    assert_true(fcntl(unread->ends[1], F_SETPIPE_SZ, 4096) > 0);
    unread->stderr_before = dup(STDERR_FILENO);
    assert_int_equal(dup2(unread->ends[1], STDERR_FILENO), STDERR_FILENO);
    close(unread->ends[1]);
}

static void *read_all(void *argument) {
    struct unread *unread = argument;
    ssize_t got = 1;
    while (got > 0) {
        got = read(unread->ends[0], unread->text + unread->length, sizeof unread->text - 1 - unread->length);
        unread->length += got > 0 ? (size_t)got : 0;
    }
    return NULL;
}

// Reads what is in it and what still comes, until the log has stopped.
static void unread_end(struct unread *unread) {
    assert_int_equal(pthread_create(&unread->reader, NULL, read_all, unread), 0);
    log_stop(5000);
    assert_int_equal(dup2(unread->stderr_before, STDERR_FILENO), STDERR_FILENO);
    close(unread->stderr_before);
    pthread_join(unread->reader, NULL);
    close(unread->ends[0]);
}

static void write_lines(int count) {
    for (int i = 0; i < count; i++) {
        struct log_line line = {0};
        log_number(&line, "n", i);
        log_write(&line);
    }
}

static int count_of(const char *text, const char *part) {
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

// It is told whenever something is written again, and so maybe more than once.
static long dropped_in(const char *text) {
    static const char told[] = "dropped_lines=";
    long dropped = 0;
    for (const char *at = text; (at = strstr(at, told)) != NULL; at++)
        dropped += strtol(at + strlen(told), NULL, 10);
    return dropped;
}

TEST(a_log_that_nobody_reads_stops_nobody_and_tells_how_many_lines_were_dropped) {
    static struct unread unread;
    unread_start(&unread);
    assert_true(log_start());
    write_lines(LINES);  // would block here
    unread_end(&unread);
    assert_true(dropped_in(unread.text) > 0);
    assert_int_equal(count_of(unread.text, " n=") + dropped_in(unread.text), LINES);
}

TEST(a_log_that_is_read_drops_nothing_and_keeps_the_order) {
    static struct unread unread;
    unread_start(&unread);
    assert_true(log_start());
    write_lines(500);
    unread_end(&unread);
    assert_int_equal(count_of(unread.text, " n="), 500);
    assert_null(strstr(unread.text, "dropped_lines"));
    assert_true(strstr(unread.text, " n=498\n") < strstr(unread.text, " n=499\n"));
}

TEST(stopping_a_log_that_nobody_reads_takes_no_longer_than_told) {
    static struct unread unread;
    unread_start(&unread);
    assert_true(log_start());
    write_lines(LINES);
    int64_t start = clock_now();
    log_stop(1000);
    assert_in_range(clock_ms_since(start), 500, 3000);
    assert_int_equal(dup2(unread.stderr_before, STDERR_FILENO), STDERR_FILENO);
}

static const struct CMUnitTest tests[] = {
    PAIRS(ROW) cmocka_unit_test(a_line_is_appended_with_a_space),
    cmocka_unit_test(a_line_is_appended_to_an_empty_one_without_a_space),
    cmocka_unit_test(an_empty_line_is_appended_without_a_space),
    cmocka_unit_test(a_line_may_be_filled_but_for_one_byte),
    cmocka_unit_test(a_longer_line_is_cut_there),
    cmocka_unit_test(nothing_is_added_to_a_full_line),
    cmocka_unit_test(a_line_is_cut_when_it_is_appended),
    cmocka_unit_test(quotes_never_write_past_a_full_line),
    cmocka_unit_test(milliseconds_past_all_measure_are_cut),
    cmocka_unit_test(a_line_is_written_with_time_and_program),
    cmocka_unit_test(the_time_is_utc_with_milliseconds),
    cmocka_unit_test(an_empty_line_is_written_too),
    cmocka_unit_test(a_full_line_is_written_with_its_end),
    cmocka_unit_test(a_line_is_empty_after_it_was_written),
    cmocka_unit_test(an_error_is_a_line_of_its_own),
    cmocka_unit_test(an_error_may_not_begin_another_line),
    cmocka_unit_test(a_long_error_is_cut),
    cmocka_unit_test(an_outcome_is_in_the_line_and_beside_it),
    cmocka_unit_test(a_warning_is_called_one),
    cmocka_unit_test(what_is_as_it_should_be_is_no_error),
    cmocka_unit_test(the_same_error_is_told_each_time_before_the_log_has_started),
    cmocka_unit_test(the_same_error_is_told_once_and_then_counted),
    cmocka_unit_test(the_journal_is_told_the_priority_of_each_line),
    cmocka_unit_test(a_file_is_not_told_the_priority_though_the_journal_was_there),
    cmocka_unit_test(a_log_that_nobody_reads_stops_nobody_and_tells_how_many_lines_were_dropped),
    cmocka_unit_test(a_log_that_is_read_drops_nothing_and_keeps_the_order),
    cmocka_unit_test(
        stopping_a_log_that_nobody_reads_takes_no_longer_than_told),  // the last: its writer is lost
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
