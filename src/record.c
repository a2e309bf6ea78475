// record.c: the statement's name, the key and the values, one after the other, each with its length.
//
// Numbers are in the order of the machine: a spool is read where it was written.
#include "record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { IS_NULL, IS_TEXT, IS_BINARY };

// Packing: a zeroed writer without `at` only counts.
struct writer {
    char *at;
    size_t length;
};

static void put(struct writer *writer, const void *bytes, size_t length) {
    if (writer->at != NULL && length > 0)
        memcpy(writer->at + writer->length, bytes, length);
    writer->length += length;
}

static void put_value(struct writer *writer, struct db_value value) {
    unsigned char kind = value.bytes == NULL ? IS_NULL : value.binary ? IS_BINARY : IS_TEXT;
    uint32_t length = value.bytes == NULL ? 0 : (uint32_t)value.length;
    put(writer, &kind, sizeof kind);
    put(writer, &length, sizeof length);
    put(writer, value.bytes, length);
}

// A string with its NUL, so that it can be used where it lies.
static void put_string(struct writer *writer, const char *text) {
    put_value(writer, (struct db_value){.bytes = text, .length = text == NULL ? 0 : strlen(text) + 1});
}

static void put_request(struct writer *writer, const struct db_request *request) {
    put_string(writer, request->statement->name);
    put_string(writer, request->key);
    for (int i = 0; i < request->count; i++)
        put_value(writer, request->values[i]);
}

char *record_pack(const struct db_request *request, size_t *length) {
    struct writer writer = {0};
    put_request(&writer, request);
    writer.at = malloc(writer.length);
    if (writer.at == NULL)
        return NULL;
    *length = writer.length;
    writer.length = 0;
    put_request(&writer, request);
    return writer.at;
}

// Unpacking
struct reader {
    const char *at;
    size_t left;
};

static bool take_value(struct reader *reader, struct db_value *value) {
    unsigned char kind;
    uint32_t length;
    if (reader->left < sizeof kind + sizeof length)
        return false;
    memcpy(&kind, reader->at, sizeof kind);
    memcpy(&length, reader->at + sizeof kind, sizeof length);
    reader->at += sizeof kind + sizeof length;
    reader->left -= sizeof kind + sizeof length;
    if (kind > IS_BINARY || length > reader->left || (kind == IS_NULL && length > 0))
        return false;
    *value = (struct db_value){
        .bytes = kind == IS_NULL ? NULL : reader->at, .length = length, .binary = kind == IS_BINARY};
    reader->at += length;
    reader->left -= length;
    return true;
}

// NULL is fine.
static bool take_string(struct reader *reader, const char **text) {
    struct db_value value;
    if (!take_value(reader, &value) || value.binary)
        return false;
    *text = value.bytes;
    return value.bytes == NULL ||
           (value.length > 0 && memchr(value.bytes, '\0', value.length) == value.bytes + value.length - 1);
}

static const struct db_statement *find_statement(const struct db_statement *statements, const char *name) {
    for (; statements->name != NULL; statements++)
        if (!statements->reads && strcmp(statements->name, name) == 0)
            return statements;
    return NULL;
}

// How many arguments a request of this statement has: $1 is the places.
static int parameters_of(const char *sql) {
    long most = 1;
    for (const char *at = strchr(sql, '$'); at != NULL; at = strchr(at + 1, '$')) {
        long number = strtol(at + 1, NULL, 10);
        most = number > most ? number : most;
    }
    return (int)most - 1;
}

bool record_unpack(const char *bytes, size_t length, const struct db_statement *statements,
                   struct db_request *request) {
    struct reader reader = {.at = bytes, .left = length};
    const char *name;
    *request = (struct db_request){0};
    if (!take_string(&reader, &name) || name == NULL || !take_string(&reader, &request->key))
        return false;
    request->statement = find_statement(statements, name);
    while (reader.left > 0)
        if (request->count == DB_MAX_VALUES || !take_value(&reader, &request->values[request->count++]))
            return false;
    if (request->statement == NULL)
        return false;
    int wanted = parameters_of(request->statement->sql);
    bool fits = request->count <= wanted && request->count >= wanted - request->statement->optional;
    request->count = wanted;  // the rest is NULL
    return fits;
}
