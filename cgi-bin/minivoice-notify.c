// minivoice-notify.c: tells subscribers (ivr.subscribe()) what happens. No program of the web server's: a
// service of its own. See minivoice-notify(8).
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "envfile.h"
#include "log.h"
#include "notify.h"
#include "tool.h"
#include "version.h"

static const char help[] =
    "usage: minivoice-notify [--once] [--timeout MS]\n"
    "\n"
    "Tells those who have subscribed (SELECT ivr.subscribe(...)) what happens, as Standard Webhooks has it,\n"
    "until it is stopped.\n"
    "\n"
    "  --once        tell what is due now, and end\n"
    "  --timeout MS  for one try (15000)\n"
    "\n"
    "IVR_NOTIFY_PRIVATE, networks of your own that may be called; PG*, IVR_SETTINGS_FILE.\n"
    "Exit codes: 0 done; 2 usage or settings; 5 the database; 6 another process tells (with --once).\n";

// Returns false after saying what is wrong.
static bool read_options(int count, char **arguments, struct notify_conf *conf) {
    static const struct option options[] = {{"once", no_argument, NULL, 'o'},
                                            {"timeout", required_argument, NULL, 't'},
                                            {"version", no_argument, NULL, 'V'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    bool fit = true;
    int option;
    while (fit && (option = getopt_long(count, arguments, "h", options, NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            fputs(option == 'h' ? help : "minivoice-notify " IVR_VERSION "\n", stdout);
            exit(NOTIFY_DONE);
        }
        conf->once |= option == 'o';
        fit = option == 'o' || (option == 't' && tool_read_number(optarg, 120000, &conf->timeout_ms));
    }
    fit &= optind == count;
    if (!fit)
        fputs(help, stderr);
    return fit;
}

// Waited for where it suits; a receiver that hangs up while it is written to ends nothing.
static void set_signals(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int main(int count, char **arguments) {
    struct notify_conf conf = {.timeout_ms = 15000};
    log_open();
    if (!read_options(count, arguments, &conf) || envfile_read() != 0 || notify_conf_read(&conf) != 0)
        return NOTIFY_WRONG;
    tool_choose_login("ivr_notifier");
    set_signals();
    return (int)notify_run(&conf);
}
