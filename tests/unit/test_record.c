// test_record.c: a request comes back as it was, or not at all.
#include "record.h"

#include "unit.h"

static const struct db_statement statements[] = {
    {"look", "SELECT place FROM look($1::integer[], $2::text[])", true, 0},
    {"store", "SELECT place FROM store($1::integer[], $2::text[], $3::text[]::jsonb[], $4::bytea[])", false,
     0},
    {"grown", "SELECT place FROM grown($1::integer[], $2::text[], $3::text[], $4::bytea[], $5::text[])",
     false, 1},
    {0},
};

// With a NULL, a text and bytes that hold a NUL.
static struct db_request a_request(int statement) {
    return (struct db_request){
        .statement = &statements[statement],
        .key = "call_1",
        .count = 3,
        .values = {{0}, {.bytes = "text", .length = 4}, {.bytes = "a\0b", .length = 3, .binary = true}}};
}

static bool survives(const struct db_request *request) {
    struct db_request back;
    size_t length;
    char *bytes = record_pack(request, &length);
    assert_non_null(bytes);
    bool whole = record_unpack(bytes, length, statements, &back);
    free(bytes);
    return whole;
}

TEST(a_request_comes_back_as_it_was) {
    struct db_request request = a_request(1);
    struct db_request back;
    size_t length;
    char *bytes = record_pack(&request, &length);
    assert_non_null(bytes);
    assert_true(record_unpack(bytes, length, statements, &back));
    assert_ptr_equal(back.statement, request.statement);
    assert_string_equal(back.key, "call_1");
    assert_int_equal(back.count, 3);
    assert_null(back.values[0].bytes);
    assert_int_equal(back.values[1].length, 4);
    assert_memory_equal(back.values[1].bytes, "text", 4);
    assert_false(back.values[1].binary);
    assert_int_equal(back.values[2].length, 3);
    assert_memory_equal(back.values[2].bytes, "a\0b", 3);
    assert_true(back.values[2].binary);
    free(bytes);
}

TEST(a_request_without_a_key_comes_back) {
    struct db_request request = a_request(1);
    request.key = NULL;
    assert_true(survives(&request));
}

TEST(bytes_that_are_cut_anywhere_are_no_request) {
    struct db_request request = a_request(1);
    struct db_request back;
    size_t length;
    char *bytes = record_pack(&request, &length);
    assert_non_null(bytes);
    for (size_t cut = 0; cut < length; cut++) {
        char *exact = malloc(cut + 1);  // so that a sanitizer sees a step too far
        assert_non_null(exact);
        memcpy(exact, bytes, cut);
        assert_false(record_unpack(exact, cut, statements, &back));
        free(exact);
    }
    free(bytes);
}

TEST(a_statement_that_only_reads_is_refused) {
    struct db_request request = a_request(0);
    request.count = 1;
    assert_false(survives(&request));
}

TEST(a_statement_that_is_gone_is_refused) {
    const struct db_statement gone = {.name = "gone", .sql = statements[1].sql};
    struct db_request request = a_request(1);
    request.statement = &gone;
    assert_false(survives(&request));
}

TEST(a_statement_that_has_other_parameters_by_now_is_refused) {
    struct db_request request = a_request(1);
    request.count = 2;
    assert_false(survives(&request));
    request.count = 4;
    assert_false(survives(&request));
}

TEST(what_an_older_program_did_not_write_is_null) {
    struct db_request request = a_request(2);
    struct db_request back;
    size_t length;
    char *bytes = record_pack(&request, &length);
    assert_non_null(bytes);
    assert_true(record_unpack(bytes, length, statements, &back));
    assert_int_equal(back.count, 4);
    assert_int_equal(back.values[2].length, 3);
    assert_null(back.values[3].bytes);
    free(bytes);
}

TEST(but_only_what_is_optional) {
    struct db_request request = a_request(2);
    request.count = 2;
    assert_false(survives(&request));
    request.count = 5;
    assert_false(survives(&request));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back_as_it_was),
        cmocka_unit_test(a_request_without_a_key_comes_back),
        cmocka_unit_test(bytes_that_are_cut_anywhere_are_no_request),
        cmocka_unit_test(a_statement_that_only_reads_is_refused),
        cmocka_unit_test(a_statement_that_is_gone_is_refused),
        cmocka_unit_test(a_statement_that_has_other_parameters_by_now_is_refused),
        cmocka_unit_test(what_an_older_program_did_not_write_is_null),
        cmocka_unit_test(but_only_what_is_optional),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
