// address.c: addresses of IPv4 and IPv6 against lists of networks.
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};                       // ::ffff:0:0/96
static const unsigned char nat64[12] = {[0] = 0x00, [1] = 0x64, [2] = 0xff, [3] = 0x9b};  // 64:ff9b::/96

// IANA's registries of special addresses of IPv4 and IPv6, where they are not global.
static const char *const reserved[] = {
    "0.0.0.0/8",      "10.0.0.0/8",   "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24",   "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",  "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/3",  "2001::/23",      "2001:db8::/32",  "2002::/16",      "3fff::/20",
};

static bool read_bits(const char *text, int most, int *bits) {
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < 0 || value > most || *text == '-' || *text == '+')
        return false;
    *bits = (int)value;
    return true;
}

bool network_read(const char *text, struct network *network) {
    char host[INET6_ADDRSTRLEN];
    size_t length = strcspn(text, "/");
    if (length >= sizeof host)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    const char *bits = text[length] == '/' ? text + length + 1 : NULL;
    bool is_v4 = inet_pton(AF_INET, host, network->bytes + sizeof mapped) == 1;
    if (is_v4)
        memcpy(network->bytes, mapped, sizeof mapped);
    else if (inet_pton(AF_INET6, host, network->bytes) != 1)
        return false;
    network->bits = is_v4 ? 32 : 128;
    if (bits != NULL && !read_bits(bits, network->bits, &network->bits))
        return false;
    network->bits += is_v4 ? 96 : 0;
    return true;
}

int network_read_list(const char *text, struct network *networks, size_t most) {
    char *copy = strdup(text);
    char *rest = NULL;
    size_t count = 0;
    bool fit = copy != NULL;
    for (char *one = fit ? strtok_r(copy, ", \t", &rest) : NULL; one != NULL && fit;
         one = strtok_r(NULL, ", \t", &rest)) {
        fit = count < most && network_read(one, &networks[count]);
        count++;
    }
    free(copy);
    return fit ? (int)count : -1;
}

// The address in 16 bytes; false where it is of another family.
static bool bytes_of(const struct sockaddr *address, unsigned char bytes[16]) {
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        memcpy(bytes, mapped, sizeof mapped);
        memcpy(bytes + sizeof mapped, &v4.sin_addr, 4);
        return true;
    }
    if (address->sa_family != AF_INET6)
        return false;
    struct sockaddr_in6 v6;
    memcpy(&v6, address, sizeof v6);
    memcpy(bytes, &v6.sin6_addr, 16);
    if (memcmp(bytes, nat64, sizeof nat64) == 0)
        memcpy(bytes, mapped, sizeof mapped);
    return true;
}

static bool holds(const struct network *network, const unsigned char bytes[16]) {
    size_t whole = (size_t)network->bits / 8;
    int rest = network->bits % 8;
    if (memcmp(network->bytes, bytes, whole) != 0)
        return false;
    return rest == 0 || (network->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

bool address_is_in(const struct sockaddr *address, const struct network *networks, size_t count) {
    unsigned char bytes[16];
    bool found = false;
    if (!bytes_of(address, bytes))
        return false;
    for (size_t i = 0; i < count; i++)
        found |= holds(&networks[i], bytes);
    return found;
}

bool address_is_public(const struct sockaddr *address) {
    unsigned char bytes[16];
    struct network network;
    if (!bytes_of(address, bytes))
        return false;
    // Of IPv6 only 2000::/3 is given out at all.
    if (memcmp(bytes, mapped, sizeof mapped) != 0 && bytes[0] >> 5 != 1)
        return false;
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (network_read(reserved[i], &network) && holds(&network, bytes))
            return false;
    return true;
}
