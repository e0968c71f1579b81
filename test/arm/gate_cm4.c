/* What the way into the image of the legally relevant part costs: arguments `frames=FRAMES`, a
 * recording of the st402c's. A frame, which harmonics see too, and a window by way of the gate, as
 * a product's image takes them, and the way alone: a frame that the part, not yet begun, gives back
 * at once. */
#include "harmonics/harmonics.h"
#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/legal_place.h"
#include "test/arm/cost.h"

#include <stdio.h>

enum { EMPTY_FRAMES = 1000 };

static struct legal_part *part;
static struct harmonics harmonics;
static struct cost cost_of_way;
static struct cost cost_of_frame;
static struct cost cost_of_window;
static uint32_t interrupting; /* ticks spent in the sample interrupt */
static volatile bool over;

/* `seeing`: harmonics; NULL: nobody else sees the frame. */
static bool take(const int32_t *frame, struct harmonics *seeing, struct cost *cost)
{
    uint32_t begin = board_ticks();
    (void)legal_samples(&part->legal, frame);
    if (seeing != NULL) {
        harmonics_take(seeing, frame);
    }
    bool due = legal_window_due(&part->legal);
    cost_add(cost, board_ticks_between(begin, board_ticks()));
    return due;
}

void board_on_sample(void)
{
    uint32_t entry = board_ticks();
    const int32_t *frame = recording_next();
    if (frame == NULL) {
        over = true;
    } else if (take(frame, &harmonics, &cost_of_frame)) {
        board_request_window();
    }
    interrupting += board_ticks_between(entry, board_ticks());
}

void board_on_window(void)
{
    if (!legal_window_due(&part->legal)) {
        return;
    }
    uint32_t interrupted = interrupting;
    uint32_t begin = board_ticks();
    legal_window(&part->legal);
    uint32_t ticks = board_ticks_between(begin, board_ticks());
    cost_add(&cost_of_window, ticks - (interrupting - interrupted));
}

static int measure(void)
{
    static const int32_t nothing[LEGAL_CHANNELS];
    const struct legal_begin how = {.type = &legal_type_st402c};
    for (unsigned n = 0; n < EMPTY_FRAMES; n++) {
        (void)take(nothing, NULL, &cost_of_way);
    }
    if (legal_part_begin(part, &how) != 0) {
        return -1;
    }
    while (legal_part_recover(part) > 0) {
    }
    harmonics_begin(&harmonics, legal_configuration(&part->legal));
    legal_place_begin_samples();
    while (!over) {
        board_wait();
        (void)harmonics_step(&harmonics, &part->legal);
    }
    return legal_place_end_samples() ? 0 : -1;
}

int main(void)
{
    arguments_open();
    part = legal_place_open(&legal_type_st402c);
    if (part == NULL || !recording_open(argument("frames"), LEGAL_CHANNELS, 1)) {
        printf("usage: gate frames=FRAMES, beside legal.bin\n");
        return 2;
    }
    board_start_ticks();
    if (measure() != 0) {
        return 1;
    }
    cost_print("gate", &cost_of_way);
    cost_print("frame", &cost_of_frame);
    cost_print("window", &cost_of_window);
    return cost_of_window.runs > 0 ? 0 : 1;
}
