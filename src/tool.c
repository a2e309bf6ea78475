// tool.c: what minivoice-reconcile and minivoice-notify do alike.
#include "tool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

void tool_choose_login(const char *role) {
    const char *user = getenv("PGUSER");
    if (user == NULL || *user == '\0' || strcmp(user, "ivr_app") == 0)
        setenv("PGUSER", role, 1);
}

bool tool_read_number(const char *text, int most, int *number) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 1 || value > most)
        return false;
    *number = (int)value;
    return true;
}

enum db_status tool_ask(struct db *db, const struct db_request *request, int wait_ms, char **text) {
    struct db_row row = {0};
    *text = NULL;
    enum db_status status = db_run(db, request, clock_in_ms(wait_ms), &row);
    if (status == DB_OK && row.columns == 1 && row.text[0] != NULL) {
        *text = strdup(row.text[0]);
        if (*text == NULL)
            status = DB_DOWN;
    }
    db_row_free(&row);
    return status;
}
