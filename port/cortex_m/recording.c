/* The recording is read into the board's pseudo-static RAM, behind the NOR chip's cells. */
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/guarded.h"
#include "port/cortex_m/semihost.h"

#include <place.h>

enum { ROOM = PLACE_FACTORY - PLACE_RECORDING };

static int32_t *const codes = (int32_t *)(uintptr_t)PLACE_RECORDING;

static GUARDED struct {
    uint32_t size; /* codes */
    uint32_t channels;
    uint32_t times;
    uint32_t played;
    volatile uint32_t at;
    volatile bool over;
} recording;

bool recording_open(const char *path, unsigned channels, uint32_t times)
{
    int file = path != NULL ? semihost_open(path, SEMIHOST_READ) : -1;
    uint32_t frames = 0;
    if (file >= 0) {
        frames = (uint32_t)(semihost_read(file, codes, ROOM) / (channels * sizeof *codes));
        semihost_close(file);
    }
    recording.size = frames * channels;
    recording.channels = channels;
    recording.times = times;
    recording.over = frames == 0;
    return frames > 0;
}

const int32_t *recording_next(void)
{
    if (recording.over) {
        return NULL;
    }
    if (recording.at == recording.size) {
        recording.at = 0;
        recording.played++;
        recording.over = recording.times != 0 && recording.played >= recording.times;
        if (recording.over) {
            return NULL;
        }
    }
    const int32_t *frame = codes + recording.at;
    recording.at += recording.channels;
    return frame;
}

bool recording_is_over(void)
{
    return recording.over;
}
