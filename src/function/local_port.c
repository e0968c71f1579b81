#include "function/local_port.h"

#include <string.h>

void local_port_init(struct local_port *port, const struct local_port_config *config,
                     const char *address, size_t address_size)
{
    *port = (struct local_port){.mode = config->mode,
                                .default_baud = config->default_baud,
                                .prop_baud = config->prop_baud,
                                .slow = true};
    (void)local_port_set_address(port, address, address_size);
    port->changes = 0;
}

static int set_code(struct local_port *port, uint8_t *field, unsigned code)
{
    if (code > LOCAL_PORT_BAUD_MOST) {
        return -1;
    }
    *field = (uint8_t)code;
    port->changes++;
    return 0;
}

int local_port_set_mode(struct local_port *port, unsigned mode)
{
    if (mode > LOCAL_PORT_HDLC) {
        return -1;
    }
    port->mode = (enum local_port_mode)mode;
    port->changes++;
    return 0;
}

int local_port_set_default_baud(struct local_port *port, unsigned code)
{
    return set_code(port, &port->default_baud, code);
}

int local_port_set_prop_baud(struct local_port *port, unsigned code)
{
    return set_code(port, &port->prop_baud, code);
}

int local_port_set_response(struct local_port *port, unsigned code)
{
    if (code > 1) {
        return -1;
    }
    port->slow = code == 1;
    port->changes++;
    return 0;
}

static bool is_printable(const char *text, size_t size, const char * not )
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < 0x20 || text[i] > 0x7E || memchr(not, text[i], strlen(not )) != NULL) {
            return false;
        }
    }
    return true;
}

static int set_text(struct local_port *port, struct local_port_text *text, const void *octets,
                    size_t size, const char * not )
{
    if (size > LOCAL_PORT_TEXT || !is_printable(octets, size, not )) {
        return -1;
    }
    memset(text, 0, sizeof *text);
    if (size > 0) {
        memcpy(text->octets, octets, size);
    }
    text->size = (uint8_t)size;
    port->changes++;
    return 0;
}

int local_port_set_address(struct local_port *port, const void *octets, size_t size)
{
    return set_text(port, &port->address, octets, size, "/!?");
}

int local_port_set_password(struct local_port *port, enum local_port_password which,
                            const void *octets, size_t size)
{
    return set_text(port, &port->passwords[which], octets, size, "()*/!");
}

uint32_t local_port_baud(unsigned code)
{
    return UINT32_C(300) << code;
}
