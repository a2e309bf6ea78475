// fuzz_envfile.c: a settings file of any bytes, as it is found at the start.
#include "envfile.h"

#include <fcntl.h>
#include <unistd.h>

#include "fuzz.h"

extern char **environ;

static const char *path(void) {
    static char name[64];
    if (*name == '\0')
        snprintf(name, sizeof name, "/dev/shm/fuzz_envfile.%ld", (long)getpid());
    return name;
}

static void put_file(const uint8_t *data, size_t size) {
    int file = open(path(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(file >= 0 && write(file, data, size) == (ssize_t)size);
    close(file);
}

// Only settings join the environment, each once, and what was there has won.
static void check_environment(void) {
    size_t count = 0;
    for (char **at = environ; *at != NULL; at++, count++) {
        REQUIRE(strncmp(*at, "PG", 2) == 0 || strncmp(*at, "IVR_", 4) == 0);
        size_t length = strcspn(*at, "=");
        REQUIRE((*at)[length] == '=' && strpbrk(*at, "\r\n") == NULL);
        for (char **other = environ; other != at; other++)
            REQUIRE(strncmp(*other, *at, length + 1) != 0);
    }
    REQUIRE(count <= ENVFILE_MAX_SETTINGS + 2);
    REQUIRE(strcmp(getenv("IVR_THREADS"), "7") == 0);
    REQUIRE(strcmp(getenv(ENVFILE_VARIABLE), path()) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    put_file(data, size);
    clearenv();
    REQUIRE(setenv(ENVFILE_VARIABLE, path(), 1) == 0 && setenv("IVR_THREADS", "7", 1) == 0);
    int result = envfile_read();
    REQUIRE(result == 0 || result == -1);
    check_environment();
    unlink(path());
    return 0;
}
