// minivoice-reconcile.c: asks MiniVoice what became of calls whose end never came. No program of the web
// server's: a timer or a person starts it. See minivoice-reconcile(8).
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "envfile.h"
#include "log.h"
#include "place.h"
#include "reconcile.h"
#include "tool.h"
#include "version.h"

static const char help[] =
    "usage: minivoice-reconcile [OPTION...] [CALL_ID]\n"
    "       minivoice-reconcile [OPTION...] --call NUMBER [--from NUMBER] [--wait SECONDS]\n"
    "\n"
    "Asks MiniVoice for the calls whose end is overdue and stores what it says. With CALL_ID it asks for that\n"
    "call alone, shows it beside ours with what differs marked !, and stores nothing.\n"
    "\n"
    "With --call it has MiniVoice call a number of your own, once, as your application does, and shows the\n"
    "journey of that call.\n"
    "\n"
    "  --from N      who calls then, a number of yours at MiniVoice (the number that is called)\n"
    "  --wait S      how long its end is waited for (120)\n"
    "  --most N      requests at most (200)\n"
    "  --rate N      requests a second (5)\n"
    "  --timeout MS  for each of them (10000)\n"
    "  --pause MS    after a failure, doubled by each further one; Retry-After wins (1000)\n"
    "\n"
    "MINIVOICE_API_KEY, or a file named by MINIVOICE_API_KEY_FILE; MINIVOICE_API_URL; PG*, IVR_SETTINGS_FILE.\n"
    "Exit codes: 0 done, or the same on both sides; 1 it differs; 2 usage or settings; 3 the key is refused;\n"
    "4 MiniVoice gave no usable answer; 5 the database.\n";

// The call that is to be placed.
struct wish {
    const char *to;  // NULL: none
    const char *from;
    int wait_s;
};

// Returns false after saying what is wrong.
static bool read_options(int count, char **arguments, struct reconcile_conf *conf, struct wish *wish) {
    static const struct option options[] = {
        {"most", required_argument, NULL, 'm'},    {"rate", required_argument, NULL, 'r'},
        {"timeout", required_argument, NULL, 't'}, {"pause", required_argument, NULL, 'p'},
        {"call", required_argument, NULL, 'c'},    {"from", required_argument, NULL, 'f'},
        {"wait", required_argument, NULL, 'w'},    {"version", no_argument, NULL, 'V'},
        {"help", no_argument, NULL, 'h'},          {0}};
    bool fit = true;
    int option;
    while (fit && (option = getopt_long(count, arguments, "h", options, NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            fputs(option == 'h' ? help : "minivoice-reconcile " IVR_VERSION "\n", stdout);
            exit(RECONCILE_DONE);
        }
        if (option == 'c')
            wish->to = optarg;
        if (option == 'f')
            wish->from = optarg;
        fit = option == 'm'   ? tool_read_number(optarg, 10000, &conf->most)
              : option == 'r' ? tool_read_number(optarg, 1000, &conf->rate)
              : option == 't' ? tool_read_number(optarg, 120000, &conf->timeout_ms)
              : option == 'p' ? tool_read_number(optarg, 60000, &conf->pause_ms)
              : option == 'w' ? tool_read_number(optarg, 3600, &wish->wait_s)
                              : option == 'c' || option == 'f';
    }
    fit &= wish->to == NULL ? wish->from == NULL : optind == count;
    fit &= count - optind <= 1 && (optind == count || *arguments[optind] != '\0');
    if (!fit)
        fputs(help, stderr);
    return fit;
}

int main(int count, char **arguments) {
    struct reconcile_conf conf = {.most = 200, .rate = 5, .timeout_ms = 10000, .pause_ms = 1000};
    struct wish wish = {.wait_s = 120};
    log_open();
    if (!read_options(count, arguments, &conf, &wish) || envfile_read() != 0 ||
        reconcile_conf_read(&conf) != 0) {
        reconcile_conf_free(&conf);
        return RECONCILE_WRONG;
    }
    tool_choose_login("ivr_reconciler");
    enum reconcile_result result =
        wish.to != NULL  ? place_call(&conf, wish.to, wish.from != NULL ? wish.from : wish.to, wish.wait_s)
        : optind < count ? reconcile_show(&conf, arguments[optind])
                         : reconcile_run(&conf);
    reconcile_conf_free(&conf);
    if (fflush(stdout) != 0)
        result = RECONCILE_NOT_TOLD;
    return (int)result;
}
