// fuzz_envfile.c: a settings file of any bytes. What it leaves in the environment are names for the programs,
// and values that stand in it; what was there before stays.
#include "envfile.h"

#include <ctype.h>
#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"

static const char before[] = "of the environment";

static void put_file(const char *path, const uint8_t *data, size_t size) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(file >= 0 && write(file, data, size) == (ssize_t)size);
    close(file);
}

static void check_setting(const char *setting, const char *text) {
    const char *value = strchr(setting, '=') + 1;
    size_t length = strlen(value);
    REQUIRE(strncmp(setting, "IVR_", 4) == 0 || strncmp(setting, "PG", 2) == 0);
    for (const char *at = setting; *at != '='; at++)
        REQUIRE(isupper((unsigned char)*at) || isdigit((unsigned char)*at) || *at == '_');
    REQUIRE(strchr(value, '\n') == NULL && strstr(text, value) != NULL);
    REQUIRE(length == 0 || strstr(text, setting) != NULL || strpbrk(text, "\"' \t\r\v\f") != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    char **environment_before = environ;
    char *text = fuzz_text(data, size);
    snprintf(path, sizeof path, "/dev/shm/fuzz_envfile.%ld", (long)getpid());
    put_file(path, data, size);
    environ = NULL;
    setenv(ENVFILE_VARIABLE, path, 1);
    setenv("PGUSER", before, 1);
    int result = envfile_read();
    REQUIRE(strcmp(getenv("PGUSER"), before) == 0 && strcmp(getenv(ENVFILE_VARIABLE), path) == 0);
    REQUIRE(result == 0 || result == -1);
    REQUIRE(result == -1 || strlen(text) == size);
    for (char **at = environ; *at != NULL; at++)
        if (strncmp(*at, "PGUSER=", 7) != 0 &&
            strncmp(*at, ENVFILE_VARIABLE "=", sizeof ENVFILE_VARIABLE) != 0)
            check_setting(*at, text);
    clearenv();
    environ = environment_before;
    free(text);
    unlink(path);
    return 0;
}
