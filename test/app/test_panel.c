/* What the panel's server tells and does for those who mean well. */
#include "test/app/panel_rig.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void the_page_brings_all_that_it_needs(void **state)
{
    (void)state;
    static const char *const paths[] = {"/",          "/page.js",     "/profiles.js", "/world.js",
                                        "/panel.css", "/panel.js",    "/glass.js",    "/charts.js",
                                        "/flow.js",   "/spectrum.js", "/icon.svg"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_int_equal(rig_get(paths[i]), 200);
        assert_non_null(strstr(answer, "content-security-policy: default-src 'self'"));
        const char *body = strstr(answer, "\r\n\r\n") + 4;
        assert_int_equal(strlen(body), rig_content_length(answer));
        /* Nothing is fetched from elsewhere: the only addresses are names of XML. */
        for (const char *at = body; (at = strstr(at, "//")) != NULL; at += 2) {
            bool address = at > body && at[-1] == ':' && strncmp(at, "//www.w3.org/", 13) != 0;
            bool made = address && strncmp(at, "//${", 4) == 0;
            assert_true(!address || made);
        }
    }
}

static void the_api_tells_of_the_meter(void **state)
{
    (void)state;
    rig_live(1);
    assert_int_equal(rig_get("/api/meter"), 200);
    assert_non_null(strstr(answer, "\"product\":\"xs211\""));
    assert_non_null(strstr(answer, "\"serial\":\"00000007\""));
    assert_int_equal(rig_get("/api/live"), 200);
    assert_non_null(strstr(answer, "\"supply\":true"));
    assert_non_null(strstr(answer, "\"wave\":["));
    assert_int_equal(rig_get("/api/history"), 200);
    assert_int_equal(rig_get("/api/events"), 200);
    assert_non_null(strstr(answer, "\"code\":2,\"text\":\"power up\""));
}

static void minutes_are_what_was_counted(void **state)
{
    (void)state;
    static const char heater[] = "{\"load\":\"oven\",\"position\":\"on\"}";
    assert_int_equal(rig_post("/api/world", heater), 200);
    rig_live(121);
    assert_int_equal(rig_get("/api/history"), 200);
    const char *minutes = strstr(answer, "\"minutes_w\":[") + 13;
    double first_w = strtod(minutes, NULL);
    double second_w = strtod(strchr(minutes, ',') + 1, NULL);
    struct quantity_value value;
    struct quantity net = {.kind = QUANTITY_A_NET};
    assert_int_equal(quantity_read(&simulation->meter.source, net, &value), 0);
    double mean_w = (double)value.value / 1e6 * 3600 / 121;
    assert_true(second_w > 500 && (first_w + second_w) / 2 > 0.97 * mean_w &&
                (first_w + second_w) / 2 < 1.03 * mean_w);
}

static void buttons_are_pressed(void **state)
{
    (void)state;
    rig_live(0.5);
    assert_int_equal(rig_post("/api/button", "{\"button\":\"scroll\",\"down\":true}"), 200);
    rig_live(0.1);
    assert_int_equal(rig_post("/api/button", "{\"button\":\"scroll\",\"down\":false}"), 200);
    assert_int_equal(simulation->meter.display.mode, DISPLAY_MODE_SELF_TEST);
    assert_int_equal(rig_post("/api/button", "{\"button\":\"service\",\"down\":true}"), 409);
    assert_int_equal(simulation->meter.display.mode, DISPLAY_MODE_SELF_TEST);
    assert_int_equal(rig_post("/api/button", "{\"seal\":\"whole\"}"), 400);
    assert_int_equal(rig_post("/api/button", "{\"seal\":\"broken\"}"), 200);
    assert_int_equal(rig_post("/api/button", "{\"button\":\"service\",\"down\":true}"), 200);
    assert_int_equal(rig_post("/api/button", "{\"button\":\"service\",\"down\":false}"), 200);
    assert_int_equal(simulation->meter.display.mode, DISPLAY_MODE_SERVICE);
}

static void the_world_is_reached_into(void **state)
{
    (void)state;
    struct world_hand hand;
    struct world_load load;
    assert_int_equal(rig_post("/api/world", "{\"voltage\":0.9,\"phase\":1}"), 200);
    assert_int_equal(rig_post("/api/world", "{\"frequency_shift\":-0.5}"), 200);
    assert_int_equal(rig_post("/api/world", "{\"dip\":0.4,\"seconds\":0.5}"), 200);
    world_hand_get(simulation->world, &hand);
    assert_true(hand.share[0] < 0.91 && hand.shift_hz < -0.49 && hand.incidents == 1);
    assert_int_equal(rig_post("/api/world", "{\"load\":\"kettle\",\"position\":\"on\"}"), 200);
    rig_live(2);
    assert_true(world_load_get(simulation->world, 0, &load));
    assert_string_equal(load.name, "kettle");
    assert_true(load.on && load.position == WORLD_SWITCH_ON);
    assert_int_equal(rig_post("/api/world", "{\"cut\":true}"), 200);
    rig_live(2);
    assert_false(simulation->on);
    assert_int_equal(rig_get("/api/live"), 200);
    assert_non_null(strstr(answer, "\"supply\":false"));
    assert_non_null(strstr(answer, "\"lcd_on\":false"));
    assert_int_equal(rig_post("/api/button", "{\"button\":\"scroll\",\"down\":true}"), 409);
    assert_int_equal(rig_post("/api/world", "{\"cut\":false}"), 200);
    rig_live(2);
    assert_true(simulation->on);
}

/* Who runs it looks at this before each turn. */
static void time_goes_faster(void **state)
{
    (void)state;
    static const char *const refused[] = {"0.05", "1001", "-1", "1e9"};
    assert_true(simulation->speed == 1);
    assert_int_equal(rig_post("/api/world", "{\"speed\":60}"), 200);
    assert_true(simulation->speed == 60);
    assert_int_equal(rig_get("/api/live"), 200);
    assert_non_null(strstr(answer, "\"speed\":60"));
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char body[64];
        snprintf(body, sizeof body, "{\"speed\":%s}", refused[i]);
        assert_int_equal(rig_post("/api/world", body), 409);
    }
    assert_int_equal(rig_post("/api/world", "{\"speed\":\"fast\"}"), 400);
    assert_true(simulation->speed == 60);
    assert_int_equal(rig_post("/api/world", "{\"speed\":0}"), 200);
    assert_true(simulation->speed == 0);
}

/* The code of the newest entry of a log. */
static uint8_t newest(enum event_log log)
{
    struct event event = {.code = EVENT_NONE};
    const struct event_book *book = &simulation->meter.events;
    (void)event_log_read(book, log, event_log_count(book, log), &event);
    return event.code;
}

struct deed {
    const char *what;
    enum event_code begins;
    enum event_code ends;
    bool cover; /* that the display marks */
};

static void tell_world(const char *what, bool there)
{
    char body[64];
    snprintf(body, sizeof body, "{\"tamper\":\"%s\",\"there\":%s}", what, there ? "true" : "false");
    assert_int_equal(rig_post("/api/world", body), 200);
    rig_live(3);
}

static void assert_seen(const char *what, bool there)
{
    char member[64];
    snprintf(member, sizeof member, "\"%s\":%s", what, there ? "true" : "false");
    assert_int_equal(rig_get("/api/live"), 200);
    assert_non_null(strstr(answer, member));
}

/* A deed begins and ends: the page sees it, the meter marks, logs and counts it. */
static void do_and_undo(const struct deed *deed)
{
    char member[16];
    assert_seen(deed->what, false);
    tell_world(deed->what, true);
    assert_seen(deed->what, true);
    assert_int_equal(simulation->meter.marks.cover, deed->cover);
    assert_int_equal(newest(EVENT_LOG_FRAUD), deed->begins);
    snprintf(member, sizeof member, "\"code\":%d,", deed->begins);
    assert_int_equal(rig_get("/api/events"), 200);
    assert_non_null(strstr(answer, member));
    tell_world(deed->what, false);
    assert_seen(deed->what, false);
    assert_false(simulation->meter.marks.cover);
    assert_int_equal(newest(EVENT_LOG_FRAUD), deed->ends);
}

static void hands_on_the_meter(void **state)
{
    (void)state;
    static const struct deed deeds[] = {
        {"terminal_cover", EVENT_TERMINAL_COVER_OPEN, EVENT_TERMINAL_COVER_CLOSED, true},
        {"meter_cover", EVENT_METER_COVER_OPEN, EVENT_METER_COVER_CLOSED, true},
        {"field", EVENT_STRONG_FIELD, EVENT_STRONG_FIELD_GONE, false},
    };
    rig_live(2);
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        do_and_undo(&deeds[i]);
    }
    for (int input = RTC_TERMINAL_COVER; input <= RTC_STRONG_FIELD; input++) {
        assert_int_equal(simulation->meter.tamper.inputs[input].count, 1);
    }
}

/* Who closes a cover while the mains are cut is found out behind the cut. */
static void hands_in_the_dark(void **state)
{
    (void)state;
    tell_world("meter_cover", true);
    assert_int_equal(newest(EVENT_LOG_METER_COVER), EVENT_METER_COVER_OPEN);
    assert_int_equal(rig_post("/api/world", "{\"cut\":true}"), 200);
    rig_live(2);
    tell_world("meter_cover", false);
    assert_int_equal(rig_post("/api/world", "{\"cut\":false}"), 200);
    rig_live(2);
    assert_int_equal(newest(EVENT_LOG_METER_COVER), EVENT_METER_COVER_CLOSED);
}

static void press(const char *button)
{
    char body[64];
    snprintf(body, sizeof body, "{\"button\":\"%s\",\"down\":true}", button);
    assert_int_equal(rig_post("/api/button", body), 200);
    rig_live(0.1);
    snprintf(body, sizeof body, "{\"button\":\"%s\",\"down\":false}", button);
    assert_int_equal(rig_post("/api/button", body), 200);
}

static int64_t export_uwh(const struct meter *meter)
{
    struct quantity_value value;
    struct quantity energy = {.kind = QUANTITY_A_EXPORT};
    assert_int_equal(quantity_read(&meter->source, energy, &value), 0);
    return value.value;
}

/* Without mains the button wakes a meter that can: it shows what was kept, and sleeps again. */
static void a_meter_reads_out_on_its_battery(void **state)
{
    rig_tear_down(state);
    rig_open_product("127.0.0.1", "st402d");
    rig_live(20);
    assert_int_equal(rig_post("/api/world", "{\"cut\":true}"), 200);
    rig_live(3);
    assert_false(simulation->on);
    int64_t kept_uwh = export_uwh(&simulation->meter);
    press("scroll");
    assert_non_null(simulation->woken);
    assert_true(kept_uwh > 0 && export_uwh(simulation->woken) == kept_uwh);
    assert_true(simulation->woken->marks.battery);
    assert_int_equal(rig_get("/api/live"), 200);
    assert_non_null(strstr(answer, "\"lcd_on\":true"));
    assert_non_null(strstr(answer, "\"supply\":false"));
    rig_live(29);
    assert_int_equal(rig_post("/api/button", "{\"seal\":\"broken\"}"), 200);
    press("service");
    assert_int_equal(simulation->woken->display.mode, DISPLAY_MODE_SERVICE);
    rig_live(31);
    assert_null(simulation->woken);
    press("scroll");
    assert_int_equal(rig_post("/api/world", "{\"cut\":false}"), 200);
    rig_live(2);
    assert_true(simulation->on);
    assert_null(simulation->woken);
    assert_true(export_uwh(&simulation->meter) >= kept_uwh);
}

/* The lights of the panel flash as often as energy has been counted. */
static void lights_flash_with_the_pulses(void **state)
{
    (void)state;
    static const char heater[] = "{\"load\":\"oven\",\"position\":\"on\"}";
    unsigned seen = 0;
    assert_int_equal(rig_post("/api/world", heater), 200);
    rig_live(30);
    assert_int_equal(rig_get("/api/live"), 200);
    const char *end = strstr(answer, "\"pulse_counts\"");
    for (const char *at = strstr(answer, "\"pulses\":["); at < end; at++) {
        seen += at[0] == '[' && (at[1] == '1' || at[1] == '3') && at[2] == ',';
    }
    assert_int_equal(seen, legal_pulses(simulation->meter.legal, LEGAL_PULSE_ACTIVE));
    assert_true(seen > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_page_brings_all_that_it_needs),
        TEST(the_api_tells_of_the_meter),
        TEST(minutes_are_what_was_counted),
        TEST(buttons_are_pressed),
        TEST(hands_on_the_meter),
        TEST(the_world_is_reached_into),
        TEST(time_goes_faster),
        TEST(a_meter_reads_out_on_its_battery),
        TEST(lights_flash_with_the_pulses),
        TEST(hands_in_the_dark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
