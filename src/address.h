// address.h: which addresses are everybody's and which are of a network of one's own.
#ifndef IVR_ADDRESS_H
#define IVR_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

struct sockaddr;

// An address of IPv6, or of IPv4 as ::ffff:a.b.c.d, and how many of its first bits count.
struct network {
    unsigned char bytes[16];
    int bits;
};

// Reads "10.0.0.0/8", "fd00::/8", or an address alone. Returns false where it is none.
bool network_read(const char *text, struct network *network);

// Reads networks separated by commas and white space. Returns how many; -1: one is none, or they are more
// than `most`.
int network_read_list(const char *text, struct network *networks, size_t most);

// Whether the address lies in one of them. One of IPv4 that is written in IPv6 (mapped, or behind NAT64) is
// itself.
bool address_is_in(const struct sockaddr *address, const struct network *networks, size_t count);

// Whether it is an address of the Internet's: no private, shared, link-local, loopback or multicast one, none
// that is reserved or for documents, and no tunnel to any (6to4, Teredo).
bool address_is_public(const struct sockaddr *address);

#endif
