#include "meter/meter.h"

#include "base/need.h"
#include "cosem/class/object_numbers.h"
#include "legal/identity.h"
#include "meter/analysing.h"
#include "meter/capturing.h"
#include "meter/certifying.h"
#include "meter/checking.h"
#include "meter/closing.h"
#include "meter/compacting.h"
#include "meter/consuming.h"
#include "meter/demanding.h"
#include "meter/facing.h"
#include "meter/keeping.h"
#include "meter/linking.h"
#include "meter/porting.h"
#include "meter/protecting.h"
#include "meter/pushing.h"
#include "meter/recording.h"
#include "meter/scheduling.h"
#include "meter/securing.h"
#include "meter/tariffing.h"
#include "meter/telling.h"
#include "meter/timing.h"
#include "storage/layout.h"

#include <string.h>

enum { STEP_MS = 1000, BUSY_MS = 10 };

/* Without a legally relevant part nothing is measured, and all the rest goes on. */
static int begin_legal(struct meter *meter, const struct meter_setup *setup)
{
    struct legal_part *part = setup->legal;
    const struct legal_begin begin = {
        .type = setup->product->legal,
        .nominal_hz = setup->nominal_hz,
        .sinc3 = setup->sinc3,
        .calibration = setup->calibration,
        .flash = setup->flash,
        .period_ms = setup->checkpoint_ms,
    };
    meter->part = part;
    meter->legal = part ? &part->legal : NULL;
    meter->config = setup->product->legal->config;
    meter->source = (struct quantity_source){.legal = meter->legal, .config = &meter->config};
    if (part && legal_part_begin(part, &begin) != 0) {
        return -1;
    }
    meter->config = part ? *legal_configuration(meter->legal) : meter->config;
    return 0;
}

static int set_password(struct meter *meter, uint16_t sap, const char *password)
{
    return password ? dlms_server_set_password(&meter->server, sap, password, strlen(password)) : 0;
}

static int init_server(struct meter *meter, const struct meter_setup *setup)
{
    const struct product *product = setup->product;
    meter->context = (struct cosem_context){
        .quantities = &meter->source,
        .clock = &meter->clock,
        .identity = &meter->identity,
        .links = &meter->links,
        .display = &meter->display,
        .message = &meter->message,
        .consumer = &meter->consumer,
        .local_port = &meter->local_port,
        .tariff = &meter->tariff,
        .masks = meter->masks,
        .demand = &meter->demand,
        .billing = &meter->billing,
        .scripts = &meter->scripts,
        .compact = &meter->compact,
        .schedule = &meter->schedule,
        .actions = meter->actions,
        .timekeeper = &meter->timekeeper,
        .push = &meter->pushing.push,
        .protection = &meter->protection,
        .now_ms = &meter->now_ms,
        .fault = &meter->fault,
        .events = &meter->events,
        .alarm = &meter->alarm,
        .outage = &meter->outage,
        .tamper = &meter->tamper,
        .reversal = &meter->reversal,
        .voltage_count = &meter->voltage_count,
        .profiles = meter->profiles,
        .increments = meter->increments,
    };
    facing_init(meter, setup);
    dlms_server_init(&meter->server, &product->model, &meter->context, product->partners,
                     product->partner_count);
    if (setup->flash) {
        keeping_stage(&meter->stage, &meter->storage);
        dlms_server_set_storage(&meter->server, (struct dlms_storage){
                                                    .stage = &meter->stage,
                                                    .window = meter->window,
                                                    .window_room = sizeof meter->window,
                                                    .request_most = METER_REQUEST,
                                                });
        dlms_server_set_keep(&meter->server, keeping_of_passwords(&meter->storage));
    }
    if (set_password(meter, PRODUCT_SAP_MANAGEMENT, setup->management_password) != 0) {
        return -1;
    }
    if (setup->management_low) {
        (void)dlms_server_allow(&meter->server, PRODUCT_SAP_MANAGEMENT, DLMS_MECHANISM_LOW);
    }
    if (set_password(meter, PRODUCT_SAP_READING, setup->reading_password) != 0) {
        return -1;
    }
    return securing_init(meter, setup);
}

static void init_flash(struct meter *meter, const struct meter_setup *setup)
{
    const struct storage_layout *layout = layout_of(setup->product->name);
    need(layout);
    meter->flash = setup->flash;
    meter->recovered = !setup->flash;
    if (setup->flash) {
        storage_init(&meter->storage, setup->flash, layout);
    }
}

int meter_init(struct meter *meter, const struct meter_setup *setup)
{
    meter->product = setup->product;
    meter->now_ms = 0;
    meter->on_battery = false;
    meter->objects = object_numbers(&meter->product->model);
    if (begin_legal(meter, setup) != 0) {
        return -1;
    }
    analysing_init(meter, setup);
    timing_init(meter, setup);
    linking_init(meter, setup);
    recording_init(meter, setup);
    tariffing_init(meter, setup);
    scheduling_init(meter);
    compacting_init(meter);
    protecting_init(meter);
    demanding_init(meter);
    checking_init(meter, setup);
    pushing_init(meter, setup);
    capturing_init(meter);
    const struct legal_identity *legal = legal_identity();
    const struct identity_legal who = {.name = legal->name, .checksum = legal->checksum};
    if (identity_init(&meter->identity, &setup->product->identity, who, setup->serial) != 0) {
        return -1;
    }
    if (setup->port != NULL && setup->port->checksum != NULL) {
        meter->identity.application_checksum = setup->port->checksum(setup->port->context);
    }
    init_flash(meter, setup);
    consuming_init(meter, setup);
    porting_init(meter, setup);
    if (meter->recovered) {
        timing_begin(meter);
    }
    closing_init(meter);
    return init_server(meter, setup);
}

bool meter_ready(const struct meter *meter)
{
    return meter->flash == NULL || journal_ready(&meter->storage.values);
}

int meter_recover(struct meter *meter)
{
    if (meter->recovered) {
        return 0;
    }
    if (keeping_recover(meter) > 0) {
        return 1;
    }
    keeping_restore_passwords(&meter->server, &meter->storage);
    securing_restore(meter);
    certifying_restore(meter);
    timing_begin(meter);
    facing_restore(meter);
    linking_recover(meter);
    recording_recover(meter);
    consuming_restore(meter);
    demanding_recover(meter);
    porting_restore(meter);
    tariffing_recover(meter);
    checking_recover(meter);
    capturing_recover(meter);
    pushing_recover(meter);
    closing_recover(meter);
    scheduling_recover(meter);
    compacting_recover(meter);
    protecting_recover(meter);
    meter->recovered = true;
    return 0;
}

int meter_power_fail(struct meter *meter)
{
    need(meter->recovered);
    if (!meter->flash) {
        return 0;
    }
    int kept = meter->part ? legal_part_power_fail(meter->part) : STORAGE_DONE;
    recording_power_fail(meter);
    pushing_power_fail(meter);
    timing_power_fail(meter);
    return kept == STORAGE_DONE ? 0 : -1;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What clients have changed since it was kept last; what cannot be kept now is tried again. */
static void keep_changes(struct meter *meter)
{
    uint32_t clock_changes = meter->clock.settings_changes;
    if (clock_changes != meter->clock_changes &&
        keeping_store_clock(&meter->clock, &meter->storage) == STORAGE_DONE) {
        meter->clock_changes = clock_changes;
    }
}

/* Without mains what time alone has changed waits for them; a client may have changed it as well.
 */
static bool is_to_keep_periods(const struct meter *meter)
{
    return !meter->on_battery || meter->server.changes > 0;
}

/* Keeps what clients have changed, and events. True: something waits. */
static bool step_kept(struct meter *meter)
{
    keep_changes(meter);
    consuming_step(meter);
    linking_step(meter);
    porting_step(meter);
    bool busy = recording_step(meter);
    if (!is_to_keep_periods(meter)) {
        return busy;
    }
    busy = tariffing_keep(meter) || busy;
    busy = demanding_keep(meter) || busy;
    busy = scheduling_keep(meter) || busy;
    busy = compacting_keep(meter) || busy;
    busy = protecting_keep(meter) || busy;
    return closing_keep(meter) || busy;
}

/* Keeps what has changed and prepares sectors; gives when to come back. */
static int64_t step_flash(struct meter *meter)
{
    int64_t keep_ms = meter->part ? legal_part_keep(meter->part, meter->now_ms) : INT64_MAX;
    bool busy = step_kept(meter);
    bool captures = false;
    int64_t due_ms = capturing_step(meter, &captures);
    busy = storage_step(&meter->storage) > 0 || busy || captures;
    return earlier(keep_ms, meter->now_ms + (busy ? BUSY_MS : earlier(due_ms, STEP_MS)));
}

/* Without mains: nothing is measured, nothing comes due. */
static int64_t step_on_battery(struct meter *meter)
{
    bool busy = step_kept(meter);
    if (busy || is_to_keep_periods(meter)) {
        busy = storage_step(&meter->storage) > 0 || busy;
    }
    return meter->now_ms + (busy ? BUSY_MS : STEP_MS);
}

int64_t meter_step(struct meter *meter, int64_t now_ms)
{
    need(now_ms >= meter->now_ms && meter->recovered);
    int64_t elapsed_ms = now_ms - meter->now_ms;
    meter->now_ms = now_ms;
    securing_step(meter);
    timing_step(meter, elapsed_ms);
    facing_step(meter);
    if (meter->on_battery) {
        return step_on_battery(meter);
    }
    checking_step(meter);
    int64_t wait_ms = earlier(STEP_MS, demanding_step(meter));
    wait_ms = earlier(wait_ms, analysing_step(meter));
    wait_ms = earlier(wait_ms, closing_step(meter));
    wait_ms = earlier(wait_ms, scheduling_step(meter));
    wait_ms = earlier(wait_ms, tariffing_step(meter));
    wait_ms = earlier(wait_ms, telling_step(meter));
    int64_t next_ms = earlier(now_ms + wait_ms, pushing_step(meter));
    return meter->flash ? earlier(next_ms, step_flash(meter)) : next_ms;
}

void meter_compute(struct meter *meter)
{
    pushing_compute(meter);
}

static size_t answer(void *owner, struct link_ports ports, uint8_t *request, size_t size,
                     uint8_t *octets, size_t room)
{
    struct meter_connection *connection = owner;
    return dlms_session_answer(&connection->session, ports.client, ports.server, request, size,
                               octets, room);
}

static size_t more(void *owner, struct link_ports ports, uint8_t *octets, size_t room)
{
    struct meter_connection *connection = owner;
    return dlms_session_more(&connection->session, ports.client, octets, room);
}

static int64_t idle_ms(const struct meter_connection *connection)
{
    return connection->links->inactivity_time_s * INT64_C(1000);
}

void meter_connect(struct meter *meter, struct meter_connection *connection, int64_t line_ms)
{
    struct wrapper_buffers buffers = {
        .in = connection->in,
        .in_room = sizeof connection->in,
        .out = connection->out,
        .out_room = sizeof connection->out,
    };
    struct link_channel channel = {.answer = answer, .more = more, .owner = connection};
    dlms_session_init(&connection->session, &meter->server, METER_PDU);
    dlms_session_lend(&connection->session, connection->places, DLMS_PARTNERS);
    dlms_session_stream(&connection->session);
    connection->links = &meter->links;
    wrapper_init(&connection->wrapper, channel, buffers, idle_ms(connection), line_ms);
}

bool meter_closing(struct meter_connection *connection, int64_t line_ms)
{
    connection->wrapper.idle_ms = idle_ms(connection);
    return wrapper_closing(&connection->wrapper, line_ms);
}

void meter_disconnect(struct meter_connection *connection)
{
    dlms_session_close(&connection->session);
}
