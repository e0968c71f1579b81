#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/legal_place.h"

static struct legal_part part;

/* What the program's own check sum covers. */
selftest_slice *const legal_place_test = NULL;

struct legal_part *legal_place_open(const struct legal_type *type)
{
    (void)type;
    return &part;
}

void legal_place_protect(void)
{
}

const struct flash *legal_place_chip(void)
{
    return &nor_chip;
}

void legal_place_begin_samples(void)
{
    board_start_samples(LEGAL_FRAME_HZ);
}

bool legal_place_end_samples(void)
{
    board_stop_samples();
    return true;
}
