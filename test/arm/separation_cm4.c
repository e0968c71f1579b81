/* Runs the image of the legally relevant part under memory protection, beside the same sources
 * linked into this one, which is the application here. Both must find the same. Then, without
 * privilege, does what the first argument says: "read", or something that must end in a fault. */
#include "port/cortex_m/board.h"
#include "port/cortex_m/mps2_an386/protection.h"
#include "port/cortex_m/semihost.h"

#include <stdio.h>
#include <string.h>

enum { FRAMES = 2 * LEGAL_FRAME_HZ, PERIOD = 164, CORRUPTED = 3 };

static const struct legal_interface *legal;
static struct legal_part own;

void board_on_sample(void)
{
}

void board_on_window(void)
{
}

/* A triangle of 49.95 Hz: whatever it is, it is the same for both. */
static void make_frame(int32_t frame[2], unsigned n)
{
    int32_t place = (int32_t)(n % PERIOD);
    int32_t level = place < PERIOD / 2 ? place : PERIOD - place;
    frame[0] = (level - PERIOD / 4) * 100000;
    frame[1] = (level - PERIOD / 4) * 20000;
}

static int begin(void)
{
    const struct legal_begin how = {.type = legal->types[0]};
    const struct legal_begin by_others = {.type = &legal_type_xs211};
    legal->reset();
    if (legal->begin(&by_others) != -1) {
        return -1; /* type parameters are the part's own */
    }
    if (legal->begin(&how) != 0 || legal->recover() != 0 || legal_part_begin(&own, &how) != 0) {
        return -1;
    }
    return legal->begin(&how) == -1 ? 0 : -1; /* not twice */
}

static void measure(void)
{
    for (unsigned n = 0; n < FRAMES; n++) {
        int32_t frame[2];
        make_frame(frame, n);
        (void)legal->samples(frame);
        legal->window();
        legal_frames(&own.legal, frame, 1);
    }
}

static int compare(void)
{
    struct legal_snapshot its;
    struct legal_snapshot ours;
    legal->read(&its);
    legal_read(&own.legal, &ours);
    int64_t uws = legal->energy_uws(0, LEGAL_ENERGY_A_IMPORT);
    printf("%lu windows, %lld uWs\n", (unsigned long)its.window, (long long)uws);
    bool same = memcmp(&its, &ours, sizeof its) == 0 && uws > 0 &&
                uws == legal_energy_uws(&own.legal, 0, LEGAL_ENERGY_A_IMPORT);
    return same ? 0 : -1;
}

/* ---- what the application must not do ---- */

static void write_energy(void)
{
    *(volatile int64_t *)(uintptr_t)&legal->part->legal.energy[0][LEGAL_ENERGY_A_IMPORT].uws = 0;
}

static void write_parameters(void)
{
    *(volatile bool *)(uintptr_t)&legal->part->legal.parameters.sealed = false;
}

static void write_code(void)
{
    *(volatile uint32_t *)(uintptr_t)legal = 0;
}

static void write_handlers_stack(void)
{
    *(volatile uint32_t *)(uintptr_t)0x200007f0 = 0;
}

static void open_protection(void)
{
    *(volatile uint32_t *)(uintptr_t)0xe000ed94 = 0;
}

/* Calls past the supervisor: the code runs, and cannot write. */
static void call_samples(void)
{
    static const int32_t frame[2] = {0, 0};
    (void)legal->samples(frame);
}

static void call_rate(void)
{
    (void)legal->rate_select(2);
}

/* The part writes where it is told: into its own memory, for instance. */
static void read_into_it(void)
{
    legal->read((struct legal_snapshot *)(uintptr_t)legal->part);
}

static const struct {
    const char *name;
    void (*act)(void);
} acts[] = {
    {"energy", write_energy},
    {"parameters", write_parameters},
    {"code", write_code},
    {"stack", write_handlers_stack},
    {"protection", open_protection},
    {"samples", call_samples},
    {"rate", call_rate},
    {"into", read_into_it},
};

static int act(const char *name)
{
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (strcmp(acts[i].name, name) == 0) {
            acts[i].act();
            printf("%s: nothing stopped it\n", name);
            return 2;
        }
    }
    return compare() == 0 ? 0 : 1;
}

int main(void)
{
    char line[64];
    const char *name = semihost_command_line(line, sizeof line) == 0 ? strchr(line, ' ') : NULL;
    legal = protection_legal();
    if (legal == NULL) {
        printf("the legally relevant part is not as it was linked and does not run\n");
        return CORRUPTED;
    }
    printf("%s\n", legal->identity.name);
    if (begin() != 0) {
        printf("the interface does not begin as it should\n");
        return 1;
    }
    protection_begin();
    measure();
    board_drop_privilege();
    return act(name != NULL ? name + 1 : "read");
}
