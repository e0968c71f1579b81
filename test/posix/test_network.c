/* What the meter shows of its host's network is what the host's own tools would say. */
#include "port/posix/network.h"
#include "port/posix/tcp.h"
#include "test/unit.h"

#include <string.h>

static struct link_network_view look_at(const char *address)
{
    struct posix_network host;
    struct link_network_view view;
    posix_network_init(&host, address);
    host.port = 4059;
    memset(&view, 0, sizeof view);
    host.network.look(host.network.port, &view);
    return view;
}

static void loopback(void **state)
{
    (void)state;
    static const uint8_t one[LINK_IPV6] = {[LINK_IPV6 - 1] = 1};
    struct link_network_view view = look_at("127.0.0.1");
    assert_int_equal(view.port, 4059);
    assert_int_equal(view.connections_most, TCP_PEERS_MAX);
    assert_true(view.mss > 0);
    assert_true(view.has_ipv4);
    assert_int_equal(view.ipv4, 0x7F000001);
    assert_int_equal(view.mask, 0xFF000000);
    assert_int_equal(view.gateway, 0);
    if (view.ipv6_count > 0) {
        assert_memory_equal(view.ipv6[0], one, sizeof one);
    }
}

/* Any address of the loopback network is the host's. */
static void another_address_of_loopback(void **state)
{
    (void)state;
    struct link_network_view view = look_at("127.1.2.3");
    assert_true(view.has_ipv4);
    assert_int_equal(view.ipv4, 0x7F010203);
}

/* 192.0.2.0/24 is for documentation: no interface has it. */
static void an_address_that_is_not_there(void **state)
{
    (void)state;
    struct link_network_view view = look_at("192.0.2.1");
    assert_false(view.has_ipv4);
    assert_int_equal(view.ipv6_count, 0);
}

/* On all interfaces: one that leads somewhere, if there is any. */
static void all_interfaces(void **state)
{
    (void)state;
    struct link_network_view view = look_at("0.0.0.0");
    assert_int_not_equal(view.ipv4 >> 24, 127);
    assert_int_equal(view.has_ipv4, view.ipv4 != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loopback),
        cmocka_unit_test(another_address_of_loopback),
        cmocka_unit_test(an_address_that_is_not_there),
        cmocka_unit_test(all_interfaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
