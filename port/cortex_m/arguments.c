#include "port/cortex_m/emulation.h"
#include "port/cortex_m/semihost.h"

#include <place.h>
#include <string.h>

enum { LINE = 8 << 10, FILE_MOST = 8 << 10 };

static char *const line = (char *)(uintptr_t)PLACE_FACTORY;
static uint8_t *const file = (uint8_t *)(uintptr_t)PLACE_FACTORY + LINE;

/* One word behind the other, the last one empty. All of it is in the memory that the emulator
 * lends: it would be a page of flash. */
void arguments_open(void)
{
    if (semihost_command_line(line, LINE - 1) != 0) {
        line[0] = '\0';
    }
    size_t size = strlen(line);
    for (size_t i = 0; i < size; i++) {
        line[i] = line[i] == ' ' ? '\0' : line[i];
    }
    line[size + 1] = '\0';
}

const char *argument(const char *name)
{
    size_t size = strlen(name);
    for (const char *word = line; *word != '\0'; word += strlen(word) + 1) {
        if (strncmp(word, name, size) == 0 && word[size] == '=') {
            return word + size + 1;
        }
    }
    return NULL;
}

uint32_t argument_number(const char *name, uint32_t otherwise)
{
    const char *digit = argument(name);
    if (digit == NULL) {
        return otherwise;
    }
    uint32_t number = 0;
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        number = 10 * number + (uint32_t)(*digit - '0');
    }
    return number;
}

const uint8_t *argument_file(const char *name, size_t *size)
{
    const char *path = argument(name);
    int handle = path != NULL ? semihost_open(path, SEMIHOST_READ) : -1;
    *size = 0;
    if (handle < 0) {
        return NULL;
    }
    *size = semihost_read(handle, file, FILE_MOST);
    semihost_close(handle);
    return file;
}

static int value_of(char digit)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = digit != '\0' ? strchr(digits, digit) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

bool argument_octets(const char *name, uint8_t *octets, size_t size)
{
    const char *text = argument(name);
    if (text == NULL || strlen(text) != 2 * size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int high = value_of(text[2 * i]);
        int low = value_of(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        octets[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
