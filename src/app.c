// app.c: opens and closes what every request may use.
#include "app.h"

#include "reject.h"
#include "spool.h"
#include "tracer.h"

bool app_open(struct app *app, enum conf_needs needs) {
    int budget = app->conf.db_budget_ms;
    app->rejections = rejections_open();
    if (app->conf.spool_directory != NULL)  // where it cannot be used, callers are answered all the same
        app->spool = spool_open(app->conf.spool_directory, (size_t)app->conf.spool_most_mb * 1024 * 1024);
    app->store = store_open(budget > CONF_LEAST_TIMEOUT_MS ? budget : CONF_LEAST_TIMEOUT_MS, app->spool);
    app->tracer = tracer_open(&app->conf);
    if (app->store != NULL && needs == CONF_FOR_CALLERS)
        app->snapshots = snapshots_open(app->store, app->conf.settings_cache);
    return app->rejections != NULL && app->store != NULL &&
           (needs == CONF_FOR_WEBHOOKS || app->snapshots != NULL);
}

bool app_may_spool(const struct app *app, enum db_status status) {
    return app->conf.spool_events && (status == DB_DOWN || status == DB_TIMEOUT);
}

void app_close(struct app *app) {
    snapshots_close(app->snapshots);
    store_close(app->store);
    tracer_close(app->tracer);
    spool_close(app->spool);
    rejections_close(app->rejections);
    conf_free(&app->conf);
}
