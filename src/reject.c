// reject.c: writes rejections to the log and to the database.
#include "reject.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "clock.h"

struct rejections {
    pthread_mutex_t mutex;
    int64_t minute;  // which one
    int kept;        // in it
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

static bool within_limit(struct rejections *rejections) {
    int64_t minute = clock_now() / 60000000;
    pthread_mutex_lock(&rejections->mutex);
    if (rejections->minute != minute)
        rejections->kept = 0;
    rejections->minute = minute;
    bool within = rejections->kept < REJECT_PER_MINUTE;
    rejections->kept += within;
    pthread_mutex_unlock(&rejections->mutex);
    return within;
}

static bool keep(struct app *app, const struct request *request, int status, const char *reason,
                 const char *detail) {
    struct store_rejection rejection = {
        .endpoint = program_invocation_short_name,
        .reason = reason,
        .detail = detail,
        .http_status = status,
        .remote_address = request->remote_address,
        .timestamp = request_text(request, "HTTP_X_MINIVOICE_TIMESTAMP"),
        .signature = request_text(request, "HTTP_X_MINIVOICE_SIGNATURE"),
        .raw = request->body,
        .raw_length = request->body_length,
        .declared_length = request->declared_length,
    };
    return store_rejection(app->store, &rejection, clock_in_ms(app->conf.db_budget_ms)) == DB_OK;
}

static void log_rejection(struct log_line *log, const char *outcome, const char *reason, const char *detail,
                          bool kept) {
    log_text(log, "outcome", outcome);
    log_text(log, "reason", reason);
    log_text(log, "detail", detail);
    log_text(log, "kept", kept ? "yes" : "no");
}

int reject(struct app *app, const struct request *request, struct log_line *log, int status,
           const char *reason, const char *detail) {
    bool kept = within_limit(app->rejections) && keep(app, request, status, reason, detail);
    log_rejection(log, "rejected", reason, detail, kept);
    return status;
}

int reject_acknowledged(struct app *app, const struct request *request, struct log_line *log,
                        const char *reason, const char *detail) {
    bool kept = keep(app, request, 200, reason, detail);
    log_rejection(log, "not understood", reason, detail, kept);
    return kept ? 0 : 503;
}
