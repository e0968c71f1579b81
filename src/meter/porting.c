#include "meter/porting.h"

#include "base/reader.h"
#include "base/writer.h"
#include "meter/keeping.h"

#include <string.h>

enum {
    VERSION = 1,
    TEXT_SIZE = 1 + LOCAL_PORT_TEXT,
    SETTINGS_SIZE = 4 + TEXT_SIZE,
    PASSWORDS_SIZE = LOCAL_PORT_PASSWORDS * TEXT_SIZE,
};

/* A password that the characters of the port cannot carry is not set: nobody gets in by it. */
static void set_password(struct local_port *port, enum local_port_password which,
                         const char *password)
{
    if (password) {
        (void)local_port_set_password(port, which, password, strlen(password));
    }
}

void porting_init(struct meter *meter, const struct meter_setup *setup)
{
    struct local_port *port = &meter->local_port;
    const struct local_port_config *config =
        setup->local_port ? setup->local_port : setup->product->local_port;
    local_port_init(port, config, meter->identity.serial, sizeof meter->identity.serial);
    set_password(port, LOCAL_PORT_P1, setup->reading_password);
    set_password(port, LOCAL_PORT_P2, setup->management_password);
    meter->local_port_changes = port->changes;
}

static void put_text(struct writer *w, const struct local_port_text *text)
{
    writer_u8(w, text->size);
    writer_octets(w, text->octets, sizeof text->octets);
}

static void restore_passwords(struct local_port *port, const struct storage *storage)
{
    uint8_t octets[PASSWORDS_SIZE];
    uint8_t version;
    int size =
        journal_get(&storage->secrets, METER_SECRET_LOCAL_PORT, &version, octets, sizeof octets);
    if (size != PASSWORDS_SIZE || version != VERSION) {
        return;
    }
    for (int i = 0; i < LOCAL_PORT_PASSWORDS; i++) {
        const uint8_t *text = octets + (ptrdiff_t)i * TEXT_SIZE;
        (void)local_port_set_password(port, (enum local_port_password)i, text + 1, text[0]);
    }
}

void porting_restore(struct meter *meter)
{
    struct local_port *port = &meter->local_port;
    uint8_t octets[SETTINGS_SIZE];
    uint8_t version;
    int size = journal_get(&meter->storage.values, METER_VALUE_LOCAL_PORT, &version, octets,
                           sizeof octets);
    if (size == SETTINGS_SIZE && version == VERSION) {
        (void)local_port_set_mode(port, octets[0]);
        (void)local_port_set_default_baud(port, octets[1]);
        (void)local_port_set_prop_baud(port, octets[2]);
        (void)local_port_set_response(port, octets[3]);
        (void)local_port_set_address(port, octets + 5, octets[4]);
    }
    restore_passwords(port, &meter->storage);
    meter->local_port_changes = port->changes;
}

static int store_settings(const struct local_port *port, struct storage *storage)
{
    uint8_t octets[SETTINGS_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u8(&w, (uint8_t)port->mode);
    writer_u8(&w, port->default_baud);
    writer_u8(&w, port->prop_baud);
    writer_u8(&w, port->slow);
    put_text(&w, &port->address);
    return journal_put(&storage->values, METER_VALUE_LOCAL_PORT, VERSION, octets, SETTINGS_SIZE);
}

static int store_passwords(const struct local_port *port, struct storage *storage)
{
    uint8_t octets[PASSWORDS_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    for (int i = 0; i < LOCAL_PORT_PASSWORDS; i++) {
        put_text(&w, &port->passwords[i]);
    }
    return journal_put(&storage->secrets, METER_SECRET_LOCAL_PORT, VERSION, octets, PASSWORDS_SIZE);
}

void porting_step(struct meter *meter)
{
    uint32_t changes = meter->local_port.changes;
    if (changes != meter->local_port_changes &&
        store_settings(&meter->local_port, &meter->storage) == STORAGE_DONE &&
        store_passwords(&meter->local_port, &meter->storage) == STORAGE_DONE) {
        meter->local_port_changes = changes;
    }
}
