#include "app/keys.h"

#include "app/data_text.h"
#include "app/private_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_ROOM = 16384, KEY = 16, LONG_KEY = 32, WORD_ROOM = 256 };

static const char blanks[] = " \t\r=";

static const struct row {
    const char *name;
    uint8_t size;
    uint8_t other_size; /* with suite 2 */
} rows[KEYS_NAMES] = {
    [KEYS_UNICAST] = {"unicast", KEY, LONG_KEY},
    [KEYS_BROADCAST] = {"broadcast", KEY, LONG_KEY},
    [KEYS_AUTHENTICATION] = {"authentication", KEY, LONG_KEY},
    [KEYS_MASTER] = {"master", KEY, LONG_KEY},
    [KEYS_DEDICATED] = {"dedicated", KEY, LONG_KEY},
    [KEYS_TITLE] = {"title", DLMS_TITLE_SIZE, DLMS_TITLE_SIZE},
    [KEYS_SERVER_TITLE] = {"server-title", DLMS_TITLE_SIZE, DLMS_TITLE_SIZE},
    [KEYS_SUITE] = {"suite", 1, 1},
    [KEYS_SIGNING] = {"signing", 32, 48},
    [KEYS_SIGNING_PEER] = {"signing-peer", 64, 96},
    [KEYS_AGREEMENT] = {"agreement", 32, 48},
    [KEYS_AGREEMENT_PEER] = {"agreement-peer", 64, 96},
};

enum dlms_suite keys_suite(const struct keys *keys)
{
    return keys->size[KEYS_SUITE] > 0 ? (enum dlms_suite)keys->octets[KEYS_SUITE][0] : DLMS_SUITE_0;
}

/* One word of at most `size` characters at `*at`, and what follows it. */
static int take_word(const char **at, const char *end, char word[WORD_ROOM])
{
    while (*at < end && strchr(blanks, **at) != NULL) {
        ++*at;
    }
    size_t size = 0;
    while (*at < end && strchr(blanks, **at) == NULL) {
        if (size + 1 >= WORD_ROOM) {
            return -1;
        }
        word[size++] = *(*at)++;
    }
    word[size] = '\0';
    return 0;
}

static int put(struct keys *keys, const char *name, const char *hex)
{
    for (int i = 0; i < KEYS_NAMES; i++) {
        if (strcmp(name, rows[i].name) == 0) {
            int size = data_text_hex(hex, keys->octets[i], sizeof keys->octets[i]);
            bool fits = size == rows[i].size || size == rows[i].other_size;
            bool known = i != KEYS_SUITE || keys->octets[i][0] <= DLMS_SUITE_2;
            keys->size[i] = fits ? (uint8_t)size : 0;
            return fits && known ? 0 : -1;
        }
    }
    return -1;
}

/* NAME HEX, or nothing. */
static int take_line(struct keys *keys, const char *at, const char *end)
{
    char name[WORD_ROOM];
    char hex[WORD_ROOM];
    char more[WORD_ROOM];
    const char *comment = memchr(at, '#', (size_t)(end - at));
    end = comment ? comment : end;
    if (take_word(&at, end, name) != 0 || take_word(&at, end, hex) != 0 ||
        take_word(&at, end, more) != 0 || *more != '\0') {
        return -1;
    }
    return *name == '\0' ? 0 : put(keys, name, hex);
}

int keys_take(struct keys *keys, const char *text, int *line)
{
    for (*line = 1; *text != '\0'; ++*line) {
        size_t size = strcspn(text, "\n;");
        if (take_line(keys, text, text + size) != 0) {
            return -1;
        }
        text += size + (text[size] != '\0');
    }
    return 0;
}

static int take(struct keys *keys, const char *command, const char *from, const char *text)
{
    int line;
    if (keys_take(keys, text, &line) == 0) {
        return 0;
    }
    fprintf(stderr,
            "watthour %s: %s: line %d: give NAME HEX, such as 'unicast 0001..0F': keys of 16 "
            "octets (32 with suite 02), titles of 8\n",
            command, from, line);
    return -1;
}

int keys_take_file(struct option_value *value, struct keys *keys)
{
    char text[FILE_ROOM];
    const char *reason;
    if (private_file_read(value->text, text, sizeof text, &reason) != 0) {
        fprintf(stderr, "watthour %s: --%s %s: %s\n", value->command, value->name, value->text,
                reason);
        value->bad = true;
        return -1;
    }
    value->bad |= take(keys, value->command, value->text, text) != 0;
    return value->bad ? -1 : 0;
}

int keys_take_environment(const char *command, struct keys *keys)
{
    const char *given = getenv("WATTHOUR_KEYS");
    if (!given) {
        return 0;
    }
    return take(keys, command, "WATTHOUR_KEYS", given) == 0 ? 1 : -1;
}

int keys_put(const struct keys *keys, struct dlms_keyring *ring)
{
    static const struct {
        enum keys_name name;
        enum dlms_key_id id;
    } ring_rows[] = {
        {KEYS_UNICAST, DLMS_KEY_UNICAST},
        {KEYS_BROADCAST, DLMS_KEY_BROADCAST},
        {KEYS_AUTHENTICATION, DLMS_KEY_AUTHENTICATION},
        {KEYS_MASTER, DLMS_KEY_MASTER},
    };
    int result = 0;
    for (size_t i = 0; i < sizeof ring_rows / sizeof ring_rows[0]; i++) {
        uint8_t size = keys->size[ring_rows[i].name];
        if (size > 0 &&
            dlms_keyring_put(ring, ring_rows[i].id, keys->octets[ring_rows[i].name], size) != 0) {
            result = -1;
        }
    }
    return result;
}
