// route-menu.c: the redirect of the menu `main` (Simple IVR): 1 is sales, 2 is support.
//
// GET or POST /minivoice/route-menu[?call_id=…&step=N]. Finds the digits in the request, or in the stored
// call.gathered of this step, or waits for it up to IVR_GATHER_WAIT_MS. Returns 200 and a transfer; or the
// menu again, with a prompt of its own for no input and for a wrong digit; or, past the menu's limit for
// either, a transfer to the menu's fallback. The same call and step always get the same answer.
#include "flow.h"
#include "serve.h"

static int route_menu(struct app *app, struct request *request, struct reply *reply, struct log_line *log) {
    return flow_answer(app, "route-menu", request, reply, log);
}

int main(int count, char **arguments) {
    return serve(&(struct program){.needs = CONF_FOR_CALLERS, .handle = route_menu}, count, arguments);
}
