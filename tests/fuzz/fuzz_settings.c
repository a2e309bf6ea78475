// fuzz_settings.c: settings of any bytes. Each line of an input is the value of one of the variables below,
// in this order; what comes after them is in the file of IVR_WEBHOOK_SECRET_FILE, where its value is "file".
#include "conf.h"

#include <ctype.h>
#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"
#include "numbers.h"

static const char *const names[] = {
    "IVR_PUBLIC_URL",
    "IVR_WEBHOOK_SECRET",
    "IVR_WEBHOOK_SECRET_FILE",
    "IVR_ACCESS_KEY",
    "IVR_ALLOW_UNSIGNED",
    "IVR_REDIRECT_STATE",
    "IVR_THREADS",
    "IVR_REQUIRE_SIGNED_QUESTIONS",
    "IVR_GATHER_WAIT_MS",
    "IVR_GATHER_POLL_MS",
    "IVR_DB_BUDGET_MS",
    "IVR_FALLBACK_DESTINATION",
    "IVR_WEBHOOK_BUDGET_MS",
    "IVR_SPOOL_MAX_MB",
    "IVR_SPOOL_DIR",
    "IVR_SIGNATURE_MAX_AGE_S",
    "IVR_SPOOL_EVENTS",
    "IVR_SETTINGS_CACHE",
    "IVR_MAX_WAITING",
    "IVR_OF_NOBODY",
};
enum { NAMES = sizeof names / sizeof *names, SECRET_FILE = 2 };

// The programs read the environment as it is; here it holds the settings alone.
static char *environment[NAMES + 1];

static const char *secret_path(void) {
    static char path[64];
    if (*path == '\0')
        snprintf(path, sizeof path, "/dev/shm/fuzz_settings.%ld", (long)getpid());
    return path;
}

static void set(size_t nth, const char *value) {
    if (nth == SECRET_FILE && *value != '\0')
        value = strcmp(value, "file") == 0 ? secret_path() : "/nonexistent";
    size_t size = strlen(names[nth]) + strlen(value) + 2;
    environment[nth] = malloc(size);
    REQUIRE(environment[nth] != NULL);
    snprintf(environment[nth], size, "%s=%s", names[nth], value);
}

static void put_secrets(const uint8_t *data, size_t size) {
    int file = open(secret_path(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(file >= 0 && write(file, data, size) == (ssize_t)size);
    close(file);
}

static bool within(int value, int least, int most) {
    return value >= least && value <= most;
}

static void check_secret(const char *secret) {
    size_t length = strlen(secret);
    REQUIRE(length > 0 && strpbrk(secret, ", \t\r\n\\") == NULL);
    for (size_t i = 0; i < length; i++)
        REQUIRE(secret[i] > ' ' && secret[i] < 0x7f);
}

static void check_for_callers(const struct conf *conf) {
    size_t length = strlen(conf->public_url);
    REQUIRE(length >= 8 && length <= 1024 && conf->public_url[length - 1] != '/');
    REQUIRE(strncmp(conf->public_url, "http", 4) == 0 && strpbrk(conf->public_url, " ?#\"<>\\") == NULL);
    REQUIRE(conf->fallback_destination == NULL || number_is_destination(conf->fallback_destination));
    REQUIRE(conf->access_key_count > 0 || getenv("IVR_ACCESS_KEY") == NULL ||
            *getenv("IVR_ACCESS_KEY") == '\0');
    for (size_t i = 0; i < conf->access_key_count; i++)
        REQUIRE(strlen(conf->access_keys[i]) <= 200 && strpbrk(conf->access_keys[i], ", \t\r\n") == NULL);
    REQUIRE(!conf->require_signed_questions || conf->secret_count > 0);
}

static void check(enum conf_needs needs) {
    struct conf conf;
    if (conf_read(&conf, needs) != 0) {
        REQUIRE(conf.public_url == NULL && conf.secret_list == NULL && conf.access_key_list == NULL);
        return;
    }
    REQUIRE(within(conf.threads, 1, 512) && within(conf.signature_age_s, 1, 31536000));
    REQUIRE(within(conf.gather_wait_ms, 0, 10000) && within(conf.gather_poll_ms, 5, 1000));
    REQUIRE(within(conf.most_waiting, 0, 4096) && within(conf.spool_most_mb, 1, 65536));
    REQUIRE(within(conf.db_budget_ms, 10, needs == CONF_FOR_WEBHOOKS ? 30000 : 5000));
    REQUIRE(conf.secret_count <= CONF_MAX_SECRETS && conf.access_key_count <= CONF_MAX_ACCESS_KEYS);
    for (size_t i = 0; i < conf.secret_count; i++)
        check_secret(conf.secrets[i]);
    if (needs == CONF_FOR_WEBHOOKS)
        REQUIRE(conf.secret_count > 0 || conf.allow_unsigned);
    else
        check_for_callers(&conf);
    conf_free(&conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char **environment_before = environ;
    for (size_t i = 0; i < NAMES; i++) {
        char *value = fuzz_line(&data, &size);
        set(i, value);
        free(value);
    }
    put_secrets(data, size);
    environ = environment;
    check(CONF_FOR_CALLERS);
    check(CONF_FOR_WEBHOOKS);
    REQUIRE(conf_warn_unknown(environment) == 1);
    environ = environment_before;
    for (size_t i = 0; i < NAMES; i++)
        free(environment[i]);
    unlink(secret_path());
    return 0;
}
