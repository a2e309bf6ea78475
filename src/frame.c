// frame.c: walks over the records of a request.
#include "frame.h"

#include <stdbool.h>

#include <fastcgi.h>

// Where the parameters stand between two records: they are cut anywhere.
struct params {
    size_t total;
    unsigned char head[8];  // of a pair: its two lengths, of one or four bytes each
    size_t head_length;
    size_t left;  // of a pair's name and value
};

static size_t size_of(unsigned char first) {
    return (first & 0x80) == 0 ? 1 : 4;
}

static size_t length_at(const unsigned char *at) {
    if (size_of(*at) == 1)
        return *at;
    return (size_t)(at[0] & 0x7f) << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

// How many bytes of a pair's head there must be, as far as those that are there tell.
static size_t head_size(const struct params *params) {
    size_t name = params->head_length == 0 ? 1 : size_of(params->head[0]);
    return params->head_length <= name ? name + 1 : name + size_of(params->head[name]);
}

static bool take_head(struct params *params, unsigned char byte) {
    params->head[params->head_length++] = byte;
    if (params->head_length < head_size(params))
        return true;
    params->left = length_at(params->head) + length_at(params->head + size_of(params->head[0]));
    params->head_length = 0;
    return params->left <= FRAME_MAX_PARAMS;
}

static bool take_params(struct params *params, const unsigned char *bytes, size_t length) {
    params->total += length;
    while (length > 0) {
        size_t taken = params->left < length ? params->left : length;
        params->left -= taken;
        bytes += taken;
        length -= taken;
        if (length > 0) {
            if (!take_head(params, *bytes))
                return false;
            bytes++;
            length--;
        }
    }
    return params->total <= FRAME_MAX_PARAMS;
}

static bool have_ended(const struct params *params) {
    return params->left == 0 && params->head_length == 0;
}

static size_t number_at(const unsigned char *at) {
    return (size_t)at[0] << 8 | at[1];
}

// A request as it is read. `expected` is the type of the next record, 0 at the end.
struct walk {
    unsigned char expected;
    size_t id;
    struct params params;
};

static bool begin(struct walk *walk, const unsigned char *head, const unsigned char *content, size_t there) {
    walk->id = number_at(head + 2);
    walk->expected = FCGI_PARAMS;
    bool responder = there < 2 || number_at(content) == FCGI_RESPONDER;
    return walk->id != FCGI_NULL_REQUEST_ID && number_at(head + 4) == sizeof(FCGI_BeginRequestBody) &&
           responder;
}

// Behind these libfcgi forgets that there is padding, and reads it as the next record.
static bool may_be_padded(const unsigned char *head) {
    return head[1] != FCGI_BEGIN_REQUEST && number_at(head + 4) > 0;
}

// One record, of which `there` bytes of content have come. Returns false when it does not belong there.
static bool take(struct walk *walk, const unsigned char *head, const unsigned char *content, size_t there) {
    if (head[0] != FCGI_VERSION_1 || head[1] != walk->expected || (head[6] > 0 && !may_be_padded(head)))
        return false;
    if (head[1] == FCGI_BEGIN_REQUEST)
        return begin(walk, head, content, there);
    if (number_at(head + 2) != walk->id)
        return false;
    bool last = number_at(head + 4) == 0;
    if (head[1] == FCGI_PARAMS) {
        walk->expected = last ? FCGI_STDIN : FCGI_PARAMS;
        return last ? have_ended(&walk->params) : take_params(&walk->params, content, there);
    }
    walk->expected = last ? 0 : FCGI_STDIN;
    return true;
}

// What to say when the bytes have ended before the request.
static enum frame unfinished(const struct walk *walk, size_t length) {
    if (walk->expected == FCGI_STDIN || walk->expected == 0)
        return FRAME_READY;
    return length < FRAME_LOOK ? FRAME_PART : FRAME_BROKEN;
}

enum frame frame_look(const unsigned char *bytes, size_t length) {
    struct walk walk = {.expected = FCGI_BEGIN_REQUEST};
    size_t at = 0;
    while (walk.expected != 0 && length - at >= FCGI_HEADER_LEN) {
        const unsigned char *head = bytes + at;
        size_t content = number_at(head + 4);
        size_t record = FCGI_HEADER_LEN + content + head[6];
        size_t there = length - at - FCGI_HEADER_LEN;
        if (!take(&walk, head, head + FCGI_HEADER_LEN, there < content ? there : content))
            return FRAME_BROKEN;
        if (record > length - at)
            return unfinished(&walk, length);
        at += record;
    }
    if (walk.expected != 0)
        return unfinished(&walk, length);
    return at == length ? FRAME_WHOLE : FRAME_BROKEN;
}
