/* Frames as the host has them: on the target they come one by one, in interrupts. */
#include "meter/meter.h"

void meter_frames(struct meter *meter, const int32_t *frames, size_t count)
{
    size_t channels = 2U * meter->config.phases;
    for (size_t i = 0; i < count; i++) {
        const int32_t *frame = frames + i * channels;
        legal_frames(meter->legal, frame, 1);
        if (meter->harmonics) {
            harmonics_take(meter->harmonics, frame);
        }
    }
}
