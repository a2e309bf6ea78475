// webhook.c: the webhook_url: every event of every call.
//
// POST /minivoice/webhook with the event as JSON, signed (PLATFORM section 7). Returns 200 once the event is
// committed or was known before; 401 when the signature is missing, wrong or out of date; 400 when the body
// is incomplete; 413 above 256 KiB; 405 for other methods; 503 with Retry-After when it cannot be stored, or,
// with IVR_SPOOL_EVENTS=1 and when it is in the spool, 202. A
// signed body that is no event is kept in ivr.rejected_requests and acknowledged: sending it again would not
// help.
#include <string.h>

#include "clock.h"
#include "event.h"
#include "reject.h"
#include "serve.h"
#include "signature.h"
#include "tracer.h"

static int verify(struct app *app, const struct request *request, struct log_line *log) {
    const struct conf *conf = &app->conf;
    const struct signature signature = request_signature(request);
    if (conf->secret_count == 0)
        return 0;  // IVR_ALLOW_UNSIGNED=1
    enum signature_verdict verdict =
        signature_check(&signature, conf->secrets, conf->secret_count, clock_wall(), conf->signature_age_s);
    if (verdict == SIGNATURE_GOOD)
        return 0;
    if (verdict == SIGNATURE_UNKNOWN)
        return 503;
    return reject(app, request, log, 401, "signature", signature_verdict_text(verdict));
}

// Whether the event is safe without the database.
static bool spool(struct app *app, const struct request *request, const struct event *event,
                  enum db_status status, int64_t received_at) {
    return app_may_spool(app, status) &&
           store_event_later(app->store, event->call_id, event->name, event->created_at, request->body,
                             request->body_length, received_at);
}

// Returns what came of it, in a word; NULL: the event is nowhere.
static const char *store(struct app *app, const struct request *request, const struct event *event,
                         struct log_line *log) {
    int64_t start = clock_now();
    int64_t received_at = clock_wall();
    bool duplicate = false;
    enum db_status status =
        store_event(app->store, event->call_id, event->name, event->created_at, request->body,
                    request->body_length, clock_in_ms(app->conf.db_budget_ms), &duplicate);
    double took_ms = clock_ms_since(start);
    const char *word = status == DB_OK                                   ? duplicate ? "duplicate" : "stored"
                       : spool(app, request, event, status, received_at) ? "spooled"
                                                                         : NULL;
    log_outcome(log, word == NULL ? "not stored" : word);
    log_word(log, "event", event->name);
    log_text(log, "call", event->call_id);
    log_ms(log, "db_ms", took_ms);
    return word;
}

static void acknowledge(struct reply *reply, const char *word) {
    reply->accepted = strcmp(word, "spooled") == 0;
    reply_literal(reply, reply->accepted                  ? "{\"status\":\"spooled\"}"
                         : strcmp(word, "duplicate") == 0 ? "{\"status\":\"duplicate\"}"
                                                          : "{\"status\":\"stored\"}");
}

static int receive(struct app *app, struct request *request, struct reply *reply, struct log_line *log) {
    struct event event;
    const char *fault = event_read(&event, request->body, request->body_length);
    reply_literal(reply, "{\"status\":\"not understood\"}");
    if (fault != NULL && app->conf.secret_count == 0)
        return reject(app, request, log, 400, "not an event", fault);
    if (fault != NULL) {
        int status = reject_acknowledged(app, request, log, "not an event", fault);
        reply->accepted = status == 202;
        return reply->accepted ? 0 : status;
    }
    const char *word = store(app, request, &event, log);
    if (tracer_is_on(app->tracer))
        request->event_call = strdup(event.call_id);
    event_free(&event);
    if (word == NULL)
        return 503;
    acknowledge(reply, word);
    return 0;
}

static int webhook(struct app *app, struct request *request, struct reply *reply, struct log_line *log) {
    if (strcmp(request->method, "POST") != 0)
        return 405;
    if (request->out_of_memory)
        return 503;
    if (request->body_state == BODY_TOO_LARGE)
        return reject(app, request, log, 413, "too large", "the body is larger than 262144 bytes");
    if (request->body_state == BODY_BROKEN)
        return reject(app, request, log, 400, "body", "the body is not as long as CONTENT_LENGTH says");
    int status = verify(app, request, log);
    return status != 0 ? status : receive(app, request, reply, log);
}

int main(int count, char **arguments) {
    return serve(&(struct program){.needs = CONF_FOR_WEBHOOKS, .handle = webhook}, count, arguments);
}
