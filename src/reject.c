// reject.c: writes rejections to the log and to the database.
#include "reject.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "clock.h"

// What came in the minute that is running.
struct minute {
    int64_t number;
    int count;
    size_t bytes;
};

struct rejections {
    pthread_mutex_t mutex;
    struct minute refused;
    struct minute stray;
};

struct rejections *rejections_open(void) {
    struct rejections *rejections = calloc(1, sizeof *rejections);
    if (rejections != NULL)
        pthread_mutex_init(&rejections->mutex, NULL);
    return rejections;
}

void rejections_close(struct rejections *rejections) {
    if (rejections == NULL)
        return;
    pthread_mutex_destroy(&rejections->mutex);
    free(rejections);
}

static bool admit(struct rejections *rejections, struct minute *minute, size_t bytes) {
    int64_t now = clock_now() / 60000000;
    pthread_mutex_lock(&rejections->mutex);
    if (minute->number != now)
        *minute = (struct minute){.number = now};
    bool within = minute->count < REJECT_PER_MINUTE && minute->bytes + bytes <= REJECT_BYTES_PER_MINUTE;
    minute->count += within;
    minute->bytes += within ? bytes : 0;
    pthread_mutex_unlock(&rejections->mutex);
    return within;
}

bool reject_admits_stray(struct app *app) {
    return admit(app->rejections, &app->rejections->stray, 0);
}

static struct store_rejection rejection_of(const struct request *request, size_t most, int status,
                                           const char *reason, const char *detail) {
    return (struct store_rejection){
        .endpoint = program_invocation_short_name,
        .reason = reason,
        .detail = detail,
        .http_status = status,
        .remote_address = request->remote_address,
        .timestamp = request_text(request, "HTTP_X_MINIVOICE_TIMESTAMP"),
        .signature = request_text(request, "HTTP_X_MINIVOICE_SIGNATURE"),
        .raw = request->body,
        .raw_length = request->body_length < most ? request->body_length : most,
        .declared_length =
            request->declared_length >= 0 ? request->declared_length : (long long)request->body_length,
    };
}

static enum db_status keep(struct app *app, const struct store_rejection *rejection) {
    return store_rejection(app->store, rejection, clock_in_ms(app->conf.db_budget_ms));
}

// Bounded: not authentic.
static bool keep_stranger(struct app *app, const struct request *request, int status, const char *reason,
                          const char *detail) {
    size_t bytes = request->body_length < REJECT_MAX_RAW ? request->body_length : REJECT_MAX_RAW;
    struct store_rejection rejection = rejection_of(request, REJECT_MAX_RAW, status, reason, detail);
    return admit(app->rejections, &app->rejections->refused, bytes) && keep(app, &rejection) == DB_OK;
}

static void log_rejection(struct log_line *log, const char *outcome, const char *reason, const char *detail,
                          bool kept) {
    log_outcome(log, outcome);
    log_text(log, "reason", reason);
    log_text(log, "detail", detail);
    log_text(log, "kept", kept ? "yes" : "no");
}

int reject(struct app *app, const struct request *request, struct log_line *log, int status,
           const char *reason, const char *detail) {
    bool kept = keep_stranger(app, request, status, reason, detail);
    log_rejection(log, "rejected", reason, detail, kept);
    return status;
}

// As an event is: what comes to be understood later must not be lost before.
static bool spool(struct app *app, const struct store_rejection *rejection, enum db_status status,
                  int64_t received_at) {
    return app_may_spool(app, status) && store_rejection_later(app->store, rejection, received_at);
}

int reject_acknowledged(struct app *app, const struct request *request, struct log_line *log,
                        const char *reason, const char *detail) {
    int64_t received_at = clock_wall();
    struct store_rejection rejection = rejection_of(request, REQUEST_MAX_BODY, 200, reason, detail);
    enum db_status status = keep(app, &rejection);
    bool spooled = status != DB_OK && spool(app, &rejection, status, received_at);
    log_rejection(log, "not understood", reason, detail, status == DB_OK || spooled);
    return status == DB_OK ? 0 : spooled ? 202 : 503;
}
