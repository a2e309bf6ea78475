// tape.c: a stored call, as it can be played again.
#include "tape.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "rules.h"
#include "strict.h"

static char *copy_of(struct json_object *object, const char *name) {
    struct json_object *value;
    if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
        return NULL;
    return text_copy(json_object_get_string(value));
}

static bool is_answer(struct json_object *json) {
    char *endpoint = copy_of(json, "endpoint");
    bool is = endpoint != NULL && strcmp(endpoint, "answer") == 0;
    free(endpoint);
    return is;
}

static void read_step(struct json_object *json, struct tape *tape) {
    tape->steps = memory_resize(tape->steps, tape->count + 1, sizeof *tape->steps);
    struct tape_step *step = &tape->steps[tape->count++];
    *step = (struct tape_step){
        .endpoint = copy_of(json, "endpoint"),
        .menu = copy_of(json, "menu"),
        .digits = copy_of(json, "digits"),
        .response = json_object_get(json_object_object_get(json, "response")),
    };
    if (tape->count > 1 && tape_asks(step[-1].response))
        text_list_add(&tape->presses, "%s", step->digits != NULL ? step->digits : "");
}

static bool read_steps(struct json_object *answers, struct tape *tape) {
    size_t count = json_object_array_length(answers);
    size_t i = 0;
    while (i < count && !is_answer(json_object_array_get_idx(answers, i)))
        i++;
    for (size_t first = i; i < count; i++) {
        struct json_object *answer = json_object_array_get_idx(answers, i);
        if (i > first && is_answer(answer))
            break;
        read_step(answer, tape);
    }
    tape->later = count - i;
    return tape->count > 0;
}

static bool read_root(struct json_object *root, struct tape *tape, struct text *error) {
    struct json_object *answers = json_object_object_get(root, "answers");
    if (!json_object_is_type(root, json_type_object) || !json_object_is_type(answers, json_type_array)) {
        text_add(error, "it has no answers: it must be what SELECT ivr.replay_script('call_...') gives");
        return false;
    }
    tape->call_id = copy_of(root, "call_id");
    tape->from = copy_of(root, "from");
    tape->to = copy_of(root, "to");
    if (tape->call_id != NULL && read_steps(answers, tape))
        return true;
    text_add(error, tape->call_id != NULL ? "no answer request is stored of that call" : "it has no call_id");
    return false;
}

bool tape_read(const char *json, size_t length, struct tape *tape, struct text *error) {
    *tape = (struct tape){0};
    struct json_object *root;
    if (!strict_parse_file(json, length, &root, error))
        return false;
    bool good = read_root(root, tape, error);
    json_object_put(root);
    return good;
}

void tape_free(struct tape *tape) {
    for (size_t i = 0; i < tape->count; i++) {
        free(tape->steps[i].endpoint);
        free(tape->steps[i].menu);
        free(tape->steps[i].digits);
        json_object_put(tape->steps[i].response);
    }
    free(tape->steps);
    free(tape->call_id);
    free(tape->from);
    free(tape->to);
    text_list_free(&tape->presses);
    *tape = (struct tape){0};
}

bool tape_asks(struct json_object *list) {
    struct json_object *actions = json_object_object_get(list, "actions");
    for (size_t i = 0; json_object_is_type(actions, json_type_array) && i < json_object_array_length(actions);
         i++)
        if (json_object_object_get_ex(json_object_array_get_idx(actions, i), "gather", NULL))
            return true;
    return false;
}

static const char *string_of(struct json_object *fields, const char *name) {
    return json_object_get_string(json_object_object_get(fields, name));
}

// The last action decides.
static char *end_of_accepted(struct json_object *list) {
    struct json_object *actions = json_object_object_get(list, "actions");
    struct json_object *last = json_object_array_get_idx(actions, json_object_array_length(actions) - 1);
    struct json_object *fields;
    const char *name = rules_action(last, &fields);
    const char *leg =
        string_of(fields, "destination") != NULL ? string_of(fields, "destination") : string_of(fields, "to");
    struct text end = {0};
    if (strcmp(name, "redirect") == 0)
        text_add(&end, "asked, and nothing more was pressed");
    else if (strcmp(name, "say") == 0)
        text_format(&end, "message \"%s\"", string_of(fields, "text"));
    else if (strcmp(name, "conference") == 0)
        text_format(&end, "conference %s", string_of(fields, "room"));
    else
        text_format(&end, "%s%s%s", leg != NULL ? name : "hangup", leg != NULL ? " " : "",
                    leg != NULL ? leg : "");
    return end.bytes;
}

// A copy of a list that the platform accepts, else NULL; the caller puts it.
static struct json_object *accept(struct json_object *list) {
    const char *json = list != NULL ? json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN) : "";
    struct text_list faults = {0};
    struct json_object *accepted = rules_parse(json, strlen(json), &faults);
    text_list_free(&faults);
    return accepted;
}

bool tape_is_valid(struct json_object *list) {
    struct json_object *accepted = accept(list);
    bool valid = accepted != NULL;
    json_object_put(accepted);
    return valid;
}

char *tape_end(struct json_object *list) {
    struct json_object *accepted = accept(list);
    char *end = accepted != NULL ? end_of_accepted(accepted) : text_copy(TAPE_INVALID);
    json_object_put(accepted);
    return end;
}
