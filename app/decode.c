/* watthour decode: explains octets of a line. */
#include "app/apdu_text.h"
#include "app/command.h"
#include "app/data_text.h"
#include "app/option.h"
#include "link/wrapper.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_table table = {
    .command = "decode",
    .usage = "usage: watthour decode HEX ...\n\n"
             "Explains octets: frames of the TCP wrapper, an APDU, or a value. Ciphered APDUs are\n"
             "shown with their head.\n\n",
    .rows = NULL,
    .count = 0,
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
static size_t print_frames(struct reader r, int *exit_code)
{
    struct wrapper_header header;
    struct reader apdu;
    size_t done = 0;
    while (reader_left(&r) > 0 && take_frame(&r, &header, &apdu)) {
        done = r.at;
        printf("wrapper, from %u to %u, %u octets\n", header.source, header.destination,
               header.length);
        apdu_text_print(&apdu, 1);
        *exit_code = apdu.fault ? COMMAND_FAILED : *exit_code;
    }
    return done;
}

int command_decode(int argc, char **argv)
{
    int exit_code = COMMAND_USAGE;
    int at = option_parse(&table, NULL, argc, argv, &exit_code);
    if (at < 0) {
        return exit_code;
    }
    uint8_t *octets = malloc(DATA_TEXT_ROOM);
    size_t size = 0;
    for (; octets && at < argc; at++) {
        int more = data_text_hex(argv[at], octets + size, DATA_TEXT_ROOM - size);
        if (more < 0) {
            fprintf(stderr, "watthour decode: %s: give octets in hexadecimal, 65536 at most\n",
                    argv[at]);
            free(octets);
            return COMMAND_USAGE;
        }
        size += (size_t)more;
    }
    if (size == 0) {
        fputs("watthour decode: nothing to decode; give octets in hexadecimal\n", stderr);
        free(octets);
        return COMMAND_USAGE;
    }
    struct reader r = reader_over(octets, size);
    exit_code = COMMAND_DONE;
    reader_octets(&r, print_frames(r, &exit_code));
    if (reader_left(&r) > 0) {
        apdu_text_print(&r, 0);
        exit_code = r.fault ? COMMAND_FAILED : exit_code;
    }
    free(octets);
    return exit_code;
}
