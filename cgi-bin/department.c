// department.c: the redirect of the menu `department` (Gather And Transfer): 1 is billing, 2 technical
// support.
//
// GET or POST /minivoice/department[?call_id=…&step=N]: what route-menu does, for another menu.
#include "flow.h"
#include "serve.h"

static int department(struct app *app, struct request *request, struct reply *reply, struct log_line *log) {
    return flow_answer(app, "department", request, reply, log);
}

int main(int count, char **arguments) {
    return serve(&(struct program){.needs = CONF_FOR_CALLERS, .handle = department}, count, arguments);
}
