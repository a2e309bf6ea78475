// conf.c: reads IVR_* variables and says all that is wrong with them at once.
#include "conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "envfile.h"
#include "guarded.h"
#include "log.h"
#include "numbers.h"

static const char *text(const char *name) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

static int whole_number(const char *name, int otherwise, int least, int most, int *faults) {
    const char *value = text(name);
    if (value == NULL)
        return otherwise;
    char *end;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (errno != 0 || *end != '\0' || number < least || number > most) {
        log_error("configuration", "%s must be a whole number from %d to %d", name, least, most);
        ++*faults;
        return otherwise;
    }
    return (int)number;
}

// One of two words: returns true for `yes`, false for `no`.
static bool one_of(const char *name, const char *yes, const char *no, bool otherwise, int *faults) {
    const char *value = text(name);
    if (value == NULL)
        return otherwise;
    if (strcmp(value, yes) == 0)
        return true;
    if (strcmp(value, no) != 0) {
        log_error("configuration", "%s must be %s or %s", name, yes, no);
        ++*faults;
    }
    return false;
}

// Secrets

// What a reader of environment files (systemd, a shell) would have changed is none: the events would be
// refused, and nothing would say why.
static bool is_secret(const char *secret) {
    for (const char *at = secret; *at != '\0'; at++)
        if (*at <= ' ' || *at >= 0x7f || *at == '\\')
            return false;
    return strchr("\"'", secret[0]) == NULL && strchr("\"'", secret[strlen(secret) - 1]) == NULL;
}

// Returns the text, or NULL after logging what is wrong.
static char *read_secret_file(const char *path) {
    mode_t mode;
    const char *fault;
    char *list = guarded_read(path, CONF_MAX_SECRET_FILE, &mode, &fault);
    if (list != NULL && (mode & S_IROTH) == 0)
        return list;
    log_error("configuration", "the file of IVR_WEBHOOK_SECRET_FILE: %s",
              list == NULL ? fault : "may be read or written by others: chmod 600 (or 640)");
    free(list);
    return NULL;
}

static int cut_secrets(struct conf *conf, const char *name) {
    char *rest = NULL;
    for (char *one = strtok_r(conf->secret_list, ", \t\r\n", &rest); one != NULL;
         one = strtok_r(NULL, ", \t\r\n", &rest)) {
        if (conf->secret_count == CONF_MAX_SECRETS) {
            log_error("configuration", "%s holds more than %d secrets", name, CONF_MAX_SECRETS);
            return -1;
        }
        if (!is_secret(one)) {
            log_error("configuration",
                      "%s: a secret must be printable ASCII, without a backslash and without a quote at its "
                      "ends",
                      name);
            return -1;
        }
        conf->secrets[conf->secret_count++] = one;
    }
    return 0;
}

static int read_secrets(struct conf *conf) {
    const char *value = text("IVR_WEBHOOK_SECRET");
    const char *path = text("IVR_WEBHOOK_SECRET_FILE");
    if (value != NULL && path != NULL) {
        log_error("configuration", "IVR_WEBHOOK_SECRET and IVR_WEBHOOK_SECRET_FILE are both set: set one");
        return -1;
    }
    if (value == NULL && path == NULL)
        return 0;
    conf->secret_list = path != NULL ? read_secret_file(path) : strdup(value);
    if (conf->secret_list == NULL)
        return -1;
    return cut_secrets(conf, path != NULL ? "IVR_WEBHOOK_SECRET_FILE" : "IVR_WEBHOOK_SECRET");
}

// For questions: a file that is the webhook's alone is no fault, unless they must be signed.
static int read_secrets_for_questions(struct conf *conf) {
    const char *value = text("IVR_WEBHOOK_SECRET");
    const char *path = text("IVR_WEBHOOK_SECRET_FILE");
    bool is_ours = path != NULL && (conf->require_signed_questions || access(path, R_OK) == 0);
    if (value == NULL)
        return is_ours ? read_secrets(conf) : 0;
    conf->secret_list = strdup(value);
    return conf->secret_list == NULL ? -1 : cut_secrets(conf, "IVR_WEBHOOK_SECRET");
}

// Each is a part of access_key_list. What is set but holds no key would open to everybody.
static int read_access_keys(struct conf *conf) {
    const char *value = text("IVR_ACCESS_KEY");
    if (value == NULL)
        return 0;
    conf->access_key_list = strdup(value);
    if (conf->access_key_list == NULL)
        return -1;
    bool fit = true;
    char *rest = NULL;
    for (char *one = strtok_r(conf->access_key_list, ", \t\r\n", &rest); one != NULL && fit;
         one = strtok_r(NULL, ", \t\r\n", &rest)) {
        fit = conf->access_key_count < CONF_MAX_ACCESS_KEYS && strlen(one) <= 200;
        if (fit)
            conf->access_keys[conf->access_key_count++] = one;
    }
    fit &= conf->access_key_count > 0;
    if (!fit)
        log_error("configuration", "IVR_ACCESS_KEY must hold 1 to %d keys of at most 200 characters",
                  CONF_MAX_ACCESS_KEYS);
    return fit ? 0 : -1;
}

// http:// or https://, a host, and only what may stand in a URL before its query.
static bool is_base_url(const char *url) {
    const char *host = strncmp(url, "https://", 8) == 0  ? url + 8
                       : strncmp(url, "http://", 7) == 0 ? url + 7
                                                         : "";
    for (const char *at = url; *at != '\0'; at++)
        if (*at <= ' ' || *at >= 0x7f || strchr("?#\"<>\\", *at) != NULL)
            return false;
    return *host != '\0' && *host != '/' && *host != ':' && strlen(url) <= 1024;
}

static int read_public_url(struct conf *conf) {
    const char *value = text("IVR_PUBLIC_URL");
    if (value == NULL || !is_base_url(value)) {
        log_error("configuration",
                  "IVR_PUBLIC_URL must be the URL under which the platform reaches these programs, "
                  "e.g. https://example.com/minivoice");
        return -1;
    }
    size_t length = strlen(value);
    while (value[length - 1] == '/')
        length--;
    conf->public_url = strndup(value, length);
    return conf->public_url == NULL ? -1 : 0;
}

// Right for a demonstration, so it is no fault.
static void warn_of_placeholder(const struct conf *conf) {
    if (conf->fallback_destination != NULL && number_is_placeholder(conf->fallback_destination))
        log_warning("configuration",
                    "IVR_FALLBACK_DESTINATION is a placeholder of the documents, where nobody answers: "
                    "set it to a number of your own, or leave it out");
}

static int check_for_callers(struct conf *conf) {
    int faults = read_public_url(conf) != 0;
    faults += read_access_keys(conf) != 0;
    bool unread = read_secrets_for_questions(conf) != 0;
    faults += unread;
    if (!unread && conf->require_signed_questions && conf->secret_count == 0) {
        log_error("configuration", "IVR_REQUIRE_SIGNED_QUESTIONS=1 needs IVR_WEBHOOK_SECRET");
        faults++;
    }
    if (conf->fallback_destination != NULL && !number_is_destination(conf->fallback_destination)) {
        log_error("configuration", "IVR_FALLBACK_DESTINATION must be an E.164 number or a SIP URI");
        faults++;
    }
    warn_of_placeholder(conf);
    return faults;
}

static int check_for_webhooks(struct conf *conf) {
    int faults = read_secrets(conf) != 0;
    if (faults == 0 && conf->secret_count == 0 && !conf->allow_unsigned) {
        log_error("configuration",
                  "IVR_WEBHOOK_SECRET is not set: set it to the application's webhook_secret, or "
                  "IVR_WEBHOOK_SECRET_FILE to a file that holds it, or IVR_ALLOW_UNSIGNED=1 to accept events "
                  "from anybody");
        faults++;
    }
    if (conf->spool_events && conf->spool_directory == NULL) {
        log_error("configuration", "IVR_SPOOL_EVENTS=1 needs IVR_SPOOL_DIR");
        faults++;
    }
    return faults;
}

int conf_read(struct conf *conf, enum conf_needs needs) {
    int faults = 0;
    bool webhooks = needs == CONF_FOR_WEBHOOKS;
    *conf = (struct conf){
        .fallback_destination = text("IVR_FALLBACK_DESTINATION"),
        .settings_cache = text("IVR_SETTINGS_CACHE"),
        .spool_directory = text("IVR_SPOOL_DIR"),
        .allow_unsigned = one_of("IVR_ALLOW_UNSIGNED", "1", "0", false, &faults),
        .require_signed_questions = one_of("IVR_REQUIRE_SIGNED_QUESTIONS", "1", "0", false, &faults),
        .state_in_url = one_of("IVR_REDIRECT_STATE", "query", "none", true, &faults),
        .signature_age_s = whole_number("IVR_SIGNATURE_MAX_AGE_S", 86400, 1, 31536000, &faults),
        .gather_wait_ms = whole_number("IVR_GATHER_WAIT_MS", 1500, 0, 10000, &faults),
        .gather_poll_ms = whole_number("IVR_GATHER_POLL_MS", 40, 5, 1000, &faults),
        .most_waiting = whole_number("IVR_MAX_WAITING", 256, 0, 4096, &faults),
        .db_budget_ms = webhooks ? whole_number("IVR_WEBHOOK_BUDGET_MS", 2000, 10, 30000, &faults)
                                 : whole_number("IVR_DB_BUDGET_MS", 300, 10, 5000, &faults),
        .threads = whole_number("IVR_THREADS", 32, 1, 512, &faults),
        .spool_most_mb = whole_number("IVR_SPOOL_MAX_MB", 256, 1, 65536, &faults),
        .trace_hours = whole_number("IVR_TRACE", 0, 0, 720, &faults),
        .spool_events = one_of("IVR_SPOOL_EVENTS", "1", "0", false, &faults),
    };
    faults += webhooks ? check_for_webhooks(conf) : check_for_callers(conf);
    if (faults > 0)
        conf_free(conf);
    return faults > 0 ? -1 : 0;
}

// All four read the same environment: what one does not need is known to another.
static bool is_known(const char *variable, size_t length) {
    static const char *const names[] = {
        "IVR_SPOOL_DIR",
        "IVR_SPOOL_EVENTS",
        "IVR_SPOOL_MAX_MB",
        "IVR_REQUIRE_SIGNED_QUESTIONS",
        "IVR_PUBLIC_URL",
        "IVR_FALLBACK_DESTINATION",
        "IVR_ACCESS_KEY",
        "IVR_SETTINGS_CACHE",
        "IVR_WEBHOOK_SECRET",
        "IVR_ALLOW_UNSIGNED",
        "IVR_REDIRECT_STATE",
        "IVR_SIGNATURE_MAX_AGE_S",
        "IVR_GATHER_WAIT_MS",
        "IVR_GATHER_POLL_MS",
        "IVR_MAX_WAITING",
        "IVR_DB_BUDGET_MS",
        "IVR_WEBHOOK_BUDGET_MS",
        "IVR_THREADS",
        "IVR_WEBHOOK_SECRET_FILE",
        ENVFILE_VARIABLE,
        "IVR_TRACE",
        "IVR_REPORT_LANGUAGE",
        "IVR_NOTIFY_PRIVATE",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && strncmp(names[i], variable, length) == 0)
            return true;
    return false;
}

int conf_warn_unknown(char *const *environment) {
    int unknown = 0;
    for (; *environment != NULL; environment++) {
        size_t length = strcspn(*environment, "=");
        if (strncmp(*environment, "IVR_", 4) != 0 || is_known(*environment, length))
            continue;
        log_warning("configuration", "%.*s is not known, and does nothing", (int)length, *environment);
        unknown++;
    }
    return unknown;
}

void conf_free(struct conf *conf) {
    free(conf->public_url);
    free(conf->secret_list);
    free(conf->access_key_list);
    conf->public_url = NULL;
    conf->secret_list = NULL;
    conf->secret_count = 0;
    conf->access_key_list = NULL;
    conf->access_key_count = 0;
}
