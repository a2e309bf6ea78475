// options.c: what was asked for on the command line: a table of options, one row each.
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"

enum { TIME_MAX_MS = 86400000, LIST_NUMBER_MAX = 1000 };

// How one option is read: set() gets a pointer to the member of struct options, at offset.
struct row {
    const char *name;
    int argument;  // no_argument, required_argument, optional_argument
    size_t offset;
    bool (*set)(const struct row *row, void *member, const char *value);
    long min;
    long max;
    const char *const *words;
};

static const char *const carry_words[] = {"query", "form", "json", "header", "first", "none", NULL};
static const char *const digits_in_words[] = {"both", "redirect", "webhook", NULL};
static const char *const method_words[] = {"", "GET", "POST", NULL};
static const char *const order_words[] = {"in", "shuffle", "reverse", NULL};
static const char *const created_at_words[] = {"", "s", "ms", "offset", NULL};
static const char *const repeated_as_words[] = {"same", "later", NULL};
static const char *const signature_words[] = {"good", "none", "wrong", "stale", "future", NULL};
static const char *const signature_time_words[] = {"seconds", "ms", "rfc3339", NULL};
static const char *const end_words[] = {"completed", "failed", "canceled", "hangup", NULL};
static const char *const ask_twice_words[] = {"", "in-turn", "parallel", NULL};

static const char *const event_names[] = {
    "call.created",  "call.answered",     "call.gathered",       "call.completed",   "call.failed",
    "call.canceled", "recording.started", "recording.completed", "recording.failed", NULL,
};

static bool complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool complain(const char *format, ...) {
    fputs("minivoice-sim: ", stderr);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputs(" (--help tells more)\n", stderr);
    return false;
}

static int find_word(const char *const *words, const char *word) {
    for (int i = 0; words[i] != NULL; i++)
        if (*word != '\0' && strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static bool read_number(const struct row *row, const char *value, long *number) {
    errno = 0;
    char *end;
    *number = strtol(value, &end, 10);
    if (errno || end == value || *end != '\0' || *number < row->min || *number > row->max)
        return complain("--%s: \"%s\" is not a whole number from %ld to %ld", row->name, value, row->min,
                        row->max);
    return true;
}

static bool set_string(const struct row *row, void *member, const char *value) {
    const char **string = member;
    (void)row;
    *string = value;
    return true;
}

static bool set_flag(const struct row *row, void *member, const char *value) {
    bool *flag = member;
    (void)row;
    (void)value;
    *flag = true;
    return true;
}

static bool set_number(const struct row *row, void *member, const char *value) {
    return read_number(row, value, member);
}

static bool set_delay(const struct row *row, void *member, const char *value) {
    long *delay = member;
    if (strcmp(value, "before") == 0) {
        *delay = DELAY_BEFORE;
        return true;
    }
    return read_number(row, value, delay);
}

static bool set_word(const struct row *row, void *member, const char *value) {
    int *choice = member;
    *choice = find_word(row->words, value);
    return *choice >= 0 || complain("--%s: \"%s\" is none of its words", row->name, value);
}

static bool set_twice(const struct row *row, void *member, const char *value) {
    long *repeat = member;
    (void)row;
    (void)value;
    *repeat = 2;
    return true;
}

static bool set_ask_twice(const struct row *row, void *member, const char *value) {
    return set_word(row, member, value != NULL ? value : "in-turn");
}

// A comma separated list; an item is read as --gathered-delay is.
static bool set_numbers(const struct row *row, void *member, const char *value) {
    struct numbers *numbers = member;
    struct text_list pieces = {0};
    text_list_split(&pieces, value, ',');
    numbers->items = memory_resize(numbers->items, pieces.count + 1, sizeof *numbers->items);
    numbers->count = pieces.count;
    bool good = true;
    for (size_t i = 0; good && i < pieces.count; i++)
        good = row->min < 0 ? set_delay(row, &numbers->items[i], pieces.items[i])
                            : read_number(row, pieces.items[i], &numbers->items[i]);
    text_list_free(&pieces);
    return good;
}

static bool set_events(const struct row *row, void *member, const char *value) {
    struct text_list *events = member;
    text_list_free(events);
    text_list_split(events, value, ',');
    if (events->count == 1 && find_word((const char *const[]){"all", "none", NULL}, value) >= 0)
        return true;
    for (size_t i = 0; i < events->count; i++)
        if (find_word(event_names, events->items[i]) < 0)
            return complain("--%s: \"%s\" is no event of the platform", row->name, events->items[i]);
    return true;
}

static bool add_expectation(struct expectations *expectations, const char *pair) {
    size_t length = strcspn(pair, "=");
    if (length == 0 || pair[length] == '\0' || pair[length + 1] == '\0')
        return complain("--expect: \"%s\" is not PRESS=DEST", pair);
    expectations->items =
        memory_resize(expectations->items, expectations->count + 1, sizeof *expectations->items);
    struct expectation *added = &expectations->items[expectations->count++];
    added->press = strncmp(pair, "*=", 2) == 0 ? text_copy("default") : strndup(pair, length);
    added->destination = text_copy(pair + length + 1);
    return true;
}

static bool set_expect(const struct row *row, void *member, const char *value) {
    (void)row;
    struct text_list pairs = {0};
    text_list_split(&pairs, value, ',');
    bool good = true;
    for (size_t i = 0; good && i < pairs.count; i++)
        good = add_expectation(member, pairs.items[i]);
    text_list_free(&pairs);
    return good;
}

#define AT(member) offsetof(struct options, member)

static const struct row rows[] = {
    {"url", required_argument, AT(url), set_string, 0, 0, NULL},
    {"answer", required_argument, AT(answer), set_string, 0, 0, NULL},
    {"secret", required_argument, AT(secret), set_string, 0, 0, NULL},
    {"key", required_argument, AT(key), set_string, 0, 0, NULL},
    {"timeout", required_argument, AT(timeout_ms), set_number, 1, TIME_MAX_MS, NULL},
    {"calls", required_argument, AT(calls), set_number, 1, 100000000, NULL},
    {"parallel", required_argument, AT(parallel), set_number, 1, 1000, NULL},
    {"spread", required_argument, AT(spread_ms), set_number, 0, TIME_MAX_MS, NULL},
    {"seed", required_argument, AT(seed), set_number, LONG_MIN, LONG_MAX, NULL},
    {"call-id", required_argument, AT(call_id), set_string, 0, 0, NULL},
    {"from", required_argument, AT(from), set_string, 0, 0, NULL},
    {"to", required_argument, AT(to), set_string, 0, 0, NULL},
    {"digits", required_argument, AT(digits), set_string, 0, 0, NULL},
    {"walk", required_argument, AT(walk), set_string, 0, 0, NULL},
    {"walk-limit", required_argument, AT(walk_limit), set_number, 1, 10000000, NULL},
    {"replay", required_argument, AT(replay), set_string, 0, 0, NULL},
    {"api", required_argument, AT(api), set_string, 0, 0, NULL},
    {"end", required_argument, AT(end), set_word, 0, 0, end_words},
    {"carry", required_argument, AT(carry), set_word, 0, 0, carry_words},
    {"digits-in", required_argument, AT(digits_in), set_word, 0, 0, digits_in_words},
    {"method", required_argument, AT(method), set_word, 0, 0, method_words},
    {"ask-twice", optional_argument, AT(ask_twice), set_ask_twice, 0, 0, ask_twice_words},
    {"gathered-delay", required_argument, AT(gathered_delay), set_delay, -TIME_MAX_MS, TIME_MAX_MS, NULL},
    {"gathered-delays", required_argument, AT(gathered_delays), set_numbers, -TIME_MAX_MS, TIME_MAX_MS, NULL},
    {"lose-gathered", required_argument, AT(lose_gathered), set_numbers, 1, LIST_NUMBER_MAX, NULL},
    {"events", required_argument, AT(events), set_events, 0, 0, NULL},
    {"created-at", required_argument, AT(created_at), set_word, 0, 0, created_at_words},
    {"repeated-as", required_argument, AT(repeated_as), set_word, 0, 0, repeated_as_words},
    {"clock-skew", required_argument, AT(clock_skew_ms), set_number, -1000000000000, 1000000000000, NULL},
    {"twice", no_argument, AT(repeat), set_twice, 0, 0, NULL},
    {"repeat", required_argument, AT(repeat), set_number, 1, LIST_NUMBER_MAX, NULL},
    {"order", required_argument, AT(order), set_word, 0, 0, order_words},
    {"late-recording", required_argument, AT(late_recording_ms), set_number, 0, TIME_MAX_MS, NULL},
    {"fail-recording", no_argument, AT(fail_recording), set_flag, 0, 0, NULL},
    {"unknown-event", no_argument, AT(unknown_event), set_flag, 0, 0, NULL},
    {"retries", required_argument, AT(retries), set_number, 0, LIST_NUMBER_MAX, NULL},
    {"retry-ms", required_argument, AT(retry_ms), set_number, 0, TIME_MAX_MS, NULL},
    {"signature", required_argument, AT(signature), set_word, 0, 0, signature_words},
    {"signature-time", required_argument, AT(signature_time), set_word, 0, 0, signature_time_words},
    {"expect", required_argument, AT(expectations), set_expect, 0, 0, NULL},
    {"max-answer-ms", required_argument, AT(max_answer_ms), set_number, 0, TIME_MAX_MS, NULL},
    {"accept-events-failure", no_argument, AT(accept_events_failure), set_flag, 0, 0, NULL},
    {"json", no_argument, AT(json), set_flag, 0, 0, NULL},
    {"quiet", no_argument, AT(quiet), set_flag, 0, 0, NULL},
    {"verbose", no_argument, AT(verbose), set_flag, 0, 0, NULL},
};

enum { ROWS = sizeof rows / sizeof *rows, HELP_OPTION = ROWS + 1 };

static const char *from_environment(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : otherwise;
}

static void set_defaults(struct options *options) {
    *options = (struct options){
        .url = from_environment("IVR_URL", "http://127.0.0.1:8080/minivoice"),
        .secret = from_environment("IVR_WEBHOOK_SECRET", ""),
        .key = from_environment("IVR_ACCESS_KEY", ""),
        .answer = "answer",
        .to = "+15551230002",
        .digits = "",
        .calls = 1,
        .walk_limit = 20000,
        .seed = 1,
        .timeout_ms = 10000,
        .retry_ms = 500,
        .gathered_delay = DELAY_BEFORE,
        .repeat = 1,
        .late_recording_ms = -1,
        .max_answer_ms = -1,
    };
}

static bool read_rows(int argc, char **argv, struct options *options, bool *help) {
    struct option table[ROWS + 2] = {{0}};
    for (int i = 0; i < ROWS; i++)
        table[i] = (struct option){rows[i].name, rows[i].argument, NULL, i + 1};
    table[ROWS] = (struct option){"help", no_argument, NULL, HELP_OPTION};
    int index;
    while ((index = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (index == HELP_OPTION) {
            *help = true;
            return true;
        }
        if (index < 1 || index > ROWS)
            return complain("that option can't be used so");
        if (!rows[index - 1].set(&rows[index - 1], (char *)options + rows[index - 1].offset, optarg))
            return false;
    }
    return optind == argc || complain("\"%s\" is not an option", argv[optind]);
}

static void derive(struct options *options) {
    size_t length = strlen(options->url);
    options->secret += strspn(options->secret, " ,");
    options->first_secret = strndup(options->secret, strcspn(options->secret, " ,"));
    while (length != 0 && options->url[length - 1] == '/')
        length--;
    options->base = strndup(options->url, length);
    if (options->walk != NULL && options->parallel == 0)
        options->parallel = 16;
    if (options->parallel == 0)
        options->parallel = options->calls < 64 ? options->calls : 64;
    if (options->parallel > options->calls && options->walk == NULL)
        options->parallel = options->calls;
    if (options->created_at == CREATED_AT_DEFAULT)
        options->created_at =
            options->walk != NULL || options->replay != NULL ? CREATED_AT_MS : CREATED_AT_SECONDS;
    options->events_chosen = options->events.count > 0 && strcmp(options->events.items[0], "all") != 0;
}

static bool agree(const struct options *options) {
    if (options->first_secret == NULL || options->base == NULL)
        return complain("out of memory");
    if (strncmp(options->base, "http://", 7) != 0 && strncmp(options->base, "https://", 8) != 0)
        return complain("--url: \"%s\" is not an http or https URL", options->url);
    if ((options->walk != NULL) + (options->replay != NULL) + (options->api != NULL) > 1)
        return complain("--walk, --replay and --api are three things");
    if ((options->walk != NULL || options->replay != NULL) &&
        (options->calls > 1 || options->call_id != NULL || *options->digits != '\0' ||
         options->expectations.count != 0))
        return complain("--walk and --replay go without --calls, --call-id, --digits and --expect");
    if (options->call_id != NULL && options->calls > 1)
        return complain("--call-id is for a single call");
    if (options->order != ORDER_IN && options->digits_in == DIGITS_WEBHOOK)
        return complain(
            "--order %s holds call.gathered back, so the digits can't travel in the webhook alone",
            order_words[options->order]);
    if (options->signature > SIGNATURE_NONE && *options->first_secret == '\0')
        return complain("--signature %s needs a --secret", signature_words[options->signature]);
    return true;
}

enum options_result options_read(int argc, char **argv, struct options *options) {
    set_defaults(options);
    bool help = false;
    if (!read_rows(argc, argv, options, &help))
        return OPTIONS_WRONG;
    if (help) {
        help_print(stdout);
        return OPTIONS_HELPED;
    }
    derive(options);
    return agree(options) ? OPTIONS_GO : OPTIONS_WRONG;
}

void options_free(struct options *options) {
    for (size_t i = 0; i < options->expectations.count; i++) {
        free(options->expectations.items[i].press);
        free(options->expectations.items[i].destination);
    }
    free(options->expectations.items);
    free(options->first_secret);
    free(options->base);
    free(options->gathered_delays.items);
    free(options->lose_gathered.items);
    text_list_free(&options->events);
    *options = (struct options){0};
}

const char *options_signature_name(int signature) {
    return signature_words[signature];
}

long options_gathered_delay(const struct options *options, size_t ordinal) {
    const struct numbers *delays = &options->gathered_delays;
    return ordinal <= delays->count ? delays->items[ordinal - 1] : options->gathered_delay;
}

bool options_loses_gathered(const struct options *options, size_t ordinal) {
    for (size_t i = 0; i < options->lose_gathered.count; i++)
        if ((size_t)options->lose_gathered.items[i] == ordinal)
            return true;
    return false;
}

bool options_sends_event(const struct options *options, const char *name) {
    return !options->events_chosen || text_list_has(&options->events, name);
}
