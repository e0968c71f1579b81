#include "app/ports.h"

#include <stdio.h>
#include <string.h>

static int open_tcp(struct tcp_endpoint *endpoint, enum end_protocol protocol, uint16_t port,
                    const struct run_options *options, struct loop *loop, struct meter *meter,
                    char *error, size_t error_size)
{
    struct tcp_config config = {
        .loop = loop,
        .meter = meter,
        .protocol = protocol,
        .address = options->address,
        .port = port,
    };
    return tcp_listen(endpoint, &config, error, error_size);
}

/* The customer port, P1. */
static int open_customer(struct ports *ports, const struct run_options *options, struct loop *loop,
                         struct meter *meter, char *error, size_t error_size)
{
    struct customer_config config = {
        .loop = loop,
        .meter = meter,
        .address = options->address,
        .port = options->p1_port,
        .terminal = options->p1_terminal,
        .alter = options->p1_fault ? p1_fault_alter : NULL,
        .owner = &ports->p1_fault,
    };
    ports->p1_fault.fault = options->p1_fault;
    if (options->p1_port == 0 && !options->p1_terminal) {
        return 0;
    }
    if (customer_port_open(&ports->customer, &config, error, error_size) != 0) {
        return -1;
    }
    ports->has_customer = true;
    return 0;
}

static int open_asked(struct ports *ports, const struct run_options *options, struct loop *loop,
                      struct meter *meter, char *error, size_t error_size)
{
    if (options->dlms_port != 0) {
        if (open_tcp(&ports->dlms, END_WRAPPER, options->dlms_port, options, loop, meter, error,
                     error_size) != 0) {
            return -1;
        }
        ports->has_dlms = true;
    }
    if (options->hdlc_port != 0) {
        if (open_tcp(&ports->hdlc, END_HDLC_TCP, options->hdlc_port, options, loop, meter, error,
                     error_size) != 0) {
            return -1;
        }
        ports->has_hdlc = true;
    }
    if (options->udp_port != 0) {
        if (udp_open(&ports->udp, loop, meter, options->address, options->udp_port, error,
                     error_size) != 0) {
            return -1;
        }
        ports->has_udp = true;
    }
    if (options->optical_port != 0) {
        if (open_tcp(&ports->optical_tcp, END_OPTICAL, options->optical_port, options, loop, meter,
                     error, error_size) != 0) {
            return -1;
        }
        ports->has_optical_tcp = true;
    }
    if (ports->has_optical) {
        serial_attach(&ports->optical, meter);
    } else if (options->optical) {
        struct serial_config config = {
            .loop = loop, .meter = meter, .protocol = END_OPTICAL, .name = options->optical};
        if (serial_open(&ports->optical, &config, error, error_size) != 0) {
            return -1;
        }
        ports->has_optical = true;
    }
    if (options->display_line) {
        struct serial_config config = {
            .loop = loop, .meter = meter, .protocol = END_DISPLAY, .name = options->display_line};
        if (serial_open(&ports->display, &config, error, error_size) != 0) {
            return -1;
        }
        ports->has_display = true;
    }
    return open_customer(ports, options, loop, meter, error, error_size);
}

int ports_open(struct ports *ports, const struct run_options *options, struct loop *loop,
               struct meter *meter, char *error, size_t error_size)
{
    if (open_asked(ports, options, loop, meter, error, error_size) != 0) {
        ports_close(ports);
        return -1;
    }
    return 0;
}

/* All but the optical port's terminal. */
static void close_others(struct ports *ports)
{
    if (ports->has_dlms) {
        tcp_close(&ports->dlms);
    }
    if (ports->has_hdlc) {
        tcp_close(&ports->hdlc);
    }
    if (ports->has_udp) {
        udp_close(&ports->udp);
    }
    if (ports->has_optical_tcp) {
        tcp_close(&ports->optical_tcp);
    }
    if (ports->has_display) {
        serial_close(&ports->display);
    }
    if (ports->has_customer) {
        customer_port_close(&ports->customer);
    }
    ports->has_dlms = ports->has_hdlc = ports->has_udp = ports->has_optical_tcp = false;
    ports->has_display = ports->has_customer = false;
}

void ports_close(struct ports *ports)
{
    close_others(ports);
    if (ports->has_optical) {
        serial_close(&ports->optical);
    }
    *ports = (struct ports){0};
}

void ports_darken(struct ports *ports)
{
    close_others(ports);
    if (ports->has_optical) {
        serial_detach(&ports->optical);
    }
}

bool ports_lit(struct ports *ports)
{
    return ports->has_optical && serial_was_lit(&ports->optical);
}

void ports_wake(struct ports *ports, struct meter *meter)
{
    if (ports->has_optical) {
        serial_attach(&ports->optical, meter);
    }
}

void ports_sleep(struct ports *ports)
{
    if (ports->has_optical) {
        serial_detach(&ports->optical);
    }
}

bool ports_awake(const struct ports *ports)
{
    const struct serial_line *line = &ports->optical;
    return ports->has_optical && line->attached &&
           meter_optical_awake(&line->end.optical, loop_time_us() / 1000);
}

void ports_step(struct ports *ports)
{
    if (ports->has_dlms) {
        tcp_step(&ports->dlms);
    }
    if (ports->has_hdlc) {
        tcp_step(&ports->hdlc);
    }
    if (ports->has_udp) {
        udp_step(&ports->udp);
    }
    if (ports->has_optical_tcp) {
        tcp_step(&ports->optical_tcp);
    }
    if (ports->has_optical) {
        serial_step(&ports->optical);
    }
    if (ports->has_display) {
        serial_step(&ports->display);
    }
    if (ports->has_customer) {
        customer_port_step(&ports->customer);
    }
}

enum { URL_ROOM = 96 };

static void make_url(char url[URL_ROOM], const char *scheme, const char *address, uint16_t port)
{
    bool bracketed = strchr(address, ':') != NULL;
    snprintf(url, URL_ROOM, bracketed ? "%s://[%s]:%u" : "%s://%s:%u", scheme, address, port);
}

static void print_dlms(const struct ports *ports, const struct run_options *options)
{
    char url[URL_ROOM];
    make_url(url, "tcp", options->address, ports->dlms.port);
    printf("  DLMS/COSEM  %s\n", url);
    printf("              client 16 Public without password; with password 2 Reading%s\n",
           options->management_low ? ",\n              1 Management (sets and acts)" : "");
    printf("              Management by HLS GMAC%s, ciphered with suite %d: %s\n",
           options->management_low ? " too" : "", (int)options->keys.suite,
           options->default_keys ? "unicast key 0001..0F,\n"
                                   "              authentication key D0D1..DF, master key 2021..2F"
                                 : "the keys given");
    printf("  try         build/watthour objects %s\n", url);
    printf("              WATTHOUR_PASSWORD=%s build/watthour get %s u i p a+\n",
           options->default_password ? options->password : "...", url);
}

static void print_optical(const struct ports *ports, const struct run_options *options)
{
    if (ports->has_optical) {
        const struct meter_optical *optical = &ports->optical.end.optical;
        bool hdlc = optical->mode == LOCAL_PORT_HDLC;
        printf("  optical     %s (%s), %s\n", options->optical, ports->optical.terminal.path,
               hdlc ? "HDLC at once" : "IEC 62056-21, modes C and E");
        printf("  try         build/watthour %s serial://%s%s\n", hdlc ? "objects" : "readout",
               options->optical, hdlc && optical->direct_baud != 9600 ? "?baud=..." : "");
    }
    if (ports->has_optical_tcp) {
        char url[URL_ROOM];
        make_url(url, "tcp", options->address, ports->optical_tcp.port);
        printf("  optical     %s, as the port's own characters\n", url);
    }
}

static void print_customer(const struct ports *ports, const struct run_options *options)
{
    const struct p1_profile *profile = ports->customer.customer.meter->p1_profile;
    const char *encrypted = options->p1_encrypted ? ", encrypted" : "";
    char url[URL_ROOM];
    if (options->p1_port != 0) {
        make_url(url, "tcp", options->address, ports->customer.tcp_port);
        printf("  P1          %s, %s%s\n", url, profile->title, encrypted);
        printf("  try         build/watthour p1 %s\n", url);
    }
    if (ports->customer.has_terminal) {
        printf("  P1          %s (%s), %s%s\n", options->p1_terminal, ports->customer.terminal.path,
               profile->title, encrypted);
    }
}

void ports_print(const struct ports *ports, const struct run_options *options)
{
    char url[URL_ROOM];
    if (ports->has_hdlc) {
        make_url(url, "hdlc+tcp", options->address, ports->hdlc.port);
        printf("  HDLC        %s\n", url);
    }
    if (ports->has_udp) {
        make_url(url, "udp", options->address, ports->udp.port);
        printf("  DLMS/COSEM  %s\n", url);
    }
    print_optical(ports, options);
    bus_print(ports->bus);
    if (ports->has_display) {
        printf("  display     %s (%s), told every %d s%s\n", options->display_line,
               ports->display.terminal.path, CONSUMER_TOLD_S,
               options->display_encrypted ? ", encrypted" : "");
        printf("  try         build/watthour listen serial://%s\n", options->display_line);
    }
    if (ports->has_customer) {
        print_customer(ports, options);
    }
    if (ports->has_dlms) {
        print_dlms(ports, options);
    }
}
