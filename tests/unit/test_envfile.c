// test_envfile.c: the settings file, line by line: what it gives the environment, and what is said of it.
#include "envfile.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static const char path[] = "test_envfile.env";

// Nothing of ours or of libpq's; what the test's runner told stays.
static void empty_environment(void) {
    for (char **one = environ; *one != NULL;) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(*one, "="), *one);
        if ((strncmp(name, "PG", 2) == 0 || strncmp(name, "IVR_", 4) == 0) && unsetenv(name) == 0)
            one = environ;
        else
            one++;
    }
}

// Reads a file that holds so many bytes of text, by an environment with PGUSER alone.
static int read_bytes(const char *bytes, size_t length, mode_t mode, struct capture *capture) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    empty_environment();
    setenv("PGUSER", "by-the-environment", 1);
    setenv(ENVFILE_VARIABLE, path, 1);
    capture_start(capture);
    int result = envfile_read();
    capture_end(capture);
    unlink(path);
    return result;
}

static int read_text(const char *text, mode_t mode, struct capture *capture) {
    return read_bytes(text, strlen(text), mode, capture);
}

static void gives(const char *text, mode_t mode, const char *name, const char *value) {
    struct capture capture;
    assert_int_equal(read_text(text, mode, &capture), 0);
    assert_string_equal(capture.text, "");
    if (value == NULL) {
        assert_null(getenv(name));
        return;
    }
    assert_non_null(getenv(name));
    assert_string_equal(getenv(name), value);
}

// Said with the file's path; nothing of a value is.
static void is_refused(const char *text, mode_t mode, const char *words) {
    struct capture capture;
    assert_int_equal(read_text(text, mode, &capture), -1);
    assert_non_null(strstr(capture.text, "error=configuration"));
    assert_non_null(strstr(capture.text, path));
    assert_non_null(strstr(capture.text, words));
    assert_null(strstr(capture.text, "hush"));
}

// X(name of the test, text, mode, variable, value)
#define RIGHT(X) \
    X(a_setting_joins_the_environment, "IVR_THREADS=8\n", 0600, "IVR_THREADS", "8") \
    X(so_does_one_of_libpq, "PGHOST=/run/postgresql\n", 0600, "PGHOST", "/run/postgresql") \
    X(the_last_line_needs_no_end, "IVR_THREADS=8", 0600, "IVR_THREADS", "8") \
    X(a_line_may_end_with_two_bytes, "IVR_THREADS=8\r\n", 0600, "IVR_THREADS", "8") \
    X(an_empty_file_is_fine, "", 0600, "IVR_THREADS", NULL) \
    X(blank_lines_are_skipped, "\n \t\nIVR_THREADS=8\n\n", 0600, "IVR_THREADS", "8") \
    X(comments_are_skipped, "# IVR_THREADS=9\n  #IVR_THREADS=10\nIVR_THREADS=8\n", 0600, "IVR_THREADS", "8") \
    X(a_line_may_be_indented, "  IVR_THREADS=8\n", 0600, "IVR_THREADS", "8") \
    X(white_space_around_a_value_is_left_away, "IVR_THREADS= \t8 \n", 0600, "IVR_THREADS", "8") \
    X(a_value_may_be_empty, "IVR_WEBHOOK_SECRET=\n", 0600, "IVR_WEBHOOK_SECRET", "") \
    X(a_value_may_have_blanks, "PGOPTIONS=-c a=b -c c=d\n", 0600, "PGOPTIONS", "-c a=b -c c=d") \
    X(double_quotes_are_left_away, "IVR_ACCESS_KEY=\"a b\"\n", 0600, "IVR_ACCESS_KEY", "a b") \
    X(single_quotes_are_left_away, "IVR_ACCESS_KEY='a b'\n", 0600, "IVR_ACCESS_KEY", "a b") \
    X(blanks_in_quotes_stay, "PGPASSWORD=\" a \"\n", 0600, "PGPASSWORD", " a ") \
    X(a_quote_in_other_quotes_stays, "PGPASSWORD='a\"b'\n", 0600, "PGPASSWORD", "a\"b") \
    X(a_quote_in_the_middle_stays, "PGPASSWORD=a'b\n", 0600, "PGPASSWORD", "a'b") \
    X(quotes_may_hold_nothing, "PGPASSWORD=\"\"\n", 0600, "PGPASSWORD", "") \
    X(quotes_may_hold_what_looks_like_a_comment, "PGPASSWORD='a #b'\n", 0600, "PGPASSWORD", "a #b") \
    X(a_hash_in_a_word_is_a_part_of_it, "PGPASSWORD=a#b\n", 0600, "PGPASSWORD", "a#b") \
    X(a_backslash_is_a_backslash, "PGPASSWORD=a\\nb\\\n", 0600, "PGPASSWORD", "a\\nb\\") \
    X(a_dollar_is_a_dollar, "PGPASSWORD=$PGUSER\n", 0600, "PGPASSWORD", "$PGUSER") \
    X(the_environment_wins, "PGUSER=by-the-file\n", 0600, "PGUSER", "by-the-environment") \
    X(the_group_may_read_a_secret, "IVR_ACCESS_KEY=k\n", 0640, "IVR_ACCESS_KEY", "k") \
    X(others_may_read_what_is_no_secret, "IVR_ACCESS_KEY=\nPGHOST=x\n", 0644, "PGHOST", "x")

// X(name of the test, text, mode, words of the message)
#define WRONG(X) \
    X(a_line_without_a_value_is_refused, "\nhush\n", 0600, "line 2: is not NAME=VALUE") \
    X(a_carriage_return_ends_no_line, "IVR_ACCESS_KEY=hush\rPGHOST=x\n", 0600, \
      "line 1: has a carriage return") \
    X(so_is_one_for_a_shell, "export IVR_THREADS=hush\n", 0600, "line 1: is not NAME=VALUE") \
    X(so_is_a_blank_before_the_sign, "IVR_THREADS =hush\n", 0600, "line 1: is not NAME=VALUE") \
    X(so_is_a_name_in_small_letters, "ivr_threads=hush\n", 0600, "line 1: is not NAME=VALUE") \
    X(so_is_a_line_without_a_name, "=hush\n", 0600, "line 1: is not NAME=VALUE") \
    X(a_name_of_others_is_refused, "# x\n\nLD_PRELOAD=hush\n", 0600, "line 3: LD_PRELOAD is not for these") \
    X(so_is_one_that_begins_almost_like_ours, "PG_X=hush\n", 0600, "line 1: PG_X is not for these") \
    X(so_is_what_begins_a_name_alone, "PG=hush\n", 0600, "line 1: PG is not for these") \
    X(a_name_may_not_stand_twice, "PGHOST=a\nPGHOST=hush\n", 0600, "line 2: PGHOST is set a second time") \
    X(a_quote_must_be_closed, "PGPASSWORD=\"hush\n", 0600, "line 1: the value must end with the quote") \
    X(by_one_of_its_kind, "PGPASSWORD=\"hush'\n", 0600, "line 1: the value must end with the quote") \
    X(a_quote_is_not_closed_by_itself, "PGPASSWORD='\n", 0600, "line 1: the value must end with the quote") \
    X(nothing_follows_a_closed_quote, "PGPASSWORD=\"hush\" # x\n", 0600, "line 1: the value must end") \
    X(nor_is_there_a_third_quote, "PGPASSWORD=\"hu\"sh\"\n", 0600, "line 1: the value must end with") \
    X(a_comment_behind_a_value_is_refused, "IVR_ACCESS_KEY=hush # x\n", 0600, "line 1: a comment stands") \
    X(so_is_one_in_place_of_a_value, "IVR_ACCESS_KEY= # hush\n", 0600, "line 1: a comment stands") \
    X(others_may_not_read_the_secret, "IVR_WEBHOOK_SECRET=hush\n", 0644, "may be read by others: chmod 640") \
    X(others_may_not_read_the_access_key, "IVR_ACCESS_KEY=hush\n", 0604, "may be read by others") \
    X(others_may_not_read_the_password, "PGPASSWORD=hush\n", 0604, "may be read by others") \
    X(others_may_not_write_to_the_file, "PGHOST=hush\n", 0602, "written by others") \
    X(nor_may_its_group, "PGHOST=hush\n", 0660, "written by others")

#define RIGHT_TEST(name, ...) \
    TEST(name) { \
        gives(__VA_ARGS__); \
    }
#define WRONG_TEST(name, ...) \
    TEST(name) { \
        is_refused(__VA_ARGS__); \
    }

RIGHT(RIGHT_TEST)
WRONG(WRONG_TEST)

TEST(without_a_file_nothing_is_read) {
    unsetenv(ENVFILE_VARIABLE);
    assert_int_equal(envfile_read(), 0);
}

TEST(an_empty_name_is_no_file) {
    setenv(ENVFILE_VARIABLE, "", 1);
    assert_int_equal(envfile_read(), 0);
}

// The path is named, and why it cannot be read.
static void is_no_file(const char *name, const char *words) {
    struct capture capture;
    setenv(ENVFILE_VARIABLE, name, 1);
    capture_start(&capture);
    assert_int_equal(envfile_read(), -1);
    capture_end(&capture);
    assert_non_null(strstr(capture.text, name));
    assert_non_null(strstr(capture.text, words));
}

TEST(a_file_that_is_not_there_is_told) {
    is_no_file("/nowhere/minivoice.env", "No such file");
}

TEST(a_directory_is_no_settings_file) {
    is_no_file("/", "is not a file");
}

TEST(a_null_byte_is_refused) {
    struct capture capture;
    assert_int_equal(read_bytes("PGHOST=a\0b", 10, 0600, &capture), -1);
    assert_non_null(strstr(capture.text, "null byte"));
}

// A comment of this many bytes.
static int read_long(size_t length) {
    struct capture capture;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, '#', length);
    int result = read_bytes(text, length, 0600, &capture);
    free(text);
    return result;
}

TEST(a_file_may_have_64_kilobytes) {
    assert_int_equal(read_long(ENVFILE_MAX_BYTES), 0);
}

TEST(a_file_may_not_have_more) {
    assert_int_equal(read_long(ENVFILE_MAX_BYTES + 1), -1);
}

static int read_many(int settings, struct capture *capture) {
    char text[8192] = "";
    size_t length = 0;
    for (int i = 0; i < settings; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "IVR_X%d=%d\n", i, i);
    return read_text(text, 0600, capture);
}

TEST(a_file_may_hold_256_settings) {
    struct capture capture;
    assert_int_equal(read_many(ENVFILE_MAX_SETTINGS, &capture), 0);
    assert_string_equal(getenv("IVR_X255"), "255");
}

TEST(a_file_may_not_hold_257) {
    struct capture capture;
    assert_int_equal(read_many(ENVFILE_MAX_SETTINGS + 1, &capture), -1);
    assert_non_null(strstr(capture.text, "one setting too many"));
}

TEST(every_wrong_line_is_told) {
    struct capture capture;
    assert_int_equal(read_text("one\nPGHOST=x\nthree\n", 0600, &capture), -1);
    assert_non_null(strstr(capture.text, "line 1"));
    assert_non_null(strstr(capture.text, "line 3"));
    assert_null(strstr(capture.text, "line 2"));
}

TEST(what_is_right_is_set_all_the_same) {
    struct capture capture;
    read_text("one\nPGHOST=x\n", 0600, &capture);
    assert_string_equal(getenv("PGHOST"), "x");
}

TEST(an_empty_variable_of_the_environment_wins_too) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("IVR_ACCESS_KEY=k\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0600), 0);
    empty_environment();
    setenv("IVR_ACCESS_KEY", "", 1);
    setenv(ENVFILE_VARIABLE, path, 1);
    assert_int_equal(envfile_read(), 0);
    unlink(path);
    assert_string_equal(getenv("IVR_ACCESS_KEY"), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        RIGHT(ROW) WRONG(ROW) cmocka_unit_test(without_a_file_nothing_is_read),
        cmocka_unit_test(an_empty_name_is_no_file),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
        cmocka_unit_test(a_directory_is_no_settings_file),
        cmocka_unit_test(a_null_byte_is_refused),
        cmocka_unit_test(a_file_may_have_64_kilobytes),
        cmocka_unit_test(a_file_may_not_have_more),
        cmocka_unit_test(a_file_may_hold_256_settings),
        cmocka_unit_test(a_file_may_not_hold_257),
        cmocka_unit_test(every_wrong_line_is_told),
        cmocka_unit_test(what_is_right_is_set_all_the_same),
        cmocka_unit_test(an_empty_variable_of_the_environment_wins_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
