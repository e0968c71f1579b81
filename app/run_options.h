/* The command line of `watthour run`. */
#ifndef WATTHOUR_APP_RUN_OPTIONS_H
#define WATTHOUR_APP_RUN_OPTIONS_H

#include "app/password.h"
#include "app/specimen.h"
#include "crypto/certificate.h"
#include "meter/meter.h"
#include "world/p1/fault.h"
#include "world/world.h"

#include <stdbool.h>
#include <stdint.h>

enum { RUN_RS485_METERS = 31 /* on one line */ };

enum run_source {
    RUN_SOURCE_SAMPLES, /* 8192 frames a second through the whole measurement */
    RUN_SOURCE_PHASORS, /* the true quantities of each second: cheap, for simulated years */
};

struct run_options {
    const struct product *product;
    const char *data; /* directory that outlives the run; NULL: none */
    int64_t checkpoint_ms;
    const char *address;
    uint16_t dlms_port;                         /* of the TCP wrapper; 0: off */
    uint16_t udp_port;                          /* of the UDP wrapper; 0: off */
    uint16_t hdlc_port;                         /* of HDLC over TCP; 0: off */
    uint16_t optical_port;                      /* of the optical port over TCP; 0: off */
    const struct local_port_config *local_port; /* NULL: the product's own */
    const char *optical;      /* name of the optical port's terminal; NULL: none */
    const char *rs485;        /* name of the terminal of its RS-485 line; NULL: none */
    unsigned rs485_meters;    /* on that line, itself among them */
    bool rs485_twins;         /* two of them have one address */
    const char *display_line; /* name of the terminal of an in-home display; NULL: none */
    struct p1_keys display_keys;
    bool display_encrypted;
    uint16_t p1_port;                    /* of the customer port over TCP; 0: off */
    const char *p1_terminal;             /* name of its terminal; NULL: none */
    const struct fault *p1_fault;        /* that it plays; NULL: none */
    const struct p1_profile *p1_profile; /* NULL: the product's own */
    struct p1_keys p1_keys;
    bool p1_encrypted;
    const char *scenario; /* name or path; NULL: what suits the product */
    struct world_recording recording;
    enum world_sampling sampling;
    bool sampling_chosen;
    double snr_db;
    bool snr_chosen;
    struct specimen specimen; /* that it is; number 0: without errors, or the data's */
    enum run_source source;
    double speed; /* times real time; 0: as fast as it goes */
    uint64_t seed;
    uint8_t nominal_hz;
    uint32_t serial;
    int64_t start_utc_s;
    bool start_given;    /* else the world goes on where that of the data ended, if that is later */
    double duration_s;   /* of the meter's time; 0: until stopped */
    uint16_t panel_port; /* of the front panel; 0: off */
    bool panel_chosen;   /* somebody asked for just that port */
    const char *panel_address; /* other than loopback: by token */
    uint8_t terminals;         /* that switch tariffs and have voltage, from bit 0 on */
    bool battery_option;       /* it is read without mains, though the product usually is not */
    bool quiet;
    bool display; /* in the terminal, instead of status lines */
    bool json;
    struct meter_keys keys;
    uint8_t anchor[CRYPTO_CERTIFICATE_MAX]; /* of an authority that is trusted */
    size_t anchor_size;                     /* 0: none */
    bool default_keys;                      /* nobody chose any: they are published */
    bool management_low;
    bool management_chosen;
    char password[PASSWORD_ROOM];
    bool default_password; /* nobody chose one: it may be shown */
};

/* Fills the options in; -1: done, and `*exit_code` is the process's (help was shown, or one line
 * on stderr said what is wrong). */
int run_options_parse(struct run_options *options, int argc, char **argv, int *exit_code);

#endif
