/* The optical port as its owner sets it up: how a reader begins, at which speed, with which
 * passwords.
 *
 * Source: Blue Book class 19 (IEC local port setup), version 1. */
#ifndef WATTHOUR_FUNCTION_LOCAL_PORT_H
#define WATTHOUR_FUNCTION_LOCAL_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum local_port_mode {
    LOCAL_PORT_IEC, /* sign-on of IEC 62056-21, modes A to E */
    LOCAL_PORT_HDLC /* HDLC at once, at the default speed, 8N1 */
};

/* Codes of speeds: 300 * 2^code up to 19 200. */
enum { LOCAL_PORT_BAUD_300 = 0, LOCAL_PORT_BAUD_9600 = 5, LOCAL_PORT_BAUD_MOST = 6 };

enum { LOCAL_PORT_TEXT = 32 };

struct local_port_text {
    uint8_t size;
    char octets[LOCAL_PORT_TEXT];
};

enum local_port_password {
    LOCAL_PORT_P1, /* programming mode: reading, by P1 */
    LOCAL_PORT_P2, /* everything, by the result of an algorithm in P2 */
    LOCAL_PORT_W5, /* everything, by P1 */
    LOCAL_PORT_PASSWORDS
};

/* What a product begins with. */
struct local_port_config {
    enum local_port_mode mode;
    uint8_t default_baud; /* of HDLC at once */
    uint8_t prop_baud;    /* that the sign-on offers */
};

struct local_port {
    enum local_port_mode mode;
    uint8_t default_baud;
    uint8_t prop_baud;
    bool slow;                      /* responds after 200 ms, else after 20 */
    struct local_port_text address; /* device address */
    struct local_port_text passwords[LOCAL_PORT_PASSWORDS]; /* empty: nobody gets in by it */
    uint32_t changes;                                       /* by a client: to be stored */
};

/* No passwords; the address is that of the serial number. */
void local_port_init(struct local_port *port, const struct local_port_config *config,
                     const char *address, size_t address_size);

/* 0, or -1 and nothing has changed: out of range, too long, not of digits and letters (address). */
int local_port_set_mode(struct local_port *port, unsigned mode);
int local_port_set_default_baud(struct local_port *port, unsigned code);
int local_port_set_prop_baud(struct local_port *port, unsigned code);
int local_port_set_response(struct local_port *port, unsigned code);
int local_port_set_address(struct local_port *port, const void *octets, size_t size);
int local_port_set_password(struct local_port *port, enum local_port_password which,
                            const void *octets, size_t size);

/* Baud of a code. */
uint32_t local_port_baud(unsigned code);

#endif
