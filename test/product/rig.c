#include "test/product/rig.h"

#include "cosem/class/object_numbers.h"
#include "dlms/client.h"
#include "legal/identity.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { PASSWORD_SIZE = 8, UTC_S_OF_2026_11_21 = 1795219200 };

/* A device on a network whose addresses are those of documentation (RFC 5737, RFC 3849). */
static void look(void *port, struct link_network_view *view)
{
    static const uint8_t prefix[] = {0x20, 0x01, 0x0D, 0xB8};
    (void)port;
    *view = (struct link_network_view){
        .port = 4059,
        .mss = 536,
        .connections_most = 8,
        .has_ipv4 = true,
        .ipv4 = 0xC0000205,
        .mask = 0xFFFFFF00,
        .gateway = 0xC0000201,
        .dns = {0xC6336401, 0xC6336402},
        .ipv6_count = 1,
        .ipv6_manual = true,
        .has_gateway6 = true,
    };
    memcpy(view->ipv6[0], prefix, sizeof prefix);
    view->ipv6[0][15] = 5;
    memcpy(view->gateway6, prefix, sizeof prefix);
    view->gateway6[15] = 1;
    memcpy(view->dns6[0], prefix, sizeof prefix);
    view->dns6[0][15] = 0x53;
}

static void init_links(struct rig *rig)
{
    static const struct link_network network = {.look = look};
    rig->links = (struct link_setup){
        .lines = {{.limits = {512, 512, 1, 1},
                   .inter_octet_time_ms = 25,
                   .inactivity_time_s = 120,
                   .response_time_ms = 20,
                   .alone = true}},
        .baud = {9600},
        .connections = 8,
        .inactivity_time_s = 180,
        .network = &network,
    };
}

static void measure(struct rig *rig)
{
    struct legal_interval interval = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 49987654};
    for (int i = 0; i < LEGAL_PHASES; i++) {
        interval.phase[i] = (struct legal_phase){
            .u_uv = 230012400 + i * 1000000,
            .i_na = INT64_C(4999999600),
            .p_uw = 1000000600,
            .p1_uw = 999000000,
            .q1_uvar = 500000000,
            .angle_ui_udeg = 26565051,
            .angle_uu_udeg = i * 120000000,
        };
    }
    legal_direct(&rig->legal, &interval, NULL);
}

static int read_entropy(void *port, uint8_t *octets, size_t size)
{
    (void)port;
    memset(octets, 0x5A, size);
    return 0;
}

/* High level security has tests of its own: there are no keys. */
static void begin_security(struct rig *rig)
{
    static const struct crypto_entropy entropy = {.read = read_entropy};
    static const uint8_t title[DLMS_TITLE_SIZE] = {'W', 'T', 'H', 103, 0, 0xBC, 0x61, 0x4E};
    assert_int_equal(crypto_random_begin(&rig->random, &entropy, "rig", 3), 0);
    dlms_security_setup_init(&rig->security, DLMS_SUITE_0, title, &rig->random);
    dlms_server_set_security(&rig->server, &rig->security);
}

static void init_display(struct rig *rig)
{
    const struct display_source source = {
        .model = &rig->product->model,
        .context = &rig->context,
        .quantities = &rig->source,
        .clock = &rig->clock,
        .message = &rig->message,
        .push = &rig->push,
        .consumer = &rig->consumer,
        .marks = &rig->marks,
    };
    message_init(&rig->message, rig->text);
    rig->marks = (struct display_marks){0};
    display_init(&rig->display, rig->product->display, &source);
}

static int select_rate(void *owner, uint16_t selector)
{
    struct rig *rig = owner;
    tariff_select(&rig->tariff, TARIFF_ENERGY, (uint8_t)selector, rig->clock.utc_ms);
    tariff_select(&rig->tariff, TARIFF_DEMAND, (uint8_t)selector, rig->clock.utc_ms);
    return 0;
}

static void begin_tariff(struct rig *rig)
{
    static const uint8_t scripts[6] = {0, 0, 10, 0, 100, 255};
    tariff_init(&rig->tariff, &rig->product->tariff, rig->switches, 2 * CALENDAR_SWITCHES);
    demand_init(&rig->demand, &rig->product->demand, &rig->source, &rig->clock);
    rig->scripts.count = 0;
    script_add(&rig->scripts, scripts, rig->product->tariff.rates, select_rate, rig);
}

static int no_value(void *owner, const struct profile_column *column, struct writer *w)
{
    (void)owner;
    (void)column;
    (void)w;
    return -1;
}

static void begin_records(struct rig *rig)
{
    static const uint8_t push[6] = {0, 0, 10, 0, 108, 255};
    event_init(&rig->events, rig->product->events, &rig->clock);
    alarm_init(&rig->alarm, &rig->events, &rig->scripts, push, rig->product->alarm_registers);
    outage_init(&rig->outage, &rig->events, rig->product->legal->config.phases);
    voltage_count_init(&rig->voltage_count, &rig->events, rig->product->legal->config.phases);
    reversal_init(&rig->reversal, &rig->events);
    tamper_init(&rig->tamper, NULL, &rig->events, rig->product->tampers);
    rig->objects = object_numbers(&rig->product->model);
    column_pool_init(&rig->columns, &rig->objects);
    rig->capture = (struct profile_common){.source = {.value = no_value},
                                           .clock = &rig->clock,
                                           .events = &rig->events,
                                           .columns = &rig->columns};
    for (int i = 0; i < PRODUCT_PROFILES; i++) {
        if (rig->product->profiles[i] != NULL) {
            profile_init(&rig->profiles[i], rig->product->profiles[i], &rig->capture);
        }
    }
    for (int i = 0; i < 2; i++) {
        increment_init(&rig->increments[i], &rig->profiles[i], &rig->source);
    }
}

static int end_period(void *owner, uint16_t selector)
{
    (void)selector;
    return billing_end(owner, BILLING_SCRIPT);
}

/* On the first of each month. */
static void begin_billing(struct rig *rig)
{
    static const struct single_action_plan plan = {
        .script = {{0, 0, 10, 0, 1, 255}, 1},
        .type = SINGLE_ACTION_ONE,
        .count = 1,
        .times = {{.date = {CALENDAR_ANY_YEAR, CALENDAR_ANY, 1, CALENDAR_ANY}}},
    };
    const struct billing_parts parts = {
        .profile = &rig->profiles[PRODUCT_PROFILE_BILLING_1],
        .demand = &rig->demand,
        .quantities = &rig->source,
        .clock = &rig->clock,
        .events = &rig->events,
        .scripts = &rig->scripts,
    };
    billing_init(&rig->billing, &parts, &plan);
    billing_begin(&rig->billing);
    script_add(&rig->scripts, plan.script.table, 1, end_period, &rig->billing);
}

static void begin_schedules(struct rig *rig)
{
    for (int mask = 0; mask < TARIFF_MASKS; mask++) {
        mask_init(&rig->masks[mask], rig->product->tariff.rates);
    }
    compact_init(&rig->compact, &rig->objects);
    protection_init(&rig->protection);
    schedule_init(&rig->schedule, &rig->tariff.specials, &rig->clock);
    for (int i = 0; i < PRODUCT_SCHEDULES; i++) {
        single_action_init(&rig->actions[i], &rig->product->schedules[i], &rig->clock);
    }
}

static void show(struct rig *rig)
{
    rig->context = (struct cosem_context){
        .quantities = &rig->source,
        .clock = &rig->clock,
        .identity = &rig->identity,
        .consumer = &rig->consumer,
        .local_port = &rig->local_port,
        .tariff = &rig->tariff,
        .masks = rig->masks,
        .demand = &rig->demand,
        .billing = &rig->billing,
        .scripts = &rig->scripts,
        .compact = &rig->compact,
        .protection = &rig->protection,
        .schedule = &rig->schedule,
        .actions = rig->actions,
        .links = &rig->links,
        .display = &rig->display,
        .message = &rig->message,
        .timekeeper = &rig->timekeeper,
        .fault = &rig->fault,
        .push = &rig->push,
        .now_ms = &rig->now_ms,
        .events = &rig->events,
        .alarm = &rig->alarm,
        .outage = &rig->outage,
        .tamper = &rig->tamper,
        .reversal = &rig->reversal,
        .voltage_count = &rig->voltage_count,
        .profiles = rig->profiles,
        .increments = rig->increments,
    };
}

void rig_init(struct rig *rig, const struct product *product)
{
    static const struct legal_calibration ideal;
    rig->product = product;
    legal_init(&rig->legal, &product->legal->config, &ideal);
    measure(rig);
    rig->source = (struct quantity_source){.legal = &rig->legal, .method = product->harmonics};
    clock_init(&rig->clock, &product->zone);
    clock_set(&rig->clock, (UTC_S_OF_2026_11_21 + 11 * 3600) * INT64_C(1000) + 500);
    const struct identity_legal legal = {legal_identity()->name, legal_identity()->checksum};
    assert_int_equal(identity_init(&rig->identity, &product->identity, legal, 12345678), 0);
    consumer_init(&rig->consumer, "50");
    local_port_init(&rig->local_port, product->local_port, "12345678", 8);
    begin_records(rig);
    show(rig);
    init_display(rig);
    begin_tariff(rig);
    begin_billing(rig);
    begin_schedules(rig);
    const struct timekeeper_config keeping = {.backup = product->backup,
                                              .crystal = &product_crystal};
    push_init(&rig->push, product->push, &rig->objects, 1);
    timekeeper_init(&rig->timekeeper, NULL, &rig->clock, &keeping);
    rig->timekeeper.backup_mv = 3600;
    rig->timekeeper.memory.used_s = 7200;
    rig->fault = (struct selftest_fault){.cause = SELFTEST_CAUSE_NEED, .place = "x.c:1"};
    init_links(rig);
    dlms_server_init(&rig->server, &product->model, &rig->context, product->partners,
                     product->partner_count);
    for (int i = 0; i < product->partner_count; i++) {
        assert_int_equal(dlms_server_set_password(&rig->server, product->partners[i].sap,
                                                  "12345678", PASSWORD_SIZE),
                         0);
    }
    begin_security(rig);
    assert_int_equal(dlms_server_allow(&rig->server, PRODUCT_SAP_MANAGEMENT, DLMS_MECHANISM_LOW),
                     0);
    ram_stage_init(&rig->stage, &rig->server);
    rig_connect(rig);
}

void rig_connect(struct rig *rig)
{
    dlms_session_init(&rig->session, &rig->server, RIG_RECEIVE_MAX);
    dlms_session_lend(&rig->session, rig->places, DLMS_PARTNERS);
}

/* One APDU to and fro; both in buffers of exactly their size. The answer is to be freed. */
static uint8_t *ask(struct rig *rig, uint16_t sap, const uint8_t *request, size_t *size)
{
    size_t room = DLMS_ANSWER_ROOM((size_t)rig->pdu);
    uint8_t *answer = malloc(room);
    uint8_t *copy = malloc(*size);
    memcpy(copy, request, *size);
    *size = dlms_session_answer(&rig->session, sap, DLMS_LOGICAL_DEVICE, copy, *size, answer, room);
    free(copy);
    assert_true(*size <= rig->pdu);
    return answer;
}

static const struct dlms_partner *partner_of(const struct rig *rig, uint16_t sap)
{
    for (int i = 0; i < rig->product->partner_count; i++) {
        if (rig->product->partners[i].sap == sap) {
            return &rig->product->partners[i];
        }
    }
    fail_msg("no partner %u", sap);
    return NULL;
}

struct dlms_association *rig_association(struct rig *rig, uint16_t sap)
{
    const struct dlms_partner *partner = partner_of(rig, sap);
    for (int i = 0; i < DLMS_PARTNERS; i++) {
        struct dlms_association *place = &rig->places[i];
        if (place->partner == partner && (place->open || place->guard.pending)) {
            return place;
        }
    }
    rig->closed = (struct dlms_association){.server = &rig->server, .partner = partner};
    return &rig->closed;
}

void rig_associate(struct rig *rig, uint16_t sap, uint16_t pdu)
{
    bool low = partner_of(rig, sap)->mechanism != DLMS_MECHANISM_LOWEST;
    struct dlms_octets password = {low ? (const uint8_t *)"12345678" : NULL, PASSWORD_SIZE};
    struct dlms_client client;
    struct dlms_refusal refusal;
    uint8_t request[DLMS_CLIENT_ROOM];
    dlms_client_init(&client, NULL, 0, pdu);
    rig->pdu = pdu;
    size_t size = dlms_client_open(&client, password, request, sizeof request);
    uint8_t *answer = ask(rig, sap, request, &size);
    assert_int_equal(dlms_client_opened(&client, answer, size, &refusal), DLMS_CLIENT_DONE);
    assert_int_equal(client.send_max, RIG_RECEIVE_MAX);
    free(answer);
}

/* A request and what follows of it, until there is an outcome. */
static enum cosem_result exchange(struct rig *rig, uint16_t sap, struct dlms_client *client,
                                  uint8_t *request, size_t size)
{
    struct dlms_refusal refusal;
    for (;;) {
        uint8_t *answer = ask(rig, sap, request, &size);
        enum dlms_client_outcome outcome = dlms_client_answer(client, answer, size, &refusal);
        free(answer);
        if (outcome != DLMS_CLIENT_MORE) {
            assert_true(outcome == DLMS_CLIENT_DONE || outcome == DLMS_CLIENT_REFUSED);
            assert_true(outcome == DLMS_CLIENT_DONE || refusal.exception[0] == 0);
            return outcome == DLMS_CLIENT_DONE ? COSEM_SUCCESS : refusal.result;
        }
        size = dlms_client_next(client, request, DLMS_CLIENT_ROOM);
    }
}

size_t rig_read(struct rig *rig, uint16_t sap, uint16_t class_id, const struct cosem_name *name,
                int attribute, uint8_t value[RIG_VALUE_MOST], enum cosem_result *result)
{
    struct dlms_client client;
    uint8_t request[DLMS_CLIENT_ROOM];
    dlms_client_init(&client, value, RIG_VALUE_MOST, rig->pdu);
    size_t size =
        dlms_client_get(&client, class_id, name, (int8_t)attribute, request, sizeof request);
    *result = exchange(rig, sap, &client, request, size);
    return *result == COSEM_SUCCESS ? client.size : 0;
}

enum cosem_result rig_set(struct rig *rig, uint16_t sap, const struct dlms_target *target,
                          struct reader value)
{
    struct dlms_client client;
    uint8_t request[DLMS_CLIENT_ROOM];
    dlms_client_init(&client, NULL, 0, rig->pdu);
    client.conformance = DLMS_CLIENT_PROPOSED;
    size_t size = dlms_client_set(&client, target, value, request, sizeof request);
    return exchange(rig, sap, &client, request, size);
}

enum cosem_result rig_act(struct rig *rig, uint16_t sap, const struct dlms_target *target,
                          struct reader parameter)
{
    struct dlms_client client;
    uint8_t request[DLMS_CLIENT_ROOM];
    uint8_t value[1];
    dlms_client_init(&client, value, sizeof value, rig->pdu);
    client.conformance = DLMS_CLIENT_PROPOSED;
    size_t size = dlms_client_act(&client, target, parameter, request, sizeof request);
    return exchange(rig, sap, &client, request, size);
}

void rig_set_broken(struct rig *rig, uint16_t sap, const struct dlms_target *target,
                    const uint8_t *octets, size_t size)
{
    uint8_t request[256];
    struct writer w = writer_over(request, sizeof request);
    static const uint8_t set_normal[] = {0xC1, 0x01, 0xC1};
    writer_octets(&w, set_normal, sizeof set_normal);
    writer_u16(&w, target->class_id);
    writer_octets(&w, target->name.obis, sizeof target->name.obis);
    writer_u8(&w, (uint8_t)target->member);
    writer_u8(&w, 0); /* no selection */
    writer_octets(&w, octets, size);
    size_t request_size = writer_kept(&w);
    assert_false(writer_overflow(&w));
    free(ask(rig, sap, request, &request_size));
}
