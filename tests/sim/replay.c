// replay.c: --replay: plays a stored call again and shows what is answered otherwise today.
//
// The same numbers, the same keys, a call id of its own. When the keys are used up, the caller hangs up: what
// would have been pressed at a question that nobody asked then, nobody can know.
#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "difference.h"
#include "file.h"
#include "http.h"
#include "play.h"
#include "tape.h"
#include "tree.h"

// One answer, then and now. Owned.
struct step {
    struct json_object *before;  // normal form; NULL: there was none
    struct json_object *after;
    char *was;  // the same in words; NULL: there was none
    char *is;
    char *endpoint;       // of today's request, else of the stored one
    const char *pressed;  // before it; NULL: nothing was asked
    struct text_list lines;
};

struct replay {
    const struct options *options;
    const struct tape *tape;
    char *played_as;  // call id
    char *answer;     // path of the answer request
    struct text note;
    struct step *steps;
    size_t count;
    char *end_before;
    char *end_after;
    struct text_list broken;
    bool identical;
};

// Playing

static const char *press_again(void *state, const struct gather *gather) {
    const struct tape *tape = *(const struct tape *const *)state;
    return gather->ordinal <= tape->presses.count ? tape->presses.items[gather->ordinal - 1] : NULL;
}

// Plays it with that answer request; the exchanges, for the caller to put.
static struct json_object *play_again(struct replay *replay, size_t index) {
    const struct tape *tape = replay->tape;
    struct options options = *replay->options;
    struct caller caller = {&tape, press_again};
    struct http_pool pool = {.timeout_ms = options.timeout_ms};
    options.from = tape->from != NULL ? tape->from : options.from;
    options.to = tape->to != NULL ? tape->to : options.to;
    options.answer = replay->answer;
    options.end = END_HANGUP;
    options.json = true;  // the exchanges are kept as JSON
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct call call;
    call_make(&options, index, &now, &call);
    struct record record;
    record_open(&record, &options, &call, "");
    play_call(&options, &call, &caller, &pool, &record);
    text_list_free(&replay->broken);
    for (size_t i = 0; i < record.broken.count; i++)
        text_list_add(&replay->broken, "%s", record.broken.items[i]);
    free(replay->played_as);
    replay->played_as = text_copy(call.id);
    struct json_object *exchanges = json_object_get(record.exchanges);
    record_close(&record);
    call_free(&call);
    http_pool_close(&pool);
    return exchanges;
}

// What was answered at that place, as an object with actions; NULL: nothing, or nothing valid.
static struct json_object *answer_at(struct json_object *exchanges, size_t index) {
    struct json_object *actions =
        json_object_object_get(json_object_array_get_idx(exchanges, index), "actions");
    if (actions == NULL)
        return NULL;
    struct json_object *list = json_object_new_object();
    json_object_object_add(list, "actions", json_object_get(actions));
    return list;
}

// The menu that a list asks; NULL: none. The caller frees.
static char *menu_asked(struct json_object *list) {
    struct json_object *actions = json_object_object_get(list, "actions");
    struct json_object *last = actions != NULL && json_object_array_length(actions) != 0
                                   ? json_object_array_get_idx(actions, json_object_array_length(actions) - 1)
                                   : NULL;
    struct json_object *fields = json_object_object_get(last, "redirect");
    const char *url = json_object_get_string(json_object_object_get(fields != NULL ? fields : last, "url"));
    return url != NULL ? tree_menu_of(url) : NULL;
}

// The URL of the answer request is not stored. Where the plain one leads to another menu than it did, the
// stored one may have named the menu.
static bool needs_menu(const struct replay *replay, struct json_object *exchanges) {
    const char *stored = replay->tape->steps[0].menu;
    struct json_object *list = answer_at(exchanges, 0);
    char *menu = menu_asked(list);
    bool needs =
        stored != NULL && menu != NULL && strcmp(stored, menu) != 0 && strchr(replay->answer, '?') == NULL;
    json_object_put(list);
    free(menu);
    return needs;
}

static void name_menu(struct replay *replay, struct json_object *exchanges) {
    struct json_object *list = answer_at(exchanges, 0);
    char *menu = menu_asked(list);
    struct text answer = {0};
    text_format(&answer, "%s?menu=", replay->answer);
    text_escape(&answer, replay->tape->steps[0].menu);
    text_format(&replay->note,
                "these numbers alone are asked the menu %s today; played with %s, as it was then", menu,
                answer.bytes);
    free(replay->answer);
    replay->answer = answer.bytes;
    json_object_put(list);
    free(menu);
}

// Comparing

static char *endpoint_of(struct json_object *exchange) {
    const char *url = json_object_get_string(json_object_object_get(exchange, "url"));
    size_t end = url != NULL ? strcspn(url, "?") : 0;
    size_t start = end;
    while (start != 0 && url[start - 1] != '/')
        start--;
    struct text name = {0};
    text_add_bytes(&name, url != NULL ? url + start : "", end - start);
    return name.bytes;
}

// What a list does, in words; NULL for NULL. The caller frees.
static char *words(const struct replay *replay, struct json_object *list) {
    if (list == NULL)
        return NULL;
    struct text text = {0};
    if (tape_is_valid(list))
        record_add_actions(&text, replay->options, list);
    else
        text_add(&text, TAPE_INVALID);
    return text.bytes;
}

static void compare_step(const struct replay *replay, struct json_object *exchanges, size_t i,
                         struct step *step) {
    const struct tape *tape = replay->tape;
    struct json_object *after = answer_at(exchanges, i);
    *step = (struct step){.after = difference_normal(after), .is = words(replay, after)};
    json_object_put(after);
    if (i < tape->count) {
        step->before = difference_normal(tape->steps[i].response);
        step->was = words(replay, tape->steps[i].response);
        step->pressed = tape->steps[i].digits;
    }
    step->endpoint = i < json_object_array_length(exchanges)
                         ? endpoint_of(json_object_array_get_idx(exchanges, i))
                         : text_copy(tape->steps[i].endpoint);
    if (step->before != NULL && step->after != NULL)
        difference_find(step->before, step->after, &step->lines);
}

static bool is_same(const struct step *step) {
    return step->before != NULL && step->after != NULL && step->lines.count == 0;
}

static void compare_all(struct replay *replay, struct json_object *exchanges) {
    size_t stored = replay->tape->count;
    size_t played = json_object_array_length(exchanges);
    struct json_object *last = played != 0 ? answer_at(exchanges, played - 1) : NULL;
    replay->count = stored > played ? stored : played;
    replay->steps = memory_need(replay->count, sizeof *replay->steps);
    replay->identical = replay->broken.count == 0;
    for (size_t i = 0; i < replay->count; i++) {
        compare_step(replay, exchanges, i, &replay->steps[i]);
        replay->identical = replay->identical && is_same(&replay->steps[i]);
    }
    replay->end_before = tape_end(replay->tape->steps[stored - 1].response);
    replay->end_after = tape_end(last);
    json_object_put(last);
}

static void close_replay(struct replay *replay) {
    for (size_t i = 0; i < replay->count; i++) {
        json_object_put(replay->steps[i].before);
        json_object_put(replay->steps[i].after);
        free(replay->steps[i].was);
        free(replay->steps[i].is);
        free(replay->steps[i].endpoint);
        text_list_free(&replay->steps[i].lines);
    }
    free(replay->steps);
    free(replay->played_as);
    free(replay->answer);
    free(replay->end_before);
    free(replay->end_after);
    text_free(&replay->note);
    text_list_free(&replay->broken);
}

// For people

static void print_step(const struct step *step, size_t number) {
    printf("  %2zu  %-12s", number, step->endpoint != NULL ? step->endpoint : "");
    if (step->pressed != NULL)
        printf(" pressed %-4s", *step->pressed != '\0' ? step->pressed : "-");
    else
        printf(" %-12s", "");
    if (is_same(step)) {
        printf("  same     %s\n", step->is);
        return;
    }
    printf("  %s\n", step->before != NULL && step->after != NULL ? "changed"
                     : step->before != NULL                      ? "gone"
                                                                 : "new");
    for (size_t j = 0; j < step->lines.count; j++)
        printf("          %s\n", step->lines.items[j]);
    if (step->before != NULL && step->after == NULL)
        printf("          was: %s\n", step->was);
    if (step->after != NULL && step->before == NULL)
        printf("          is:  %s\n", step->is);
}

static void print_text(const struct replay *replay) {
    bool same_end = strcmp(replay->end_before, replay->end_after) == 0;
    printf("%s again as %s\n", replay->tape->call_id, replay->played_as);
    if (replay->note.length != 0)
        printf("      %s\n", replay->note.bytes);
    if (replay->tape->later != 0)
        printf("      %zu later answers are left out: the call was begun once more\n", replay->tape->later);
    for (size_t i = 0; !replay->options->quiet && i < replay->count; i++)
        print_step(&replay->steps[i], i + 1);
    for (size_t i = 0; i < replay->broken.count; i++)
        printf("    BROKEN   %s\n", replay->broken.items[i]);
    printf("ends: %s%s%s\n", replay->end_before, same_end ? ", as before" : " -> ",
           same_end ? "" : replay->end_after);
    printf("%s\n", replay->identical ? "identical" : "different");
}

// For programs

static struct json_object *json_string(const char *string) {
    return string != NULL ? json_object_new_string(string) : NULL;
}

static struct json_object *json_list(const struct text_list *list) {
    struct json_object *json = json_object_new_array();
    for (size_t i = 0; i < list->count; i++)
        json_object_array_add(json, json_object_new_string(list->items[i]));
    return json;
}

static struct json_object *step_json(const struct step *step, size_t i) {
    struct json_object *json = json_object_new_object();
    json_object_object_add(json, "step", json_object_new_int64((int64_t)i + 1));
    json_object_object_add(json, "endpoint", json_string(step->endpoint));
    json_object_object_add(json, "pressed", json_string(step->pressed));
    json_object_object_add(json, "same", json_object_new_boolean(is_same(step)));
    json_object_object_add(json, "difference", json_list(&step->lines));
    json_object_object_add(json, "before", json_object_get(step->before));
    json_object_object_add(json, "after", json_object_get(step->after));
    return json;
}

static void print_json(const struct replay *replay) {
    struct json_object *json = json_object_new_object();
    struct json_object *steps = json_object_new_array();
    for (size_t i = 0; i < replay->count; i++)
        json_object_array_add(steps, step_json(&replay->steps[i], i));
    json_object_object_add(json, "call_id", json_string(replay->tape->call_id));
    json_object_object_add(json, "from", json_string(replay->tape->from));
    json_object_object_add(json, "to", json_string(replay->tape->to));
    json_object_object_add(json, "played_as", json_string(replay->played_as));
    json_object_object_add(json, "answer", json_string(replay->answer));
    json_object_object_add(json, "note", json_string(replay->note.bytes));
    json_object_object_add(json, "left_out", json_object_new_int64((int64_t)replay->tape->later));
    json_object_object_add(json, "steps", steps);
    json_object_object_add(json, "end_before", json_string(replay->end_before));
    json_object_object_add(json, "end_after", json_string(replay->end_after));
    json_object_object_add(json, "broken", json_list(&replay->broken));
    json_object_object_add(json, "identical", json_object_new_boolean(replay->identical));
    puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(json);
}

static int replay_tape(const struct options *options, const struct tape *tape) {
    struct replay replay = {.options = options, .tape = tape, .answer = text_copy(options->answer)};
    struct json_object *exchanges = play_again(&replay, 0);
    if (needs_menu(&replay, exchanges)) {
        name_menu(&replay, exchanges);
        json_object_put(exchanges);
        exchanges = play_again(&replay, 1);
    }
    compare_all(&replay, exchanges);
    json_object_put(exchanges);
    if (options->json)
        print_json(&replay);
    else
        print_text(&replay);
    int status = replay.identical ? 0 : 1;
    close_replay(&replay);
    return status;
}

int replay_run(const struct options *options) {
    struct tape tape = {0};
    struct text file = {0};
    struct text error = {0};
    int status = 2;
    if (file_read(options->replay, &file)) {
        if (tape_read(file.bytes, file.length, &tape, &error))
            status = replay_tape(options, &tape);
        else
            fprintf(stderr, "minivoice-sim: %s: %s\n", options->replay, text_string(&error));
    }
    tape_free(&tape);
    text_free(&file);
    text_free(&error);
    return status;
}
