// fuzz_shorten.c: of a query or form of any bytes no key is left that could be read in it.
#include "shorten.h"

#include "fuzz.h"
#include "request.h"

static void read_form(struct request *request, const char *bytes, size_t length) {
    struct parameters told;
    *request = (struct request){.method = "POST", .declared_length = -1, .body_length = length};
    request->body = malloc(length + 1);
    REQUIRE(request->body != NULL);
    memcpy(request->body, bytes, length);
    request->body[length] = '\0';
    request_parameters(request, &told);
}

static bool is_key(const struct param *param) {
    bool named = strcmp(param->name, "key") == 0 || strcmp(param->name, "accesskey") == 0;
    return named && strlen(param->value) > strspn(param->value, "*");
}

// What looks as if it had been shortened may be what another one is shortened to.
static bool looks_shortened(const char *value) {
    size_t length = strlen(value);
    return length >= 3 && strcmp(value + length - 3, "***") == 0;
}

static void check_gone(const struct request *before, const struct request *after) {
    for (size_t i = 0; i < before->param_count; i++)
        for (size_t j = 0; j < after->param_count && is_key(&before->params[i]); j++)
            REQUIRE(!is_key(&after->params[j]) || looks_shortened(before->params[i].value) ||
                    strcmp(before->params[i].value, after->params[j].value) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    struct request before;
    struct request after;
    read_form(&before, text, size);
    size_t length = shorten_keys(text, size);
    REQUIRE(length <= size);
    read_form(&after, text, length);
    const char *start = before.body + strspn(before.body, " \t\r\n");
    if (*start != '{' && *start != '[')
        check_gone(&before, &after);
    request_free(&before);
    request_free(&after);
    free(text);
    return 0;
}
