// test_event.c: what counts as an event, and what is read from it.
#include "event.h"

#include "unit.h"

// The webhook example of both documents.
static const char completed[] = "{\n"
                                "\"event\": \"call.completed\",\n"
                                "\"created_at\": \"2026-05-29T12:10:00Z\",\n"
                                "\"call\": {\n"
                                "\"id\": \"call_123\",\n"
                                "\"customer_id\": \"cust_123\",\n"
                                "\"application_id\": \"app_123\",\n"
                                "\"status\": \"completed\",\n"
                                "\"direction\": \"inbound\",\n"
                                "\"from\": \"+15551230001\",\n"
                                "\"to\": \"+15551230002\"\n"
                                "},\n"
                                "\"variables\": {},\n"
                                "\"data\": {}\n"
                                "}";

#define NO_OBJECT "the body is no JSON object"
#define NO_NAME "there is no event name"
#define NO_CALL "there is no call.id"
#define RESERVED "the event name is reserved"

#define EVENT(id) "{\"event\":\"x\",\"call\":{\"id\":" id "}}"
#define NAMED(name) "{\"event\":" name ",\"call\":{\"id\":\"c\"}}"
#define WITH(members) "{\"event\":\"x\",\"call\":{\"id\":\"c\"}," members "}"

#define LETTERS_15 "aaaaaaaaaaaaaaa"
#define LETTERS_255 \
    LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 \
        LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15 LETTERS_15

#define OPEN_10 "[[[[[[[[[["
#define CLOSE_10 "]]]]]]]]]]"

static void reads(const char *body, size_t length, size_t member, const char *expected) {
    struct event event;
    const char *found;
    assert_null(event_read(&event, body, length));
    memcpy(&found, (const char *)&event + member, sizeof found);
    if (expected == NULL)
        assert_null(found);
    else
        assert_string_equal(found, expected);
    event_free(&event);
}

static void refuses(const char *body, size_t length, const char *fault) {
    struct event event;
    const char *found = event_read(&event, body, length);
    assert_non_null(found);
    assert_string_equal(found, fault);
}

// X(name, body, member, value)
#define READ(X) \
    X(the_call_id_of_the_documents_is_read, completed, call_id, "call_123") \
    X(the_event_of_the_documents_is_read, completed, name, "call.completed") \
    X(the_time_of_the_documents_is_read, completed, created_at, "2026-05-29T12:10:00Z") \
    X(an_event_nobody_knows_is_read, NAMED("\"call.hummed\""), name, "call.hummed") \
    X(a_missing_time_is_null, EVENT("\"c\""), created_at, NULL) \
    X(a_time_that_is_null_is_null, WITH("\"created_at\":null"), created_at, NULL) \
    X(an_empty_time_is_null, WITH("\"created_at\":\"\""), created_at, NULL) \
    X(a_time_in_a_list_is_null, WITH("\"created_at\":[1]"), created_at, NULL) \
    X(a_time_is_kept_as_sent, WITH("\"created_at\":\"yesterday\""), created_at, "yesterday") \
    X(a_time_in_seconds_is_read, WITH("\"created_at\":1748520600"), created_at, "1748520600") \
    X(a_whole_number_is_a_call_id, EVENT("42"), call_id, "42") \
    X(a_large_whole_number_is_a_call_id, EVENT("9223372036854775807"), call_id, "9223372036854775807") \
    X(the_largest_whole_number_kept_is_a_call_id, EVENT("18446744073709551614"), call_id, \
      "18446744073709551614") \
    X(the_smallest_whole_number_kept_is_a_call_id, EVENT("-9223372036854775807"), call_id, \
      "-9223372036854775807") \
    X(a_name_that_only_holds_the_reserved_word_is_read, NAMED("\"call.ivr.x\""), name, "call.ivr.x") \
    X(a_name_that_begins_like_the_reserved_word_is_read, NAMED("\"ivrx\""), name, "ivrx") \
    X(a_call_id_is_opaque, EVENT("\"a/b c+%00\\\"\""), call_id, "a/b c+%00\"") \
    X(a_call_id_may_have_255_bytes, EVENT("\"" LETTERS_255 "\""), call_id, LETTERS_255) \
    X(a_call_id_may_lie_beyond_ascii, EVENT("\"Gr\xc3\xbc\xc3\x9f\""), call_id, "Gr\xc3\xbc\xc3\x9f") \
    X(a_call_id_may_be_written_with_surrogates, EVENT("\"\\ud83d\\ude00\""), call_id, "\xf0\x9f\x98\x80") \
    X(half_a_pair_of_surrogates_becomes_the_character_for_it, EVENT("\"a\\ud83d\""), call_id, \
      "a\xef\xbf\xbd") \
    X(a_call_id_may_be_called_so_within_call, "{\"event\":\"x\",\"call\":{\"call_id\":\"c\"}}", call_id, \
      "c") \
    X(a_call_id_may_be_called_so_at_the_top, "{\"event\":\"x\",\"call_id\":\"c\"}", call_id, "c") \
    X(the_id_of_the_call_comes_first, \
      "{\"event\":\"x\",\"call_id\":\"t\",\"call\":{\"call_id\":\"b\",\"id\":\"a\"}}", call_id, "a") \
    X(what_lies_within_call_comes_before_the_top, \
      "{\"event\":\"x\",\"call_id\":\"t\",\"call\":{\"call_id\":\"b\"}}", call_id, "b") \
    X(a_call_that_is_a_word_leaves_the_top, "{\"event\":\"x\",\"call\":\"c\",\"call_id\":\"t\"}", call_id, \
      "t") \
    X(an_empty_id_leaves_the_top, "{\"event\":\"x\",\"call\":{\"id\":\"\"},\"call_id\":\"t\"}", call_id, \
      "t") \
    X(unknown_fields_do_no_harm, WITH("\"later\":{\"more\":[1,2.5,true,null,\"x\"]}"), call_id, "c") \
    X(space_around_does_no_harm, " \r\n\t" EVENT("\"c\"") " \r\n\t", call_id, "c") \
    X(sixty_levels_are_read, \
      WITH("\"x\":" OPEN_10 OPEN_10 OPEN_10 OPEN_10 OPEN_10 OPEN_10 CLOSE_10 CLOSE_10 CLOSE_10 CLOSE_10 \
               CLOSE_10 CLOSE_10), \
      call_id, "c") \
    X(a_nul_elsewhere_does_no_harm, WITH("\"data\":{\"x\":\"\\u0000\"}"), call_id, "c") \
    X(half_a_pair_of_surrogates_elsewhere_does_no_harm, WITH("\"data\":{\"x\":\"\\udc00\"}"), call_id, "c") \
    X(what_is_no_number_elsewhere_is_left_to_the_database, WITH("\"data\":{\"x\":NaN}"), call_id, "c") \
    X(the_last_of_two_names_counts, "{\"event\":\"x\",\"event\":\"y\",\"call\":{\"id\":\"c\"}}", name, "y")

// X(name, body, fault)
#define REFUSED(X) \
    X(nothing_is_no_event, "", NO_OBJECT) \
    X(space_is_no_event, "  ", NO_OBJECT) \
    X(text_is_no_event, "hello", NO_OBJECT) \
    X(a_form_is_no_event, "event=x&call_id=c", NO_OBJECT) \
    X(null_is_no_event, "null", NO_OBJECT) \
    X(a_list_is_no_event, "[" EVENT("\"c\"") "]", NO_OBJECT) \
    X(a_string_is_no_event, "\"call.created\"", NO_OBJECT) \
    X(a_number_is_no_event, "1", NO_OBJECT) \
    X(what_is_no_number_is_no_event, "NaN", NO_OBJECT) \
    X(half_an_event_is_none, "{\"event\":\"x\",\"call\":{\"id\":\"c\"}", NO_OBJECT) \
    X(an_event_with_something_behind_is_none, EVENT("\"c\"") "x", NO_OBJECT) \
    X(two_events_are_none, EVENT("\"c\"") EVENT("\"c\""), NO_OBJECT) \
    X(a_byte_order_mark_is_no_event, "\xef\xbb\xbf" EVENT("\"c\""), NO_OBJECT) \
    X(seventy_levels_are_too_deep, \
      WITH("\"x\":" OPEN_10 OPEN_10 OPEN_10 OPEN_10 OPEN_10 OPEN_10 OPEN_10 CLOSE_10 CLOSE_10 CLOSE_10 \
               CLOSE_10 CLOSE_10 CLOSE_10 CLOSE_10), \
      NO_OBJECT) \
    X(a_byte_that_is_not_utf8_makes_it_no_event, EVENT("\"\xff\""), NO_OBJECT) \
    X(a_cut_character_makes_it_no_event, EVENT("\"\xc3\""), NO_OBJECT) \
    X(an_empty_object_has_no_name, "{}", NO_NAME) \
    X(an_event_without_name_is_refused, "{\"call\":{\"id\":\"c\"}}", NO_NAME) \
    X(an_empty_name_is_none, NAMED("\"\""), NO_NAME) \
    X(null_is_no_name, NAMED("null"), NO_NAME) \
    X(true_is_no_name, NAMED("true"), NO_NAME) \
    X(a_list_is_no_name, NAMED("[\"x\"]"), NO_NAME) \
    X(an_object_is_no_name, NAMED("{\"event\":\"x\"}"), NO_NAME) \
    X(a_name_of_256_bytes_is_none, NAMED("\"" LETTERS_255 "a\""), NO_NAME) \
    X(a_name_with_a_line_end_is_none, NAMED("\"call.\\ncreated\""), NO_NAME) \
    X(a_name_with_a_nul_is_none, NAMED("\"call.created\\u0000\""), NO_NAME) \
    X(a_name_in_overlong_utf8_is_none, NAMED("\"\xc0\xaf\""), NO_NAME) \
    X(a_name_that_the_database_uses_itself_is_reserved, NAMED("\"ivr.inferred\""), RESERVED) \
    X(the_reserved_word_alone_is_reserved, NAMED("\"ivr.\""), RESERVED) \
    X(a_whole_number_too_large_to_be_kept_is_no_call_id, EVENT("18446744073709551616"), NO_CALL) \
    X(a_whole_number_too_small_to_be_kept_is_no_call_id, EVENT("-9223372036854775809"), NO_CALL) \
    X(one_that_is_smaller_still_is_none_either, EVENT("-9223372036854775810"), NO_CALL) \
    X(an_event_without_call_is_refused, "{\"event\":\"x\"}", NO_CALL) \
    X(an_event_without_call_id_is_refused, "{\"event\":\"x\",\"call\":{}}", NO_CALL) \
    X(an_empty_call_id_is_none, EVENT("\"\""), NO_CALL) \
    X(null_is_no_call_id, EVENT("null"), NO_CALL) \
    X(true_is_no_call_id, EVENT("true"), NO_CALL) \
    X(a_number_with_a_fraction_is_no_call_id, EVENT("1.5"), NO_CALL) \
    X(what_is_no_number_is_no_call_id, EVENT("NaN"), NO_CALL) \
    X(a_list_is_no_call_id, EVENT("[\"c\"]"), NO_CALL) \
    X(an_object_is_no_call_id, EVENT("{\"id\":\"c\"}"), NO_CALL) \
    X(a_call_that_is_a_word_has_no_id, "{\"event\":\"x\",\"call\":\"c\"}", NO_CALL) \
    X(a_call_that_is_null_has_no_id, "{\"event\":\"x\",\"call\":null}", NO_CALL) \
    X(a_call_in_a_list_has_no_id, "{\"event\":\"x\",\"call\":[{\"id\":\"c\"}]}", NO_CALL) \
    X(a_call_id_of_256_bytes_is_none, EVENT("\"" LETTERS_255 "a\""), NO_CALL) \
    X(a_call_id_with_a_nul_is_none, EVENT("\"a\\u0000b\""), NO_CALL) \
    X(a_call_id_that_is_a_nul_is_none, EVENT("\"\\u0000\""), NO_CALL) \
    X(a_call_id_with_a_tab_is_none, EVENT("\"a\\tb\""), NO_CALL) \
    X(a_call_id_with_a_delete_character_is_none, EVENT("\"a\x7f\""), NO_CALL) \
    X(a_call_id_with_a_control_character_beyond_ascii_is_none, EVENT("\"a\xc2\x9f\""), NO_CALL) \
    X(a_call_id_in_overlong_utf8_is_none, EVENT("\"\xe0\x80\xaf\""), NO_CALL) \
    X(a_call_id_with_a_surrogate_in_utf8_is_none, EVENT("\"\xed\xa0\x80\""), NO_CALL) \
    X(a_call_id_past_unicode_is_none, EVENT("\"\xf4\x90\x80\x80\""), NO_CALL)

#define READ_TEST(name_, body, member, value) \
    TEST(name_) { \
        reads(body, strlen(body), offsetof(struct event, member), value); \
    }
#define REFUSED_TEST(name, body, fault) \
    TEST(name) { \
        refuses(body, strlen(body), fault); \
    }

READ(READ_TEST)
REFUSED(REFUSED_TEST)

TEST(a_nul_behind_an_event_makes_it_none) {
    refuses(EVENT("\"c\""), sizeof EVENT("\"c\""), NO_OBJECT);
}

TEST(a_nul_within_an_event_makes_it_none) {
    refuses("{\"event\":\"x\0\",\"call\":{\"id\":\"c\"}}", 34, NO_OBJECT);
}

// The body lies in memory of exactly its size.
TEST(a_body_is_not_read_past_its_length) {
    static const char text[] = EVENT("\"c\"");
    char *body = malloc(sizeof text - 1);
    assert_non_null(body);
    memcpy(body, text, sizeof text - 1);
    reads(body, sizeof text - 1, offsetof(struct event, call_id), "c");
    free(body);
}

TEST(a_body_cut_anywhere_is_no_event) {
    for (size_t length = 0; length < sizeof completed - 1; length++)
        refuses(completed, length, NO_OBJECT);
}

TEST(a_refused_body_leaves_nothing_to_free) {
    struct event event;
    event_read(&event, "{\"event\":\"x\"}", 13);
    assert_null(event.json);
}

TEST(a_refused_body_leaves_no_name) {
    struct event event;
    event_read(&event, "{\"event\":\"x\"}", 13);
    assert_null(event.name);
}

TEST(an_empty_event_may_be_freed) {
    struct event event = {0};
    event_free(&event);
    assert_null(event.json);
}

static const struct CMUnitTest tests[] = {
    READ(ROW) REFUSED(ROW) cmocka_unit_test(a_nul_behind_an_event_makes_it_none),
    cmocka_unit_test(a_nul_within_an_event_makes_it_none),
    cmocka_unit_test(a_body_is_not_read_past_its_length),
    cmocka_unit_test(a_body_cut_anywhere_is_no_event),
    cmocka_unit_test(a_refused_body_leaves_nothing_to_free),
    cmocka_unit_test(a_refused_body_leaves_no_name),
    cmocka_unit_test(an_empty_event_may_be_freed),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
