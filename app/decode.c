#define _POSIX_C_SOURCE 200809L /* open_memstream */
/* watthour decode: explains octets of a line. */
#include "app/apdu_text.h"
#include "app/command.h"
#include "app/data_text.h"
#include "app/hdlc_text.h"
#include "app/option.h"
#include "app/tree_json.h"
#include "app/value.h"
#include "link/hdlc_frame.h"
#include "link/wrapper.h"

#include <stdio.h>
#include <stdlib.h>

struct decode_options {
    struct keys keys;
    bool has_keys;
    bool json;
};

static void take_keys(void *context, struct option_value *value)
{
    struct decode_options *options = context;
    options->has_keys = keys_take_file(value, &options->keys) == 0;
}

static void take_json(void *context, struct option_value *value)
{
    struct decode_options *options = context;
    (void)value;
    options->json = true;
}

static const struct option_row rows[] = {
    {"keys", "FILE", take_keys, KEYS_HELP},
    {"json", NULL, take_json, "print JSON: a tree of lines"},
};

static const struct option_table table = {
    .command = "decode",
    .usage = "usage: watthour decode [OPTIONS] HEX ...\n\n"
             "Explains octets: HDLC frames, frames of the wrapper, an APDU, or a value. Ciphered\n"
             "APDUs are deciphered with the keys that are given; system titles are learned from\n"
             "an AARQ and AARE before them, or given with the keys.\n\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

/* The next frame of the wrapper; false: these octets are none. */
static bool take_frame(struct reader *r, struct wrapper_header *header, struct reader *apdu)
{
    const uint8_t *octets = reader_octets(r, WRAPPER_HEADER);
    if (!octets || !wrapper_header_read(octets, header)) {
        return false;
    }
    *apdu = reader_part(r, header->length);
    return !r->fault;
}

/* Frames, one after the other; how many octets of it were frames. */
static size_t print_frames(struct apdu_text *text, struct reader r, int *faults)
{
    struct wrapper_header header;
    struct reader apdu;
    size_t done = 0;
    while (reader_left(&r) > 0 && take_frame(&r, &header, &apdu)) {
        done = r.at;
        fprintf(text->out, "wrapper, from %u to %u, %u octets\n", header.source, header.destination,
                header.length);
        apdu_text_print(text, &apdu, 1);
        *faults += apdu.fault;
    }
    return done;
}

/* All of the octets; how many faults there are. */
static int explain(struct apdu_text *text, const uint8_t *octets, size_t size)
{
    int faults = 0;
    struct reader r = reader_over(octets, size);
    reader_octets(&r, octets[0] == HDLC_FLAG ? hdlc_text_print(text, r, &faults)
                                             : print_frames(text, r, &faults));
    if (reader_left(&r) > 0) {
        apdu_text_print(text, &r, 0);
        faults += r.fault;
    }
    return faults;
}

/* The octets of all words; 0: one line on stderr says why there are none. */
static size_t take_words(int count, char **words, uint8_t octets[DATA_TEXT_ROOM])
{
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        int more = data_text_hex(words[i], octets + size, DATA_TEXT_ROOM - size);
        if (more < 0) {
            fprintf(stderr, "watthour decode: %s: give octets in hexadecimal, 65536 at most\n",
                    words[i]);
            return 0;
        }
        size += (size_t)more;
    }
    if (size == 0) {
        fputs("watthour decode: nothing to decode; give octets in hexadecimal\n", stderr);
    }
    return size;
}

static int show(struct decode_options *options, const uint8_t *octets, size_t size)
{
    struct apdu_text text = {.out = stdout};
    char *lines = NULL;
    size_t length = 0;
    decipher_init(&text.decipher, &options->keys);
    if (options->json) {
        text.out = open_memstream(&lines, &length);
    }
    if (!text.out) {
        fputs("watthour decode: out of memory\n", stderr);
        return COMMAND_FAILED;
    }
    int faults = explain(&text, octets, size);
    if (options->json) {
        (void)fclose(text.out);
        cJSON *tree = tree_json(lines);
        value_print(tree);
        cJSON_Delete(tree);
        free(lines);
    }
    return faults > 0 ? COMMAND_FAILED : COMMAND_DONE;
}

int command_decode(int argc, char **argv)
{
    struct decode_options options = {.json = false};
    int exit_code = COMMAND_USAGE;
    int at = option_parse(&table, &options, argc, argv, &exit_code);
    if (at < 0) {
        return exit_code;
    }
    if (!options.has_keys && keys_take_environment("decode", &options.keys) < 0) {
        return COMMAND_USAGE;
    }
    uint8_t *octets = malloc(DATA_TEXT_ROOM);
    size_t size = octets ? take_words(argc - at, argv + at, octets) : 0;
    exit_code = size > 0 ? show(&options, octets, size) : COMMAND_USAGE;
    free(octets);
    return exit_code;
}
