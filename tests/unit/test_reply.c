// test_reply.c: each status, to the byte.
#include "reply.h"

#include "unit.h"

#define COMMON \
    "Content-Type: application/json\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"

struct sink {
    char text[2048];
    size_t length;
    int writes_left;
};

static int write_to_sink(void *sink, const char *bytes, size_t size) {
    struct sink *to = sink;
    if (to->writes_left-- == 0)
        return -1;
    assert_true(to->length + size < sizeof to->text);
    memcpy(to->text + to->length, bytes, size);
    to->length += size;
    return 0;
}

static int send_to(struct sink *sink, int status, char *json) {
    struct reply reply = {0};
    reply_json(&reply, json);
    int result = reply_send(&reply, status, write_to_sink, sink);
    reply_free(&reply);
    return result;
}

// X(name, status, length, headers, body)
#define STATUSES(X) \
    X(a_broken_request_is_answered_with_400, 400, "83", "Status: 400 Bad Request\r\n", \
      "{\"error\":{\"code\":\"invalid_request\",\"message\":\"the body is incomplete or no event\"}}") \
    X(a_bad_signature_is_answered_with_401, 401, "92", \
      "Status: 401 Unauthorized\r\nWWW-Authenticate: MiniVoice-Signature\r\n", \
      "{\"error\":{\"code\":\"unauthorized\",\"message\":\"the signature is missing, wrong or out of date\"}}") \
    X(a_missing_access_key_is_answered_with_403, 403, "94", "Status: 403 Forbidden\r\n", \
      "{\"error\":{\"code\":\"forbidden\",\"message\":\"the access key or the signature is missing or wrong\"}}") \
    X(another_method_is_answered_with_405, 405, "75", "Status: 405 Method Not Allowed\r\nAllow: POST\r\n", \
      "{\"error\":{\"code\":\"method_not_allowed\",\"message\":\"events are sent by POST\"}}") \
    X(too_large_a_body_is_answered_with_413, 413, "79", "Status: 413 Content Too Large\r\n", \
      "{\"error\":{\"code\":\"too_large\",\"message\":\"the body is larger than 262144 bytes\"}}") \
    X(a_missing_database_is_answered_with_503, 503, "89", \
      "Status: 503 Service Unavailable\r\nRetry-After: 5\r\n", \
      "{\"error\":{\"code\":\"unavailable\",\"message\":\"the event could not be stored, send it again\"}}") \
    X(a_fault_of_ours_is_answered_with_500, 500, "80", "Status: 500 Internal Server Error\r\n", \
      INTERNAL_ERROR) \
    X(a_status_nobody_knows_is_answered_with_500, 418, "80", "Status: 500 Internal Server Error\r\n", \
      INTERNAL_ERROR)

#define INTERNAL_ERROR \
    "{\"error\":{\"code\":\"internal_error\",\"message\":\"the request could not be handled\"}}"

#define STATUS_TEST(name, status, length, headers, body) \
    TEST(name) { \
        struct sink sink = {.writes_left = -1}; \
        send_to(&sink, status, NULL); \
        assert_string_equal(sink.text, headers COMMON "Content-Length: " length "\r\n\r\n" body); \
    }

STATUSES(STATUS_TEST)

TEST(a_filled_reply_is_sent_with_200) {
    struct sink sink = {.writes_left = -1};
    send_to(&sink, 0, strdup("{\"status\":\"stored\"}"));
    assert_string_equal(sink.text,
                        "Status: 200 OK\r\n" COMMON "Content-Length: 19\r\n\r\n{\"status\":\"stored\"}");
}

TEST(what_is_accepted_and_not_done_yet_is_sent_with_202) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {.accepted = true};
    reply_literal(&reply, "{\"status\":\"spooled\"}");
    assert_int_equal(reply_send(&reply, 0, write_to_sink, &sink), 0);
    assert_int_equal(reply.status, 202);
    assert_string_equal(sink.text, "Status: 202 Accepted\r\n" COMMON
                                   "Content-Length: 20\r\n\r\n{\"status\":\"spooled\"}");
    reply_free(&reply);
}

TEST(the_length_is_told_in_bytes) {
    struct sink sink = {.writes_left = -1};
    send_to(&sink, 0, strdup("\"\xc3\xbc\""));
    assert_non_null(strstr(sink.text, "Content-Length: 4\r\n"));
}

TEST(an_error_hides_what_was_filled_before) {
    struct sink sink = {.writes_left = -1};
    send_to(&sink, 503, strdup("{\"secret\":1}"));
    assert_null(strstr(sink.text, "secret"));
}

TEST(a_body_may_go_with_503) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {.unwell = true, .body = "{\"status\":\"down\"}"};
    reply_send(&reply, 0, write_to_sink, &sink);
    assert_string_equal(sink.text, "Status: 503 Service Unavailable\r\nRetry-After: 5\r\n" COMMON
                                   "Content-Length: 17\r\n\r\n{\"status\":\"down\"}");
    assert_int_equal(reply.status, 503);
}

TEST(text_of_another_type_is_sent_as_such) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {0};
    reply_text(&reply, "text/plain", strdup("a 1\n"));
    reply_send(&reply, 0, write_to_sink, &sink);
    reply_free(&reply);
    assert_non_null(strstr(sink.text, "Content-Type: text/plain\r\n"));
    assert_non_null(strstr(sink.text, "\r\n\r\na 1\n"));
}

TEST(an_error_instead_of_text_is_json) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {0};
    reply_text(&reply, "text/plain", strdup("a 1\n"));
    reply_send(&reply, 500, write_to_sink, &sink);
    reply_free(&reply);
    assert_non_null(strstr(sink.text, "Content-Type: application/json\r\n"));
}

TEST(the_status_that_was_sent_is_kept) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {0};
    reply_send(&reply, 413, write_to_sink, &sink);
    assert_int_equal(reply.status, 413);
}

TEST(an_unknown_status_is_kept_as_the_500_that_was_sent) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {0};
    reply_send(&reply, 599, write_to_sink, &sink);
    assert_int_equal(reply.status, 500);
}

TEST(success_is_kept_as_200) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {0};
    reply_json(&reply, strdup("{}"));
    reply_send(&reply, 0, write_to_sink, &sink);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
}

TEST(a_reply_that_was_sent_is_a_success) {
    struct sink sink = {.writes_left = -1};
    assert_int_equal(send_to(&sink, 0, strdup("{}")), 0);
}

TEST(a_reader_gone_before_the_headers_is_told) {
    struct sink sink = {.writes_left = 0};
    assert_int_equal(send_to(&sink, 0, strdup("{}")), -1);
}

TEST(a_reader_gone_before_the_body_is_told) {
    struct sink sink = {.writes_left = 1};
    assert_int_equal(send_to(&sink, 400, NULL), -1);
}

TEST(a_reply_that_was_never_filled_is_answered_with_500) {
    struct sink sink = {.writes_left = -1};
    send_to(&sink, 0, NULL);
    assert_non_null(strstr(sink.text, "Status: 500 Internal Server Error\r\n"));
}

TEST(a_literal_is_sent_like_any_other_body) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {0};
    reply_literal(&reply, "{}");
    reply_send(&reply, 0, write_to_sink, &sink);
    reply_free(&reply);
    assert_string_equal(sink.text, "Status: 200 OK\r\n" COMMON "Content-Length: 2\r\n\r\n{}");
}

TEST(a_literal_replaces_what_was_filled_before) {
    struct reply reply = {0};
    reply_json(&reply, strdup("1"));
    reply_literal(&reply, "2");
    assert_string_equal(reply.body, "2");
    reply_free(&reply);
}

TEST(a_literal_is_replaced_by_what_is_filled_after) {
    struct reply reply = {0};
    reply_literal(&reply, "1");
    reply_json(&reply, strdup("2"));
    assert_string_equal(reply.body, "2");
    reply_free(&reply);
}

TEST(the_second_filling_replaces_the_first) {
    struct reply reply = {0};
    reply_json(&reply, strdup("1"));
    reply_json(&reply, strdup("2"));
    assert_string_equal(reply.body, "2");
    reply_free(&reply);
}

TEST(a_freed_reply_is_empty) {
    struct reply reply = {0};
    reply_json(&reply, strdup("1"));
    reply_free(&reply);
    assert_null(reply.body);
}

TEST(an_empty_reply_may_be_freed) {
    struct reply reply = {0};
    reply_free(&reply);
    assert_null(reply.body);
}

TEST(of_what_a_probe_is_sent_the_headers_tell_the_length_and_the_body_stays_away) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {.headers_only = true};
    reply_literal(&reply, "{\"status\":1}");
    assert_int_equal(reply_send(&reply, 0, write_to_sink, &sink), 0);
    assert_string_equal(sink.text, "Status: 200 OK\r\n" COMMON "Content-Length: 12\r\n\r\n");
    reply_free(&reply);
}

TEST(so_it_is_with_an_error) {
    struct sink sink = {.writes_left = -1};
    struct reply reply = {.headers_only = true};
    reply_send(&reply, 405, write_to_sink, &sink);
    assert_non_null(strstr(sink.text, "Allow: POST\r\n"));
    assert_non_null(strstr(sink.text, "Content-Length: 75\r\n\r\n"));
    assert_null(strchr(sink.text, '{'));
}

static const struct CMUnitTest tests[] = {
    STATUSES(ROW) cmocka_unit_test(a_filled_reply_is_sent_with_200),
    cmocka_unit_test(what_is_accepted_and_not_done_yet_is_sent_with_202),
    cmocka_unit_test(the_length_is_told_in_bytes),
    cmocka_unit_test(an_error_hides_what_was_filled_before),
    cmocka_unit_test(a_body_may_go_with_503),
    cmocka_unit_test(text_of_another_type_is_sent_as_such),
    cmocka_unit_test(an_error_instead_of_text_is_json),
    cmocka_unit_test(the_status_that_was_sent_is_kept),
    cmocka_unit_test(an_unknown_status_is_kept_as_the_500_that_was_sent),
    cmocka_unit_test(success_is_kept_as_200),
    cmocka_unit_test(a_reply_that_was_sent_is_a_success),
    cmocka_unit_test(a_reader_gone_before_the_headers_is_told),
    cmocka_unit_test(a_reader_gone_before_the_body_is_told),
    cmocka_unit_test(a_reply_that_was_never_filled_is_answered_with_500),
    cmocka_unit_test(a_literal_is_sent_like_any_other_body),
    cmocka_unit_test(a_literal_replaces_what_was_filled_before),
    cmocka_unit_test(a_literal_is_replaced_by_what_is_filled_after),
    cmocka_unit_test(the_second_filling_replaces_the_first),
    cmocka_unit_test(a_freed_reply_is_empty),
    cmocka_unit_test(an_empty_reply_may_be_freed),
    cmocka_unit_test(of_what_a_probe_is_sent_the_headers_tell_the_length_and_the_body_stays_away),
    cmocka_unit_test(so_it_is_with_an_error),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
