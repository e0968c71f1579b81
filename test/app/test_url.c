/* What is a meter's URL, and what it says. */
#include "app/url.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>

static struct url good(const char *text)
{
    struct url url;
    char error[200];
    if (url_take(&url, text, error, sizeof error) != 0) {
        fail_msg("%s: %s", text, error);
    }
    return url;
}

static void schemes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum url_scheme scheme;
        const char *host;
        const char *port;
    } cases[] = {
        {"tcp://127.0.0.1", URL_TCP, "127.0.0.1", "4059"},
        {"tcp://meter.example:14059/", URL_TCP, "meter.example", "14059"},
        {"tcp://[::1]:1", URL_TCP, "::1", "1"},
        {"udp://[fe80::1]", URL_UDP, "fe80::1", "4059"},
        {"hdlc+tcp://h:4060?window=1", URL_HDLC_TCP, "h", "4060"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct url url = good(cases[i].text);
        assert_int_equal(url.scheme, cases[i].scheme);
        assert_string_equal(url.host, cases[i].host);
        assert_string_equal(url.port, cases[i].port);
    }
    struct url serial = good("serial:///dev/ttyUSB0");
    assert_int_equal(serial.scheme, URL_SERIAL);
    assert_string_equal(serial.host, "/dev/ttyUSB0");
}

static void parameters(void **state)
{
    (void)state;
    struct url url = good("serial:///dev/ttyS1");
    assert_int_equal(url.parameters[URL_LOGICAL], 1);
    assert_int_equal(url.parameters[URL_DEVICE], 0);
    assert_int_equal(url.parameters[URL_WINDOW], 7);
    assert_int_equal(url.parameters[URL_BAUD], 9600);
    url = good(
        "serial:///dev/ttyS1?device=17&logical=2&address=4&field=2030&window=1&gap=30&baud=300");
    assert_int_equal(url.parameters[URL_DEVICE], 17);
    assert_int_equal(url.parameters[URL_LOGICAL], 2);
    assert_int_equal(url.parameters[URL_ADDRESS], 4);
    assert_int_equal(url.parameters[URL_FIELD], 2030);
    assert_int_equal(url.parameters[URL_WINDOW], 1);
    assert_int_equal(url.parameters[URL_GAP], 30);
    assert_int_equal(url.parameters[URL_BAUD], 300);
}

/* Each is refused in one line that says what would be a URL. */
static void refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "meter",
        "http://meter",
        "tcp://",
        "tcp://:4059",
        "tcp://[::1",
        "tcp://h:",
        "tcp://h:123456",
        "tcp://h:40x",
        "tcp://h/path",
        "serial://",
        "serial:///dev/ttyS1?window=0",
        "serial:///dev/ttyS1?window=8",
        "serial:///dev/ttyS1?window=",
        "serial:///dev/ttyS1?window",
        "serial:///dev/ttyS1?window=1x",
        "serial:///dev/ttyS1?windows=1",
        "serial:///dev/ttyS1?field=31",
        "serial:///dev/ttyS1?field=2031",
        "serial:///dev/ttyS1?address=3",
        "serial:///dev/ttyS1?window=1&",
        "serial:///dev/ttyS1?",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct url url;
        char error[200] = "";
        if (url_take(&url, wrong[i], error, sizeof error) == 0) {
            fail_msg("%s: taken", wrong[i]);
        }
        assert_non_null(strstr(error, "; give "));
        assert_null(strchr(error, '\n'));
    }
}

/* A host may be as long as there is room, and no longer. */
static void long_hosts(void **state)
{
    (void)state;
    char text[URL_HOST_ROOM + 16];
    struct url url;
    char error[200];
    for (int size = URL_HOST_ROOM - 3; size < URL_HOST_ROOM + 3; size++) {
        snprintf(text, sizeof text, "tcp://%0*d", size, 7);
        int expected = size < URL_HOST_ROOM ? 0 : -1;
        assert_int_equal(url_take(&url, text, error, sizeof error), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemes),
        cmocka_unit_test(parameters),
        cmocka_unit_test(refused),
        cmocka_unit_test(long_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
