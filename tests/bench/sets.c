// sets.c: asks what programs ask, for whole calls, in sets of one size, over one connection.
//
//   PG*=... bench-sets events|looks|answers SIZE CALLS [PAUSE_MS]
//
// Of each call its four events are stored; or it is looked up twice, as by answer and by the redirect; or
// looked up and answered twice. Says "ready" when it is connected and warm, and "done" after CALLS calls,
// full sets; after each it waits for a line, so that somebody can look at what the servers have used
// meanwhile.
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "link.h"

enum { MOST = 256, STEPS = 4, WARM_CALLS = 100, PATIENCE_MS = 60000 };

enum { STORE_EVENTS, CALL_STATES, STORE_ANSWERS };

static const struct db_statement statements[] = {
    {"store_events",
     "SELECT place, result FROM ivr.store_events($1::integer[], $2::text[], $3::text[], $4::text[], $5::bytea[], "
     "$6::text[]::timestamptz[])",
     false, 1},
    {"call_states",
     "SELECT place, response, asked_step, next_step, menu, no_inputs, invalids, digits, gathered_digest, to_number, "
     "application_id, failed, menu_before, recorded, is_open, caller_greeting, caller_department, caller_menu, "
     "caller_blocked, caller_message, language, caller_language, from_number "
     "FROM ivr.call_states($1::integer[], $2::text[], $3::text[]::integer[], $4::text[]::boolean[], $5::text[])",
     true, 0},
    {"store_answers",
     "SELECT place, result, response FROM ivr.store_answers($1::integer[], $2::text[], $3::text[]::jsonb[], $4::text[])",
     false, 0},
    {0}};

static const char *const events[] = {"call.created", "call.answered", "call.gathered", "call.completed"};

// The answer to the call, and to its redirect: what a program tells of it, and what it says.
static const char *const answers[] = {
    "{\"how\":\"looked\",\"step\":1,\"endpoint\":\"answer\",\"menu\":\"main\",\"waited_ms\":0,\"decision\":\"menu\","
    "\"to_number\":\"+15551230002\",\"config_version\":1,\"took_ms\":1.25}",
    "{\"how\":\"looked\",\"step\":2,\"asked_step\":1,\"endpoint\":\"route-menu\",\"menu\":\"main\",\"digits\":\"1\","
    "\"digits_source\":\"request\",\"waited_ms\":0,\"decision\":\"transfer\",\"department\":\"sales\","
    "\"destination\":\"+15551230011\",\"config_version\":1,\"took_ms\":1.25}"};
static const char *const responses[] = {
    "{\"actions\":[{\"gather\":{\"prompt\":\"Press 1 for sales or 2 for support.\",\"num_digits\":1,\"timeout_seconds\":5,"
    "\"finish_on_key\":\"#\"}},{\"type\":\"redirect\",\"url\":\"https://ivr.example.com/minivoice/route-menu?call_id=call_123&step=1\"}]}",
    "{\"actions\":[{\"type\":\"transfer\",\"destination\":\"+15551230011\"}]}"};

// What is asked of each call, one after the other.
struct script {
    const char *name;
    struct {
        int statement;
        int nth;
    } steps[STEPS];
    int count;
};

static const struct script scripts[] = {
    {"events", {{STORE_EVENTS, 0}, {STORE_EVENTS, 1}, {STORE_EVENTS, 2}, {STORE_EVENTS, 3}}, 4},
    {"looks", {{CALL_STATES, 0}, {CALL_STATES, 1}}, 2},
    {"answers", {{CALL_STATES, 0}, {STORE_ANSWERS, 0}, {CALL_STATES, 1}, {STORE_ANSWERS, 1}}, 4},
};

struct fact {
    char id[64];
    char at[32];
    char body[1024];
};

static void take(void *context, int place, struct db_row *row) {
    (void)place;
    ++*(int *)context;
    db_row_free(row);
}

static int by_id(const void *a, const void *b) {
    return strcmp(((const struct fact *)a)->id, ((const struct fact *)b)->id);
}

static void fact_tell(struct fact *fact, int nth) {
    snprintf(fact->at, sizeof fact->at, "2026-05-29T12:10:%02dZ", nth * 9);
    snprintf(
        fact->body, sizeof fact->body,
        "{\"event\":\"%s\",\"created_at\":\"%.31s\",\"call\":{\"id\":\"%.63s\",\"customer_id\":\"cust_123\","
        "\"application_id\":\"app_20260529T120000.000000001\",\"status\":\"in_progress\",\"direction\":\"inbound\","
        "\"from\":\"+15551230001\",\"to\":\"+15551230002\",\"route_mode\":\"webhook\"},\"variables\":{},\"data\":%s}",
        events[nth], fact->at, fact->id, nth == 2 ? "{\"digits\":\"1\",\"status\":\"completed\"}" : "{}");
}

static struct db_request event(struct fact *fact, int nth) {
    fact_tell(fact, nth);
    return (struct db_request){.count = 5,
                               .values = {db_text(fact->id), db_text(events[nth]), db_text(fact->at),
                                          db_bytes(fact->body, strlen(fact->body)), db_text(NULL)}};
}

static struct db_request look(const struct fact *fact, int nth) {
    return (struct db_request){.count = 4,
                               .values = {db_text(fact->id), db_text(nth == 0 ? NULL : "1"),
                                          db_text(nth == 0 ? "true" : "false"), db_text(NULL)}};
}

static struct db_request answer(const struct fact *fact, int nth) {
    return (struct db_request){.count = 3,
                               .values = {db_text(fact->id), db_text(answers[nth]), db_text(responses[nth])}};
}

// Asks the nth thing of this kind for each of these calls, as one set. Returns whether each has a row.
static bool ask(struct link *link, struct fact *facts, int size, int statement, int nth) {
    struct db_request requests[MOST];
    const struct db_request *set[MOST];
    int places[MOST];
    int rows = 0;
    for (int i = 0; i < size; i++) {
        struct fact *fact = &facts[i];
        requests[i] = statement == STORE_EVENTS  ? event(fact, nth)
                      : statement == CALL_STATES ? look(fact, nth)
                                                 : answer(fact, nth);
        requests[i].statement = &statements[statement];
        requests[i].key = fact->id;
        set[i] = &requests[i];
        places[i] = i;
    }
    return link_send(link, set, places, size) && link_end(link) &&
           link_receive(link, clock_in_ms(PATIENCE_MS), take, &rows) == LINK_DONE && rows == size;
}

struct plan {
    const struct script *script;
    int size;
    int calls;
    int pause_ms;
};

static bool play(struct link *link, const struct plan *plan, struct fact *facts, int calls) {
    static const char form[] = "call_%d-%" PRId64 "-%d";
    for (int begun = 0; begun < calls; begun += plan->size) {
        for (int i = 0; i < plan->size; i++)
            snprintf(facts[i].id, sizeof facts[i].id, form, (int)getpid(), clock_now(), i);
        qsort(facts, (size_t)plan->size, sizeof *facts, by_id);
        for (int i = 0; i < plan->script->count; i++) {
            if (plan->pause_ms > 0)
                poll(NULL, 0, plan->pause_ms);
            if (!ask(link, facts, plan->size, plan->script->steps[i].statement, plan->script->steps[i].nth))
                return false;
        }
    }
    return true;
}

static void await_word(const char *word) {
    puts(word);
    fflush(stdout);
    getchar();
}

static const struct script *script_named(const char *name) {
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (strcmp(scripts[i].name, name) == 0)
            return &scripts[i];
    return NULL;
}

static bool read_plan(int argc, char **argv, struct plan *plan) {
    if (argc != 4 && argc != 5)
        return false;
    *plan = (struct plan){.script = script_named(argv[1]),
                          .size = atoi(argv[2]),
                          .calls = atoi(argv[3]),
                          .pause_ms = argc == 5 ? atoi(argv[4]) : 0};
    return plan->script != NULL && plan->size >= 1 && plan->size <= MOST && plan->calls >= 1;
}

int main(int argc, char **argv) {
    static struct fact facts[MOST];
    struct plan plan;
    if (!read_plan(argc, argv, &plan)) {
        fprintf(stderr, "usage: bench-sets events|looks|answers SIZE CALLS [PAUSE_MS], SIZE from 1 to %d\n",
                MOST);
        return 2;
    }
    struct link *link = link_new(statements, PATIENCE_MS);
    bool well =
        link != NULL && link_connect(link, clock_in_ms(PATIENCE_MS)) && play(link, &plan, facts, WARM_CALLS);
    if (well) {
        await_word("ready");
        well = play(link, &plan, facts, plan.calls);
    }
    if (well)
        await_word("done");
    else
        fprintf(stderr, "bench-sets: %s\n", link == NULL ? "no memory" : link_fault(link));
    link_free(link);
    return well ? 0 : 1;
}
