// harness.c: a whole program, told by AFL++ what was sent to it. Linked with each of the four, whose main is
// program_main here.
//
// An input is one request: a line with the method, one with the query, headers one a line, an empty line, the
// body. The program runs as plain CGI, from its start to its end, as often as the loop goes on. Its reply is
// judged: a wrong one is an abort, and so a finding. A signature header that says "good" becomes a good one.
//
//   FUZZ_DATABASE=1   with the database that PG* names; otherwise with one that refuses at once, and cached
//   settings
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "../fuzz/require.h"
#include "actions.h"

int program_main(int count, char **arguments);

#ifndef __AFL_LOOP
#define __AFL_LOOP(times) once()
static bool once(void) {
    static bool done;
    bool first = !done;
    done = true;
    return first;
}
#endif

#define SECRET "whsec_fuzz"

enum { LARGEST = 64 * 1024, REPLY = 128 * 1024, MAX_HEADERS = 64 };

// Cuts the next line off.
static char *line(char **rest) {
    char *start = *rest;
    char *end = strchr(start, '\n');
    if (end == NULL) {
        *rest += strlen(start);
    } else {
        *end = '\0';
        *rest = end + 1;
    }
    return start;
}

static void put_header(char *text) {
    char name[128] = "HTTP_";
    char *value = strchr(text, ':');
    if (value == NULL || value - text > 100)
        return;
    *value++ = '\0';
    value += strspn(value, " ");
    bool of_cgi = strcasecmp(text, "Content-Length") == 0 || strcasecmp(text, "Content-Type") == 0;
    char *at = of_cgi ? name : name + 5;
    for (const char *from = text; *from != '\0'; from++)
        *at++ = *from == '-' ? '_' : (char)toupper((unsigned char)*from);
    *at = '\0';
    if (strchr(name, '=') == NULL)
        setenv(name, value, 1);
}

static void sign(const char *body, size_t length) {
    unsigned char mac[EVP_MAX_MD_SIZE];
    char value[80] = "v1=";
    char now[24];
    static char message[LARGEST + 32];
    int before = snprintf(now, sizeof now, "%lld", (long long)time(NULL));
    memcpy(message, now, (size_t)before);
    message[before] = '.';
    memcpy(message + before + 1, body, length);
    HMAC(EVP_sha256(), SECRET, sizeof SECRET - 1, (unsigned char *)message, (size_t)before + 1 + length, mac,
         NULL);
    for (int i = 0; i < 32; i++)
        snprintf(value + 3 + 2 * i, 3, "%02x", mac[i]);
    setenv("HTTP_X_MINIVOICE_TIMESTAMP", now, 1);
    setenv("HTTP_X_MINIVOICE_SIGNATURE", value, 1);
}

static void put_settings(void) {
    static const char *const kept[] = {"PGHOST", "PGPORT", "PGDATABASE", "PGUSER"};
    char *values[4];
    bool database = getenv("FUZZ_DATABASE") != NULL;
    for (int i = 0; i < 4; i++)
        values[i] = getenv(kept[i]) == NULL ? NULL : strdup(getenv(kept[i]));
    clearenv();
    for (int i = 0; i < 4; i++) {
        if (values[i] != NULL)
            setenv(kept[i], values[i], 1);
        free(values[i]);
    }
    if (database) {
        setenv("FUZZ_DATABASE", "1", 1);
    } else {
        setenv("PGHOST", "/nowhere", 1);
        setenv("IVR_SETTINGS_CACHE", "tests/fuzz/corpus/config/everything", 1);
        setenv("IVR_DB_BUDGET_MS", "10", 1);
    }
    setenv("PGUSER", "ivr_app", 1);
    setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
    setenv("IVR_PUBLIC_URL", "https://example.com/minivoice", 1);
    setenv("IVR_FALLBACK_DESTINATION", "+15551230099", 1);
    setenv("IVR_WEBHOOK_SECRET", SECRET, 1);
    setenv("IVR_GATHER_WAIT_MS", "0", 1);
}

// Returns whether the request is signed as the platform would.
static bool put_request(char *text, size_t size, const char **body, size_t *length) {
    char *rest = text;
    char given[24];
    put_settings();
    setenv("REQUEST_METHOD", line(&rest), 1);
    setenv("QUERY_STRING", line(&rest), 1);
    for (int i = 0; i < MAX_HEADERS && *rest != '\0' && *rest != '\n'; i++)
        put_header(line(&rest));
    rest += *rest == '\n';
    *body = rest;
    *length = size - (size_t)(rest - text);
    snprintf(given, sizeof given, "%zu", *length);
    setenv("CONTENT_LENGTH", given, 0);
    const char *signature = getenv("HTTP_X_MINIVOICE_SIGNATURE");
    bool good = signature != NULL && strcmp(signature, "good") == 0;
    if (good)
        sign(*body, *length);
    return good;
}

// Whether a status is one that the program may give. Nothing is acknowledged that was not signed.
static bool may_say(int status, bool is_webhook, bool is_signed) {
    bool good = status == 200 || (is_webhook && status == 202);
    bool refused =
        is_webhook && (status == 400 || status == 401 || status == 405 || status == 413 || status == 503);
    return (good && (!is_webhook || is_signed)) || refused;
}

static void judge(char *reply, bool is_webhook, bool is_signed, bool is_head) {
    const char *fault;
    int status = strncmp(reply, "Status: ", 8) == 0 ? atoi(reply + 8) : 0;
    char *body = strstr(reply, "\r\n\r\n");
    REQUIRE(body != NULL && may_say(status, is_webhook, is_signed));
    body += 4;
    REQUIRE(is_head ? *body == '\0' : *body == '{');
    if (!is_webhook && !is_head)
        REQUIRE(actions_valid(body, &fault));
}

// Standard input and output as files in memory, which are emptied for the next time.
static void run(char *name, int in, int out, const char *body, size_t length) {
    char *arguments[] = {name, NULL};
    REQUIRE(ftruncate(in, 0) == 0 && pwrite(in, body, length, 0) == (ssize_t)length &&
            lseek(in, 0, SEEK_SET) == 0);
    REQUIRE(ftruncate(out, 0) == 0 && lseek(out, 0, SEEK_SET) == 0);
    REQUIRE(dup2(in, STDIN_FILENO) == STDIN_FILENO && dup2(out, STDOUT_FILENO) == STDOUT_FILENO);
    REQUIRE(program_main(1, arguments) == 0);
}

static void try_one(char *name, char *text, size_t size, int in, int out) {
    static char reply[REPLY];
    const char *body;
    size_t length;
    bool is_signed = put_request(text, size, &body, &length);
    bool is_head = strcmp(getenv("REQUEST_METHOD"), "HEAD") == 0;
    run(name, in, out, body, length);
    ssize_t got = pread(out, reply, sizeof reply - 1, 0);
    REQUIRE(got > 0);
    reply[got] = '\0';
    judge(reply, strstr(name, "webhook") != NULL, is_signed, is_head);
}

int main(int count, char **arguments) {
    static char text[LARGEST + 1];
    (void)count;
    int source = dup(STDIN_FILENO);
    int in = memfd_create("in", MFD_CLOEXEC);
    int out = memfd_create("out", MFD_CLOEXEC);
    REQUIRE(source >= 0 && in >= 0 && out >= 0);
    while (__AFL_LOOP(1000)) {
        lseek(source, 0, SEEK_SET);
        ssize_t size = read(source, text, LARGEST);
        if (size < 0)
            return 1;
        text[size] = '\0';
        try_one(arguments[0], text, (size_t)size, in, out);
    }
    return 0;
}
