// test_mutations.c: signed requests, changed in every way that is known, against a second reading of what is
// right.
//
// TIMES is how many (100,000), SEED which (1). The judge here uses OpenSSL's one-shot HMAC and knows by
// construction what moment a timestamp stands for; and each change says whether it may leave the request
// good. `make signatures` runs it long.
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "../chaos/dice.h"
#include "request.h"
#include "signature.h"
#include "unit.h"

enum { MAX_BODY = 96, SIZE = 256, MAX_SECRETS = 3, MAX_HEADERS = 2 };

// A request as it is sent, and what its receiver knows.
struct sent {
    char timestamp[SIZE];
    int64_t at;  // the moment that it stands for, in microseconds
    bool is_time;
    char value[SIZE];
    unsigned char body[MAX_BODY + 16];
    size_t length;
    const char *secrets[MAX_SECRETS];
    size_t secret_count;
    int64_t now;
    int max_age_s;
    // Headers in front of those above, NULL: none
    const char *timestamp_before;
    const char *value_before;
    bool without_timestamp;
    bool without_value;
};

// Whether a change leaves a good request good.
enum may { STAYS, BREAKS, AS_JUDGED };

struct dice {
    uint64_t state;
};

static size_t below(struct dice *dice, size_t most) {
    return dice_below(&dice->state, most);
}

// The judge

static bool hmac_is(const struct sent *sent, const char *timestamp, const char *secret, const char *hex) {
    unsigned char message[SIZE + 1 + sizeof sent->body];
    unsigned char mac[EVP_MAX_MD_SIZE];
    char expected[65];
    size_t before = strlen(timestamp);
    memcpy(message, timestamp, before);
    message[before] = '.';
    memcpy(message + before + 1, sent->body, sent->length);
    assert_non_null(
        HMAC(EVP_sha256(), secret, (int)strlen(secret), message, before + 1 + sent->length, mac, NULL));
    for (int i = 0; i < 32; i++)
        snprintf(expected + 2 * i, 3, "%02x", mac[i]);
    return strcasecmp(expected, hex) == 0;
}

// A repeated header counts once, the first; an empty one is as good as none.
static const char *header(const char *before, bool without, const char *value) {
    const char *first = before != NULL ? before : without ? "" : value;
    return *first == '\0' ? NULL : first;
}

static bool is_good(const struct sent *sent) {
    const char *timestamp = header(sent->timestamp_before, sent->without_timestamp, sent->timestamp);
    const char *value = header(sent->value_before, sent->without_value, sent->value);
    if (timestamp == NULL || value == NULL || strlen(value) != 67 || memcmp(value, "v1=", 3) != 0)
        return false;
    bool known = false;
    for (size_t i = 0; i < sent->secret_count; i++)
        known |= *sent->secrets[i] != '\0' && hmac_is(sent, timestamp, sent->secrets[i], value + 3);
    bool is_time = sent->is_time && strcmp(timestamp, sent->timestamp) == 0;
    int64_t age = sent->now - sent->at;
    return known && is_time && age <= (int64_t)sent->max_age_s * 1000000 && age >= INT64_C(-300000000);
}

// The one that is tried, through the request as a program reads it

static int no_more(void *source, char *bytes, int size) {
    struct sent *sent = source;
    size_t length = sent->length < (size_t)size ? sent->length : (size_t)size;
    memcpy(bytes, sent->body, length);
    memmove(sent->body, sent->body + length, sent->length - length);
    sent->length -= length;
    return (int)length;
}

static bool is_accepted(const struct sent *sent) {
    char lines[2 * MAX_HEADERS][SIZE + 32];
    char *environment[2 * MAX_HEADERS + 1] = {NULL};
    size_t count = 0;
    const char *const timestamps[] = {sent->timestamp_before,
                                      sent->without_timestamp ? NULL : sent->timestamp};
    const char *const values[] = {sent->value_before, sent->without_value ? NULL : sent->value};
    for (int i = 0; i < MAX_HEADERS; i++) {
        if (timestamps[i] != NULL) {
            snprintf(lines[count], sizeof lines[count], "HTTP_X_MINIVOICE_TIMESTAMP=%s", timestamps[i]);
            environment[count] = lines[count];
            count++;
        }
        if (values[i] != NULL) {
            snprintf(lines[count], sizeof lines[count], "HTTP_X_MINIVOICE_SIGNATURE=%s", values[i]);
            environment[count] = lines[count];
            count++;
        }
    }
    struct sent source = *sent;
    static struct request request;
    request_read(&request, environment, no_more, &source);
    struct signature signature = request_signature(&request);
    enum signature_verdict verdict =
        signature_check(&signature, sent->secrets, sent->secret_count, sent->now, sent->max_age_s);
    request_free(&request);
    return verdict == SIGNATURE_GOOD;
}

// A good request

static void sign(struct sent *sent, const char *secret) {
    unsigned char message[SIZE + 1 + sizeof sent->body];
    unsigned char mac[EVP_MAX_MD_SIZE];
    size_t before = strlen(sent->timestamp);
    memcpy(message, sent->timestamp, before);
    message[before] = '.';
    memcpy(message + before + 1, sent->body, sent->length);
    HMAC(EVP_sha256(), secret, (int)strlen(secret), message, before + 1 + sent->length, mac, NULL);
    memcpy(sent->value, "v1=", 4);
    for (int i = 0; i < 32; i++)
        snprintf(sent->value + 3 + 2 * i, 3, "%02x", mac[i]);
}

// A moment in one of the forms that the platform may send. Of 28 days of any month, so that the date needs no
// calendar.
static void stamp(struct sent *sent, struct dice *dice) {
    static const int64_t of_2025[] = {20089, 20120, 20148, 20179, 20209, 20240,
                                      20270, 20301, 20332, 20362, 20393, 20423};  // each month's first day
    size_t month = below(dice, 12);
    size_t day = below(dice, 28);
    int second = (int)below(dice, 86400);
    int ms = (int)below(dice, 1000);
    int zone = (int)below(dice, 2) * 120;  // minutes
    size_t form = below(dice, 4);
    int64_t unix_second = (of_2025[month] + (int64_t)day) * 86400 + second;
    if (form == 0)
        snprintf(sent->timestamp, SIZE, "%" PRId64, unix_second);
    else if (form == 1)
        snprintf(sent->timestamp, SIZE, "%" PRId64 "%03d", unix_second, ms);
    else
        snprintf(sent->timestamp, SIZE, "2025-%02zu-%02zuT%02d:%02d:%02d%s", month + 1, day + 1,
                 second / 3600, second / 60 % 60, second % 60,
                 form == 2   ? "Z"
                 : zone == 0 ? "+00:00"
                             : "+02:00");
    sent->at = (unix_second - (form == 3 ? zone * 60 : 0)) * 1000000 + (form == 1 ? ms * 1000 : 0);
    sent->is_time = true;
}

static const char *const known_secrets[] = {
    "whsec_one", "two", "a third secret with more than sixty-four characters in it, so hashed first"};

// Any bytes, NUL and dots among them; sometimes none.
static void fill(struct sent *sent, struct dice *dice) {
    sent->length = below(dice, MAX_BODY);
    for (size_t i = 0; i < sent->length; i++)
        sent->body[i] = (unsigned char)(below(dice, 8) == 0 ? '.' : below(dice, 256));
}

static void make_good(struct sent *sent, struct dice *dice) {
    *sent = (struct sent){.secret_count = 1 + below(dice, MAX_SECRETS), .max_age_s = 86400};
    for (size_t i = 0; i < sent->secret_count; i++)
        sent->secrets[i] = known_secrets[i];
    stamp(sent, dice);
    sent->now = sent->at + (int64_t)below(dice, UINT64_C(86400000000) + 300000000) - 300000000;
    fill(sent, dice);
    sign(sent, sent->secrets[below(dice, sent->secret_count)]);
}

// Changes

static char other_than(char c, struct dice *dice) {
    return (char)(1 + ((unsigned char)c + below(dice, 254)) % 255);
}

// Changes one character; never to a NUL, which would cut.
static void change(char *text, struct dice *dice) {
    size_t at = below(dice, strlen(text));
    char before = text[at];
    while (text[at] == before)
        text[at] = other_than(before, dice);
}

static enum may nothing(struct sent *sent, struct dice *dice) {
    (void)sent;
    (void)dice;
    return STAYS;
}

static enum may case_of_digits(struct sent *sent, struct dice *dice) {
    for (char *at = sent->value + 3; *at != '\0'; at++)
        if (below(dice, 2) == 0)
            *at = (char)toupper((unsigned char)*at);
    return STAYS;
}

static enum may byte_of_body(struct sent *sent, struct dice *dice) {
    if (sent->length == 0)
        return STAYS;
    sent->body[below(dice, sent->length)] ^= (unsigned char)(1 + below(dice, 255));
    return BREAKS;
}

static enum may shorter_body(struct sent *sent, struct dice *dice) {
    if (sent->length == 0)
        return STAYS;
    sent->length = below(dice, sent->length);
    return BREAKS;
}

static enum may longer_body(struct sent *sent, struct dice *dice) {
    size_t more = 1 + below(dice, 15);
    for (size_t i = 0; i < more; i++)
        sent->body[sent->length++] = (unsigned char)below(dice, 256);
    return BREAKS;
}

static enum may swapped_bytes(struct sent *sent, struct dice *dice) {
    if (sent->length < 2)
        return STAYS;
    size_t at = below(dice, sent->length - 1);
    unsigned char first = sent->body[at];
    sent->body[at] = sent->body[at + 1];
    sent->body[at + 1] = first;
    return sent->body[at] == first ? STAYS : BREAKS;
}

static enum may byte_of_timestamp(struct sent *sent, struct dice *dice) {
    change(sent->timestamp, dice);
    sent->is_time = false;
    return BREAKS;
}

static enum may shorter_timestamp(struct sent *sent, struct dice *dice) {
    sent->timestamp[below(dice, strlen(sent->timestamp))] = '\0';
    return BREAKS;
}

static enum may longer_timestamp(struct sent *sent, struct dice *dice) {
    static const char *const behind[] = {" ", "0", "Z", ".", ".0", "\t", "+00:00"};
    strcat(sent->timestamp, behind[below(dice, sizeof behind / sizeof *behind)]);
    return BREAKS;
}

static enum may another_timestamp(struct sent *sent, struct dice *dice) {
    char before[SIZE];
    memcpy(before, sent->timestamp, SIZE);
    stamp(sent, dice);
    sent->now = sent->at;
    return strcmp(before, sent->timestamp) == 0 ? STAYS : BREAKS;
}

// What is signed stays the same to the byte: only the place of the dot between timestamp and body is another.
static enum may moved_dot(struct sent *sent, struct dice *dice) {
    unsigned char *dot = memchr(sent->body, '.', sent->length);
    (void)dice;
    if (dot == NULL || memchr(sent->body, '\0', (size_t)(dot - sent->body)) != NULL)
        return STAYS;
    size_t before = (size_t)(dot - sent->body);
    size_t length = strlen(sent->timestamp);
    sent->timestamp[length] = '.';
    memcpy(sent->timestamp + length + 1, sent->body, before);
    sent->timestamp[length + 1 + before] = '\0';
    sent->length -= before + 1;
    memmove(sent->body, dot + 1, sent->length);
    sent->is_time = false;
    return BREAKS;
}

static enum may byte_of_value(struct sent *sent, struct dice *dice) {
    char before[SIZE];
    memcpy(before, sent->value, SIZE);
    change(sent->value, dice);
    return strcasecmp(before, sent->value) == 0 && sent->value[0] == 'v' ? STAYS : BREAKS;
}

static enum may shorter_value(struct sent *sent, struct dice *dice) {
    sent->value[below(dice, strlen(sent->value))] = '\0';
    return BREAKS;
}

static enum may longer_value(struct sent *sent, struct dice *dice) {
    static const char *const behind[] = {" ", "0", "00", ",", ";", "\t", "\r", "=", "v1="};
    strcat(sent->value, behind[below(dice, sizeof behind / sizeof *behind)]);
    return BREAKS;
}

static enum may another_version(struct sent *sent, struct dice *dice) {
    static const char *const versions[] = {"",     "v2=",  "V1=",     "v1",  " v1=", "v1 =", "v1= ",
                                           "v01=", "v1==", "sha256=", "v1:", "v11=", "1=",   "\"v1="};
    char digits[65];
    memcpy(digits, sent->value + 3, sizeof digits);
    snprintf(sent->value, SIZE, "%s%s", versions[below(dice, sizeof versions / sizeof *versions)], digits);
    return BREAKS;
}

// Several in one header, as a proxy joins repeated ones: none is chosen.
static enum may several_values(struct sent *sent, struct dice *dice) {
    static const char *const between[] = {",", ", ", " ", ";", "&", ""};
    char good[SIZE / 2];
    char other[SIZE / 2];
    memcpy(good, sent->value, sizeof good);
    memcpy(other, sent->value, sizeof other);
    if (below(dice, 2) == 0)
        other[3 + below(dice, 64)] ^= 1;
    bool first = below(dice, 2) == 0;
    snprintf(sent->value, SIZE, "%s%s%s", first ? good : other,
             between[below(dice, sizeof between / sizeof *between)], first ? other : good);
    return BREAKS;
}

static enum may header_in_front(struct sent *sent, struct dice *dice) {
    static const char zeros[] = "v1=0000000000000000000000000000000000000000000000000000000000000000";
    static const char *const timestamps[] = {"", "1748520600", "0", "now"};
    if (below(dice, 2) == 0)
        sent->value_before = below(dice, 2) == 0 ? "" : zeros;
    else
        sent->timestamp_before = timestamps[below(dice, 4)];
    return sent->timestamp_before != NULL && strcmp(sent->timestamp_before, sent->timestamp) == 0 ? STAYS
                                                                                                  : BREAKS;
}

// The first counts, whatever comes behind it.
static enum may header_behind(struct sent *sent, struct dice *dice) {
    static char first[2][SIZE];
    memcpy(first[0], sent->timestamp, SIZE);
    memcpy(first[1], sent->value, SIZE);
    sent->timestamp_before = first[0];
    sent->value_before = first[1];
    change(sent->value, dice);
    return STAYS;
}

static enum may header_missing(struct sent *sent, struct dice *dice) {
    sent->without_timestamp = below(dice, 2) == 0;
    sent->without_value = !sent->without_timestamp || below(dice, 2) == 0;
    return BREAKS;
}

static enum may strange_secret(struct sent *sent, struct dice *dice) {
    static const char *const strange[] = {"whsec_on", "whsec_onee", "Whsec_one", "tw",
                                          "two ",     "any",        "secret"};
    sign(sent, strange[below(dice, sizeof strange / sizeof *strange)]);
    return BREAKS;
}

// An empty secret among others: whoever signs with it is nobody, and the others go on being good.
static enum may empty_secret(struct sent *sent, struct dice *dice) {
    sent->secrets[below(dice, sent->secret_count)] = "";
    bool with_empty = below(dice, 2) == 0;
    if (with_empty)
        sign(sent, "");
    return with_empty ? BREAKS : AS_JUDGED;
}

static enum may retired_secret(struct sent *sent, struct dice *dice) {
    size_t retired = below(dice, sent->secret_count);
    sign(sent, sent->secrets[retired]);
    sent->secrets[retired] = sent->secrets[--sent->secret_count];
    (void)dice;
    return BREAKS;
}

static enum may next_secret(struct sent *sent, struct dice *dice) {
    sign(sent, sent->secrets[below(dice, sent->secret_count)]);
    return STAYS;
}

static enum may no_secret(struct sent *sent, struct dice *dice) {
    (void)dice;
    sent->secret_count = 0;
    return BREAKS;
}

// A microsecond before, at and after both ends of the time in which it is good.
static enum may edge_of_time(struct sent *sent, struct dice *dice) {
    int64_t off = (int64_t)below(dice, 3) - 1;
    sent->max_age_s = (int)(1 + below(dice, 31536000));
    bool old = below(dice, 2) == 0;
    sent->now = sent->at + (old ? (int64_t)sent->max_age_s * 1000000 : INT64_C(-300000000)) + off;
    return (old ? off <= 0 : off >= 0) ? STAYS : BREAKS;
}

static enum may no_time(struct sent *sent, struct dice *dice) {
    static const char *const words[] = {"now",
                                        " 1748520600",
                                        "1748520600 ",
                                        "+1748520600",
                                        "-1",
                                        "1748520600.5",
                                        "1e9",
                                        "0x6838",
                                        "2025-05-29",
                                        "2025-02-30T00:00:00Z",
                                        "2025-05-29T12:10:00",
                                        "1748520600123456",
                                        "99999999999999999999"};
    snprintf(sent->timestamp, SIZE, "%s", words[below(dice, sizeof words / sizeof *words)]);
    sent->is_time = false;
    sign(sent, sent->secrets[0]);
    return BREAKS;
}

typedef enum may changer(struct sent *sent, struct dice *dice);

static changer *const changers[] = {
    nothing,           case_of_digits,    byte_of_body,     shorter_body,   longer_body,       swapped_bytes,
    byte_of_timestamp, shorter_timestamp, longer_timestamp, moved_dot,      another_timestamp, byte_of_value,
    shorter_value,     longer_value,      another_version,  several_values, header_in_front,   header_behind,
    header_missing,    strange_secret,    empty_secret,     retired_secret, next_secret,       no_secret,
    edge_of_time,      no_time,
};
enum { CHANGERS = sizeof changers / sizeof *changers };

// The whole

static size_t setting(const char *name, size_t otherwise) {
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? otherwise : strtoul(value, NULL, 10);
}

struct tally {
    size_t good;
    size_t bad;
    size_t false_accepts;
    size_t false_refusals;
};

static void judge(const struct sent *sent, enum may may, size_t nth, struct tally *tally) {
    bool good = is_good(sent);
    bool accepted = is_accepted(sent);
    if (may != AS_JUDGED && good != (may == STAYS))
        fail_msg("change %zu: the judge and the change do not agree", nth);
    tally->good += good;
    tally->bad += !good;
    tally->false_accepts += accepted && !good;
    tally->false_refusals += good && !accepted;
}

TEST(no_mutation_of_a_signed_request_is_judged_wrongly) {
    size_t times = setting("TIMES", 100000);
    struct dice dice = {.state = setting("SEED", 1)};
    struct tally tally = {0};
    for (size_t i = 0; i < times; i++) {
        struct sent sent;
        make_good(&sent, &dice);
        enum may may = changers[i % CHANGERS](&sent, &dice);
        judge(&sent, may, i % CHANGERS, &tally);
    }
    print_message(
        "# %zu signed requests with %d kinds of changes: %zu good, %zu not; %zu false accepts, %zu false refusals\n",
        times, CHANGERS, tally.good, tally.bad, tally.false_accepts, tally.false_refusals);
    assert_int_equal(tally.false_accepts, 0);
    assert_int_equal(tally.false_refusals, 0);
    assert_true(tally.good > 0 && tally.bad > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_mutation_of_a_signed_request_is_judged_wrongly)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
