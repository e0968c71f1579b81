/* Values as people write them on a command line, and as octets on the wire. */
#ifndef WATTHOUR_APP_DATA_TEXT_H
#define WATTHOUR_APP_DATA_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { DATA_TEXT_ROOM = 65536 };

#define DATA_TEXT_HELP                                                                             \
    "VALUE is TYPE:VALUE, of\n"                                                                    \
    "  i8 i16 i32 i64 u8 u16 u32 u64 enum   a number           i16:-60\n"                          \
    "  bool                                 true or false      bool:true\n"                        \
    "  text, visible                        a string           text:secret\n"                      \
    "  octets                               hexadecimal        octets:0A0B\n"                      \
    "  time                                 2026-11-21T12:00:00, with +01:00 or Z behind it, or\n" \
    "                                       local time of the meter\n"                             \
    "  null                                 nothing            null\n"                             \
    "  data                                 A-XDR              data:0203110112000206000000FF\n\n"

/* The octets of the value; 0: it is none, and `*wanted` says what would be. */
size_t data_text_take(const char *text, uint8_t octets[DATA_TEXT_ROOM], const char **wanted);

/* Hexadecimal, blanks between octets allowed; the count, or -1: it is none, or too long. */
int data_text_hex(const char *text, uint8_t *octets, size_t room);

#endif
