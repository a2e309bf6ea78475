// envfile.c: reads the settings file, line by line, and says what is wrong with each.
#include "envfile.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "guarded.h"
#include "log.h"

struct setting {
    char *name;
    char *value;
};

struct envfile {
    const char *path;
    mode_t mode;
    struct setting settings[ENVFILE_MAX_SETTINGS];
    size_t count;
    int line;
    int faults;
};

// A line

static char *trimmed(char *text) {
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

// What may stand in front of the "=".
static bool is_name(const char *name) {
    size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return length > 0 && name[length] == '\0';
}

static bool is_for_us(const char *name) {
    return strncmp(name, "IVR_", 4) == 0 || (strncmp(name, "PG", 2) == 0 && isupper((unsigned char)name[2]));
}

static bool is_there(const struct envfile *file, const char *name) {
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->settings[i].name, name) == 0)
            return true;
    return false;
}

// Takes the quotes away. Returns what is wrong with the value, or NULL. A comment behind it would become a
// part of it, and of a list of secrets two more.
static const char *unquote(char **value) {
    char *text = *value;
    size_t length = strlen(text);
    char quote = *text;
    if (quote != '"' && quote != '\'') {
        bool has_comment = *text == '#' || strstr(text, " #") != NULL || strstr(text, "\t#") != NULL;
        return has_comment ? "a comment stands on a line of its own; a value with # in it, in quotes" : NULL;
    }
    if (length < 2 || strchr(text + 1, quote) != text + length - 1)
        return "the value must end with the quote it begins with, and have no other of that kind";
    text[length - 1] = '\0';
    *value = text + 1;
    return NULL;
}

// Returns what is wrong, or NULL; a name is told, but nothing of a value, or of what cannot be told from one.
static const char *take_line(struct envfile *file, char *line, const char **name) {
    char *equals = strchr(line, '=');
    *name = "";
    if (strchr(line, '\r') != NULL)
        return "has a carriage return in it, which ends no line: a line feed does";
    if (equals == NULL)
        return "is not NAME=VALUE";
    *equals = '\0';
    if (!is_name(line))
        return "is not NAME=VALUE: a name is of A-Z, 0-9 and _, with nothing in front of it or behind";
    *name = line;
    if (!is_for_us(line))
        return " is not for these programs: only PG... and IVR_... are";
    if (is_there(file, line))
        return " is set a second time";
    if (file->count == ENVFILE_MAX_SETTINGS)
        return " is one setting too many";
    struct setting setting = {.name = line, .value = trimmed(equals + 1)};
    const char *fault = unquote(&setting.value);
    if (fault == NULL)
        file->settings[file->count++] = setting;
    else
        *name = "";
    return fault;
}

static void take_lines(struct envfile *file, char *text) {
    while (text != NULL) {
        char *line = trimmed(strsep(&text, "\n"));
        const char *name;
        file->line++;
        const char *fault = *line == '\0' || *line == '#' ? NULL : take_line(file, line, &name);
        if (fault == NULL)
            continue;
        log_error("configuration", "%s line %d: %s%s", file->path, file->line, name, fault);
        file->faults++;
    }
}

// The whole

static bool holds_secret(const struct envfile *file) {
    static const char *const secrets[] = {"IVR_WEBHOOK_SECRET", "IVR_ACCESS_KEY", "PGPASSWORD"};
    for (size_t i = 0; i < file->count; i++)
        for (size_t j = 0; j < sizeof secrets / sizeof *secrets; j++)
            if (strcmp(file->settings[i].name, secrets[j]) == 0 && *file->settings[i].value != '\0')
                return true;
    return false;
}

static void check_mode(struct envfile *file) {
    if ((file->mode & S_IRWXO) == 0 || !holds_secret(file))
        return;
    log_error("configuration", "%s holds a secret and may be read by others: chmod 640", file->path);
    file->faults++;
}

static void set_all(const struct envfile *file) {
    for (size_t i = 0; i < file->count; i++)
        setenv(file->settings[i].name, file->settings[i].value, 0);
}

int envfile_read(void) {
    struct envfile file = {.path = getenv(ENVFILE_VARIABLE)};
    const char *fault;
    if (file.path == NULL || *file.path == '\0')
        return 0;
    char *text = guarded_read(file.path, ENVFILE_MAX_BYTES, &file.mode, &fault);
    if (text == NULL) {
        log_error("configuration", "the file of " ENVFILE_VARIABLE ", %s: %s", file.path, fault);
        return -1;
    }
    take_lines(&file, text);
    check_mode(&file);
    set_all(&file);
    explicit_bzero(text, ENVFILE_MAX_BYTES);
    free(text);
    return file.faults == 0 ? 0 : -1;
}
