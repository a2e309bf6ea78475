// sets.c: stores the events of whole calls in sets of one size, over one connection, as a program does.
//
//   PG*=... bench-sets SIZE CALLS
//
// Says "ready" when it is connected and warm, and "done" when as many events as four for each of CALLS are
// stored; after each it waits for a line, so that somebody can look at what the servers have used meanwhile.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "link.h"

enum { MOST = 256, EVENTS = 4, WARM_CALLS = 1000, PATIENCE_MS = 60000 };

static const struct db_statement statements[] = {
    {"store_events",
     "SELECT place, result FROM ivr.store_events($1::integer[], $2::text[], $3::text[], $4::text[], $5::bytea[], "
     "$6::text[]::timestamptz[])",
     false, 1},
    {0}};

static const char *const events[EVENTS] = {"call.created", "call.answered", "call.gathered",
                                           "call.completed"};

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
        "{\"event\":\"%s\",\"created_at\":\"%s\",\"call\":{\"id\":\"%s\",\"customer_id\":\"cust_123\","
        "\"application_id\":\"app_20260529T120000.000000001\",\"status\":\"in_progress\",\"direction\":\"inbound\","
        "\"from\":\"+15551230001\",\"to\":\"+15551230002\",\"route_mode\":\"webhook\"},\"variables\":{},\"data\":%s}",
        events[nth], fact->at, fact->id, nth == 2 ? "{\"digits\":\"1\",\"status\":\"completed\"}" : "{}");
}

// Stores the nth event of each of these calls, as one set. Returns whether each has a row.
static bool store(struct link *link, struct fact *facts, int size, int nth) {
    struct db_request requests[MOST];
    const struct db_request *set[MOST];
    int places[MOST];
    int rows = 0;
    for (int i = 0; i < size; i++) {
        fact_tell(&facts[i], nth);
        requests[i] = (struct db_request){.statement = &statements[0], .key = facts[i].id, .count = 5};
        const struct db_value values[] = {db_text(facts[i].id), db_text(events[nth]), db_text(facts[i].at),
                                          db_bytes(facts[i].body, strlen(facts[i].body)), db_text(NULL)};
        memcpy(requests[i].values, values, sizeof values);
        set[i] = &requests[i];
        places[i] = i;
    }
    return link_send(link, set, places, size) && link_end(link) &&
           link_receive(link, clock_in_ms(PATIENCE_MS), take, &rows) == LINK_DONE && rows == size;
}

static bool play(struct link *link, struct fact *facts, int size, int calls) {
    static const char form[] = "call_%d-%" PRId64 "-%d";
    for (int begun = 0; begun < calls; begun += size) {
        for (int i = 0; i < size; i++)
            snprintf(facts[i].id, sizeof facts[i].id, form, (int)getpid(), clock_now(), i);
        qsort(facts, (size_t)size, sizeof *facts, by_id);
        for (int nth = 0; nth < EVENTS; nth++)
            if (!store(link, facts, size, nth))
                return false;
    }
    return true;
}

static void await_word(const char *word) {
    puts(word);
    fflush(stdout);
    getchar();
}

int main(int argc, char **argv) {
    static struct fact facts[MOST];
    int size = argc == 3 ? atoi(argv[1]) : 0;
    int calls = argc == 3 ? atoi(argv[2]) : 0;
    if (size < 1 || size > MOST || calls < 1) {
        fprintf(stderr, "usage: bench-sets SIZE CALLS, SIZE from 1 to %d\n", MOST);
        return 2;
    }
    struct link *link = link_new(statements, PATIENCE_MS);
    bool well =
        link != NULL && link_connect(link, clock_in_ms(PATIENCE_MS)) && play(link, facts, size, WARM_CALLS);
    if (well) {
        await_word("ready");
        well = play(link, facts, size, calls);
    }
    if (well)
        await_word("done");
    else
        fprintf(stderr, "bench-sets: %s\n", link == NULL ? "no memory" : link_fault(link));
    link_free(link);
    return well ? 0 : 1;
}
