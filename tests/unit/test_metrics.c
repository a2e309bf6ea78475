// test_metrics.c: what is counted where, and how it reads.
#include "metrics.h"

#include <pthread.h>

#include "unit.h"

static const char *text_of(const struct metrics *metrics) {
    static char text[16384];
    FILE *to = fmemopen(text, sizeof text, "w");
    assert_non_null(to);
    metrics_print(metrics, "answer", to);
    assert_int_equal(fclose(to), 0);
    return text;
}

static void says(const struct metrics *metrics, const char *line) {
    char whole[256];
    snprintf(whole, sizeof whole, "\n%s\n", line);
    const char *text = text_of(metrics);
    if (strstr(text, whole) == NULL)
        fail_msg("%s is not in\n%s", line, text);
}

// X(name, status, outcome, line)
#define COUNTS(X) \
    X(a_request_is_counted_by_status_and_outcome, 200, "menu", "status=\"200\",outcome=\"menu\"} 1") \
    X(a_refusal_is_counted_by_its_status, 401, "rejected", "status=\"401\",outcome=\"rejected\"} 1") \
    X(an_outcome_of_two_words_is_kept, 503, "not stored", "status=\"503\",outcome=\"not stored\"} 1") \
    X(an_outcome_that_is_not_listed_is_other, 200, "danced", "status=\"200\",outcome=\"other\"} 1") \
    X(a_request_without_outcome_is_counted, 405, NULL, "status=\"405\",outcome=\"none\"} 1") \
    X(a_status_that_is_not_listed_is_0, 418, NULL, "status=\"0\",outcome=\"none\"} 1")

#define COUNT_TEST(name, status, outcome, line) \
    TEST(name) { \
        static struct metrics metrics; \
        metrics_count(&metrics, status, outcome, 10); \
        says(&metrics, "minivoice_requests_total{program=\"answer\"," line); \
    }

COUNTS(COUNT_TEST)

TEST(what_never_came_has_no_line) {
    static struct metrics metrics;
    assert_null(strstr(text_of(&metrics), "minivoice_requests_total{"));
}

TEST(a_duration_at_a_bound_belongs_below_it) {
    static struct metrics metrics;
    metrics_count(&metrics, 200, "menu", 1000);
    says(&metrics, "minivoice_request_duration_seconds_bucket{program=\"answer\",le=\"0.0005\"} 0");
    says(&metrics, "minivoice_request_duration_seconds_bucket{program=\"answer\",le=\"0.001\"} 1");
}

TEST(a_duration_past_all_bounds_is_counted) {
    static struct metrics metrics;
    metrics_count(&metrics, 200, "menu", 60000000);
    says(&metrics, "minivoice_request_duration_seconds_bucket{program=\"answer\",le=\"2.5\"} 0");
    says(&metrics, "minivoice_request_duration_seconds_bucket{program=\"answer\",le=\"+Inf\"} 1");
}

TEST(buckets_hold_what_is_in_those_before) {
    static struct metrics metrics;
    metrics_count(&metrics, 200, "menu", 400);
    metrics_count(&metrics, 200, "menu", 4000);
    says(&metrics, "minivoice_request_duration_seconds_bucket{program=\"answer\",le=\"0.005\"} 2");
}

TEST(durations_are_added_up_in_seconds) {
    static struct metrics metrics;
    metrics_count(&metrics, 200, "menu", 1500000);
    metrics_count(&metrics, 503, "not stored", 250000);
    says(&metrics, "minivoice_request_duration_seconds_sum{program=\"answer\"} 1.750000");
    says(&metrics, "minivoice_request_duration_seconds_count{program=\"answer\"} 2");
}

TEST(waits_are_counted_and_added_up) {
    static struct metrics metrics;
    metrics_count_wait(&metrics, 1500);
    metrics_count_wait(&metrics, 40);
    says(&metrics, "minivoice_digit_wait_seconds_sum{program=\"answer\"} 1.540");
    says(&metrics, "minivoice_digit_wait_seconds_count{program=\"answer\"} 2");
}

TEST(a_figure_has_its_help_and_type) {
    static char text[256];
    const struct metrics_value value = {"minivoice_database_up", "gauge", "Help.", 1};
    FILE *to = fmemopen(text, sizeof text, "w");
    metrics_print_values(&value, 1, "webhook", to);
    assert_int_equal(fclose(to), 0);
    assert_string_equal(text, "# HELP minivoice_database_up Help.\n# TYPE minivoice_database_up gauge\n"
                              "minivoice_database_up{program=\"webhook\"} 1\n");
}

static void *count_many(void *argument) {
    for (int i = 0; i < 10000; i++)
        metrics_count(argument, 200, "menu", i);
    return NULL;
}

TEST(threads_that_count_at_once_lose_nothing) {
    static struct metrics metrics;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_many, &metrics), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    says(&metrics, "minivoice_requests_total{program=\"answer\",status=\"200\",outcome=\"menu\"} 40000");
}

static const struct CMUnitTest tests[] = {
    COUNTS(ROW) cmocka_unit_test(what_never_came_has_no_line),
    cmocka_unit_test(a_duration_at_a_bound_belongs_below_it),
    cmocka_unit_test(a_duration_past_all_bounds_is_counted),
    cmocka_unit_test(buckets_hold_what_is_in_those_before),
    cmocka_unit_test(durations_are_added_up_in_seconds),
    cmocka_unit_test(waits_are_counted_and_added_up),
    cmocka_unit_test(a_figure_has_its_help_and_type),
    cmocka_unit_test(threads_that_count_at_once_lose_nothing),
};

int main(void) {
    return cmocka_run_group_tests(tests, NULL, NULL);
}
