// play.c: the conversation of one call.
//
// A reply is a list of actions; each action has a row in a table here. A list is run until an action replaces
// or ends it, or until it runs out, which is taken for a hang-up (PLATFORM section 12, U16).
#include "play.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "ask.h"
#include "clock.h"
#include "expect.h"
#include "outbox.h"
#include "rules.h"

// The platform's default of timeout_seconds is not documented.
enum { REDIRECTS_MAX = 20, TIMEOUT_SECONDS = 5 };

enum step { NEXT_ACTION, ASK_AGAIN, CALL_OVER };

struct play {
    const struct options *options;
    struct call *call;
    const struct caller *caller;
    struct http_pool *pool;
    struct record *record;
    struct outbox outbox;
    struct question question;
    struct letter *gathered;  // written, to be sent with the next redirect; NULL: none
    long gathered_delay;      // of that letter
    long long last_gather;    // moment of the last call.gathered, ms; 0: none
    size_t gathers;
    const char *next_url;  // of the redirect that ends the list being run; NULL: none does
    bool said;             // a message was the last thing the caller heard
};

// Events

static void tell(struct play *play, const char *name, struct json_object *data) {
    if (options_sends_event(play->options, name))
        outbox_send(&play->outbox, outbox_write(&play->outbox, name, data, outbox_now(&play->outbox)));
    else
        json_object_put(data);
}

// A call.gathered that waited for a redirect which never came.
static void tell_gathered(struct play *play) {
    if (play->gathered != NULL)
        outbox_send(&play->outbox, play->gathered);
    play->gathered = NULL;
}

// The same as the redirect is about to be asked, which is done at the returned moment of the steady clock.
static long long tell_gathered_around(struct play *play) {
    long long now = clock_steady_us();
    long delay = play->gathered_delay;
    if (play->gathered == NULL || play->outbox.holding)
        return now;
    outbox_send_at(&play->outbox, play->gathered, delay > 0 ? now + delay * 1000LL : now);
    play->gathered = NULL;
    return delay < 0 ? now - delay * 1000LL : now;
}

// The moment a gather ended. Two gathers of one caller never end at the same moment, as far as created_at can
// tell: nobody hears a prompt twice in a second. So wait until it tells them apart.
static long long gather_moment(struct play *play) {
    long unit = play->options->created_at == CREATED_AT_MS ? 1 : 1000;
    long long now = outbox_now(&play->outbox);
    while (play->last_gather != 0 && now / unit == play->last_gather / unit) {
        clock_wait_ms(unit - (long)(now % unit));
        now = outbox_now(&play->outbox);
    }
    play->last_gather = now;
    return now;
}

static void write_gathered(struct play *play, const struct gather *gather, const struct press *press) {
    long long moment = gather_moment(play);
    if (!options_sends_event(play->options, "call.gathered") ||
        options_loses_gathered(play->options, gather->ordinal))
        return;
    play->gathered = outbox_write(&play->outbox, "call.gathered",
                                  event_gathered_data(play->options, gather, press), moment);
    play->gathered_delay = options_gathered_delay(play->options, gather->ordinal);
    if (play->gathered_delay == DELAY_BEFORE)
        tell_gathered(play);
}

// Actions

static long number(struct json_object *fields, const char *name, long otherwise) {
    struct json_object *value;
    return json_object_object_get_ex(fields, name, &value) ? (long)json_object_get_int64(value) : otherwise;
}

static const char *string(struct json_object *fields, const char *name) {
    struct json_object *value;
    return json_object_object_get_ex(fields, name, &value) ? json_object_get_string(value) : NULL;
}

static struct gather read_gather(struct json_object *fields, size_t ordinal) {
    const char *finish = string(fields, "finish_on_key");
    struct gather gather = {
        .ordinal = ordinal,
        .timeout_seconds = number(fields, "timeout_seconds", TIMEOUT_SECONDS),
        .finish_on_key = finish != NULL ? *finish : '\0',
    };
    long digits = number(fields, "num_digits", 1);
    bool range = string(fields, "min_digits") != NULL || string(fields, "max_digits") != NULL;
    gather.min_digits = range ? number(fields, "min_digits", 1) : digits;
    gather.max_digits = range ? number(fields, "max_digits", DIGITS_SIZE - 1) : digits;
    gather.prompt = string(fields, "prompt") != NULL ? string(fields, "prompt") : "";
    return gather;
}

static void keep_digits(struct play *play, const char *digits) {
    free(play->record->digits);
    play->record->digits = text_copy(digits);
    play->question.digits = play->record->digits;
}

static enum step do_gather(struct play *play, struct json_object *fields) {
    struct gather gather = read_gather(fields, ++play->gathers);
    gather.next_url = play->next_url;
    const char *keys = play->caller->press(play->caller->state, &gather);
    tell_gathered(play);
    play->said = false;
    if (keys == NULL && play->options->end == END_HANGUP) {
        keep_digits(play, "");
        record_note(play->record, "caller hangs up");
        play->record->ended = ENDED_HANGUP;
        return CALL_OVER;
    }
    struct press press;
    script_press(&gather, keys != NULL ? keys : "", &press);
    record_note(play->record, "caller presses %s", keys != NULL && *keys != '\0' ? keys : "nothing");
    keep_digits(play, press.digits);
    write_gathered(play, &gather, &press);
    return NEXT_ACTION;
}

static enum step do_say(struct play *play, struct json_object *fields) {
    play->said = true;
    free(play->record->message);
    play->record->message = text_copy(string(fields, "text"));
    return NEXT_ACTION;
}

static enum step do_redirect(struct play *play, struct json_object *fields) {
    long limit = number(fields, "max_redirects", REDIRECTS_MAX);
    if (++play->record->redirects > limit) {
        record_broken(play->record, "redirect %u of the call, at most %ld are allowed",
                      play->record->redirects, limit);
        return CALL_OVER;
    }
    free(play->question.url);
    play->question.url = text_copy(string(fields, "url"));
    play->question.method = string(fields, "method") != NULL
                                ? (strcmp(string(fields, "method"), "POST") != 0 ? "GET" : "POST")
                                : NULL;
    play->question.first = false;
    return ASK_AGAIN;
}

static enum step end_at(struct play *play, enum ending ending, const char *destination) {
    play->record->ended = ending;
    play->record->destination = text_copy(destination);
    return CALL_OVER;
}

static const char *leg(struct json_object *fields) {
    return string(fields, "destination") != NULL ? string(fields, "destination") : string(fields, "to");
}

static enum step do_transfer(struct play *play, struct json_object *fields) {
    return end_at(play, ENDED_TRANSFER, leg(fields));
}

static enum step do_bridge(struct play *play, struct json_object *fields) {
    return end_at(play, ENDED_BRIDGE, leg(fields));
}

static enum step do_conference(struct play *play, struct json_object *fields) {
    return end_at(play, ENDED_CONFERENCE, string(fields, "room"));
}

static enum step do_start_recording(struct play *play, struct json_object *fields) {
    (void)fields;
    tell(play, "recording.started", event_recording_data(play->call, "started"));
    return NEXT_ACTION;
}

static const char *recording_end(const struct play *play) {
    return play->options->fail_recording ? "recording.failed" : "recording.completed";
}

static struct json_object *recording_end_data(const struct play *play) {
    return event_recording_data(play->call, play->options->fail_recording ? "failed" : "completed");
}

static enum step do_stop_recording(struct play *play, struct json_object *fields) {
    (void)fields;
    if (play->options->late_recording_ms < 0)
        tell(play, recording_end(play), recording_end_data(play));
    return NEXT_ACTION;
}

// Actions that are not here do nothing that could be seen from outside.
static const struct {
    const char *name;
    enum step (*run)(struct play *play, struct json_object *fields);
} doings[] = {
    {"say", do_say},
    {"gather", do_gather},
    {"redirect", do_redirect},
    {"transfer", do_transfer},
    {"bridge", do_bridge},
    {"conference", do_conference},
    {"start_recording", do_start_recording},
    {"stop_recording", do_stop_recording},
};

static enum step run_action(struct play *play, struct json_object *action) {
    struct json_object *fields;
    const char *name = rules_action(action, &fields);
    for (size_t i = 0; i < sizeof doings / sizeof *doings; i++)
        if (strcmp(doings[i].name, name) == 0)
            return doings[i].run(play, fields);
    return NEXT_ACTION;
}

// Nothing comes after a redirect, so it is the last action or there is none.
static const char *find_next_url(struct json_object *actions) {
    struct json_object *last = json_object_array_get_idx(actions, json_object_array_length(actions) - 1);
    struct json_object *fields;
    const char *name = rules_action(last, &fields);
    return strcmp(name, "redirect") == 0 ? string(fields, "url") : NULL;
}

static enum step run_list(struct play *play, struct json_object *list) {
    struct json_object *actions = json_object_object_get(list, "actions");
    play->next_url = find_next_url(actions);
    for (size_t i = 0; i < json_object_array_length(actions); i++) {
        enum step step = run_action(play, json_object_array_get_idx(actions, i));
        if (step != NEXT_ACTION)
            return step;
    }
    play->record->ended = play->said ? ENDED_MESSAGE : ENDED_HANGUP;
    return CALL_OVER;
}

// Asking

// The list of that reply when it broke no rule; the caller puts it.
static struct json_object *accept_reply(struct play *play, struct exchange *exchange) {
    const struct http_reply *reply = exchange->reply;
    struct text_list faults = {0};
    if (reply->status == 0) {
        text_list_add(&faults, "no reply: %s", reply->error);
    } else {
        rules_check_http(reply->status, reply->content_type, &faults);
        exchange->list = rules_parse(reply->body, reply->length, &faults);
    }
    if (play->options->max_answer_ms >= 0 && reply->ms > (double)play->options->max_answer_ms)
        record_broken(play->record, "%s: took %.0f ms, more than %ld", exchange->what, reply->ms,
                      play->options->max_answer_ms);
    for (size_t i = 0; i < faults.count; i++)
        record_broken(play->record, "%s: %s", exchange->what, faults.items[i]);
    if (faults.count != 0) {
        json_object_put(exchange->list);
        exchange->list = NULL;
    }
    text_list_free(&faults);
    record_exchange(play->record, exchange);
    return exchange->list;
}

static void compare_replies(struct play *play, struct json_object *one, struct json_object *other) {
    if (one != NULL && other != NULL && !json_object_equal(one, other))
        record_broken(
            play->record, "%s: asked again, the reply was another one: %s then %s",
            play->question.first ? "answer" : "redirect",
            json_object_to_json_string_ext(one, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
            json_object_to_json_string_ext(other, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

// Asks the question; the list to run, which the caller puts, or NULL when a rule was broken.
static struct json_object *ask(struct play *play) {
    const char *what = play->question.first ? "answer" : "redirect";
    struct http_request request;
    struct http_reply replies[2];
    struct exchange exchange = {what, false, &request, &replies[0], NULL};
    struct exchange again = {what, true, &request, &replies[1], NULL};
    ask_build(play->options, play->call, &play->question, &request);
    play->question.digits = NULL;  // told once
    clock_wait_until_us(tell_gathered_around(play));
    ask_send(play->options, play->pool, &request, replies);
    struct json_object *list = accept_reply(play, &exchange);
    if (play->options->ask_twice != ASK_ONCE) {
        struct json_object *second = accept_reply(play, &again);
        compare_replies(play, list, second);
        json_object_put(second);
    }
    http_reply_free(&replies[0]);
    http_reply_free(&replies[1]);
    http_request_free(&request);
    return list;
}

static void converse(struct play *play) {
    enum step step = ASK_AGAIN;
    play->question = (struct question){.first = true, .url = ask_answer_url(play->options)};
    while (step == ASK_AGAIN) {
        struct json_object *list = ask(play);
        step = list != NULL ? run_list(play, list) : CALL_OVER;
        json_object_put(list);
    }
    free(play->question.url);
}

// Before and after

static void open_call(struct play *play) {
    tell(play, "call.created", NULL);
    tell(play, "call.answered", NULL);
    if (play->options->unknown_event)
        outbox_send(&play->outbox,
                    outbox_write(&play->outbox, "call.something_new", NULL, outbox_now(&play->outbox)));
}

static void close_call(struct play *play) {
    static const char *const terminal[] = {"call.completed", "call.failed", "call.canceled",
                                           "call.completed"};
    tell_gathered(play);
    tell(play, terminal[play->options->end], NULL);
    outbox_release(&play->outbox);
    if (play->options->late_recording_ms >= 0) {
        clock_wait_ms(play->options->late_recording_ms);
        outbox_send(&play->outbox, outbox_write(&play->outbox, recording_end(play), recording_end_data(play),
                                                outbox_now(&play->outbox)));
    }
    outbox_close(&play->outbox, play->record);
}

void play_call(const struct options *options, struct call *call, const struct caller *caller,
               struct http_pool *pool, struct record *record) {
    struct play play = {
        .options = options,
        .call = call,
        .caller = caller,
        .pool = pool,
        .record = record,
    };
    outbox_open(&play.outbox, options, call, pool);
    open_call(&play);
    converse(&play);
    close_call(&play);
    expect_check(&options->expectations, record);
}
