#define _POSIX_C_SOURCE 200809L /* open_memstream */

/* Any text as a calendar: refused with one line, or it reads back as it is written. */
#include "app/calendar_text.h"

#include <stdlib.h>
#include <string.h>

static void check(bool right)
{
    if (!right) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct calendar_text calendar;
    static struct calendar_text again;
    char error[CALENDAR_TEXT_ERROR] = "";
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    if (calendar_text_read(&calendar, text, error) != 0) {
        check(error[0] != '\0' && strchr(error, '\n') == NULL);
    } else {
        char *written = NULL;
        size_t written_size = 0;
        FILE *out = open_memstream(&written, &written_size);
        calendar_text_write(&calendar, out);
        fclose(out);
        check(calendar_text_read(&again, written, error) == 0);
        check(calendar.calendar.switch_count == again.calendar.switch_count);
        check(calendar.specials.count == again.specials.count);
        free(written);
    }
    free(text);
    return 0;
}
