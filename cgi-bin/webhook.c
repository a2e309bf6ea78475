// webhook.c: the webhook_url: every event of every call.
//
// POST /minivoice/webhook with the event as JSON, signed (PLATFORM section 7). Returns 200 once the event is
// committed or was known before; 401 when the signature is missing, wrong or out of date; 400 when the body
// is incomplete; 413 above 256 KiB; 405 for other methods; 503 with Retry-After when it cannot be stored. A
// signed body that is no event is kept in ivr.rejected_requests and acknowledged: sending it again would not
// help.
#include <string.h>

#include "clock.h"
#include "event.h"
#include "reject.h"
#include "serve.h"
#include "signature.h"

static int verify(struct app *app, const struct request *request, struct log_line *log) {
    const struct conf *conf = &app->conf;
    const struct signature signature = request_signature(request);
    if (conf->secret_count == 0)
        return 0;  // IVR_ALLOW_UNSIGNED=1
    enum signature_verdict verdict =
        signature_check(&signature, conf->secrets, conf->secret_count, clock_wall(), conf->signature_age_s);
    if (verdict == SIGNATURE_GOOD)
        return 0;
    return reject(app, request, log, 401, "signature", signature_verdict_text(verdict));
}

static int store(struct app *app, const struct request *request, const struct event *event,
                 struct log_line *log, bool *duplicate) {
    int64_t start = clock_now();
    enum db_status status =
        store_event(app->store, event->call_id, event->name, event->created_at, request->body,
                    request->body_length, clock_in_ms(app->conf.db_budget_ms), duplicate);
    log_text(log, "outcome", status != DB_OK ? "not stored" : *duplicate ? "duplicate" : "stored");
    log_text(log, "event", event->name);
    log_text(log, "call", event->call_id);
    log_ms(log, "db_ms", clock_ms_since(start));
    return status == DB_OK ? 0 : 503;
}

static int receive(struct app *app, const struct request *request, struct log_line *log,
                   const char **result) {
    struct event event;
    const char *fault = event_read(&event, request->body, request->body_length);
    *result = "{\"status\":\"not understood\"}";
    if (fault != NULL && app->conf.secret_count == 0)
        return reject(app, request, log, 400, "not an event", fault);
    if (fault != NULL)
        return reject_acknowledged(app, request, log, "not an event", fault);
    bool duplicate = false;
    int status = store(app, request, &event, log, &duplicate);
    *result = duplicate ? "{\"status\":\"duplicate\"}" : "{\"status\":\"stored\"}";
    event_free(&event);
    return status;
}

static int webhook(struct app *app, struct request *request, struct reply *reply, struct log_line *log) {
    const char *result;
    if (strcmp(request->method, "POST") != 0)
        return 405;
    if (request->body_state == BODY_TOO_LARGE)
        return reject(app, request, log, 413, "too large", "the body is larger than 262144 bytes");
    if (request->body_state == BODY_BROKEN)
        return reject(app, request, log, 400, "body", "the body is not as long as CONTENT_LENGTH says");
    int status = verify(app, request, log);
    if (status == 0)
        status = receive(app, request, log, &result);
    if (status == 0)
        reply_literal(reply, result);
    return status;
}

int main(void) {
    return serve(&(struct program){.needs = CONF_FOR_WEBHOOKS, .handle = webhook});
}
