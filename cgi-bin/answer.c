// answer.c: the answer_url: a call needs its first instructions.
//
// GET or POST /minivoice/answer[?menu=NAME], anything or nothing in the request (PLATFORM U1, U2). Returns
// 200 and the menu `main`, or the one named: a gather and a redirect to the menu's endpoint. When the request
// tells a call id, the redirect carries ?call_id=…&step=N. Asked again for the same call before anything else
// happened, it returns the same answer; after that it begins a new step. HEAD, which monitors send, gets the
// headers alone and is not stored.
#include "flow.h"
#include "serve.h"

static int answer(struct app *app, struct request *request, struct reply *reply, struct log_line *log) {
    return flow_answer(app, "answer", request, reply, log);
}

int main(int count, char **arguments) {
    return serve(&(struct program){.needs = CONF_FOR_CALLERS, .handle = answer}, count, arguments);
}
