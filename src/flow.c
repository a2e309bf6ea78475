// flow.c: reads top to bottom: what is told, what is known, what was pressed, what follows, store it, say it.
#include "flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actions.h"
#include "clock.h"
#include "reject.h"
#include "signature.h"

// A call that moves on between looking and storing is looked at again this often.
enum { MAX_LOOKS = 3 };

struct flow {
    struct app *app;
    const char *endpoint;
    bool first;  // for the endpoint answer
    int64_t started;
    struct told told;
    const struct config *config;
    struct store_state state;
    bool known;                   // the store told the state
    const struct number *number;  // the one that was called, where it is one of ours
    const struct menu *menu;
    char digits[MENU_MAX_DIGITS + 1];
    const char *digits_source;  // NULL where nothing was asked
    int waited_ms;
    struct decision decision;
    double db_ms;
};

// What is known

static enum db_status look(struct flow *flow) {
    int64_t start = clock_now();
    store_state_free(&flow->state);
    enum db_status status =
        store_call_state(flow->app->store, flow->told.call_id, flow->first ? 0 : flow->told.step, flow->first,
                         flow->told.from, clock_in_ms(flow->app->conf.db_budget_ms), &flow->state);
    flow->db_ms += clock_ms_since(start);
    flow->known = status == DB_OK;
    return status;
}

static int next_step(const struct flow *flow) {
    if (flow->known)
        return flow->state.next_step;
    return flow->first ? 1 : flow->told.step + 1 + (flow->told.step == 0);
}

// The menu that an endpoint is about when nothing else is said.
static const char *own_menu(const char *endpoint) {
    return strcmp(endpoint, "department") == 0 ? "department" : "main";
}

// The number that was called, or its application, as told in the request or known from the call's events.
static const struct number *choose_number(const struct flow *flow) {
    const char *const names[] = {flow->told.to, flow->state.to, flow->told.application_id,
                                 flow->state.application_id};
    const struct number *number = NULL;
    for (size_t i = 0; number == NULL && i < sizeof names / sizeof *names; i++)
        number = config_find_number(flow->config, names[i]);
    return number;
}

// The menu that the database knows was asked, the one that the request tells, the number's, or the endpoint's
// own.
static const struct menu *choose_menu(const struct flow *flow) {
    const struct menu *menu = config_find_menu(flow->config, flow->state.menu);
    if (menu == NULL)
        menu = config_find_menu(flow->config, flow->told.menu);
    if (menu == NULL && flow->first && flow->number != NULL)
        menu = flow->number->menu;
    if (menu == NULL)
        menu = config_find_menu(flow->config, own_menu(flow->endpoint));
    return menu;
}

// The digits: told in the request, stored, or awaited (the platform's redirect may overtake its webhook)

static void take_digits(struct flow *flow, const char *digits, const char *source) {
    menu_clean_digits(flow->menu, digits, flow->digits);
    flow->digits_source = source;
}

// A look that fails on the way does not end the waiting: the database may just be busy.
static void await_digits(struct flow *flow) {
    int64_t start = clock_now();
    int64_t deadline = start + (int64_t)flow->app->conf.gather_wait_ms * 1000;
    bool found = false;
    while (!found && clock_now() < deadline) {
        usleep((useconds_t)flow->app->conf.gather_poll_ms * 1000);
        found = look(flow) == DB_OK && (flow->state.digits != NULL || flow->state.response != NULL);
    }
    flow->waited_ms = (int)clock_ms_since(start);
    take_digits(flow, flow->state.digits, found ? "awaited" : "none");
}

static void find_digits(struct flow *flow) {
    if (flow->told.digits != NULL)
        take_digits(flow, flow->told.digits, "request");
    else if (flow->known && flow->state.digits != NULL)
        take_digits(flow, flow->state.digits, "stored");
    else if (flow->known && flow->told.call_id != NULL)
        await_digits(flow);
    else
        take_digits(flow, NULL, "none");
}

// The decision

// The same for the whole call, so that a choice between shares does not change; FNV-1a.
static uint32_t draw(const struct flow *flow) {
    uint32_t hash = 2166136261U;
    const char *text = flow->told.call_id;
    if (text == NULL)
        return (uint32_t)clock_now();
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619U;
    return hash;
}

// Where the answers cannot be counted in the database, the step in the URL bounds them. Without any of both,
// and without a call whose digits could still come, there is no asking again.
static struct situation situation_of(const struct flow *flow) {
    const struct store_state *state = &flow->state;
    int repeats = flow->told.step > 1 ? flow->told.step - 1 : 0;
    bool called = flow->told.call_id != NULL;
    bool counted = flow->known && called;
    bool silent = flow->digits[0] == '\0';
    return (struct situation){
        .now = clock_wall() / 1000000,
        .zone = flow->number == NULL ? NULL : flow->number->time_zone,
        .home = flow->number == NULL ? config_find_menu(flow->config, own_menu(flow->endpoint))
                                     : flow->number->menu,
        .step = next_step(flow),
        .can_ask_again = counted || (flow->app->conf.state_in_url && (called || !silent)),
        .recorded = state->recorded,
        .draw = draw(flow),
        .failed = state->failed,
        .caller = state->caller,
        .digits = flow->digits,
        .no_inputs = counted ? state->no_inputs : repeats,
        .invalids = counted ? state->invalids : repeats,
        .before = config_find_menu(flow->config, state->menu_before),
    };
}

static void decide(struct flow *flow) {
    flow->number = choose_number(flow);
    flow->menu = choose_menu(flow);
    if (flow->menu == NULL) {
        flow->decision =
            (struct decision){.kind = DECIDED_UNAVAILABLE,
                              .reason = flow->config == NULL ? "no configuration" : "no such menu"};
        return;
    }
    if (!flow->first)
        find_digits(flow);
    struct situation situation = situation_of(flow);
    flow->decision = flow->first ? menu_begin(flow->config, flow->menu, &situation)
                                 : menu_decide(flow->config, flow->menu, &situation);
}

// The answer

static void add_query(char *url, size_t size, const char *name, const char *value) {
    size_t length = strlen(url);
    length +=
        (size_t)snprintf(url + length, size - length, "%c%s=", strchr(url, '?') == NULL ? '?' : '&', name);
    for (; *value != '\0' && length + 4 < size; value++) {
        bool plain =
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", *value) != NULL;
        length +=
            (size_t)snprintf(url + length, size - length, plain ? "%c" : "%%%02X", (unsigned char)*value);
    }
}

// Bare, as in the documents, where no call id is told; a repeat then carries its number, so that it ends.
static void build_url(const struct flow *flow, char *url, size_t size) {
    const struct conf *conf = &flow->app->conf;
    const struct menu *menu = flow->decision.menu;
    char step[16];
    snprintf(url, size, "%s/%s", conf->public_url, menu->endpoint);
    snprintf(step, sizeof step, "%d", next_step(flow));
    if (conf->state_in_url && flow->told.call_id != NULL)
        add_query(url, size, "call_id", flow->told.call_id);
    if (conf->state_in_url && (flow->told.call_id != NULL || !flow->first))
        add_query(url, size, "step", step);
    if (strcmp(menu->name, own_menu(menu->endpoint)) != 0)
        add_query(url, size, "menu", menu->name);
    if (conf->access_key != NULL)
        add_query(url, size, "key", conf->access_key);
}

static char *render(struct flow *flow) {
    char url[4096];
    char *json = NULL;
    if (flow->menu != NULL) {
        build_url(flow, url, sizeof url);
        json = actions_for(&flow->decision, url);
    }
    if (json != NULL)
        return json;
    flow->decision.kind = DECIDED_UNAVAILABLE;
    flow->decision.destination = flow->app->conf.fallback_destination;
    return actions_unavailable(flow->app->conf.fallback_destination);
}

// Stores the answer and returns the one to give: this one, or the one that was stored meanwhile. NULL: look
// again. Without the database this one is given, and stored later.
static char *store(struct flow *flow, char *json, bool last_look) {
    int64_t start = clock_now();
    struct store_answer answer = {
        .call_id = flow->told.call_id,
        .step = next_step(flow),
        .asked_step = flow->known   ? flow->state.asked_step
                      : flow->first ? 0
                                    : flow->told.step,
        .endpoint = flow->endpoint,
        .digits = flow->digits_source == NULL ? NULL : flow->digits,
        .digits_source = flow->digits_source,
        .gathered_digest = flow->state.gathered_digest,
        .waited_ms = flow->waited_ms,
        .decision = &flow->decision,
        .from = flow->told.from,
        .to = flow->told.to,
        .response = json,
        .config_version = flow->config == NULL ? 0 : flow->config->version,
        .took_ms = clock_ms_since(flow->started),
    };
    char *stored = NULL;
    enum db_status status = DB_DOWN;
    if (flow->known || flow->told.call_id == NULL)
        status = store_answer(flow->app->store, &answer, clock_in_ms(flow->app->conf.db_budget_ms), &stored);
    flow->db_ms += clock_ms_since(start);
    if (status == DB_OK && (stored != NULL || !last_look)) {
        char *given = stored == NULL ? NULL : actions_restore(stored);
        free(stored);
        free(json);
        return given;
    }
    store_given_answer(flow->app->store, &answer);
    return json;
}

static char *answer(struct flow *flow) {
    char *json = NULL;
    for (int looks = 1; json == NULL && looks <= MAX_LOOKS; looks++) {
        if (flow->told.call_id != NULL || (flow->first && flow->told.from != NULL))
            look(flow);
        if (flow->state.response == NULL)
            decide(flow);
        if (flow->state.response != NULL) {
            json = actions_restore(flow->state.response);
        } else {
            json = render(flow);
            json = json == NULL ? NULL : store(flow, json, looks == MAX_LOOKS);
        }
    }
    return json;
}

static void log_flow(const struct flow *flow, struct log_line *log) {
    bool before = flow->state.response != NULL;
    log_text(log, "outcome", before ? "answered before" : decision_word(flow->decision.kind));
    log_text(log, "reason", before ? NULL : flow->decision.reason);
    log_text(log, "call", flow->told.call_id);
    log_number(log, "step", next_step(flow));
    log_text(log, "menu", flow->decision.menu == NULL ? NULL : flow->decision.menu->name);
    log_text(log, "digits", flow->digits_source);
    if (flow->waited_ms > 0)
        log_number(log, "waited_ms", flow->waited_ms);
    log_masked(log, "to", before ? NULL : flow->decision.destination);
    log_text(log, "database", flow->told.call_id == NULL || flow->known ? NULL : "missed");
    log_ms(log, "db_ms", flow->db_ms);
}

static int run(struct flow *flow, struct request *request, struct reply *reply, struct log_line *log) {
    const struct conf *conf = &flow->app->conf;
    flow->started = clock_now();
    request_told(request, &flow->told);
    if (conf->access_key != NULL && !signature_equal(conf->access_key, flow->told.key))
        return reject(flow->app, request, log, 403, "access key",
                      flow->told.key == NULL ? "missing" : "wrong");
    flow->config = settings_borrow(flow->app->settings, clock_in_ms(conf->db_budget_ms));
    char *json = answer(flow);
    log_flow(flow, log);
    store_state_free(&flow->state);
    settings_return(flow->app->settings, flow->config);
    reply_json(reply, json);
    return json == NULL ? 500 : 0;
}

int flow_first(struct app *app, struct request *request, struct reply *reply, struct log_line *log,
               const char *endpoint) {
    struct flow flow = {.app = app, .endpoint = endpoint, .first = true};
    return run(&flow, request, reply, log);
}

int flow_next(struct app *app, struct request *request, struct reply *reply, struct log_line *log,
              const char *endpoint) {
    struct flow flow = {.app = app, .endpoint = endpoint};
    return run(&flow, request, reply, log);
}
