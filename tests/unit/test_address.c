// test_address.c: which addresses are everybody's, and which are in a list of networks.
#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "address.h"

// An address of either family, in its text form.
static struct sockaddr_storage address_of(const char *text) {
    struct sockaddr_storage storage = {0};
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(&storage, &v4, sizeof v4);
    } else {
        assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
        memcpy(&storage, &v6, sizeof v6);
    }
    return storage;
}

static bool is_public(const char *text) {
    struct sockaddr_storage storage = address_of(text);
    return address_is_public((const struct sockaddr *)&storage);
}

static bool is_in(const char *text, const char *list) {
    struct sockaddr_storage storage = address_of(text);
    struct network networks[4];
    int count = network_read_list(list, networks, 4);
    assert_true(count >= 0);
    return address_is_in((const struct sockaddr *)&storage, networks, (size_t)count);
}

TEST(addresses_of_the_internet_are_public) {
    static const char *const addresses[] = {
        "1.1.1.1",         "9.255.255.255",        "11.0.0.0",    "172.15.255.255",  "172.32.0.0",
        "192.167.255.255", "100.63.255.255",       "100.128.0.0", "223.255.255.255", "169.253.255.255",
        "2606:4700::1111", "2001:4860:4860::8888", "2a00::1",     "::ffff:1.1.1.1",  "64:ff9b::1.1.1.1",
        "2001:200::1",     "3ffe:ffff::1"};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (!is_public(addresses[i]))
            fail_msg("%s", addresses[i]);
}

TEST(addresses_of_ones_own_are_not) {
    static const char *const addresses[] = {
        "0.0.0.0",         "10.0.0.1",    "10.255.255.255", "127.0.0.1",       "127.255.255.254",
        "169.254.169.254", "172.16.0.1",  "172.31.255.255", "192.168.0.1",     "100.64.0.1",
        "100.127.255.255", "192.0.0.8",   "192.0.2.1",      "198.18.0.1",      "198.19.255.255",
        "198.51.100.1",    "203.0.113.1", "224.0.0.1",      "255.255.255.255", "240.0.0.1"};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (is_public(addresses[i]))
            fail_msg("%s", addresses[i]);
}

TEST(nor_are_those_of_ipv6) {
    static const char *const addresses[] = {"::",      "::1",     "fe80::1",      "fc00::1", "fd12:3456::1",
                                            "ff02::1", "fec0::1", "2001:db8::1",  "2001::1", "2002:a00:1::1",
                                            "3fff::1", "100::1",  "64:ff9b:1::1", "5f00::1", "4000::1"};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (is_public(addresses[i]))
            fail_msg("%s", addresses[i]);
}

TEST(an_address_of_ipv4_within_ipv6_is_itself) {
    assert_false(is_public("::ffff:127.0.0.1"));
    assert_false(is_public("::ffff:169.254.169.254"));
    assert_false(is_public("::127.0.0.1"));
    assert_false(is_public("64:ff9b::10.0.0.1"));
    assert_true(is_in("::ffff:10.1.2.3", "10.0.0.0/8"));
    assert_true(is_in("10.1.2.3", "::ffff:10.0.0.0/104"));
}

TEST(another_family_is_nowhere) {
    const struct sockaddr address = {.sa_family = AF_UNIX};
    struct network all;
    assert_true(network_read("::/0", &all));
    assert_false(address_is_public(&address));
    assert_false(address_is_in(&address, &all, 1));
}

TEST(a_network_holds_what_begins_like_it) {
    assert_true(is_in("10.1.255.255", "10.1.0.0/16"));
    assert_false(is_in("10.2.0.0", "10.1.0.0/16"));
    assert_true(is_in("172.20.1.1", "172.16.0.0/12"));
    assert_false(is_in("172.32.1.1", "172.16.0.0/12"));
    assert_true(is_in("fd00:1::5", "fd00:1::/32"));
    assert_false(is_in("fd00:2::5", "fd00:1::/32"));
    assert_true(is_in("8.8.8.8", "0.0.0.0/0"));
    assert_false(is_in("fd00::1", "0.0.0.0/0"));
    assert_true(is_in("fd00::1", "::/0"));
}

TEST(an_address_alone_is_a_network_of_one) {
    assert_true(is_in("10.0.0.1", "10.0.0.1"));
    assert_false(is_in("10.0.0.2", "10.0.0.1"));
    assert_true(is_in("::1", "::1"));
    assert_false(is_in("::2", "::1"));
}

TEST(a_list_is_cut_at_commas_and_blanks) {
    assert_true(is_in("10.0.0.1", " 192.168.0.0/16 , 10.0.0.1\t::1"));
    assert_true(is_in("::1", "192.168.0.0/16,10.0.0.1,,::1,"));
    assert_false(is_in("10.0.0.1", ""));
}

TEST(what_is_no_network_is_refused) {
    static const char *const texts[] = {
        "",          "10",           "10.0.0.0/33", "10.0.0.0/-1",      "10.0.0.0/+8",
        "10.0.0.0/", "::/129",       "10.0.0.0/8x", "example.com",      "10.0.0.256",
        "/8",        "10.0.0.0/8/8", ":::",         "1:2:3:4:5:6:7:8:9"};
    struct network network;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (network_read(texts[i], &network))
            fail_msg("%s", texts[i]);
    assert_false(network_read("0000000000000000000000000000000000000000000000000001", &network));
}

TEST(a_list_with_one_that_is_none_is_refused) {
    struct network networks[2];
    assert_int_equal(network_read_list("10.0.0.0/8, nowhere", networks, 2), -1);
}

TEST(so_is_one_that_is_too_long) {
    struct network networks[2];
    assert_int_equal(network_read_list("10.0.0.1,10.0.0.2", networks, 2), 2);
    assert_int_equal(network_read_list("10.0.0.1,10.0.0.2,10.0.0.3", networks, 2), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_the_internet_are_public),
        cmocka_unit_test(addresses_of_ones_own_are_not),
        cmocka_unit_test(nor_are_those_of_ipv6),
        cmocka_unit_test(an_address_of_ipv4_within_ipv6_is_itself),
        cmocka_unit_test(another_family_is_nowhere),
        cmocka_unit_test(a_network_holds_what_begins_like_it),
        cmocka_unit_test(an_address_alone_is_a_network_of_one),
        cmocka_unit_test(a_list_is_cut_at_commas_and_blanks),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(a_list_with_one_that_is_none_is_refused),
        cmocka_unit_test(so_is_one_that_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
