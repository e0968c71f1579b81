/* A meter's end of an optical port whose service is a test, on a line whose time is told. */
#ifndef WATTHOUR_TEST_LINK_IEC21_BED_H
#define WATTHOUR_TEST_LINK_IEC21_BED_H

#include "link/iec62056_21.h"
#include "link/iec62056_21_client.h"

enum { LINES = 40, TEXT = 8192, US_PER_MS = 1000 };

struct bed {
    struct iec21_settings settings;
    struct iec21_server server;
    uint8_t in[IEC21_MESSAGE_MAX]; /* of the server */
    uint8_t out[IEC21_MESSAGE_MAX];
    struct iec21_client client;
    int64_t now_us;
    unsigned lines;    /* of each list */
    char read[TEXT];   /* lines that the client has got */
    char command[128]; /* the last one that the service was given */
    unsigned begun;
    unsigned ended;
    enum iec21_result result;
    const char *answer;
    char said[TEXT]; /* by the meter, with set_up_by_hand */
    size_t said_size;
};

extern struct bed bed;

/* Anew, with LINES lines in each list. */
void set_up(void);

/* A line for a client: it is added to bed.read. */
void take_line(void *owner, const char *text, size_t size);

int64_t now_ms(void);

/* What the meter hears. */
void hear_octets(const void *octets, size_t size);
void hear_text(const char *text);

/* All that the meter says within `ms`, each octet taking its time by the speed it says it at. */
void listen_for(int64_t ms);

/* A request, and what is said for a second behind it. */
void sign_on(const char *request);

#endif
