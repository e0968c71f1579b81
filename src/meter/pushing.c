#include "meter/pushing.h"

#include "dlms/apdu.h"
#include "dlms/notification.h"
#include "meter/keeping.h"
#include "meter/pushing_line.h"
#include "meter/pushing_message.h"

enum {
    NOBODY = -1,
    TIMEOUT_MS = 60000, /* of each APDU; a sender gives up earlier by itself */
    POLL_MS = 100,
};

/* ---- sending ---- */

/* How its messages are carried. What tells that the supply fails has to be out at once. */
static struct pushing_carrier carrier_of(struct meter *meter, enum push_setup setup)
{
    const struct meter_pushing *pushing = &meter->pushing;
    struct pushing_carrier carrier = {.most = METER_PUSH};
    if (pushing->push.settings[setup].transport == PUSH_HDLC) {
        carrier.most = pushing_line_most(meter, setup);
    }
    carrier.several = pushing->sender->more != NULL && setup != PUSH_POWER_DOWN;
    return carrier;
}

static int begin(struct meter *meter, enum push_setup setup)
{
    struct meter_pushing *pushing = &meter->pushing;
    const struct push_settings *settings = &pushing->push.settings[setup];
    const uint8_t *apdu = NULL;
    pushing->sender = settings->transport == PUSH_HDLC ? &pushing->by_line : pushing->port;
    size_t size = pushing->sender != NULL
                      ? pushing_message_begin(meter, setup, carrier_of(meter, setup), &apdu)
                      : 0;
    if (size == 0) {
        return -1;
    }
    struct push_message message = {
        .transport = (enum push_transport)settings->transport,
        .client_sap = settings->client_sap,
        .server_sap = DLMS_LOGICAL_DEVICE,
        .apdu = apdu,
        .size = size,
    };
    (void)push_destination(&pushing->push, setup, &message.destination, &message.destination_size);
    return pushing->sender->begin(pushing->sender->context, &message);
}

/* The display's network mark: TCP has acknowledged the first push after power-on, or the other side
 * has confirmed it (data sheet of the XS211, 3.8.8). */
static bool shows_network(const struct push *push, enum push_setup setup, enum push_end end)
{
    bool first = setup == PUSH_INSTALLATION || setup == PUSH_CONNECTIVITY;
    bool by_tcp = push->settings[setup].transport == PUSH_TCP;
    return first && (end == PUSH_WAS_CONFIRMED || (end == PUSH_ARRIVED && by_tcp));
}

static void finish(struct meter *meter, enum push_setup setup, enum push_end end)
{
    struct push *push = &meter->pushing.push;
    pushing_message_end(meter);
    bool lost = push_ended(push, setup, end, &meter->clock, meter->now_ms);
    if (end != PUSH_FAILED || lost) {
        pushing_message_forget(meter, setup);
    }
    if (shows_network(push, setup, end)) {
        meter->marks.network = true;
    }
    if (lost && setup != PUSH_CONSUMER) {
        event_record(&meter->events, EVENT_MODEM_SILENT);
    }
}

/* Where curves are computed in slices a step does not wait for them, neither for the signature of a
 * message nor for those of what it holds (class 30): meter_compute() does. */
static bool is_made_later(const struct meter *meter)
{
    const struct dlms_security_setup *security = meter->server.security;
    return security != NULL && security->signing.ecc != NULL &&
           security->signing.ecc->pause != NULL;
}

static void start(struct meter *meter, enum push_setup setup)
{
    struct meter_pushing *pushing = &meter->pushing;
    if (begin(meter, setup) != 0) {
        finish(meter, setup, PUSH_FAILED);
        return;
    }
    pushing->sending = (int8_t)setup;
    pushing->began_ms = meter->now_ms;
}

/* A plain DataNotification-confirm with the number of the message. */
static bool is_confirmed(struct meter *meter)
{
    const struct push_sender *sender = meter->pushing.sender;
    uint8_t apdu[32];
    size_t size;
    bool confirmed = false;
    while (!confirmed && (size = sender->answer(sender->context, apdu, sizeof apdu)) > 0) {
        struct reader r = reader_over(apdu, size);
        uint8_t tag = reader_u8(&r);
        uint32_t invoke = reader_u32(&r);
        confirmed = !r.fault && tag == DLMS_DATA_NOTIFICATION_CONFIRM &&
                    ((invoke ^ meter->pushing.invoke) & DLMS_NOTIFICATION_NUMBER) == 0;
    }
    return confirmed;
}

static void end(struct meter *meter, enum push_end how)
{
    struct meter_pushing *pushing = &meter->pushing;
    enum push_setup setup = (enum push_setup)pushing->sending;
    pushing->sender->end(pushing->sender->context);
    pushing->sending = NOBODY;
    pushing->computing = NOBODY;
    finish(meter, setup, how);
}

/* The next of a long message. */
static void send_block(struct meter *meter)
{
    const struct push_sender *sender = meter->pushing.sender;
    const uint8_t *apdu;
    size_t size = pushing_message_next(meter, &apdu);
    meter->pushing.began_ms = meter->now_ms;
    if (size == 0 || sender->more(sender->context, apdu, size) != 0) {
        end(meter, PUSH_FAILED);
    }
}

static void go_on(struct meter *meter)
{
    if (is_made_later(meter)) {
        meter->pushing.computing = meter->pushing.sending;
    } else {
        send_block(meter);
    }
}

static void follow(struct meter *meter)
{
    struct meter_pushing *pushing = &meter->pushing;
    enum push_setup setup = (enum push_setup)pushing->sending;
    enum push_progress progress = pushing->sender->look(pushing->sender->context);
    bool by_link = pushing->push.settings[setup].method == PUSH_BY_LINK;
    if ((progress == PUSH_TAKEN || progress == PUSH_REACHED) && pushing->message.sending) {
        go_on(meter);
        return;
    }
    if ((pushing->invoke & DLMS_NOTIFICATION_CONFIRMED) != 0) {
        if (is_confirmed(meter)) {
            end(meter, PUSH_WAS_CONFIRMED);
            return;
        }
    } else if (progress == PUSH_REACHED || (progress == PUSH_TAKEN && !by_link)) {
        end(meter, PUSH_ARRIVED);
        return;
    }
    if (progress == PUSH_REFUSED || meter->now_ms - pushing->began_ms >= TIMEOUT_MS) {
        end(meter, PUSH_FAILED);
    }
}

/* ---- what outlives the supply ---- */

static bool keep_settings(struct meter *meter, int setup)
{
    struct meter_pushing *pushing = &meter->pushing;
    uint32_t changes = pushing->push.changes[setup];
    uint8_t octets[PUSH_SETTINGS];
    struct writer w = writer_over(octets, sizeof octets);
    if (changes == pushing->kept[setup]) {
        return true;
    }
    push_settings_write(&pushing->push, (enum push_setup)setup, &w);
    uint16_t number = (uint16_t)(METER_VALUE_PUSH + setup);
    if (journal_put(&meter->storage.values, number, PUSH_VERSION, octets,
                    (uint16_t)writer_kept(&w)) != STORAGE_DONE) {
        return false;
    }
    pushing->kept[setup] = changes;
    return true;
}

static struct reader load_settings(const struct meter *meter, int setup,
                                   uint8_t octets[PUSH_SETTINGS], uint8_t *version)
{
    uint16_t number = (uint16_t)(METER_VALUE_PUSH + setup);
    int size = journal_get(&meter->storage.values, number, version, octets, PUSH_SETTINGS);
    bool known = size > 0 && size <= PUSH_SETTINGS && *version >= 1 && *version <= PUSH_VERSION;
    return reader_over(octets, known ? (size_t)size : 0);
}

/* All that were changed leave their room before the first is taken: together they had room. */
static void restore_settings(struct meter *meter)
{
    struct push *push = &meter->pushing.push;
    uint8_t octets[PUSH_SETTINGS];
    uint8_t version;
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        if (load_settings(meter, setup, octets, &version).size > 0) {
            push_clear(push, (enum push_setup)setup);
        }
    }
    unsigned lost = 0;
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        struct reader r = load_settings(meter, setup, octets, &version);
        bool taken = r.size == 0 || push_settings_read(push, (enum push_setup)setup, version, &r);
        lost |= (unsigned)!taken << setup;
    }
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        if ((lost >> setup & 1) != 0) {
            (void)push_deliver(push, (enum push_setup)setup);
        }
    }
}

static void restore_message(struct meter *meter, enum push_setup setup)
{
    struct push_kept kept;
    if (pushing_message_kept(meter, setup, &kept)) {
        push_resume(&meter->pushing.push, setup, &kept, &meter->clock, meter->now_ms);
    }
}

/* ---- joined ---- */

static const uint8_t push_scripts[6] = {0, 0, 10, 0, 108, 255};

/* Script n pushes by set-up n. */
static int run_script(void *owner, uint16_t selector)
{
    struct meter *meter = owner;
    push_trigger(&meter->pushing.push, (enum push_setup)selector, &meter->clock, meter->now_ms);
    return 0;
}

void pushing_init(struct meter *meter, const struct meter_setup *setup)
{
    struct meter_pushing *pushing = &meter->pushing;
    *pushing = (struct meter_pushing){.port = setup->push_sender,
                                      .by_line = pushing_line_sender(meter),
                                      .sending = NOBODY,
                                      .computing = NOBODY};
    meter->lines = NULL;
    push_init(&pushing->push, meter->product->push, &meter->objects, setup->serial);
    script_add(&meter->scripts, push_scripts, PUSH_SETUPS - 1, run_script, meter);
}

void pushing_recover(struct meter *meter)
{
    restore_settings(meter);
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        restore_message(meter, (enum push_setup)setup);
    }
}

/* The first step of a start: the meter is on the network, and perhaps for the first time. */
static void announce(struct meter *meter)
{
    struct push *push = &meter->pushing.push;
    meter->pushing.announced = true;
    push_trigger(push, PUSH_CONNECTIVITY, &meter->clock, meter->now_ms);
    if (meter->part && legal_part_found(meter->part) == LEGAL_KEEP_NEW) {
        push_trigger(push, PUSH_INSTALLATION, &meter->clock, meter->now_ms);
    }
}

static bool keep_all(struct meter *meter)
{
    bool kept = true;
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        kept = keep_settings(meter, setup) && kept;
    }
    return kept;
}

static void start_due(struct meter *meter, int setup)
{
    if (setup >= 0 && is_made_later(meter)) {
        meter->pushing.computing = (int8_t)setup;
    } else if (setup >= 0) {
        start(meter, (enum push_setup)setup);
    }
}

void pushing_compute(struct meter *meter)
{
    struct meter_pushing *pushing = &meter->pushing;
    if (pushing->computing == NOBODY) {
        return;
    }
    if (pushing->sending != NOBODY) {
        send_block(meter);
    } else {
        start(meter, (enum push_setup)pushing->computing);
    }
    pushing->computing = NOBODY;
}

int64_t pushing_step(struct meter *meter)
{
    struct meter_pushing *pushing = &meter->pushing;
    bool kept = meter->flash == NULL || keep_all(meter);
    if (!pushing->announced) {
        announce(meter);
    }
    if (pushing->sending != NOBODY) {
        follow(meter);
    } else if (pushing->computing == NOBODY && !pushing_line_is_busy(meter)) {
        int setup = push_due(&pushing->push, &meter->clock, meter->now_ms);
        start_due(meter, setup);
    }
    bool busy = pushing->sending != NOBODY || pushing->computing != NOBODY || !kept;
    return busy ? meter->now_ms + POLL_MS : push_deadline_ms(&pushing->push, meter->now_ms);
}

static bool can_be_told(const struct meter *meter)
{
    const struct push_settings *settings = &meter->pushing.push.settings[PUSH_POWER_DOWN];
    return meter->pushing.port != NULL && settings->transport == PUSH_UDP &&
           push_goes_anywhere(&meter->pushing.push, PUSH_POWER_DOWN);
}

/* One datagram for each destination needs no connection: they are out before the supply is. */
void pushing_power_fail(struct meter *meter)
{
    struct meter_pushing *pushing = &meter->pushing;
    if (!can_be_told(meter)) {
        return;
    }
    if (pushing->sending != NOBODY) {
        pushing->sender->end(pushing->sender->context);
    }
    push_reset(&pushing->push, PUSH_POWER_DOWN);
    push_trigger(&pushing->push, PUSH_POWER_DOWN, &meter->clock, meter->now_ms);
    for (int n = 0; n < PUSH_DESTINATIONS && pushing->push.states[PUSH_POWER_DOWN].waiting; n++) {
        bool begun = begin(meter, PUSH_POWER_DOWN) == 0;
        if (begun) {
            pushing->sender->end(pushing->sender->context);
        }
        (void)push_ended(&pushing->push, PUSH_POWER_DOWN, begun ? PUSH_ARRIVED : PUSH_FAILED,
                         &meter->clock, meter->now_ms);
    }
}
