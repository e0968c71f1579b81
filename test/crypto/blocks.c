#include "test/crypto/blocks.h"

#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdlib.h>
#include <string.h>

static const char head[] = "case ";

struct blocks blocks_open(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/vectors/%s", WATTHOUR_TEST, name);
    struct blocks blocks = {.file = fopen(path, "r")};
    if (blocks.file == NULL) {
        fail_msg("cannot open %s", path);
    }
    return blocks;
}

static bool is_head(const char *line)
{
    return strncmp(line, head, strlen(head)) == 0;
}

/* The next line that says something, without its end. */
static bool next_line(FILE *file, char line[BLOCK_LINE])
{
    while (fgets(line, BLOCK_LINE, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0' && line[0] != '#') {
            return true;
        }
    }
    line[0] = '\0';
    return false;
}

bool blocks_next(struct blocks *blocks, struct block *block)
{
    if (blocks->file == NULL) {
        return false;
    }
    bool more = true;
    while (more && !is_head(blocks->ahead)) {
        more = next_line(blocks->file, blocks->ahead);
    }
    if (!more) {
        fclose(blocks->file);
        blocks->file = NULL;
        return false;
    }
    strcpy(block->title, blocks->ahead + strlen(head));
    block->count = 0;
    while (next_line(blocks->file, blocks->ahead) && !is_head(blocks->ahead)) {
        assert_true(block->count < BLOCK_FIELDS);
        strcpy(block->lines[block->count++], blocks->ahead);
    }
    return true;
}

const char *block_text(const struct block *block, const char *name)
{
    size_t size = strlen(name);
    for (int i = 0; i < block->count; i++) {
        const char *line = block->lines[i];
        if (strncmp(line, name, size) == 0 && (line[size] == ' ' || line[size] == '\0')) {
            return line + size + (line[size] == ' ');
        }
    }
    return NULL;
}

unsigned long block_number(const struct block *block, const char *name)
{
    const char *text = block_text(block, name);
    if (text == NULL) {
        fail_msg("case %s has no %s", block->title, name);
        return 0;
    }
    return strtoul(text, NULL, 0);
}

size_t block_octets(const struct block *block, const char *name, uint8_t *octets, size_t room)
{
    const char *text = block_text(block, name);
    return text == NULL ? 0 : hex_read(text, octets, room);
}
