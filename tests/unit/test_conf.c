// test_conf.c: every variable, right and wrong.
#include "conf.h"

#include <stdio.h>
#include <sys/stat.h>

#include "unit.h"

#define URL "https://example.com/minivoice"

static const char *const names[] = {
    "IVR_PUBLIC_URL",
    "IVR_FALLBACK_DESTINATION",
    "IVR_ACCESS_KEY",
    "IVR_SETTINGS_CACHE",
    "IVR_WEBHOOK_SECRET",
    "IVR_ALLOW_UNSIGNED",
    "IVR_REDIRECT_STATE",
    "IVR_SIGNATURE_MAX_AGE_S",
    "IVR_GATHER_WAIT_MS",
    "IVR_GATHER_POLL_MS",
    "IVR_DB_BUDGET_MS",
    "IVR_WEBHOOK_BUDGET_MS",
    "IVR_THREADS",
    "IVR_MAX_WAITING",
    "IVR_WEBHOOK_SECRET_FILE",
    "IVR_SETTINGS_FILE",
    "IVR_SPOOL_DIR",
    "IVR_SPOOL_MAX_MB",
    "IVR_SPOOL_EVENTS",
    "IVR_REQUIRE_SIGNED_QUESTIONS",
    "IVR_TRACE",
    "IVR_NOTIFY_PRIVATE",
};

static void unset_all(void) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
}

// Reads with what a program must have and one variable more; the log is captured. Free conf after success.
static int read_with(struct conf *conf, enum conf_needs needs, const char *name, const char *value,
                     struct capture *capture) {
    unset_all();
    setenv("IVR_PUBLIC_URL", URL, 1);
    setenv("IVR_WEBHOOK_SECRET", "secret", 1);
    if (name != NULL && value != NULL)
        setenv(name, value, 1);
    else if (name != NULL)
        unsetenv(name);
    capture_start(capture);
    int result = conf_read(conf, needs);
    capture_end(capture);
    return result;
}

static void accepts(struct conf *conf, enum conf_needs needs, const char *name, const char *value) {
    struct capture capture;
    assert_int_equal(read_with(conf, needs, name, value, &capture), 0);
}

// One setting is wrong: its name is logged, once.
static void refuses(enum conf_needs needs, const char *name, const char *value) {
    struct conf conf;
    struct capture capture;
    assert_int_equal(read_with(&conf, needs, name, value, &capture), -1);
    assert_null(conf.public_url);
    char *first = strstr(capture.text, "error=configuration");
    assert_non_null(first);
    assert_non_null(strstr(first, name));
    assert_null(strstr(first + 1, "error=configuration"));
}

// Whole numbers: X(member, variable, needs, least, most, default)
#define NUMBERS(X) \
    X(signature_age_s, "IVR_SIGNATURE_MAX_AGE_S", WEBHOOKS, "1", "31536000", "0", "31536001", 86400) \
    X(gather_wait_ms, "IVR_GATHER_WAIT_MS", CALLERS, "0", "10000", "-1", "10001", 1500) \
    X(gather_poll_ms, "IVR_GATHER_POLL_MS", CALLERS, "5", "1000", "4", "1001", 40) \
    X(db_budget_ms, "IVR_DB_BUDGET_MS", CALLERS, "10", "5000", "9", "5001", 300) \
    X(db_budget_ms, "IVR_WEBHOOK_BUDGET_MS", WEBHOOKS, "10", "30000", "9", "30001", 2000) \
    X(most_waiting, "IVR_MAX_WAITING", CALLERS, "0", "4096", "-1", "4097", 256) \
    X(trace_hours, "IVR_TRACE", CALLERS, "0", "720", "-1", "721", 0) \
    X(threads, "IVR_THREADS", CALLERS, "1", "512", "0", "513", 32) \
    X(spool_most_mb, "IVR_SPOOL_MAX_MB", WEBHOOKS, "1", "65536", "0", "65537", 256)

#define NUMBER_TESTS(member, variable, needs, least, most, below, above, otherwise) \
    TEST(NAMED(member, needs, has_a_default)) { \
        number_is(CONF_FOR_##needs, variable, NULL, offsetof(struct conf, member), otherwise); \
    } \
    TEST(NAMED(member, needs, has_its_default_when_empty)) { \
        number_is(CONF_FOR_##needs, variable, "", offsetof(struct conf, member), otherwise); \
    } \
    TEST(NAMED(member, needs, may_be_the_least)) { \
        number_is(CONF_FOR_##needs, variable, least, offsetof(struct conf, member), atoi(least)); \
    } \
    TEST(NAMED(member, needs, may_be_the_most)) { \
        number_is(CONF_FOR_##needs, variable, most, offsetof(struct conf, member), atoi(most)); \
    } \
    TEST(NAMED(member, needs, may_not_be_less)) { \
        refuses(CONF_FOR_##needs, variable, below); \
    } \
    TEST(NAMED(member, needs, may_not_be_more)) { \
        refuses(CONF_FOR_##needs, variable, above); \
    } \
    TEST(NAMED(member, needs, may_not_be_a_word)) { \
        refuses(CONF_FOR_##needs, variable, "many"); \
    } \
    TEST(NAMED(member, needs, may_not_have_a_unit)) { \
        refuses(CONF_FOR_##needs, variable, "100ms"); \
    } \
    TEST(NAMED(member, needs, may_not_have_a_fraction)) { \
        refuses(CONF_FOR_##needs, variable, "100.5"); \
    } \
    TEST(NAMED(member, needs, may_not_be_past_64_bits)) { \
        refuses(CONF_FOR_##needs, variable, "99999999999999999999"); \
    }
#define NUMBER_ROWS(member, variable, needs, ...) \
    cmocka_unit_test(NAMED(member, needs, has_a_default)), \
        cmocka_unit_test(NAMED(member, needs, has_its_default_when_empty)), \
        cmocka_unit_test(NAMED(member, needs, may_be_the_least)), \
        cmocka_unit_test(NAMED(member, needs, may_be_the_most)), \
        cmocka_unit_test(NAMED(member, needs, may_not_be_less)), \
        cmocka_unit_test(NAMED(member, needs, may_not_be_more)), \
        cmocka_unit_test(NAMED(member, needs, may_not_be_a_word)), \
        cmocka_unit_test(NAMED(member, needs, may_not_have_a_unit)), \
        cmocka_unit_test(NAMED(member, needs, may_not_have_a_fraction)), \
        cmocka_unit_test(NAMED(member, needs, may_not_be_past_64_bits)),
#define NAMED(member, needs, what) member##_for_##needs##_##what

static void number_is(enum conf_needs needs, const char *variable, const char *value, size_t member,
                      int expected) {
    struct conf conf;
    int found;
    accepts(&conf, needs, variable, value);
    memcpy(&found, (const char *)&conf + member, sizeof found);
    conf_free(&conf);
    assert_int_equal(found, expected);
}

NUMBERS(NUMBER_TESTS)

// The public URL

static void url_is(const char *value, const char *expected) {
    struct conf conf;
    accepts(&conf, CONF_FOR_CALLERS, "IVR_PUBLIC_URL", value);
    assert_string_equal(conf.public_url, expected);
    conf_free(&conf);
}

// X(name, value, expected)
#define URLS(X) \
    X(the_public_url_is_read, URL, URL) \
    X(the_public_url_may_be_http, "http://example.com", "http://example.com") \
    X(a_slash_after_the_public_url_is_left_away, URL "/", URL) \
    X(all_slashes_after_the_public_url_are_left_away, URL "///", URL) \
    X(the_public_url_may_have_a_port, "https://example.com:8443/x", "https://example.com:8443/x")

// X(name, value)
#define NO_URLS(X) \
    X(the_public_url_may_not_be_missing, NULL) \
    X(the_public_url_may_not_be_empty, "") \
    X(the_public_url_may_not_be_a_path, "/minivoice") \
    X(the_public_url_may_not_be_a_host, "example.com") \
    X(the_public_url_may_not_be_of_another_scheme, "ftp://example.com") \
    X(the_public_url_may_not_be_a_scheme_alone, "https://") \
    X(the_public_url_may_not_be_without_host, "https:///minivoice") \
    X(the_public_url_may_not_have_a_query, URL "?a=b") \
    X(the_public_url_may_not_have_a_fragment, URL "#a") \
    X(the_public_url_may_not_have_a_space, "https://example.com/mini voice") \
    X(the_public_url_may_not_have_a_line_end, URL "\n") \
    X(the_public_url_may_not_have_a_quote, URL "\"") \
    X(the_public_url_may_not_have_an_angle_bracket, URL "<") \
    X(the_public_url_may_not_have_a_backslash, URL "\\") \
    X(the_public_url_may_not_have_a_control_character, URL "\x01") \
    X(the_public_url_may_not_have_a_byte_beyond_ascii, URL "\xff")

#define URL_TEST(name, value, expected) \
    TEST(name) { \
        url_is(value, expected); \
    }
#define NO_URL_TEST(name, value) \
    TEST(name) { \
        refuses(CONF_FOR_CALLERS, "IVR_PUBLIC_URL", value); \
    }

URLS(URL_TEST)
NO_URLS(NO_URL_TEST)

static char *long_url(size_t length) {
    char *url = malloc(length + 1);
    assert_non_null(url);
    memset(url, 'x', length);
    memcpy(url, "https://example.com/", 20);
    url[length] = '\0';
    return url;
}

TEST(the_public_url_may_have_1024_characters) {
    char *url = long_url(1024);
    url_is(url, url);
    free(url);
}

TEST(the_public_url_may_not_have_1025_characters) {
    char *url = long_url(1025);
    refuses(CONF_FOR_CALLERS, "IVR_PUBLIC_URL", url);
    free(url);
}

TEST(a_webhook_program_needs_no_public_url) {
    struct conf conf;
    accepts(&conf, CONF_FOR_WEBHOOKS, "IVR_PUBLIC_URL", NULL);
    conf_free(&conf);
}

// Text that may be missing

// X(name, member, variable, value, expected)
#define TEXTS(X) \
    X(a_missing_fallback_is_null, fallback_destination, "IVR_FALLBACK_DESTINATION", NULL, NULL) \
    X(an_empty_fallback_is_null, fallback_destination, "IVR_FALLBACK_DESTINATION", "", NULL) \
    X(a_fallback_may_be_a_number, fallback_destination, "IVR_FALLBACK_DESTINATION", "+15551230010", \
      "+15551230010") \
    X(a_fallback_may_be_a_sip_uri, fallback_destination, "IVR_FALLBACK_DESTINATION", "sip:a@b", "sip:a@b") \
    X(a_missing_access_key_is_null, access_keys[0], "IVR_ACCESS_KEY", NULL, NULL) \
    X(an_empty_access_key_is_null, access_keys[0], "IVR_ACCESS_KEY", "", NULL) \
    X(an_access_key_is_read, access_keys[0], "IVR_ACCESS_KEY", "k-1", "k-1") \
    X(the_first_access_key_is_the_one_to_give, access_keys[0], "IVR_ACCESS_KEY", "new,old", "new") \
    X(the_others_follow, access_keys[1], "IVR_ACCESS_KEY", " new,\told\n", "old") \
    X(an_eighth_access_key_is_read, access_keys[7], "IVR_ACCESS_KEY", "1,2,3,4,5,6,7,8", "8") \
    X(a_missing_cache_is_null, settings_cache, "IVR_SETTINGS_CACHE", NULL, NULL) \
    X(a_cache_is_read, settings_cache, "IVR_SETTINGS_CACHE", "/var/cache/ivr.json", "/var/cache/ivr.json")

#define TEXT_TEST(name, member, variable, value, expected) \
    TEST(name) { \
        text_is(variable, value, offsetof(struct conf, member), expected); \
    }

static void text_is(const char *variable, const char *value, size_t member, const char *expected) {
    struct conf conf;
    const char *found;
    accepts(&conf, CONF_FOR_CALLERS, variable, value);
    memcpy(&found, (const char *)&conf + member, sizeof found);
    if (expected == NULL)
        assert_null(found);
    else
        assert_string_equal(found, expected);
    conf_free(&conf);
}

TEXTS(TEXT_TEST)

TEST(a_fallback_may_not_be_a_word) {
    refuses(CONF_FOR_CALLERS, "IVR_FALLBACK_DESTINATION", "operator");
}

TEST(an_access_key_may_have_200_characters) {
    char key[201] = "";
    memset(key, 'k', 200);
    text_is("IVR_ACCESS_KEY", key, offsetof(struct conf, access_keys), key);
}

TEST(an_access_key_may_not_have_201_characters) {
    char key[202] = "";
    memset(key, 'k', 201);
    refuses(CONF_FOR_CALLERS, "IVR_ACCESS_KEY", key);
}

TEST(none_of_several_access_keys_may_have_201_characters) {
    char keys[208] = "first,";
    memset(keys + 6, 'k', 201);
    refuses(CONF_FOR_CALLERS, "IVR_ACCESS_KEY", keys);
}

TEST(nothing_but_commas_is_no_access_key) {
    refuses(CONF_FOR_CALLERS, "IVR_ACCESS_KEY", " , ,");
}

TEST(nine_access_keys_are_too_many) {
    refuses(CONF_FOR_CALLERS, "IVR_ACCESS_KEY", "1,2,3,4,5,6,7,8,9");
}

TEST(an_access_key_is_never_logged) {
    struct conf conf;
    struct capture capture;
    read_with(&conf, CONF_FOR_CALLERS, "IVR_ACCESS_KEY", "hush1,2,3,4,5,6,7,8,9", &capture);
    assert_null(strstr(capture.text, "hush"));
}

// Secrets

static void secrets_are(const char *value, size_t count, const char *last) {
    struct conf conf;
    accepts(&conf, CONF_FOR_WEBHOOKS, "IVR_WEBHOOK_SECRET", value);
    assert_int_equal(conf.secret_count, count);
    assert_string_equal(conf.secrets[count - 1], last);
    conf_free(&conf);
}

// X(name, value, count, last)
#define SECRETS(X) \
    X(one_secret_is_read, "one", 1, "one") \
    X(a_comma_separates_secrets, "one,two", 2, "two") \
    X(a_space_separates_secrets, "one two", 2, "two") \
    X(a_line_end_separates_secrets, "one\ntwo", 2, "two") \
    X(a_tab_separates_secrets, "one\ttwo", 2, "two") \
    X(several_separators_count_as_one, " one,\r\n two\n", 2, "two") \
    X(eight_secrets_are_read, "1,2,3,4,5,6,7,8", 8, "8") \
    X(a_secret_may_hold_other_signs, "a;b:c=d\"e", 1, "a;b:c=d\"e")

#define SECRET_TEST(name, value, count, last) \
    TEST(name) { \
        secrets_are(value, count, last); \
    }

SECRETS(SECRET_TEST)

TEST(nine_secrets_are_too_many) {
    refuses(CONF_FOR_WEBHOOKS, "IVR_WEBHOOK_SECRET", "1,2,3,4,5,6,7,8,9");
}

TEST(a_webhook_program_without_secret_does_not_start) {
    refuses(CONF_FOR_WEBHOOKS, "IVR_WEBHOOK_SECRET", NULL);
}

TEST(a_webhook_program_with_an_empty_secret_does_not_start) {
    refuses(CONF_FOR_WEBHOOKS, "IVR_WEBHOOK_SECRET", "");
}

TEST(a_webhook_program_with_nothing_but_commas_for_a_secret_does_not_start) {
    refuses(CONF_FOR_WEBHOOKS, "IVR_WEBHOOK_SECRET", " , ,\n");
}

TEST(a_secret_is_never_logged) {
    struct conf conf;
    struct capture capture;
    read_with(&conf, CONF_FOR_WEBHOOKS, "IVR_WEBHOOK_SECRET", "hush1,2,3,4,5,6,7,8,9", &capture);
    assert_null(strstr(capture.text, "hush"));
}

TEST(the_other_programs_need_no_secret) {
    struct conf conf;
    accepts(&conf, CONF_FOR_CALLERS, "IVR_WEBHOOK_SECRET", NULL);
    conf_free(&conf);
}

TEST(the_other_programs_read_the_secret_too) {
    struct conf conf;
    accepts(&conf, CONF_FOR_CALLERS, NULL, NULL);
    assert_int_equal(conf.secret_count, 1);
    assert_string_equal(conf.secrets[0], "secret");
    conf_free(&conf);
}

// X(name, value)
#define NO_SECRETS(X) \
    X(a_secret_may_not_have_a_backslash, "ab\\c") \
    X(a_secret_may_not_have_a_control_character, "ab\x01") \
    X(a_secret_may_not_have_a_delete_character, "ab\x7f") \
    X(a_secret_may_not_have_a_byte_beyond_ascii, "gehe\xc3\xafm") \
    X(a_secret_may_not_begin_with_a_quote, "\"ab") \
    X(a_secret_may_not_end_with_a_quote, "ab'") \
    X(a_secret_may_not_be_a_quote, "'") \
    X(the_second_secret_is_judged_like_the_first, "one,t\\wo")

#define NO_SECRET_TEST(name, value) \
    TEST(name) { \
        refuses(CONF_FOR_WEBHOOKS, "IVR_WEBHOOK_SECRET", value); \
    }

NO_SECRETS(NO_SECRET_TEST)

// Secrets in a file

static const char secret_file[] = "test_conf.secret";

// Reads with a file that holds so many bytes of text; the secret of the environment is taken away.
static int read_file(struct conf *conf, const char *bytes, size_t length, mode_t mode,
                     struct capture *capture) {
    FILE *file = fopen(secret_file, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(secret_file, mode), 0);
    unset_all();
    setenv("IVR_WEBHOOK_SECRET_FILE", secret_file, 1);
    capture_start(capture);
    int result = conf_read(conf, CONF_FOR_WEBHOOKS);
    capture_end(capture);
    unlink(secret_file);
    return result;
}

static void file_holds(const char *bytes, mode_t mode, size_t count, const char *last) {
    struct conf conf;
    struct capture capture;
    assert_int_equal(read_file(&conf, bytes, strlen(bytes), mode, &capture), 0);
    assert_int_equal(conf.secret_count, count);
    assert_string_equal(conf.secrets[count - 1], last);
    conf_free(&conf);
}

static void file_is_refused(const char *bytes, size_t length, mode_t mode, const char *word) {
    struct conf conf;
    struct capture capture;
    assert_int_equal(read_file(&conf, bytes, length, mode, &capture), -1);
    assert_non_null(strstr(capture.text, "IVR_WEBHOOK_SECRET_FILE"));
    assert_non_null(strstr(capture.text, word));
    assert_null(strstr(capture.text, "hush"));
}

// X(name, bytes, mode, count, last)
#define FILES(X) \
    X(a_file_may_hold_the_secret, "one", 0600, 1, "one") \
    X(a_line_end_after_the_secret_of_a_file_is_left_away, "one\n", 0600, 1, "one") \
    X(a_file_may_hold_one_secret_a_line, "one\ntwo\n", 0600, 2, "two") \
    X(a_file_may_hold_secrets_between_commas, "one,two", 0600, 2, "two") \
    X(a_file_may_have_line_ends_of_two_bytes, "one\r\ntwo\r\n", 0600, 2, "two") \
    X(a_file_may_be_read_only, "one", 0400, 1, "one") \
    X(a_file_may_be_read_by_its_group, "one", 0640, 1, "one")

#define FILE_TEST(name, bytes, mode, count, last) \
    TEST(name) { \
        file_holds(bytes, mode, count, last); \
    }

// X(name, bytes, mode, word of the message)
#define NO_FILES(X) \
    X(a_file_that_others_may_read_is_refused, "hush", 0604, "others") \
    X(a_file_that_others_may_write_to_is_refused, "hush", 0602, "others") \
    X(a_file_that_its_group_may_write_to_is_refused, "hush", 0660, "others") \
    X(an_empty_file_is_refused, "", 0600, "not set") \
    X(a_file_of_line_ends_is_refused, "\n\n", 0600, "not set") \
    X(a_quoted_secret_in_a_file_is_refused, "\"hush\"\n", 0600, "printable") \
    X(nine_secrets_in_a_file_are_refused, "hush\n2\n3\n4\n5\n6\n7\n8\n9\n", 0600, "more than 8")

#define NO_FILE_TEST(name, bytes, mode, word) \
    TEST(name) { \
        file_is_refused(bytes, strlen(bytes), mode, word); \
    }

FILES(FILE_TEST)
NO_FILES(NO_FILE_TEST)

TEST(a_file_with_a_null_byte_is_refused) {
    file_is_refused("hush\0more", 9, 0600, "null byte");
}

TEST(a_file_may_have_4096_bytes) {
    char bytes[4097] = "";
    memset(bytes, 'k', 4096);
    file_holds(bytes, 0600, 1, bytes);
}

TEST(a_file_may_not_have_4097_bytes) {
    char bytes[4098] = "";
    memset(bytes, 'k', 4097);
    file_is_refused(bytes, 4097, 0600, "larger");
}

TEST(a_file_of_secrets_must_be_there) {
    struct capture capture;
    struct conf conf;
    unset_all();
    setenv("IVR_WEBHOOK_SECRET_FILE", "/nowhere/secret", 1);
    capture_start(&capture);
    assert_int_equal(conf_read(&conf, CONF_FOR_WEBHOOKS), -1);
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "No such file"));
}

TEST(a_directory_is_no_file_of_secrets) {
    struct capture capture;
    struct conf conf;
    unset_all();
    setenv("IVR_WEBHOOK_SECRET_FILE", "/", 1);
    capture_start(&capture);
    assert_int_equal(conf_read(&conf, CONF_FOR_WEBHOOKS), -1);
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "not a file"));
}

TEST(a_secret_and_a_file_of_secrets_are_one_too_many) {
    refuses(CONF_FOR_WEBHOOKS, "IVR_WEBHOOK_SECRET_FILE", secret_file);
}

TEST(the_other_programs_read_no_file_of_secrets) {
    struct conf conf;
    accepts(&conf, CONF_FOR_CALLERS, "IVR_WEBHOOK_SECRET_FILE", "/nowhere/secret");
    conf_free(&conf);
}

// A file for programs that judge signatures of questions.
static int read_file_for_questions(struct conf *conf, mode_t mode, const char *required) {
    struct capture capture;
    FILE *file = fopen(secret_file, "w");
    assert_non_null(file);
    fputs("new\nold\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(secret_file, mode), 0);
    unset_all();
    setenv("IVR_PUBLIC_URL", URL, 1);
    setenv("IVR_REQUIRE_SIGNED_QUESTIONS", required, 1);
    setenv("IVR_WEBHOOK_SECRET_FILE", secret_file, 1);
    capture_start(&capture);
    int result = conf_read(conf, CONF_FOR_CALLERS);
    capture_end(&capture);
    unlink(secret_file);
    return result;
}

TEST(the_other_programs_read_a_file_of_secrets_that_they_may_read) {
    struct conf conf;
    assert_int_equal(read_file_for_questions(&conf, 0600, "0"), 0);
    assert_int_equal(conf.secret_count, 2);
    assert_string_equal(conf.secrets[1], "old");
    conf_free(&conf);
}

TEST(a_file_of_secrets_serves_where_signatures_are_required) {
    struct conf conf;
    assert_int_equal(read_file_for_questions(&conf, 0600, "1"), 0);
    assert_int_equal(conf.secret_count, 2);
    conf_free(&conf);
}

TEST(a_file_that_others_may_read_serves_them_neither) {
    struct conf conf;
    assert_int_equal(read_file_for_questions(&conf, 0604, "0"), -1);
}

TEST(signatures_cannot_be_required_with_a_file_that_is_not_there) {
    struct conf conf;
    struct capture capture;
    unset_all();
    setenv("IVR_PUBLIC_URL", URL, 1);
    setenv("IVR_REQUIRE_SIGNED_QUESTIONS", "1", 1);
    setenv("IVR_WEBHOOK_SECRET_FILE", "/nowhere/secret", 1);
    capture_start(&capture);
    assert_int_equal(conf_read(&conf, CONF_FOR_CALLERS), -1);
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "No such file"));
}

TEST(nine_secrets_are_too_many_for_them_too) {
    refuses(CONF_FOR_CALLERS, "IVR_WEBHOOK_SECRET", "1,2,3,4,5,6,7,8,9");
}

// Signed questions

TEST(questions_need_no_signature_by_default) {
    struct conf conf;
    accepts(&conf, CONF_FOR_CALLERS, NULL, NULL);
    assert_false(conf.require_signed_questions);
    conf_free(&conf);
}

TEST(signatures_of_questions_may_be_required) {
    struct conf conf;
    accepts(&conf, CONF_FOR_CALLERS, "IVR_REQUIRE_SIGNED_QUESTIONS", "1");
    assert_true(conf.require_signed_questions);
    conf_free(&conf);
}

TEST(signatures_of_questions_are_required_by_1_alone) {
    refuses(CONF_FOR_CALLERS, "IVR_REQUIRE_SIGNED_QUESTIONS", "yes");
}

TEST(signatures_cannot_be_required_without_a_secret) {
    struct conf conf;
    struct capture capture;
    unset_all();
    setenv("IVR_PUBLIC_URL", URL, 1);
    setenv("IVR_REQUIRE_SIGNED_QUESTIONS", "1", 1);
    capture_start(&capture);
    int result = conf_read(&conf, CONF_FOR_CALLERS);
    capture_end(&capture);
    assert_int_equal(result, -1);
    assert_non_null(strstr(capture.text, "IVR_REQUIRE_SIGNED_QUESTIONS=1 needs IVR_WEBHOOK_SECRET"));
}

// Without a secret, events from anybody are taken only where the owner says so.
static int read_unsigned(struct conf *conf, const char *allow) {
    struct capture capture;
    unset_all();
    setenv("IVR_ALLOW_UNSIGNED", allow, 1);
    capture_start(&capture);
    int result = conf_read(conf, CONF_FOR_WEBHOOKS);
    capture_end(&capture);
    return result;
}

TEST(a_webhook_program_may_be_allowed_to_start_without_secret) {
    struct conf conf;
    assert_int_equal(read_unsigned(&conf, "1"), 0);
    conf_free(&conf);
}

TEST(a_webhook_program_may_be_forbidden_to_start_without_secret) {
    struct conf conf;
    assert_int_equal(read_unsigned(&conf, "0"), -1);
}

TEST(unsigned_events_are_not_allowed_by_default) {
    struct conf conf;
    accepts(&conf, CONF_FOR_WEBHOOKS, NULL, NULL);
    assert_false(conf.allow_unsigned);
    conf_free(&conf);
}

TEST(unsigned_events_may_be_allowed) {
    struct conf conf;
    accepts(&conf, CONF_FOR_WEBHOOKS, "IVR_ALLOW_UNSIGNED", "1");
    assert_true(conf.allow_unsigned);
    conf_free(&conf);
}

TEST(unsigned_events_are_allowed_by_1_alone) {
    refuses(CONF_FOR_WEBHOOKS, "IVR_ALLOW_UNSIGNED", "yes");
}

// The spool

TEST(events_are_not_spooled_by_default) {
    struct conf conf;
    accepts(&conf, CONF_FOR_WEBHOOKS, "IVR_SPOOL_DIR", "/var/lib/minivoice/spool");
    assert_string_equal(conf.spool_directory, "/var/lib/minivoice/spool");
    assert_false(conf.spool_events);
    conf_free(&conf);
}

TEST(events_cannot_be_spooled_without_a_directory) {
    refuses(CONF_FOR_WEBHOOKS, "IVR_SPOOL_EVENTS", "1");
}

TEST(events_are_spooled_by_1_alone) {
    refuses(CONF_FOR_WEBHOOKS, "IVR_SPOOL_EVENTS", "yes");
}

// The state of redirects

static void state_in_url_is(const char *value, bool expected) {
    struct conf conf;
    accepts(&conf, CONF_FOR_CALLERS, "IVR_REDIRECT_STATE", value);
    conf_free(&conf);
    assert_int_equal(conf.state_in_url, expected);
}

TEST(the_state_is_in_the_url_by_default) {
    state_in_url_is(NULL, true);
}

TEST(the_state_may_be_put_in_the_url) {
    state_in_url_is("query", true);
}

TEST(the_state_may_be_kept_out_of_the_url) {
    state_in_url_is("none", false);
}

TEST(another_place_for_the_state_is_refused) {
    refuses(CONF_FOR_CALLERS, "IVR_REDIRECT_STATE", "path");
}

// All at once

TEST(everything_that_is_wrong_is_logged_at_once) {
    struct conf conf;
    struct capture capture;
    unset_all();
    setenv("IVR_PUBLIC_URL", "x", 1);
    setenv("IVR_THREADS", "x", 1);
    setenv("IVR_FALLBACK_DESTINATION", "x", 1);
    capture_start(&capture);
    conf_read(&conf, CONF_FOR_CALLERS);
    capture_end(&capture);
    assert_non_null(strstr(capture.text, "IVR_PUBLIC_URL"));
    assert_non_null(strstr(capture.text, "IVR_THREADS"));
    assert_non_null(strstr(capture.text, "IVR_FALLBACK_DESTINATION"));
}

static int unknown_in(char *const *environment, struct capture *capture) {
    capture_start(capture);
    int unknown = conf_warn_unknown(environment);
    capture_end(capture);
    return unknown;
}

TEST(a_name_that_no_program_reads_is_warned_of) {
    struct capture capture;
    char name[] = "IVR_ACCESS_KEYY=open-sesame";
    assert_int_equal(unknown_in((char *[]){name, NULL}, &capture), 1);
    assert_non_null(strstr(capture.text, "warning=configuration detail=\"IVR_ACCESS_KEYY is not known"));
}

TEST(the_value_of_an_unknown_name_is_not_logged) {
    struct capture capture;
    char name[] = "IVR_ACCESS_KEYY=open-sesame";
    unknown_in((char *[]){name, NULL}, &capture);
    assert_null(strstr(capture.text, "sesame"));
}

TEST(the_beginning_of_a_known_name_is_not_known) {
    struct capture capture;
    char name[] = "IVR_THREAD=8";
    assert_int_equal(unknown_in((char *[]){name, NULL}, &capture), 1);
}

TEST(names_of_others_are_nobodys_business) {
    struct capture capture;
    char name[] = "PGHOST=x";
    char other[] = "MY_IVR_THING=x";
    assert_int_equal(unknown_in((char *[]){name, other, NULL}, &capture), 0);
}

TEST(every_name_that_is_read_is_known) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct capture capture;
        char name[64];
        snprintf(name, sizeof name, "%s=x", names[i]);
        assert_int_equal(unknown_in((char *[]){name, NULL}, &capture), 0);
    }
}

TEST(an_empty_conf_may_be_freed) {
    struct conf conf = {0};
    conf_free(&conf);
    assert_null(conf.public_url);
}

TEST(a_freed_conf_has_no_secret) {
    struct conf conf;
    accepts(&conf, CONF_FOR_WEBHOOKS, NULL, NULL);
    conf_free(&conf);
    assert_int_equal(conf.secret_count, 0);
}

// What is logged with this fallback destination, with which a program starts.
static void says_of_fallback(const char *value, bool warning) {
    struct conf conf;
    struct capture capture;
    assert_int_equal(read_with(&conf, CONF_FOR_CALLERS, "IVR_FALLBACK_DESTINATION", value, &capture), 0);
    assert_string_equal(conf.fallback_destination, value);
    conf_free(&conf);
    assert_int_equal(strstr(capture.text, "warning=configuration") != NULL, warning);
    assert_int_equal(strstr(capture.text, "IVR_FALLBACK_DESTINATION") != NULL, warning);
    assert_null(strstr(capture.text, value));
}

TEST(a_placeholder_for_a_fallback_is_warned_of) {
    says_of_fallback("+15551230099", true);
}

TEST(a_number_of_ones_own_is_not) {
    says_of_fallback("+493012345678", false);
}

TEST(a_freed_conf_has_no_access_key) {
    struct conf conf;
    accepts(&conf, CONF_FOR_CALLERS, "IVR_ACCESS_KEY", "a,b");
    conf_free(&conf);
    assert_int_equal(conf.access_key_count, 0);
    assert_null(conf.access_key_list);
}

static const struct CMUnitTest tests[] = {
    NUMBERS(NUMBER_ROWS) URLS(ROW) NO_URLS(ROW) TEXTS(ROW) SECRETS(ROW) NO_SECRETS(ROW) FILES(ROW)
        NO_FILES(ROW) cmocka_unit_test(a_file_with_a_null_byte_is_refused),
    cmocka_unit_test(a_file_may_have_4096_bytes),
    cmocka_unit_test(a_file_may_not_have_4097_bytes),
    cmocka_unit_test(a_file_of_secrets_must_be_there),
    cmocka_unit_test(a_directory_is_no_file_of_secrets),
    cmocka_unit_test(a_secret_and_a_file_of_secrets_are_one_too_many),
    cmocka_unit_test(the_other_programs_read_no_file_of_secrets),
    cmocka_unit_test(the_other_programs_read_a_file_of_secrets_that_they_may_read),
    cmocka_unit_test(a_file_of_secrets_serves_where_signatures_are_required),
    cmocka_unit_test(a_file_that_others_may_read_serves_them_neither),
    cmocka_unit_test(signatures_cannot_be_required_with_a_file_that_is_not_there),
    cmocka_unit_test(the_public_url_may_have_1024_characters),
    cmocka_unit_test(the_public_url_may_not_have_1025_characters),
    cmocka_unit_test(a_webhook_program_needs_no_public_url),
    cmocka_unit_test(a_fallback_may_not_be_a_word),
    cmocka_unit_test(a_placeholder_for_a_fallback_is_warned_of),
    cmocka_unit_test(a_number_of_ones_own_is_not),
    cmocka_unit_test(an_access_key_may_have_200_characters),
    cmocka_unit_test(an_access_key_may_not_have_201_characters),
    cmocka_unit_test(none_of_several_access_keys_may_have_201_characters),
    cmocka_unit_test(nothing_but_commas_is_no_access_key),
    cmocka_unit_test(nine_access_keys_are_too_many),
    cmocka_unit_test(an_access_key_is_never_logged),
    cmocka_unit_test(nine_secrets_are_too_many),
    cmocka_unit_test(a_webhook_program_without_secret_does_not_start),
    cmocka_unit_test(a_webhook_program_with_an_empty_secret_does_not_start),
    cmocka_unit_test(a_webhook_program_with_nothing_but_commas_for_a_secret_does_not_start),
    cmocka_unit_test(a_secret_is_never_logged),
    cmocka_unit_test(the_other_programs_need_no_secret),
    cmocka_unit_test(the_other_programs_read_the_secret_too),
    cmocka_unit_test(nine_secrets_are_too_many_for_them_too),
    cmocka_unit_test(questions_need_no_signature_by_default),
    cmocka_unit_test(signatures_of_questions_may_be_required),
    cmocka_unit_test(signatures_of_questions_are_required_by_1_alone),
    cmocka_unit_test(signatures_cannot_be_required_without_a_secret),
    cmocka_unit_test(a_webhook_program_may_be_allowed_to_start_without_secret),
    cmocka_unit_test(a_webhook_program_may_be_forbidden_to_start_without_secret),
    cmocka_unit_test(unsigned_events_are_not_allowed_by_default),
    cmocka_unit_test(unsigned_events_may_be_allowed),
    cmocka_unit_test(unsigned_events_are_allowed_by_1_alone),
    cmocka_unit_test(events_are_not_spooled_by_default),
    cmocka_unit_test(events_cannot_be_spooled_without_a_directory),
    cmocka_unit_test(events_are_spooled_by_1_alone),
    cmocka_unit_test(the_state_is_in_the_url_by_default),
    cmocka_unit_test(the_state_may_be_put_in_the_url),
    cmocka_unit_test(the_state_may_be_kept_out_of_the_url),
    cmocka_unit_test(another_place_for_the_state_is_refused),
    cmocka_unit_test(everything_that_is_wrong_is_logged_at_once),
    cmocka_unit_test(a_name_that_no_program_reads_is_warned_of),
    cmocka_unit_test(the_value_of_an_unknown_name_is_not_logged),
    cmocka_unit_test(the_beginning_of_a_known_name_is_not_known),
    cmocka_unit_test(names_of_others_are_nobodys_business),
    cmocka_unit_test(every_name_that_is_read_is_known),
    cmocka_unit_test(an_empty_conf_may_be_freed),
    cmocka_unit_test(a_freed_conf_has_no_secret),
    cmocka_unit_test(a_freed_conf_has_no_access_key),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
