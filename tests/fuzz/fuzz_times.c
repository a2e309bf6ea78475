// fuzz_times.c: timestamps of any bytes, beside a second reading of what RFC 3339 says; and any moment,
// written in any zone, read back.
#include "signature.h"

#include "fuzz.h"

// Days since 1970 in the calendar that RFC 3339 uses, from its rules: not through the C library.
static int64_t days_of(int64_t year, int month, int day) {
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int64_t past = year - 1;
    int64_t leaps = year == 0 ? -1 : past / 4 - past / 100 + past / 400;
    return past * 365 + leaps + before[month - 1] + (leap && month > 2) + day - 1 - 719162;
}

static bool month_has(int64_t year, int month, int day) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1] + (leap && month == 2);
}

// A shape: 0 stands for any digit, everything else for itself.
static bool begins(const char *text, const char *shape) {
    for (; *shape != '\0'; shape++, text++)
        if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape)
            return false;
    return true;
}

static int number(const char *text, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++)
        value = value * 10 + text[i] - '0';
    return value;
}

// Reads what follows the seconds. Returns false where that is no RFC 3339.
static bool read_rest(const char *at, int64_t *fraction, int64_t *offset) {
    *fraction = *offset = 0;
    if (*at == '.') {
        int64_t unit = 100000;
        if (!begins(at, ".0"))
            return false;
        for (at++; begins(at, "0"); at++, unit /= 10)
            *fraction += unit * number(at, 1);
    }
    if ((*at == 'Z' || *at == 'z') && at[1] == '\0')
        return true;
    if ((*at != '+' && *at != '-') || !begins(at + 1, "00:00") || at[6] != '\0')
        return false;
    int hours = number(at + 1, 2);
    int minutes = number(at + 4, 2);
    *offset = (*at == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return hours <= 23 && minutes <= 59;
}

// Whether text is RFC 3339 to the letter; a second 60 is left to the other side.
static bool read_strictly(const char *text, int64_t *microseconds) {
    int64_t fraction;
    int64_t offset;
    if (!begins(text, "0000-00-00T00:00:00") || !read_rest(text + 19, &fraction, &offset))
        return false;
    int year = number(text, 4);
    int month = number(text + 5, 2);
    int day = number(text + 8, 2);
    int hour = number(text + 11, 2);
    int minute = number(text + 14, 2);
    int second = number(text + 17, 2);
    if (!month_has(year, month, day) || hour > 23 || minute > 59 || second > 59)
        return false;
    *microseconds =
        ((days_of(year, month, day) * 24 + hour) * 3600 + minute * 60 + second - offset) * 1000000 + fraction;
    return true;
}

static void check_text(const char *text) {
    int64_t read;
    int64_t expected;
    bool is_time = signature_time(text, &read);
    if (read_strictly(text, &expected))
        REQUIRE(is_time && read == expected);
    if (is_time)
        REQUIRE(read >= INT64_C(-62167305600) * 1000000 && read <= INT64_C(1000000000000) * 1000000);
    size_t digits = strspn(text, "0123456789");
    if (digits > 0 && text[digits] == '\0')
        REQUIRE(is_time == (digits <= 15));
}

// A moment of the years 1 to 9999, in any zone of whole minutes, with six digits of a second.
static void check_written(uint64_t any, int zone) {
    int64_t second = (int64_t)(any % UINT64_C(315000000000)) - INT64_C(62000000000);
    int64_t fraction = (int64_t)(any >> 40) % 1000000;
    int64_t there = second + zone * 60;
    int64_t day = there / 86400 - (there % 86400 < 0);
    int in_day = (int)(there - day * 86400);
    int64_t year = 1969 + (day < 0 ? day / 365 : day / 366);
    while (days_of(year + 1, 1, 1) <= day)
        year++;
    int month = 1;
    while (month < 12 && days_of(year, month + 1, 1) <= day)
        month++;
    char text[64];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06d%c%02d:%02d", (int)year, month,
             (int)(day - days_of(year, month, 1)) + 1, in_day / 3600, in_day / 60 % 60, in_day % 60,
             (int)fraction, zone < 0 ? '-' : '+', abs(zone) / 60, abs(zone) % 60);
    int64_t read;
    REQUIRE(signature_time(text, &read));
    REQUIRE(read == second * 1000000 + fraction);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    check_text(text);
    free(text);
    uint64_t any = 0;
    for (size_t i = 0; i < size; i++)
        any = any * 1099511628211 + data[i];
    check_written(any, (int)(any % 2879) - 1439);
    return 0;
}
