// metrics.c: counters, and the lines that Prometheus reads.
#include "metrics.h"

#include <string.h>

static const int statuses[METRICS_STATUSES] = {200, 400, 401, 403, 405, 413, 500, 503, 0};

// Those of flow.c, webhook.c, reject.c and serve.c. The last two: a word that is not listed, and no word.
static const char *const outcomes[METRICS_OUTCOMES] = {
    "menu",           "no_input",        "invalid", "transfer",  "fallback",   "message",
    "unavailable",    "answered before", "stored",  "duplicate", "not stored", "rejected",
    "not understood", "misconfigured",   "spooled", "other",     "none",
};

static const struct {
    int64_t us;
    const char *seconds;
} bounds[METRICS_BUCKETS] = {
    {500, "0.0005"},  {1000, "0.001"},  {2500, "0.0025"},    {5000, "0.005"},  {10000, "0.01"},
    {25000, "0.025"}, {50000, "0.05"},  {100000, "0.1"},     {250000, "0.25"}, {500000, "0.5"},
    {1000000, "1"},   {2500000, "2.5"}, {INT64_MAX, "+Inf"},
};

static void add(atomic_ullong *counter, unsigned long long more) {
    atomic_fetch_add_explicit(counter, more, memory_order_relaxed);
}

static unsigned long long value_of(const atomic_ullong *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static size_t place_of_status(int status) {
    size_t place = 0;
    while (place < METRICS_STATUSES - 1 && statuses[place] != status)
        place++;
    return place;
}

static size_t place_of_outcome(const char *outcome) {
    size_t place = 0;
    if (outcome == NULL)
        return METRICS_OUTCOMES - 1;
    while (place < METRICS_OUTCOMES - 2 && strcmp(outcomes[place], outcome) != 0)
        place++;
    return place;
}

void metrics_count(struct metrics *metrics, int status, const char *outcome, int64_t us) {
    size_t bucket = 0;
    while (us > bounds[bucket].us)
        bucket++;
    add(&metrics->requests[place_of_status(status)][place_of_outcome(outcome)], 1);
    add(&metrics->buckets[bucket], 1);
    add(&metrics->total_us, (unsigned long long)us);
}

void metrics_count_wait(struct metrics *metrics, int ms) {
    add(&metrics->waits, 1);
    add(&metrics->waited_ms, (unsigned long long)ms);
}

// The text

static void print_head(FILE *to, const char *name, const char *type, const char *help) {
    fprintf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void print_requests(const struct metrics *metrics, const char *program, FILE *to) {
    print_head(to, "minivoice_requests_total", "counter", "Requests answered, by HTTP status and outcome.");
    for (size_t i = 0; i < METRICS_STATUSES; i++) {
        for (size_t j = 0; j < METRICS_OUTCOMES; j++) {
            unsigned long long count = value_of(&metrics->requests[i][j]);
            if (count > 0)
                fprintf(to, "minivoice_requests_total{program=\"%s\",status=\"%d\",outcome=\"%s\"} %llu\n",
                        program, statuses[i], outcomes[j], count);
        }
    }
}

// The count is that of the buckets, so that both agree whatever is counted meanwhile.
static void print_durations(const struct metrics *metrics, const char *program, FILE *to) {
    static const char name[] = "minivoice_request_duration_seconds";
    unsigned long long count = 0;
    print_head(to, name, "histogram", "From the request to its answer, a wait for digits included.");
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        count += value_of(&metrics->buckets[i]);
        fprintf(to, "%s_bucket{program=\"%s\",le=\"%s\"} %llu\n", name, program, bounds[i].seconds, count);
    }
    fprintf(to, "%s_sum{program=\"%s\"} %.6f\n", name, program, (double)value_of(&metrics->total_us) / 1e6);
    fprintf(to, "%s_count{program=\"%s\"} %llu\n", name, program, count);
}

void metrics_print(const struct metrics *metrics, const char *program, FILE *to) {
    static const char waits[] = "minivoice_digit_wait_seconds";
    print_requests(metrics, program, to);
    print_durations(metrics, program, to);
    print_head(to, waits, "summary", "Waits of redirects for the digits that were pressed.");
    fprintf(to, "%s_sum{program=\"%s\"} %.3f\n", waits, program, (double)value_of(&metrics->waited_ms) / 1e3);
    fprintf(to, "%s_count{program=\"%s\"} %llu\n", waits, program, value_of(&metrics->waits));
}

void metrics_print_values(const struct metrics_value *values, size_t count, const char *program, FILE *to) {
    for (size_t i = 0; i < count; i++) {
        print_head(to, values[i].name, values[i].type, values[i].help);
        fprintf(to, "%s{program=\"%s\"} %.15g\n", values[i].name, program, values[i].value);
    }
}
