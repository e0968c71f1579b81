/* The image's side of `make arm-test`: arguments `PRODUCT FRAMES [count]`, as measure_host.c.
 *
 * The recording is measured as a meter does it: the sample interrupt comes 8192 times a second and
 * takes a frame from a ring that the main loop fills; windows are computed below it, in PendSV,
 * and are interrupted by it; harmonics are analysed in the main loop, below both. `count` prints
 * what that costs instead of what it measures. */
#include "port/cortex_m/board.h"
#include "port/cortex_m/semihost.h"
#include "test/arm/cost.h"
#include "test/arm/measure.h"

#include <stdio.h>
#include <string.h>

enum { RING_FRAMES = 512, BLOCK_FRAMES = 64 };

static struct measure measure;
static struct cost cost_of_frame;
static struct cost cost_of_window;
static struct cost cost_of_harmonics;
static struct cost cost_of_part;

/* Filled by the main loop, taken by the interrupt. */
static struct {
    int32_t frames[RING_FRAMES][LEGAL_CHANNELS];
    volatile uint32_t filled;
    volatile uint32_t taken;
    uint32_t ticks;        /* spent in the interrupt */
    uint32_t window_ticks; /* in windows, without the interrupt */
} ring;

void board_on_sample(void)
{
    uint32_t entry = board_ticks();
    if (ring.taken == ring.filled) {
        return;
    }
    const int32_t *frame = ring.frames[ring.taken % RING_FRAMES];
    uint32_t begin = board_ticks();
    unsigned fired = legal_samples(&measure.legal, frame);
    harmonics_take(&measure.harmonics, frame);
    bool window_due = legal_window_due(&measure.legal);
    cost_add(&cost_of_frame, board_ticks_between(begin, board_ticks()));
    measure_count_pulses(&measure, fired);
    ring.taken++;
    if (window_due) {
        board_request_window();
    }
    ring.ticks += board_ticks_between(entry, board_ticks());
}

/* Samples that came while it ran have requested it again. */
void board_on_window(void)
{
    if (!legal_window_due(&measure.legal)) {
        return;
    }
    uint32_t interrupted = ring.ticks;
    uint32_t begin = board_ticks();
    legal_window(&measure.legal);
    uint32_t ticks = board_ticks_between(begin, board_ticks());
    uint32_t own = ticks - (ring.ticks - interrupted);
    cost_add(&cost_of_window, own);
    ring.window_ticks += own;
}

static bool ring_has_room(void)
{
    return ring.filled - ring.taken <= RING_FRAMES - BLOCK_FRAMES;
}

/* One block of the recording into the ring; false at its end. */
static bool fill_block(int file)
{
    static int32_t block[BLOCK_FRAMES * LEGAL_CHANNELS];
    size_t channels = 2 * (size_t)measure.config.phases;
    size_t frame_size = channels * sizeof *block;
    size_t frames = semihost_read(file, block, BLOCK_FRAMES * frame_size) / frame_size;
    for (size_t i = 0; i < frames; i++) {
        memcpy(ring.frames[(ring.filled + i) % RING_FRAMES], block + i * channels, frame_size);
    }
    ring.filled += frames;
    return frames > 0;
}

/* What interrupts it is not counted, nor is waiting for the end of a window. */
static void analyse(bool print)
{
    static uint32_t all_ticks;
    uint32_t interrupted = ring.ticks + ring.window_ticks;
    uint32_t begin = board_ticks();
    bool found;
    bool worked = measure_harmonics(&measure, &found) == 0;
    uint32_t ticks = board_ticks_between(begin, board_ticks());
    ticks -= ring.ticks + ring.window_ticks - interrupted;
    if (worked) {
        cost_add(&cost_of_part, ticks);
        all_ticks += ticks;
    }
    if (found) {
        cost_add(&cost_of_harmonics, all_ticks);
        all_ticks = 0;
    }
    if (found && print) {
        measure_print_harmonics(&measure);
    }
}

/* The main loop. */
static void measure_file(int file, bool print)
{
    bool more = true;
    while (more && ring_has_room()) {
        more = fill_block(file);
    }
    board_start_samples(LEGAL_FRAME_HZ);
    while (more || ring.taken != ring.filled) {
        if (more && ring_has_room()) {
            more = fill_block(file);
        } else {
            board_wait();
        }
        if (print) {
            measure_print_new(&measure);
        }
        analyse(print);
    }
    board_stop_samples();
}

/* Cuts off the word at the line's beginning and returns what follows; "" at the end. */
static char *next_word(char *line)
{
    char *blank = strchr(line, ' ');
    if (!blank) {
        return line + strlen(line);
    }
    *blank = '\0';
    return blank + 1;
}

int main(void)
{
    static char line[256];
    if (semihost_command_line(line, sizeof line) != 0) {
        line[0] = '\0';
    }
    char *product = next_word(line); /* behind the image's own name */
    char *path = next_word(product);
    bool count = *next_word(path) != '\0';
    struct legal_config config;
    if (!measure_config(product, &config)) {
        printf("usage: measure PRODUCT FRAMES [count]\n");
        return 2;
    }
    int file = semihost_open(path, SEMIHOST_READ);
    if (file < 0) {
        printf("%s: cannot be opened\n", path);
        return 1;
    }
    measure_init(&measure, &config);
    board_start_ticks();
    measure_file(file, !count);
    if (count) {
        cost_print("frame", &cost_of_frame);
        cost_print("window", &cost_of_window);
        cost_print("harmonics", &cost_of_harmonics);
        cost_print("part", &cost_of_part);
    } else {
        measure_print_new(&measure);
        measure_print_totals(&measure);
    }
    return 0;
}
