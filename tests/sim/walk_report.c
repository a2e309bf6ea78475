// walk_report.c: what a walk has found: every path and its end, and the sum of them.
#include "walk_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "tally.h"

enum { SENTENCES_SHOWN = 10 };

// A played path and its presses as text, which is owned.
struct line {
    const struct path *path;
    char *presses;
};

struct sum {
    const struct walk *walk;
    double seconds;
    struct line *lines;  // sorted; no two have the same start and the same presses
    size_t count;
    struct tally transfers;
    struct tally messages;
    struct tally others;
    struct tally broken;
    size_t broken_paths;
    size_t broken_rules;
    const struct line *longest;  // NULL: nothing was played
};

static int compare_lines(const void *one, const void *other) {
    const struct line *left = one;
    const struct line *right = other;
    if (left->path->start != right->path->start)
        return left->path->start < right->path->start ? -1 : 1;
    return strcmp(left->presses, right->presses);
}

// Two plans may turn out to be the same path; it is kept once, with its faults if it has any.
static void drop_doubles(struct sum *sum) {
    size_t kept = 0;
    for (size_t i = 0; i < sum->count; i++) {
        if (kept == 0 || compare_lines(&sum->lines[kept - 1], &sum->lines[i]) != 0) {
            sum->lines[kept++] = sum->lines[i];
            continue;
        }
        if (sum->lines[i].path->broken.count != 0)
            sum->lines[kept - 1].path = sum->lines[i].path;
        free(sum->lines[i].presses);
    }
    sum->count = kept;
}

static void make_lines(struct sum *sum) {
    sum->lines = memory_need(sum->walk->learned, sizeof *sum->lines);
    for (size_t i = 0; i < sum->walk->learned; i++) {
        struct text presses = {0};
        text_add(&presses, "");
        walk_add_presses(sum->walk->paths[i], &presses);
        sum->lines[sum->count++] = (struct line){sum->walk->paths[i], presses.bytes};
    }
    qsort(sum->lines, sum->count, sizeof *sum->lines, compare_lines);
    drop_doubles(sum);
}

static void count_line(struct sum *sum, const struct line *line) {
    const struct path *path = line->path;
    if (path->ended == ENDED_TRANSFER || path->ended == ENDED_MESSAGE)
        tally_add(path->ended == ENDED_TRANSFER ? &sum->transfers : &sum->messages, path->end);
    else
        tally_add(&sum->others, record_ending_name(path->ended));
    for (size_t i = 0; i < path->broken.count; i++)
        tally_add(&sum->broken, path->broken.items[i]);
    sum->broken_paths += path->broken.count > 0;
    sum->broken_rules += path->broken.count;
    if (sum->longest == NULL || path->redirects > sum->longest->path->redirects)
        sum->longest = line;
}

static size_t untried(const struct sum *sum) {
    return sum->walk->count - sum->walk->learned;
}

static void close_sum(struct sum *sum) {
    for (size_t i = 0; i < sum->count; i++)
        free(sum->lines[i].presses);
    free(sum->lines);
    tally_free(&sum->transfers);
    tally_free(&sum->messages);
    tally_free(&sum->others);
    tally_free(&sum->broken);
}

// For people

static void print_end(const struct path *path) {
    const char *quote = path->ended == ENDED_MESSAGE ? "\"" : "";
    printf("%s%s%s%s%s\n", record_ending_name(path->ended), path->end != NULL ? " " : "",
           path->end != NULL ? quote : "", path->end != NULL ? path->end : "",
           path->end != NULL ? quote : "");
}

static void print_lines(const struct sum *sum) {
    for (size_t i = 0; i < sum->count; i++) {
        const struct line *line = &sum->lines[i];
        if (i == 0 || line->path->start != sum->lines[i - 1].path->start)
            printf("%s\n", sum->walk->starts[line->path->start].label);
        printf("    %s -> ", *line->presses != '\0' ? line->presses : "at once");
        print_end(line->path);
        for (size_t j = 0; j < line->path->broken.count; j++)
            printf("        BROKEN   %s\n", line->path->broken.items[j]);
        if (line->path->text != NULL)
            fputs(line->path->text, stdout);
    }
}

static unsigned long total(const struct tally *tally) {
    unsigned long sum = 0;
    for (size_t i = 0; i < tally->names.count; i++)
        sum += tally->counts[i];
    return sum;
}

static void print_tally(const char *title, const struct tally *tally, const char *before, const char *after,
                        size_t limit) {
    printf("%-13s %7lu\n", title, total(tally));
    for (size_t i = 0; i < tally->names.count && i < limit; i++)
        printf("              %7lu %s%s%s\n", tally->counts[i], before, tally->names.items[i], after);
    if (tally->names.count > limit)
        printf("                      and more\n");
}

static size_t visited(const struct walk *walk) {
    size_t count = 0;
    for (size_t i = 0; i < walk->tree->count; i++)
        count += walk->places[i].visited;
    return count;
}

static void print_menus(const struct walk *walk) {
    printf("menus         %7zu of %zu visited\n", visited(walk), walk->tree->count);
    for (size_t i = 0; i < walk->tree->count; i++)
        if (!walk->places[i].visited)
            printf("                      not reached: %s\n", walk->tree->menus[i].name);
    for (size_t i = 0; i < walk->unpressable.count; i++)
        printf("                      can't be pressed: %s\n", walk->unpressable.items[i]);
}

static void print_summary(const struct sum *sum) {
    printf("paths         %7zu, %zu calls in %.1f s\n", sum->count, sum->walk->learned, sum->seconds);
    if (untried(sum) != 0)
        printf("              %7zu not tried: --walk-limit is reached\n", untried(sum));
    print_menus(sum->walk);
    print_tally("transfers", &sum->transfers, "to ", "", SIZE_MAX);
    print_tally("messages", &sum->messages, "\"", "\"", SIZE_MAX);
    print_tally("other ends", &sum->others, "", "", SIZE_MAX);
    if (sum->longest != NULL)
        printf("longest path  %7u redirects: %s, %s\n", sum->longest->path->redirects,
               sum->walk->starts[sum->longest->path->start].label,
               *sum->longest->presses != '\0' ? sum->longest->presses : "at once");
    print_tally("broken rules", &sum->broken, "", "", SENTENCES_SHOWN);
}

// For programs

static void add_string(struct json_object *json, const char *name, const char *string) {
    json_object_object_add(json, name, string != NULL ? json_object_new_string(string) : NULL);
}

static void add_count(struct json_object *json, const char *name, size_t count) {
    json_object_object_add(json, name, json_object_new_int64((int64_t)count));
}

static void add_decimal(struct json_object *json, const char *name, double value) {
    char digits[32];
    snprintf(digits, sizeof digits, "%.3f", value);
    json_object_object_add(json, name, json_object_new_double_s(value, digits));
}

static struct json_object *list_json(const struct text_list *list) {
    struct json_object *json = json_object_new_array();
    for (size_t i = 0; i < list->count; i++)
        json_object_array_add(json, json_object_new_string(list->items[i]));
    return json;
}

static struct json_object *visits_json(const struct walk *walk, const struct path *path) {
    struct json_object *json = json_object_new_array();
    for (size_t i = 0; i < path->count; i++) {
        const struct visit *visit = &path->visits[i];
        struct json_object *one = json_object_new_object();
        add_string(one, "menu", visit->menu == TREE_NOWHERE ? NULL : walk->tree->menus[visit->menu].name);
        add_string(one, "prompt", visit->prompt);
        add_string(one, "pressed", visit->keys);
        json_object_array_add(json, one);
    }
    return json;
}

static void print_json(struct json_object *json) {
    puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(json);
}

static void print_line_json(const struct sum *sum, const struct line *line) {
    const struct path *path = line->path;
    const struct start *start = &sum->walk->starts[path->start];
    struct json_object *json = json_object_new_object();
    add_string(json, "call_id", path->call_id);
    add_string(json, "to", start->to);
    add_string(json, "answer", start->answer);
    add_string(json, "presses", line->presses);
    json_object_object_add(json, "questions", visits_json(sum->walk, path));
    add_string(json, "ended", record_ending_name(path->ended));
    add_string(json, path->ended == ENDED_MESSAGE ? "message" : "destination", path->end);
    add_count(json, "redirects", path->redirects);
    json_object_object_add(json, "broken", list_json(&path->broken));
    print_json(json);
}

// The menus that were, or were not, visited.
static struct json_object *menus_json(const struct walk *walk, bool wanted) {
    struct json_object *json = json_object_new_array();
    for (size_t i = 0; i < walk->tree->count; i++)
        if (walk->places[i].visited == wanted)
            json_object_array_add(json, json_object_new_string(walk->tree->menus[i].name));
    return json;
}

static void print_summary_json(const struct sum *sum) {
    struct json_object *root = json_object_new_object();
    struct json_object *json = json_object_new_object();
    add_count(json, "paths", sum->count);
    add_count(json, "calls", sum->walk->learned);
    add_count(json, "untried", untried(sum));
    add_decimal(json, "seconds", sum->seconds);
    json_object_object_add(json, "visited", menus_json(sum->walk, true));
    json_object_object_add(json, "unreached", menus_json(sum->walk, false));
    json_object_object_add(json, "unpressable", list_json(&sum->walk->unpressable));
    json_object_object_add(json, "transfers", tally_json(&sum->transfers, SIZE_MAX));
    json_object_object_add(json, "messages", tally_json(&sum->messages, SIZE_MAX));
    json_object_object_add(json, "others", tally_json(&sum->others, SIZE_MAX));
    add_count(json, "longest", sum->longest != NULL ? sum->longest->path->redirects : 0);
    add_string(json, "longest_to",
               sum->longest != NULL ? sum->walk->starts[sum->longest->path->start].to : NULL);
    add_string(json, "longest_presses", sum->longest != NULL ? sum->longest->presses : NULL);
    add_count(json, "broken_paths", sum->broken_paths);
    add_count(json, "broken", sum->broken_rules);
    json_object_object_add(json, "broken_sentences", tally_json(&sum->broken, SENTENCES_SHOWN));
    json_object_object_add(root, "summary", json);
    print_json(root);
}

bool walk_report(const struct walk *walk, const struct options *options, double seconds) {
    struct sum sum = {.walk = walk, .seconds = seconds};
    make_lines(&sum);
    for (size_t i = 0; i < sum.count; i++)
        count_line(&sum, &sum.lines[i]);
    for (size_t i = 0; options->json && !options->quiet && i < sum.count; i++)
        print_line_json(&sum, &sum.lines[i]);
    if (!options->json && !options->quiet)
        print_lines(&sum);
    if (options->json)
        print_summary_json(&sum);
    else
        print_summary(&sum);
    bool good = sum.broken_rules == 0 && untried(&sum) == 0;
    close_sum(&sum);
    return good;
}
