#include "port/cortex_m/apart.h"

#include "base/need.h"
#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/guarded.h"
#include "port/cortex_m/legal_place.h"
#include "port/cortex_m/supervisor.h"
#include "storage/layout.h"

#include <protection.h>

GUARDED const struct legal_interface *apart_legal;

/* Its partition of the chip, octets. */
static GUARDED struct {
    uint32_t begin;
    uint32_t end;
} own;

static GUARDED bool ended; /* the samples, for good */

/* ---- with privilege: no service believes what it is told ---- */

static const struct legal_interface *running(void)
{
    need(apart_legal != NULL);
    return apart_legal;
}

static uint64_t of_int(int result)
{
    return (uint64_t)(int64_t)result;
}

/* Of what the application names, only the type and the period count: it chooses no frequency, no
 * filter and no calibration, and no code of its own is called with privilege, a chip's for example.
 */
static uint64_t begin(const uintptr_t *argument)
{
    const struct legal_begin *how = (const struct legal_begin *)argument[0];
    const struct legal_begin mine = {
        .type = how->type, .flash = &nor_chip, .period_ms = how->period_ms};
    return of_int(running()->begin(&mine));
}

static uint64_t recover(const uintptr_t *argument)
{
    (void)argument;
    return of_int(running()->recover());
}

static uint64_t rate_select(const uintptr_t *argument)
{
    return of_int(running()->rate_select(argument[0]));
}

static uint64_t keep(const uintptr_t *argument)
{
    return (uint64_t)running()->keep((int64_t)((uint64_t)argument[1] << 32 | argument[0]));
}

static uint64_t power_fail(const uintptr_t *argument)
{
    (void)argument;
    return of_int(ended ? running()->power_fail() : -1);
}

static uint64_t calibrate(const uintptr_t *argument)
{
    return of_int(running()->calibrate((const struct legal_calibration *)argument[0]));
}

static uint64_t set_transformers(const uintptr_t *argument)
{
    return of_int(running()->set_transformers((const struct legal_transformers *)argument[0]));
}

static uint64_t seal(const uintptr_t *argument)
{
    (void)argument;
    running()->seal();
    return 0;
}

static uint64_t set_temperature(const uintptr_t *argument)
{
    running()->set_temperature((int32_t)argument[0]);
    return 0;
}

static uint64_t sample_begin(const uintptr_t *argument)
{
    (void)argument;
    (void)running();
    board_start_samples(LEGAL_FRAME_HZ);
    return 0;
}

static bool is_supply_failing(void)
{
    return pin_level(PIN_POWER_FAIL) || recording_is_over();
}

/* The application does not end what a whole part measures: the supply does, or the end of a
 * recording. */
static uint64_t sample_end(const uintptr_t *argument)
{
    (void)argument;
    ended = ended || is_supply_failing() || protection_legal() == NULL;
    if (ended) {
        board_stop_samples();
    }
    return of_int(ended ? 0 : -1);
}

/* ---- the chip, with privilege ---- */

static bool is_applications(uint32_t at, uint32_t size)
{
    return size <= LAYOUT_CHIP && at <= LAYOUT_CHIP - size &&
           (at + size <= own.begin || at >= own.end);
}

static uint64_t chip_state(const uintptr_t *argument)
{
    (void)argument;
    return nor_chip.state(nor_chip.context);
}

static uint64_t chip_program(const uintptr_t *argument)
{
    bool may = is_applications(argument[0], argument[2]);
    return of_int(may ? nor_chip.program(nor_chip.context, argument[0], (const void *)argument[1],
                                         argument[2])
                      : -1);
}

static uint64_t chip_erase(const uintptr_t *argument)
{
    bool may = is_applications(argument[0] / LAYOUT_SECTOR * LAYOUT_SECTOR, LAYOUT_SECTOR);
    return of_int(may ? nor_chip.erase(nor_chip.context, argument[0]) : -1);
}

static uint64_t chip_suspend(const uintptr_t *argument)
{
    (void)argument;
    return of_int(nor_chip.suspend(nor_chip.context));
}

static uint64_t chip_resume(const uintptr_t *argument)
{
    (void)argument;
    return of_int(nor_chip.resume(nor_chip.context));
}

/* Octets of the stack that a service must find free: what it takes by the call graph. `make stack`
 * holds each against that, and the main loop's stack against all of them. */
enum {
    BEGIN_ROOM = 672,
    RECOVER_ROOM = 2496,
    KEEP_ROOM = 2048,
    LAST_ROOM = 2336,
    SET_ROOM = 432,
    SUM_ROOM = 1344,
    FEW_ROOM = 320,
    CHIP_ROOM = 256
};

static const struct supervisor_service services[APART_SERVICES] = {
    [APART_BEGIN] = {begin, BEGIN_ROOM},
    [APART_RECOVER] = {recover, RECOVER_ROOM},
    [APART_RATE_SELECT] = {rate_select, FEW_ROOM},
    [APART_KEEP] = {keep, KEEP_ROOM},
    [APART_POWER_FAIL] = {power_fail, LAST_ROOM},
    [APART_CALIBRATE] = {calibrate, SET_ROOM},
    [APART_SET_TRANSFORMERS] = {set_transformers, SET_ROOM},
    [APART_SEAL] = {seal, FEW_ROOM},
    [APART_SET_TEMPERATURE] = {set_temperature, FEW_ROOM},
    [APART_SAMPLE_BEGIN] = {sample_begin, FEW_ROOM},
    [APART_SAMPLE_END] = {sample_end, SUM_ROOM},
    [APART_CHIP_STATE] = {chip_state, CHIP_ROOM},
    [APART_CHIP_PROGRAM] = {chip_program, CHIP_ROOM},
    [APART_CHIP_ERASE] = {chip_erase, CHIP_ROOM},
    [APART_CHIP_SUSPEND] = {chip_suspend, CHIP_ROOM},
    [APART_CHIP_RESUME] = {chip_resume, CHIP_ROOM},
};

const struct supervisor_table supervisor_table = {APART_SERVICES, services};

/* ---- the place, for the main loop ---- */

selftest_slice *const legal_place_test = protection_test;

struct legal_part *legal_place_open(const struct legal_type *type)
{
    const struct partition *partition = &type->partition;
    own.begin = partition->first * (uint32_t)LAYOUT_SECTOR;
    own.end = own.begin + partition->sectors * (uint32_t)LAYOUT_SECTOR;
    apart_legal = protection_legal();
    if (apart_legal == NULL) {
        return NULL;
    }
    apart_legal->reset();
    return (struct legal_part *)(uintptr_t)apart_legal->part;
}

void legal_place_protect(void)
{
    protection_begin();
    board_drop_privilege();
}

void legal_place_begin_samples(void)
{
    (void)supervisor_run(APART_SAMPLE_BEGIN, 0, 0, 0);
}

bool legal_place_end_samples(void)
{
    return (int)supervisor_run(APART_SAMPLE_END, 0, 0, 0) == 0;
}

/* ---- the chip, for the main loop: read where it is, changed by the supervisor ---- */

static enum flash_state ask_state(void *context)
{
    (void)context;
    return (enum flash_state)supervisor_run(APART_CHIP_STATE, 0, 0, 0);
}

static int ask_read(void *context, uint32_t at, void *octets, uint32_t size)
{
    enum flash_state now = ask_state(context);
    bool idle = now == FLASH_READY || now == FLASH_SUSPENDED;
    return idle ? nor_chip.read(nor_chip.context, at, octets, size) : -1;
}

static int ask_program(void *context, uint32_t at, const void *octets, uint32_t size)
{
    (void)context;
    return (int)supervisor_run(APART_CHIP_PROGRAM, at, (uintptr_t)octets, size);
}

static int ask_erase(void *context, uint32_t at)
{
    (void)context;
    return (int)supervisor_run(APART_CHIP_ERASE, at, 0, 0);
}

static int ask_suspend(void *context)
{
    (void)context;
    return (int)supervisor_run(APART_CHIP_SUSPEND, 0, 0, 0);
}

static int ask_resume(void *context)
{
    (void)context;
    return (int)supervisor_run(APART_CHIP_RESUME, 0, 0, 0);
}

const struct flash *legal_place_chip(void)
{
    static const struct flash chip = {
        .size = LAYOUT_CHIP,
        .sector = LAYOUT_SECTOR,
        .page = LAYOUT_PAGE,
        .read = ask_read,
        .program = ask_program,
        .erase = ask_erase,
        .state = ask_state,
        .suspend = ask_suspend,
        .resume = ask_resume,
    };
    return &chip;
}
