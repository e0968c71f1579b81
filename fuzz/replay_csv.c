/* Any text as a recording: it is refused with one line, or it plays. */
#include "world/loop.h"
#include "world/recording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check(bool right)
{
    if (!right)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char line[WORLD_ERROR_SIZE] = "";
    const struct recording_error error = {"input", line, sizeof line};
    struct recording recording = {0};
    struct loop loop;
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    int result = recording_csv(&recording, text, &error);
    if (result == 0 && recording.samples > 0)
        result = loop_find(&loop, &recording, &error);
    else if (result == 0)
        check(recording.channels == 2 || recording.channels == 6);
    if (result == 0 && recording.samples > 0)
        check(loop.samples > 0 && loop.samples <= recording.samples && loop.periods > 0);
    check(result == 0 || (line[0] != '\0' && strchr(line, '\n') == NULL));
    for (unsigned c = 0; c < recording.channels && recording.channel[c] != NULL; c++) {
        for (size_t n = 0; n < recording.samples; n++)
            check(isfinite(recording.channel[c][n]));
    }
    recording_close(&recording);
    free(text);
    return 0;
}
