// fuzz_event.c: a webhook's body of any bytes.
#include "event.h"

#include "fuzz.h"

static void check_text(const char *text) {
    REQUIRE(text != NULL);
    REQUIRE(strlen(text) >= 1 && strlen(text) <= 255);
    REQUIRE(fuzz_is_clean(text));
}

static bool is_space(uint8_t byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

// Without its last brace, an event is none.
static void check_cut(const uint8_t *data, size_t size) {
    struct event event;
    while (is_space(data[size - 1]))
        size--;
    REQUIRE(event_read(&event, (const char *)data, size - 1) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct event event;
    const char *fault = event_read(&event, (const char *)data, size);
    if (fault != NULL) {
        REQUIRE(*fault != '\0');
        REQUIRE(event.json == NULL && event.call_id == NULL && event.name == NULL &&
                event.created_at == NULL);
        return 0;
    }
    REQUIRE(event.json != NULL);
    check_text(event.call_id);
    check_text(event.name);
    if (event.created_at != NULL)
        check_text(event.created_at);
    event_free(&event);
    REQUIRE(event.json == NULL && event.call_id == NULL);
    check_cut(data, size);
    return 0;
}
