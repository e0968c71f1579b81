#include "app/run_ports.h"

#include "app/p1_key.h"
#include "app/run_options.h"

void run_take_dlms(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->dlms_port = (uint16_t)option_integer(value, 65535, "a port up to 65535 (0 = off)");
}

void run_take_hdlc(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->hdlc_port = (uint16_t)option_integer(value, 65535, "a port up to 65535 (0 = off)");
}

void run_take_udp(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->udp_port = (uint16_t)option_integer(value, 65535, "a port up to 65535 (0 = off)");
}

void run_take_optical(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->optical = value->text;
}

void run_take_p1(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->p1_port = (uint16_t)option_integer(value, 65535, "a port up to 65535 (0 = off)");
}

void run_take_rs485(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->rs485 = value->text;
}

void run_take_rs485_meters(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->rs485_meters = (unsigned)option_integer(value, RUN_RS485_METERS, "1 to 31 meters");
    if (!value->bad && options->rs485_meters == 0) {
        option_refuse(value, "1 to 31 meters");
    }
}

void run_take_rs485_twins(void *context, struct option_value *value)
{
    struct run_options *options = context;
    (void)value;
    options->rs485_twins = true;
}

void run_take_display_line(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->display_line = value->text;
}

void run_take_display_key(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->display_encrypted = true;
    if (p1_key_take(value->text, &options->display_keys) != 0) {
        option_refuse(value, P1_KEY_WANTED);
    }
}

void run_take_p1_terminal(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->p1_terminal = value->text;
}

void run_take_p1_profile(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->p1_profile = p1_profile_find(value->text);
    if (!options->p1_profile) {
        option_refuse(value, "dsmr, sweden, belgium or luxembourg");
    }
}

void run_take_p1_fault(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->p1_fault = fault_find(value->text);
    if (!options->p1_fault) {
        option_refuse(value, "one that 'watthour p1 --faults' lists");
    }
}

void run_take_p1_key(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->p1_encrypted = true;
    if (p1_key_take(value->text, &options->p1_keys) != 0) {
        option_refuse(value, P1_KEY_WANTED);
    }
}

void run_take_optical_tcp(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->optical_port = (uint16_t)option_integer(value, 65535, "a port up to 65535 (0 = off)");
}

/* "1,3": bits, the first terminal's is the lowest; -1: it is no such list. */
static int terminals_of(const char *text)
{
    int terminals = 0;
    for (; text[0] >= '1' && text[0] <= '3'; text += 2) {
        terminals |= 1 << (text[0] - '1');
        if (text[1] == '\0') {
            return terminals;
        }
        if (text[1] != ',') {
            return -1;
        }
    }
    return -1;
}

void run_take_terminals(void *context, struct option_value *value)
{
    struct run_options *options = context;
    int terminals = terminals_of(value->text);
    if (terminals < 0) {
        option_refuse(value, "terminals 1 to 3, as 1,3");
    } else {
        options->terminals = (uint8_t)terminals;
    }
}

void run_take_battery_option(void *context, struct option_value *value)
{
    struct run_options *options = context;
    (void)value;
    options->battery_option = true;
}

void run_take_optical_mode(void *context, struct option_value *value)
{
    static const char *const words[] = {"iec", "hdlc", NULL};
    static const struct local_port_config modes[] = {
        {LOCAL_PORT_IEC, LOCAL_PORT_BAUD_9600, LOCAL_PORT_BAUD_9600},
        {LOCAL_PORT_HDLC, LOCAL_PORT_BAUD_9600, LOCAL_PORT_BAUD_9600},
    };
    struct run_options *options = context;
    options->local_port = &modes[option_word(value, words, "iec or hdlc")];
}
