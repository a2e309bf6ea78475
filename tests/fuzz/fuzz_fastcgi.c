// fuzz_fastcgi.c: what comes over a program's socket, of any bytes: the records of FastCGI, and in them the
// parameters and the body, read with libfcgi as serve.c does.
#include "frame.h"
#include "request.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "fuzz.h"

static int read_stream(void *source, char *bytes, int size) {
    FCGX_Stream *stream = source;
    int got = FCGX_GetStr(bytes, size, stream);
    return got == 0 && FCGX_GetError(stream) != 0 ? -1 : got;
}

static void read_one(FCGX_Request *fcgi) {
    struct request request;
    struct parameters told;
    request_read(&request, fcgi->envp, read_stream, fcgi->in);
    request_parameters(&request, &told);
    REQUIRE(request.body[request.body_length] == '\0' && request.body_length <= REQUEST_MAX_BODY);
    REQUIRE(told.call_id == NULL || (strlen(told.call_id) <= 255 && fuzz_is_clean(told.call_id)));
    REQUIRE(told.step >= 0 && told.step <= 9999);
    FCGX_PutStr("Status: 200 OK\r\n\r\n", 18, fcgi->out);
    request_free(&request);
}

// Any beginning of what is fit is fit as well; more bytes never mend what is broken.
static enum frame check_look(const uint8_t *data, size_t size) {
    enum frame whole = frame_look(data, size);
    for (size_t length = 0; length < size; length += 1 + size / 16) {
        enum frame part = frame_look(data, length);
        REQUIRE(part != FRAME_BROKEN || whole == FRAME_BROKEN);
        REQUIRE(part != FRAME_READY || whole != FRAME_PART);
        REQUIRE(part != FRAME_WHOLE || whole == FRAME_BROKEN);
    }
    return whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool started;
    int ends[2];
    FCGX_Request fcgi;
    if (!started) {
        REQUIRE(FCGX_Init() == 0);
        signal(SIGPIPE, SIG_IGN);
        started = true;
    }
    enum frame frame = check_look(data, size);
    if (frame == FRAME_BROKEN || frame == FRAME_PART)
        return 0;
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    REQUIRE(size == 0 || write(ends[1], data, size) == (ssize_t)size);
    shutdown(ends[1], SHUT_WR);
    FCGX_InitRequest(&fcgi, -1, 0);
    fcgi.ipcFd = ends[0];
    fcgi.keepConnection = 1;
    FCGX_Detach(&fcgi);
    REQUIRE(FCGX_Accept_r(&fcgi) == 0);
    FCGX_Attach(&fcgi);
    read_one(&fcgi);
    FCGX_Detach(&fcgi);
    FCGX_Finish_r(&fcgi);
    FCGX_Free(&fcgi, 1);
    close(ends[1]);
    return 0;
}
