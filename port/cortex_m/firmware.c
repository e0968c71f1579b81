/* The image's main loop, without privilege where memory is protected. The sample interrupt takes
 * the frames, PendSV the windows; everything else is a step of the meter or of a port. */
#include "port/cortex_m/firmware.h"

#include "meter/waking.h"
#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/legal_place.h"
#include "port/cortex_m/semihost.h"
#include "storage/layout.h"

#include <string.h>

static struct meter meter;
static struct legal_part *legal; /* NULL: it must not run */
struct crypto_ecc firmware_curves;
static volatile bool power_failing;
static bool stepping;
static int64_t due_ms; /* when the meter wants to be stepped */
static bool spins;
static bool measuring;

/* ---- interrupts ---- */

void board_on_sample(void)
{
    const int32_t *frame = recording_next();
    if (frame == NULL) {
        power_failing = recording_is_over();
        return;
    }
    (void)legal_samples(meter.legal, frame);
    if (firmware_product.harmonics != NULL) {
        harmonics_take(firmware_product.harmonics, frame);
    }
    if (legal_window_due(meter.legal)) {
        board_request_window();
    }
}

/* Samples that came while it ran have requested it again. */
void board_on_window(void)
{
    if (legal_window_due(meter.legal)) {
        legal_window(meter.legal);
    }
}

void board_on_tick(void);
void board_on_power_fail(void);
void board_on_input(void);

void board_on_tick(void)
{
    board_count_ms();
    pins_tick((uint32_t)board_ms());
}

void board_on_power_fail(void)
{
    power_failing = pin_level(PIN_POWER_FAIL);
}

/* It has woken the main loop, which looks. */
void board_on_input(void)
{
}

noreturn void board_on_fault(const struct fault_story *fault)
{
    (void)fault;
    board_restart();
}

noreturn void board_on_end(int code)
{
    semihost_exit(code);
}

/* Until something has happened. An emulator whose time runs by instructions is given some. */
static void rest(void)
{
    if (!spins) {
        board_wait();
    }
}

/* The self-test has found the legally relevant part corrupted: it takes no frame any more. */
static void stop_measuring(void)
{
    if (measuring && meter.legal == NULL) {
        measuring = false;
        (void)legal_place_end_samples();
        service_say("the legally relevant part is corrupted: nothing is measured any more", "");
    }
}

static void step(void)
{
    int64_t now_ms = board_ms();
    if (now_ms >= due_ms) {
        stepping = true;
        due_ms = meter_step(&meter, now_ms);
        stepping = false;
        stop_measuring();
    }
}

/* ---- what is around ---- */

/* A chip that another meter has written stays as it is. */
static void look_at_chip(void)
{
    if (!nor_chip_open(argument("nor"))) {
        service_say("no flash chip, nothing will outlive the supply: put one in", "");
        return;
    }
    const struct storage_layout *layout = layout_of_chip(&nor_chip);
    if (layout != NULL && strcmp(layout->product, firmware_product.product->name) != 0) {
        service_say("this flash chip is another meter's and stays as it is; it is of ",
                    layout->product);
        (void)nor_chip_open(NULL);
    }
}

static void look_at_board(void)
{
    const char *product = argument("board");
    if (product != NULL && strcmp(product, firmware_product.product->name) != 0) {
        service_say("this image is not for this board, load that of ", product);
        health_is_foreign();
    }
}

static void look_at_legal_part(void)
{
    legal = legal_place_open(firmware_product.product->legal);
    if (legal == NULL) {
        service_say("the legally relevant part is missing or corrupted and does not run: ",
                    "nothing is measured, load it again");
    }
}

static void look_at_front_end(void)
{
    const struct legal_config *config = &firmware_product.product->legal->config;
    uint32_t times = argument_number("times", 0);
    measuring = recording_open(argument("frames"), 2U * config->phases, times);
    if (!measuring) {
        service_say("no front end: nothing is measured", "");
    }
    measuring = measuring && legal != NULL;
}

static const struct meter_port *with_legal_test(struct meter_port *port)
{
    *port = health_port;
    port->legal = legal_place_test;
    return port;
}

static int set_up(bool awake)
{
    struct meter_keys keys = {0};
    static struct hdlc_settings line;
    static struct selftest_fault fault;
    static struct meter_port port;
    line = meter_line_settings();
    line.inter_octet_time_ms = (uint16_t)argument_number("gap", line.inter_octet_time_ms);
    fault = health_last_fault();
    if (fault.cause != SELFTEST_CAUSE_NONE) {
        service_say("began anew after a fault: ", fault.place);
    }
    struct factory_authority authority = factory_authority();
    const struct meter_setup setup = {
        .product = firmware_product.product,
        .serial = argument_number("serial", 0),
        .reading_password = argument("password"),
        .management_password = argument("password"),
        .keys = factory_keys(&keys),
        .anchor = authority.certificate,
        .anchor_size = authority.size,
        .entropy = &host_entropy,
        .curves = &firmware_curves,
        .rtc = &clock_chip,
        .flash = legal_place_chip(),
        .legal = legal,
        .harmonics = firmware_product.harmonics,
        .switches = firmware_product.switches,
        .switch_count = firmware_product.switch_count,
        .port = with_legal_test(&port),
        .fault = &fault,
        .line = &line,
    };
    return awake ? meter_wake(&meter, &setup) : meter_init(&meter, &setup);
}

/* ---- without mains ---- */

/* The button has woken the processor on the battery; it sleeps again. */
static int show(void)
{
    if (set_up(true) != 0) {
        return 1;
    }
    while (meter_wake_recover(&meter) > 0) {
    }
    service_say("awake on the battery", "");
    while (meter_wake_step(&meter, board_ms())) {
        ports_step_buttons(&meter, board_ms());
        rest();
    }
    return 0;
}

/* ---- with mains ---- */

/* The supply fails: what must not be lost is kept. The processor runs on for as long as the hold-up
 * lasts; should the supply come back meanwhile, the meter begins anew. */
static int end(void)
{
    enum { HOLD_UP_MS = 300 };
    int kept = meter_power_fail(&meter);
    service_say(kept == 0 ? "supply failed, everything kept" : "supply failed, NOT kept", "");
    int64_t dark_ms = board_ms() + HOLD_UP_MS;
    while (board_ms() < dark_ms) {
        rest();
        if (!power_failing) {
            board_restart();
        }
    }
    return kept == 0 ? 0 : 1;
}

/* A warning that was gone before it was looked at was none. */
static bool has_supply_failed(void)
{
    return power_failing && legal_place_end_samples();
}

noreturn void board_on_new_stack(void)
{
    board_on_end(end());
}

/* Curves take a second and more: whoever asked for them waits, the meter goes on, and does not wait
 * for them when the supply fails: they are free for the last message then, and so is the stack. */
static void go_on(void *owner)
{
    (void)owner;
    if (has_supply_failed()) {
        crypto_ecc_give_up(&firmware_curves);
        board_begin_stack();
    }
    if (!stepping) {
        step();
    }
}

/* Nobody is answered before keys can be used; a chip that does not come to that is not waited for.
 */
static void await_chip(void)
{
    enum { NEW_CHIP_MS = 2000 };
    int64_t until_ms = board_ms() + NEW_CHIP_MS;
    while (!meter_ready(&meter) && board_ms() < until_ms && !power_failing) {
        step();
        rest();
    }
}

static int run(void)
{
    if (set_up(false) != 0) {
        service_say("set-up refused: serial number, password or keys", "");
        return 1;
    }
    while (meter_recover(&meter) > 0) {
    }
    health_start_watchdog();
    if (measuring) {
        legal_place_begin_samples();
    }
    await_chip();
    ports_begin(&meter, board_ms());
    service_say(measuring ? "measuring; the legally relevant part is "
                          : "running; the legally relevant part is ",
                meter.identity.legal.name);
    firmware_curves.pause = go_on;
    while (!has_supply_failed()) {
        step();
        meter_compute(&meter);
        ports_step(&meter, board_ms());
        rest();
    }
    return end();
}

/* With privilege. */
static void open_board(void)
{
    arguments_open();
    factory_open();
    spins = argument("idle") != NULL;
    ports_open();
    board_enable(BOARD_POWER_FAIL);
    board_enable(BOARD_INPUTS);
    board_start_clock();
    clock_chip_open(INT64_C(1000) * argument_number("utc", 0));
    if (!pins_open(argument("pins"))) {
        service_say("pins: lines of MS PIN LEVEL, please: ", argument("pins"));
    }
}

int main(void)
{
    open_board();
    look_at_board();
    look_at_chip();
    look_at_legal_part();
    look_at_front_end();
    legal_place_protect();
    return argument("awake") != NULL ? show() : run();
}
