// flow.c: reads top to bottom: look up what is known, find what was pressed, decide, render, store.
//
// Where the request tells all that a decision needs, the look-up is left out: the answer is decided on the
// assumption that the call stands where the request says, and the store refuses it if the call stands
// elsewhere. Mostly one question to the database is then one answer.
#include "flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "actions.h"
#include "clock.h"
#include "pool.h"
#include "reject.h"
#include "signature.h"

enum {
    MAX_LOOKUPS = 3,       // a call that moves on between looking and storing is looked at again this often
    LEAST_BUDGET_MS = 50,  // of the database, whatever was lost before: see budget_of
    TOLD_AGE_MS = 10,      // from which on the age of a request is in its log line
};

// What the programs differ in.
struct endpoint {
    const char *name;
    const char *menu;  // the one that it is about when nothing else is said
    bool first;        // begins: asks a menu; the others follow one
};

static const struct endpoint endpoints[] = {
    {"answer", "main", true},
    {"route-menu", "main", false},
    {"department", "department", false},
};

struct flow {
    struct app *app;
    const struct endpoint *endpoint;
    int64_t started;      // when the web server first passed the request on
    int age_ms;           // how long ago that was when this process got it
    int budget_ms;        // what the database may take in all …
    int64_t database_us;  // … and has taken
    struct parameters parameters;
    const char
        *signature;  // what the question's signature was worth; NULL: it has none, or there is no secret
    const struct config *config;
    enum store_basis basis;
    struct store_state state;  // as looked at, or as assumed
    struct store_digits awaited;
    const struct did *did;  // the number that was called, where it is one of ours
    const struct menu *menu;
    char digits[MENU_MAX_DIGITS + 1];
    const char *digits_source;  // NULL where nothing was asked
    const char *gathered_digest;
    int waited_ms;
    enum code_result code;
    struct decision decision;
    bool known;   // the answer is one that was given before
    bool stored;  // … and stands in the database
    bool stray;   // it is one too many that belongs to no call, and is not stored
};

static const struct endpoint *find_endpoint(const char *name) {
    const struct endpoint *endpoint = endpoints;
    while (strcmp(endpoint->name, name) != 0)
        endpoint++;
    return endpoint;
}

// The database's share of a request, in all

// A redirect that tells no digit may come to wait for it.
static int longest_wait_ms(const struct flow *flow) {
    bool told = flow->endpoint->first || flow->parameters.digits != NULL;
    return told ? 0 : flow->app->conf.gather_wait_ms;
}

// What processes that died have taken of a request counts, so that a caller does not hear of them. Something
// is left all the same: they may have stored an answer, and this one must be asked for.
static int budget_of(const struct flow *flow) {
    int whole = flow->app->conf.db_budget_ms;
    int least = whole < LEAST_BUDGET_MS ? whole : LEAST_BUDGET_MS;
    int lost = flow->age_ms - longest_wait_ms(flow);
    int left = lost > 0 ? whole - lost : whole;
    return left > least ? left : least;
}

static int64_t begin_asking(const struct flow *flow, int64_t *start) {
    *start = clock_now();
    return *start + (int64_t)flow->budget_ms * 1000 - flow->database_us;
}

static void end_asking(struct flow *flow, int64_t start) {
    flow->database_us += clock_now() - start;
}

// Look up

// The step that a redirect follows; 0 for none, and for the first question.
static int followed_step(const struct flow *flow) {
    return flow->endpoint->first ? 0 : flow->parameters.step;
}

// What is assumed where nothing is known: the call stands where the request says.
static void assume_state(struct flow *flow, enum store_basis basis) {
    bool bare = !flow->endpoint->first && flow->parameters.step == 0;
    store_state_free(&flow->state);
    flow->basis = basis;
    flow->state.asked_step = followed_step(flow);
    flow->state.next_step = followed_step(flow) + 1 + bare;
}

static void look_up(struct flow *flow) {
    bool nothing_to_know =
        flow->parameters.call_id == NULL && (!flow->endpoint->first || flow->parameters.from == NULL);
    assume_state(flow, nothing_to_know ? STORE_LOOKED : STORE_GIVEN);
    if (nothing_to_know)
        return;
    int64_t start;
    int64_t deadline = begin_asking(flow, &start);
    struct store_state state;
    enum db_status status = store_call_state(flow->app->store, flow->parameters.call_id, followed_step(flow),
                                             flow->endpoint->first, flow->parameters.from, deadline, &state);
    end_asking(flow, start);
    if (status == DB_OK) {
        flow->state = state;
        flow->basis = STORE_LOOKED;
    }
}

// The number that was called, or its application, as told in the request or known from the call's events.
static const struct did *choose_did(const struct flow *flow) {
    const char *const names[] = {flow->parameters.to, flow->state.to, flow->parameters.application_id,
                                 flow->state.application_id};
    const struct did *did = NULL;
    for (size_t i = 0; did == NULL && i < sizeof names / sizeof *names; i++)
        did = config_find_did(flow->config, names[i]);
    return did;
}

// The menu that the database knows was asked, the one that the request tells, the number's, or the endpoint's
// own.
static const struct menu *choose_menu(const struct flow *flow) {
    const struct menu *menu = config_find_menu(flow->config, flow->state.menu);
    if (menu == NULL)
        menu = config_find_menu(flow->config, flow->parameters.menu);
    if (menu == NULL && flow->endpoint->first && flow->did != NULL)
        menu = flow->did->menu;
    if (menu == NULL)
        menu = config_find_menu(flow->config, flow->endpoint->menu);
    return menu;
}

// Find the digits: told in the request, stored, or awaited (the platform's redirect may overtake its webhook)

static void take_digits(struct flow *flow, const char *digits, const char *source) {
    menu_clean_digits(flow->menu, digits, flow->digits);
    flow->digits_source = source;
}

// All who wait in a process ask at the same moments, so that they ask together.
static void sleep_to_next_turn(int64_t every_us) {
    struct timespec turn = clock_timespec((clock_now() / every_us + 1) * every_us);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &turn, NULL);
}

// A question that fails on the way does not end the waiting: the database may just be busy.
static void await_digits(struct flow *flow) {
    const struct conf *conf = &flow->app->conf;
    int64_t start = clock_now();
    int64_t deadline = start + (int64_t)(conf->gather_wait_ms - flow->waited_ms) * 1000;
    bool found = false;
    while (!found && clock_now() < deadline) {
        sleep_to_next_turn((int64_t)conf->gather_poll_ms * 1000);
        db_row_free(&flow->awaited.row);
        found = store_gathered_digits(flow->app->store, flow->parameters.call_id, followed_step(flow),
                                      clock_in_ms(conf->db_budget_ms), &flow->awaited) == DB_OK &&
                (flow->awaited.digits != NULL || flow->awaited.answered);
    }
    flow->waited_ms += (int)clock_ms_since(start);
    take_digits(flow, found ? flow->awaited.digits : NULL, found ? "awaited" : "none");
    flow->gathered_digest = found ? flow->awaited.gathered_digest : NULL;
}

// Only for a call that is known and not over: anybody may ask about others. What went before counts:
// processes that died have waited for the same digit.
static bool may_wait(struct flow *flow) {
    if (flow->basis != STORE_LOOKED || !flow->state.is_open)
        return false;
    if (flow->waited_ms < flow->age_ms)
        flow->waited_ms = flow->age_ms;
    return flow->waited_ms < flow->app->conf.gather_wait_ms;
}

static void find_digits(struct flow *flow) {
    flow->gathered_digest = flow->state.gathered_digest;
    if (flow->parameters.digits != NULL) {
        take_digits(flow, flow->parameters.digits, "request");
    } else if (flow->state.digits != NULL) {
        take_digits(flow, flow->state.digits, flow->waited_ms > 0 ? "awaited" : "stored");
    } else if (may_wait(flow) && pool_begin_waiting(flow->app->pool)) {
        await_digits(flow);
        pool_end_waiting(flow->app->pool);
        metrics_count_wait(&flow->app->metrics, flow->waited_ms);
    } else {
        take_digits(flow, NULL, "none");
    }
}

// Decide

// The same for the whole call, so that a choice between shares does not change; FNV-1a.
static uint32_t draw(const struct flow *flow) {
    uint32_t hash = 2166136261U;
    const char *text = flow->parameters.call_id;
    if (text == NULL)
        return (uint32_t)clock_now();
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619U;
    return hash;
}

// What the call was spoken in last counts, then what this caller wants, then what is spoken on this number.
static const char *language_of(const struct flow *flow) {
    const char *const names[] = {flow->state.language, flow->parameters.language, flow->state.caller.language,
                                 flow->did == NULL ? NULL : flow->did->language};
    const char *language = NULL;
    for (size_t i = 0; language == NULL && i < sizeof names / sizeof *names; i++)
        language = config_find_language(flow->config, names[i]);
    return language;
}

// Where the answers cannot be counted in the database, the step in the URL bounds them. Without any of both,
// and without a call whose digits could still come, there is no asking again.
static struct situation situation_of(const struct flow *flow) {
    const struct store_state *state = &flow->state;
    int repeats = flow->parameters.step > 1 ? flow->parameters.step - 1 : 0;
    bool called = flow->parameters.call_id != NULL;
    bool counted = flow->basis != STORE_GIVEN && called;
    bool silent = flow->digits[0] == '\0';
    return (struct situation){
        .now = clock_wall() / 1000000,
        .zone = flow->did == NULL ? NULL : flow->did->time_zone,
        .home = flow->did == NULL ? config_find_menu(flow->config, flow->endpoint->menu) : flow->did->menu,
        .step = state->next_step,
        .can_ask_again = counted || (flow->app->conf.state_in_url && (called || !silent)),
        .recorded = state->recorded,
        .draw = draw(flow),
        .failed = state->failed,
        .language = language_of(flow),
        .code = flow->code,
        .from = flow->parameters.from != NULL ? flow->parameters.from : state->from,
        .number = flow->parameters.number,
        .caller = state->caller,
        .digits = flow->digits,
        .no_inputs = counted ? state->no_inputs : repeats,
        .invalids = counted ? state->invalids : repeats,
        .before = config_find_menu(flow->config, state->menu_before),
    };
}

// Only of a call of which is known where it stands. What was pressed is kept nowhere.
static void check_code(struct flow *flow) {
    bool told = flow->digits_source != NULL && strcmp(flow->digits_source, "request") == 0;
    if (flow->basis == STORE_LOOKED) {
        int64_t start;
        int64_t deadline = begin_asking(flow, &start);
        store_check_code(flow->app->store, flow->parameters.call_id, flow->state.asked_step, flow->digits,
                         told ? NULL : flow->gathered_digest, deadline, &flow->code);
        end_asking(flow, start);
    }
    snprintf(flow->digits, sizeof flow->digits, "code");
}

static void decide(struct flow *flow) {
    flow->did = choose_did(flow);
    flow->menu = choose_menu(flow);
    if (flow->menu == NULL) {
        flow->decision =
            (struct decision){.kind = DECIDED_UNAVAILABLE,
                              .reason = flow->config == NULL ? "no configuration" : "no such menu"};
        return;
    }
    if (!flow->endpoint->first)
        find_digits(flow);
    flow->code = CODE_REFUSED;
    if (!flow->endpoint->first && flow->menu->takes == TAKES_CODE && flow->digits[0] != '\0')
        check_code(flow);
    struct situation situation = situation_of(flow);
    flow->decision = flow->endpoint->first ? menu_begin(flow->config, flow->menu, &situation)
                                           : menu_decide(flow->config, flow->menu, &situation);
}

// Render

static void add_escaped(char *url, size_t size, const char *value) {
    size_t length = strlen(url);
    for (; *value != '\0' && length + 4 < size; value++) {
        bool plain =
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", *value) != NULL;
        length +=
            (size_t)snprintf(url + length, size - length, plain ? "%c" : "%%%02X", (unsigned char)*value);
    }
}

static void add_query(char *url, size_t size, const char *name, const char *value) {
    size_t length = strlen(url);
    snprintf(url + length, size - length, "%c%s=", strchr(url, '?') == NULL ? '?' : '&', name);
    add_escaped(url, size, value);
}

// That of the number that was called is known without being told.
static bool is_own_language(const struct flow *flow) {
    return flow->did != NULL && flow->did->language != NULL &&
           strcmp(flow->did->language, flow->decision.language) == 0;
}

// Bare, as in the documents, where no call id is told; a repeat then carries its number, so that it ends.
static void build_url(const struct flow *flow, char *url, size_t size) {
    const struct conf *conf = &flow->app->conf;
    const struct menu *menu = flow->decision.menu;
    char step[16];
    snprintf(url, size, "%s/%s", conf->public_url, menu->endpoint);
    snprintf(step, sizeof step, "%d", flow->state.next_step);
    if (conf->state_in_url && flow->parameters.call_id != NULL)
        add_query(url, size, "call_id", flow->parameters.call_id);
    if (conf->state_in_url && (flow->parameters.call_id != NULL || !flow->endpoint->first))
        add_query(url, size, "step", step);
    if (strcmp(menu->name, find_endpoint(menu->endpoint)->menu) != 0)
        add_query(url, size, "menu", menu->name);
    if (flow->decision.language != NULL && !is_own_language(flow))
        add_query(url, size, "lang", flow->decision.language);
    if (flow->decision.number[0] != '\0')
        add_query(url, size, "callback", flow->decision.number + 1);
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

// Store

static struct store_answer answer_of(const struct flow *flow, const char *json) {
    return (struct store_answer){
        .basis = flow->basis,
        .call_id = flow->parameters.call_id,
        .step = flow->state.next_step,
        .asked_step = flow->state.asked_step,
        .endpoint = flow->endpoint->name,
        .digits = flow->digits_source == NULL ? NULL : flow->digits,
        .digits_source = flow->digits_source,
        .gathered_digest = flow->gathered_digest,
        .waited_ms = flow->waited_ms,
        .decision = &flow->decision,
        .from = flow->parameters.from,
        .to = flow->parameters.to,
        .response = json,
        .config_version = flow->config == NULL ? 0 : flow->config->version,
        .took_ms = clock_ms_since(flow->started),
        .signature = flow->signature,
    };
}

// A redirect for a call of which nothing is stored, or a request that tells no call: anybody may send those.
static bool is_stray(const struct flow *flow) {
    bool unknown = flow->basis == STORE_LOOKED && !flow->endpoint->first && flow->state.menu == NULL &&
                   !flow->state.is_open;
    return flow->parameters.call_id == NULL || unknown;
}

// A list that was stored and can no longer be given (a number in it was erased): the caller must hear
// something.
static char *restore(const struct flow *flow, const char *stored) {
    char *json = actions_restore(stored);
    return json != NULL ? json : actions_unavailable(flow->app->conf.fallback_destination);
}

// Stores the answer and returns the one to give: this one, which it takes over, or the one that was given
// before. NULL: the call stands elsewhere. Without the database this one is given, and stored later.
static char *store(struct flow *flow, char *json, bool last_try) {
    struct store_answer answer = answer_of(flow, json);
    enum store_result result = STORE_STORED;
    char *known = NULL;
    flow->stray = is_stray(flow) && !reject_admits_stray(flow->app);
    if (flow->stray)
        return json;
    enum db_status status = DB_DOWN;
    if (flow->basis != STORE_GIVEN) {
        int64_t start;
        int64_t deadline = begin_asking(flow, &start);
        status = store_answer(flow->app->store, &answer, deadline, &result, &known);
        end_asking(flow, start);
    }
    flow->stored = status == DB_OK && result != STORE_MOVED;
    flow->known = status == DB_OK && result == STORE_KNOWN;
    if (status == DB_OK && result == STORE_STORED)
        return json;
    if (!flow->known && (status != DB_OK || last_try)) {
        store_given_answer(flow->app->store, &answer);
        return json;
    }
    char *given = flow->known ? restore(flow, known) : NULL;
    free(known);
    free(json);
    return given;
}

// Give: what is stored carries no access key. The present one goes into each answer, so that one that was
// given before opens as well after the key was changed.

static char *with_access_key(const struct conf *conf, char *json) {
    if (conf->access_key_count == 0 || json == NULL)
        return json;
    char parameter[1024] = "key=";
    add_escaped(parameter, sizeof parameter, conf->access_keys[0]);
    char *given = actions_with_parameter(json, parameter);
    free(json);
    return given;
}

// Who may ask

static bool is_access_key(const struct conf *conf, const char *key) {
    bool is_one = false;
    for (size_t i = 0; i < conf->access_key_count; i++)
        is_one |= signature_equal(conf->access_keys[i], key);
    return is_one;
}

// A refused body may hold the access key, which is right by then: it is not kept.
static int reject_signature(const struct flow *flow, const struct request *request, struct log_line *log,
                            enum signature_verdict verdict) {
    struct request kept = *request;
    if (flow->app->conf.access_key_count > 0)
        kept.body_length = 0;
    return reject(flow->app, &kept, log, 403, "signature", signature_verdict_text(verdict));
}

// Who asks cannot be told, because memory has run out: neither refused nor answered by the settings.
enum { UNSURE = -1 };

// The platform is documented to sign events; a question's signature is judged where one comes.
static int check_signature(struct flow *flow, const struct request *request, struct log_line *log) {
    const struct conf *conf = &flow->app->conf;
    struct signature signature = request_signature(request);
    bool signed_at_all = signature.timestamp != NULL || signature.value != NULL;
    if (conf->secret_count == 0 || (!signed_at_all && !conf->require_signed_questions))
        return 0;
    enum signature_verdict verdict =
        signature_check(&signature, conf->secrets, conf->secret_count, clock_wall(), conf->signature_age_s);
    flow->signature = signature_verdict_word(verdict);
    if (conf->require_signed_questions && verdict == SIGNATURE_UNKNOWN)
        return UNSURE;
    bool refused = conf->require_signed_questions && verdict != SIGNATURE_GOOD;
    return refused ? reject_signature(flow, request, log, verdict) : 0;
}

static int admit(struct flow *flow, const struct request *request, struct log_line *log) {
    const struct conf *conf = &flow->app->conf;
    const char *key = flow->parameters.key;
    bool opened = conf->access_key_count == 0 || is_access_key(conf, key);
    if (!opened && request->out_of_memory)
        return UNSURE;
    if (!opened)
        return request_is_probe(request)
                   ? 403
                   : reject(flow->app, request, log, 403, "access key", key == NULL ? "missing" : "wrong");
    return request_is_probe(request) ? 0 : check_signature(flow, request, log);
}

// The whole

// Without a look-up. NULL where the request does not tell enough, or the call stands elsewhere.
static char *answer_assuming(struct flow *flow) {
    bool told = flow->parameters.call_id != NULL &&
                (flow->endpoint->first || (flow->parameters.step > 0 && flow->parameters.digits != NULL));
    if (!told || flow->config == NULL)
        return NULL;
    assume_state(flow, STORE_ASSUMED);
    decide(flow);
    bool enough = flow->menu != NULL && !flow->decision.from_history &&
                  (flow->config->did_count == 0 || flow->did != NULL);
    if (!enough)
        return NULL;
    char *json = render(flow);
    return json == NULL ? NULL : store(flow, json, false);
}

static char *answer_knowing(struct flow *flow, bool last_try) {
    look_up(flow);
    flow->known = flow->state.response != NULL;
    flow->stored = flow->known;
    if (flow->known)
        return restore(flow, flow->state.response);
    decide(flow);
    if (flow->awaited.answered && !last_try)
        return NULL;  // by somebody else, while we waited
    char *json = render(flow);
    return json == NULL ? NULL : store(flow, json, last_try);
}

static char *answer(struct flow *flow) {
    char *json = answer_assuming(flow);
    for (int lookups = 1; json == NULL && lookups <= MAX_LOOKUPS; lookups++)
        json = answer_knowing(flow, lookups == MAX_LOOKUPS);
    return json;
}

// As if the call stood where the request says: nothing is asked of the history, and nothing stored.
static char *answer_probe(struct flow *flow) {
    assume_state(flow, STORE_GIVEN);
    decide(flow);
    flow->stray = true;
    return render(flow);
}

static void log_flow(const struct flow *flow, struct log_line *log) {
    log_outcome(log, flow->known ? "answered before" : decision_word(flow->decision.kind));
    log_text(log, "reason", flow->known ? NULL : flow->decision.reason);
    log_text(log, "call", flow->parameters.call_id);
    log_number(log, "step", flow->state.next_step);
    log_text(log, "menu", flow->decision.menu == NULL ? NULL : flow->decision.menu->name);
    log_text(log, "digits", flow->digits_source);
    if (flow->waited_ms > 0)
        log_number(log, "waited_ms", flow->waited_ms);
    log_masked(log, "to", flow->known ? NULL : flow->decision.destination);
    log_text(log, "database", flow->stored || flow->stray ? NULL : "missed");
    log_text(log, "kept", flow->stray ? "no" : NULL);
    log_text(log, "signature", flow->signature);
    if (flow->age_ms >= TOLD_AGE_MS)
        log_number(log, "age_ms", flow->age_ms);
    log_ms(log, "db_ms", (double)flow->database_us / 1000);
}

int flow_answer(struct app *app, const char *endpoint, struct request *request, struct reply *reply,
                struct log_line *log) {
    struct flow flow = {.app = app, .endpoint = find_endpoint(endpoint)};
    const struct conf *conf = &app->conf;
    request_parameters(request, &flow.parameters);
    flow.age_ms = request_age_ms(request, clock_wall());
    flow.started = clock_in_ms(-flow.age_ms);
    flow.budget_ms = budget_of(&flow);
    int refused = admit(&flow, request, log);
    if (refused == UNSURE) {
        log_outcome(log, decision_word(DECIDED_UNAVAILABLE));
        log_text(log, "reason", "out of memory");
        reply_literal(reply, ACTIONS_LAST_RESORT);
        return 0;
    }
    if (refused != 0)
        return refused;
    flow.config = snapshots_borrow(app->snapshots, clock_in_ms(flow.budget_ms));
    char *json = request_is_probe(request) ? answer_probe(&flow) : answer(&flow);
    json = with_access_key(conf, json);
    log_flow(&flow, log);
    store_state_free(&flow.state);
    db_row_free(&flow.awaited.row);
    snapshots_return(app->snapshots, flow.config);
    if (json != NULL)
        reply_json(reply, json);
    else
        reply_literal(reply, ACTIONS_LAST_RESORT);
    return 0;
}
