// test_frame.c: what is a FastCGI request, and what is kept from libfcgi.
#include "frame.h"

#include <fastcgi.h>

#include "unit.h"

// Records, one behind the other.
struct records {
    unsigned char bytes[FRAME_LOOK + 1024];
    size_t length;
};

static void put_record(struct records *records, int type, int id, const void *content, size_t length) {
    const unsigned char head[] = {FCGI_VERSION_1,
                                  (unsigned char)type,
                                  0,
                                  (unsigned char)id,
                                  (unsigned char)(length >> 8),
                                  (unsigned char)length,
                                  0,
                                  0};
    memcpy(records->bytes + records->length, head, sizeof head);
    if (length > 0)
        memcpy(records->bytes + records->length + sizeof head, content, length);
    records->length += sizeof head + length;
}

static void put_begin(struct records *records, int id, unsigned char role) {
    const unsigned char body[8] = {0, role};
    put_record(records, FCGI_BEGIN_REQUEST, id, body, sizeof body);
}

#define PAIR "\x0c\x03QUERY_STRINGa=b"
#define TEXT(text) text, sizeof text - 1

// A request with these parameters; `body` ends it where it is not NULL.
static void put_request(struct records *records, const void *params, size_t length, const char *body) {
    *records = (struct records){0};
    put_begin(records, 1, FCGI_RESPONDER);
    put_record(records, FCGI_PARAMS, 1, params, length);
    put_record(records, FCGI_PARAMS, 1, NULL, 0);
    if (body != NULL && *body != '\0')
        put_record(records, FCGI_STDIN, 1, body, strlen(body));
    if (body != NULL)
        put_record(records, FCGI_STDIN, 1, NULL, 0);
}

static enum frame look(const struct records *records) {
    return frame_look(records->bytes, records->length);
}

TEST(a_request_without_a_body_is_whole) {
    struct records records;
    put_request(&records, TEXT(PAIR), "");
    assert_int_equal(look(&records), FRAME_WHOLE);
}

TEST(a_request_with_a_body_is_whole) {
    struct records records;
    put_request(&records, TEXT(PAIR PAIR), "{\"a\":1}");
    assert_int_equal(look(&records), FRAME_WHOLE);
}

TEST(a_body_that_has_not_ended_leaves_it_ready) {
    struct records records;
    put_request(&records, TEXT(PAIR), NULL);
    assert_int_equal(look(&records), FRAME_READY);
}

TEST(nothing_yet_is_a_part) {
    assert_int_equal(frame_look((const unsigned char *)"", 0), FRAME_PART);
}

TEST(a_request_is_fit_however_much_of_it_has_come) {
    struct records records;
    put_request(&records, TEXT(PAIR PAIR), "body");
    size_t params = records.length - 2 * FCGI_HEADER_LEN - 4;
    for (size_t length = 0; length < records.length; length++)
        assert_int_equal(frame_look(records.bytes, length), length < params ? FRAME_PART : FRAME_READY);
}

TEST(parameters_may_be_cut_anywhere) {
    static const char pairs[] = PAIR "\x80\x00\x00\x04\x80\x00\x00\x01NAMEx" PAIR;
    for (size_t cut = 1; cut < sizeof pairs - 1; cut++) {
        struct records records = {0};
        put_begin(&records, 1, FCGI_RESPONDER);
        put_record(&records, FCGI_PARAMS, 1, pairs, cut);
        put_record(&records, FCGI_PARAMS, 1, pairs + cut, sizeof pairs - 1 - cut);
        put_record(&records, FCGI_PARAMS, 1, NULL, 0);
        put_record(&records, FCGI_STDIN, 1, NULL, 0);
        assert_int_equal(look(&records), FRAME_WHOLE);
    }
}

TEST(padding_behind_content_is_skipped) {
    struct records records;
    put_request(&records, TEXT(PAIR "\0\0\0"), "");
    records.bytes[16 + 5] -= 3;  // the second record's content ends earlier
    records.bytes[16 + 6] = 3;
    assert_int_equal(look(&records), FRAME_WHOLE);
}

// Two pairs of a one-byte name, with so many bytes in all.
static void put_long(struct records *records, size_t total) {
    static const char value[FRAME_MAX_PARAMS];
    size_t length = total / 2 - 6;
    const unsigned char head[] = {1, 0x80, 0, (unsigned char)(length >> 8), (unsigned char)length, 'n'};
    *records = (struct records){0};
    put_begin(records, 1, FCGI_RESPONDER);
    for (int i = 0; i < 2; i++) {
        put_record(records, FCGI_PARAMS, 1, head, sizeof head);
        put_record(records, FCGI_PARAMS, 1, value, length);
    }
    put_record(records, FCGI_PARAMS, 1, NULL, 0);
}

TEST(parameters_of_the_greatest_length_are_fit) {
    struct records records;
    put_long(&records, FRAME_MAX_PARAMS);
    assert_int_equal(look(&records), FRAME_READY);
}

TEST(longer_parameters_are_broken) {
    struct records records;
    put_long(&records, FRAME_MAX_PARAMS + 2);
    assert_int_equal(look(&records), FRAME_BROKEN);
}

TEST(parameters_that_never_end_are_broken_where_the_look_ends) {
    struct records records = {0};
    put_begin(&records, 1, FCGI_RESPONDER);
    while (records.length < FRAME_LOOK)
        put_record(&records, FCGI_PARAMS, 1, "", 1);
    assert_int_equal(frame_look(records.bytes, FRAME_LOOK - 1), FRAME_PART);
    assert_int_equal(frame_look(records.bytes, FRAME_LOOK), FRAME_BROKEN);
}

// Broken parameters: X(name, bytes)
#define PARAMS(X) \
    X(a_name_of_absurd_length_is_broken, "\xff\xff\xff\xf0\x01" \
                                         "abc") \
    X(a_value_of_absurd_length_is_broken, "\x01\xff\xff\xff\xf0" \
                                          "abc") \
    X(both_of_absurd_length_are_broken, "\xff\xff\xff\xf0\xff\xff\xff\xf0" \
                                        "abc") \
    X(a_value_that_is_not_all_there_is_broken, "\x01\x05" \
                                               "abc") \
    X(a_name_that_is_not_all_there_is_broken, "\x09\x01" \
                                              "abc") \
    X(a_length_alone_is_broken, PAIR "\x01") \
    X(half_a_length_is_broken, PAIR "\x01\x80\x00")
#define PARAMS_TEST(name, bytes) \
    TEST(name) { \
        struct records records; \
        put_request(&records, TEXT(bytes), ""); \
        assert_int_equal(look(&records), FRAME_BROKEN); \
    }
PARAMS(PARAMS_TEST)

// One byte of a whole request changed: X(name, place, value). The records begin at 0, 16 and 41.
#define CHANGED(X) \
    X(another_version_is_broken, 0, 2) \
    X(another_version_of_the_second_record_is_broken, 16, 0) \
    X(no_begin_is_broken, 1, FCGI_PARAMS) \
    X(a_management_record_is_broken, 1, FCGI_GET_VALUES) \
    X(the_id_0_is_broken, 3, 0) \
    X(a_begin_of_another_length_is_broken, 5, 7) \
    X(a_padded_begin_is_broken, 6, 1) \
    X(an_authorizer_is_broken, 9, FCGI_AUTHORIZER) \
    X(a_filter_is_broken, 9, FCGI_FILTER) \
    X(an_abort_is_broken, 17, FCGI_ABORT_REQUEST) \
    X(a_second_begin_is_broken, 17, FCGI_BEGIN_REQUEST) \
    X(parameters_of_another_request_are_broken, 19, 2) \
    X(management_between_is_broken, 19, 0) \
    X(a_padded_end_of_the_parameters_is_broken, 47, 1)
#define CHANGED_TEST(name, place, value) \
    TEST(name) { \
        struct records records; \
        put_request(&records, TEXT(PAIR), ""); \
        records.bytes[place] = value; \
        assert_int_equal(look(&records), FRAME_BROKEN); \
    }
CHANGED(CHANGED_TEST)

TEST(more_than_a_request_is_broken) {
    struct records records;
    put_request(&records, TEXT(PAIR), "body");
    put_begin(&records, 1, FCGI_RESPONDER);
    assert_int_equal(look(&records), FRAME_BROKEN);
}

TEST(management_in_the_body_is_broken) {
    struct records records;
    put_request(&records, TEXT(PAIR), NULL);
    put_record(&records, FCGI_GET_VALUES, 0, TEXT("\x0e\0FCGI_MAX_CONNS"));
    assert_int_equal(look(&records), FRAME_BROKEN);
}

TEST(a_body_of_another_request_is_broken) {
    struct records records;
    put_request(&records, TEXT(PAIR), NULL);
    put_record(&records, FCGI_STDIN, 2, TEXT("body"));
    assert_int_equal(look(&records), FRAME_BROKEN);
}

TEST(a_body_before_the_end_of_the_parameters_is_broken) {
    struct records records = {0};
    put_begin(&records, 1, FCGI_RESPONDER);
    put_record(&records, FCGI_PARAMS, 1, TEXT(PAIR));
    put_record(&records, FCGI_STDIN, 1, NULL, 0);
    assert_int_equal(look(&records), FRAME_BROKEN);
}

static const struct CMUnitTest tests[] = {
    PARAMS(ROW) CHANGED(ROW) cmocka_unit_test(a_request_without_a_body_is_whole),
    cmocka_unit_test(a_request_with_a_body_is_whole),
    cmocka_unit_test(a_body_that_has_not_ended_leaves_it_ready),
    cmocka_unit_test(nothing_yet_is_a_part),
    cmocka_unit_test(a_request_is_fit_however_much_of_it_has_come),
    cmocka_unit_test(parameters_may_be_cut_anywhere),
    cmocka_unit_test(padding_behind_content_is_skipped),
    cmocka_unit_test(parameters_of_the_greatest_length_are_fit),
    cmocka_unit_test(longer_parameters_are_broken),
    cmocka_unit_test(parameters_that_never_end_are_broken_where_the_look_ends),
    cmocka_unit_test(more_than_a_request_is_broken),
    cmocka_unit_test(management_in_the_body_is_broken),
    cmocka_unit_test(a_body_of_another_request_is_broken),
    cmocka_unit_test(a_body_before_the_end_of_the_parameters_is_broken),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
