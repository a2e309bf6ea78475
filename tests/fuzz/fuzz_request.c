// fuzz_request.c: a request of any bytes. The first line of an input is the query, the second the header
// X-MiniVoice-Call-Id, the third CONTENT_LENGTH, the rest the body.
#include "request.h"

#include "fuzz.h"

struct body {
    const uint8_t *bytes;
    size_t left;
    size_t piece;
};

static int read_body(void *source, char *bytes, int size) {
    struct body *body = source;
    size_t length = body->left < body->piece ? body->left : body->piece;
    REQUIRE(size > 0);
    if (length > (size_t)size)
        length = (size_t)size;
    if (length > 0)
        memcpy(bytes, body->bytes, length);
    body->bytes += length;
    body->left -= length;
    return (int)length;
}

static char *variable(const char *name, const char *value) {
    size_t size = strlen(name) + strlen(value) + 2;
    char *line = malloc(size);
    REQUIRE(line != NULL);
    snprintf(line, size, "%s=%s", name, value);
    return line;
}

static void check_text(const char *text, size_t most) {
    if (text == NULL)
        return;
    REQUIRE(*text != '\0');
    REQUIRE(strlen(text) <= most);
    REQUIRE(fuzz_is_clean(text));
}

static void check_told(const struct parameters *told) {
    check_text(told->call_id, 255);
    check_text(told->digits, 64);
    check_text(told->from, 255);
    check_text(told->to, 255);
    check_text(told->menu, 127);
    check_text(told->key, 255);
    REQUIRE(told->step >= 0 && told->step <= 9999);
}

static void check_body(const struct request *request, size_t sent) {
    REQUIRE(request->body[request->body_length] == '\0');
    REQUIRE(request->body_length <= REQUEST_MAX_BODY && request->body_length <= sent);
    REQUIRE((request->body_state == BODY_TOO_LARGE) == (sent > REQUEST_MAX_BODY));
    if (request->body_state == BODY_WHOLE)
        REQUIRE(request->declared_length < 0 || request->declared_length == (long long)sent);
    if (request->body_state == BODY_BROKEN)
        REQUIRE(request->declared_length >= 0);
}

static bool same(const char *one, const char *other) {
    return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

// However the body is cut up on its way, the same is told.
static void check_same(const struct parameters *one, const struct parameters *other) {
    REQUIRE(same(one->call_id, other->call_id) && same(one->digits, other->digits) &&
            same(one->from, other->from));
    REQUIRE(same(one->to, other->to) && same(one->menu, other->menu) && same(one->key, other->key));
    REQUIRE(one->step == other->step);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *query = fuzz_line(&data, &size);
    char *header = fuzz_line(&data, &size);
    char *length = fuzz_line(&data, &size);
    char *environment[] = {variable("QUERY_STRING", query), variable("HTTP_X_MINIVOICE_CALL_ID", header),
                           variable("CONTENT_LENGTH", length), NULL};
    struct request requests[2];
    struct parameters told[2];
    for (size_t i = 0; i < 2; i++) {
        struct body body = {.bytes = data, .left = size, .piece = i == 0 ? SIZE_MAX : 1 + size % 7};
        request_read(&requests[i], environment, read_body, &body);
        request_parameters(&requests[i], &told[i]);
        check_body(&requests[i], size);
        check_told(&told[i]);
        REQUIRE(requests[i].param_count <= REQUEST_MAX_PARAMS);
    }
    check_same(&told[0], &told[1]);
    for (size_t i = 0; i < 2; i++)
        request_free(&requests[i]);
    for (size_t i = 0; i < 3; i++)
        free(environment[i]);
    free(query);
    free(header);
    free(length);
    return 0;
}
