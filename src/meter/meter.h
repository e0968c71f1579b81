/* The meter: everything it is, in one structure of the caller's.
 *
 * This room alone joins the others: samples to the legal part, quantities to the object model, the
 * DLMS server to its links. Nothing here reads a clock, allocates or waits.
 *
 * There are two times, both arguments. The meter's own, `now_ms`, counts from its start; a virtual
 * meter may run it faster than life. The line's, `line_ms`, is that of the octets that come and
 * go; it measures silence. */
#ifndef WATTHOUR_METER_METER_H
#define WATTHOUR_METER_METER_H

#include "cosem/element.h"
#include "display/display.h"
#include "dlms/security_envelope_tape.h"
#include "dlms/server.h"
#include "function/alarm.h"
#include "function/billing.h"
#include "function/clock.h"
#include "function/compact.h"
#include "function/consumer.h"
#include "function/demand.h"
#include "function/event.h"
#include "function/increment.h"
#include "function/local_port.h"
#include "function/mask.h"
#include "function/message.h"
#include "function/outage.h"
#include "function/profile.h"
#include "function/protection.h"
#include "function/push_sender.h"
#include "function/reversal.h"
#include "function/schedule.h"
#include "function/script.h"
#include "function/selftest.h"
#include "function/tamper.h"
#include "function/tariff.h"
#include "function/timekeeper.h"
#include "function/voltage.h"
#include "function/voltage_count.h"
#include "legal/part.h"
#include "link/setup.h"
#include "link/wrapper.h"
#include "p1/envelope.h"
#include "p1/telegram.h"
#include "product/product.h"
#include "quantity/quantity.h"
#include "storage/bundle.h"
#include "storage/storage.h"

#include <stddef.h>
#include <stdint.h>

enum {
    METER_REQUEST = 48 * 1024, /* octets of a request that comes in blocks, on flash */
    METER_WINDOW = 1024,       /* of it that are in memory */
    METER_PDU = 1024,          /* octets of an APDU that a connection takes and gives */
};

enum { METER_KEY = 16 /* octets of a key of suites 0 and 1; of suite 2 DLMS_KEY_MAX */ };

/* What the Management client shares with the meter. From `broadcast` on all zeros are none. */
struct meter_keys {
    enum dlms_suite suite;
    uint8_t unicast[DLMS_KEY_MAX];        /* global unicast encryption, GUEK */
    uint8_t authentication[DLMS_KEY_MAX]; /* GAK */
    uint8_t broadcast[DLMS_KEY_MAX];      /* global broadcast encryption, GBEK */
    uint8_t master[DLMS_KEY_MAX];         /* key encryption, KEK: without it none is transferred */
    uint8_t signing[CRYPTO_CURVE_MAX];    /* suites 1 and 2: our private key for signatures, */
    uint8_t signing_peer[CRYPTO_PUBLIC_MAX]; /* and Management's public one */
    uint8_t agreement[CRYPTO_CURVE_MAX];     /* the same for key agreement */
    uint8_t agreement_peer[CRYPTO_PUBLIC_MAX];
};

/* What the self-test needs of the port. */
struct meter_port {
    selftest_slice *program;     /* checksum of the application; NULL: cannot be tested */
    selftest_slice *legal;       /* of the legally relevant part, likewise */
    void (*lock)(void *context); /* no interrupt touches the meter's memory */
    void (*unlock)(void *context);
    void (*alive)(void *context); /* the watchdog: a step has come to its end */
    /* Of the application: IDENTITY_CHECKSUM_SIZE octets that outlive the meter, or NULL. NULL: not
     * known. */
    const uint8_t *(*checksum)(void *context);
    void *context;
};

/* What makes one meter of a product: copied. */
struct meter_setup {
    const struct product *product; /* const data: must outlive the meter */
    struct legal_part *legal; /* the legally relevant part's memory: must outlive the meter; NULL:
                                 it must not run, nothing is measured, and the meter says so */
    uint8_t nominal_hz;       /* 0: the product's own */
    bool sinc3;               /* the front end's decimation filter */
    const struct legal_calibration *calibration; /* NULL: an ideal front end */
    uint32_t serial;                             /* 0..99999999 */
    const char *reading_password;                /* of the Reading client; NULL: it is refused */
    const char *management_password;             /* secret of HLS by SHA-256, and of LLS */
    bool management_low;                         /* the Management client may use LLS, too */
    const struct meter_keys *keys;               /* NULL: there is no HLS, and no ciphering */
    const struct crypto_entropy *entropy;        /* with keys; must outlive the meter */
    struct crypto_ecc *curves; /* to sign with; meters of one thread can share it; NULL: no HLS 7 */
    const uint8_t *anchor;     /* certificate of an authority that is trusted; must outlive the */
    size_t anchor_size;        /* meter; NULL: none */
    const struct rtc *rtc;     /* must outlive the meter; NULL: time goes by meter_step(), and */
    int64_t utc_ms;            /* begins here */
    int32_t rtc_trim_ppb;      /* the factory's calibration of its crystal */
    bool rtc_capacitor;        /* its backup is a capacitor instead of a battery */
    struct calendar_switch
        *switches;       /* memory for those of both calendars: 2 * days * switches of */
    size_t switch_count; /* the product's; must outlive the meter; NULL: no day switches the rate */
    const struct p1_profile *p1_profile;        /* of the customer port; NULL: the product's own */
    const struct p1_keys *p1_keys;              /* NULL: its telegrams are not encrypted */
    const struct p1_keys *display_keys;         /* of messages to an in-home display; NULL: none */
    const struct local_port_config *local_port; /* of the optical port; NULL: the product's own */
    const struct flash *flash;     /* must outlive the meter; NULL: nothing outlives the supply */
    char *message;                 /* without flash: memory for the text of the consumer message, of
                                      MESSAGE_TEXT_MAX octets; must outlive the meter; NULL: it takes none */
    const struct meter_port *port; /* must outlive the meter; NULL: none */
    const struct selftest_fault *fault; /* of the run before; NULL: none */
    const struct hdlc_settings *line; /* of its HDLC lines at first; NULL: meter_line_settings() */
    const struct link_network *network;    /* must outlive the meter; NULL: there is none */
    const struct push_sender *push_sender; /* must outlive the meter; NULL: nothing is pushed */
    struct harmonics *harmonics; /* memory of those products that measure them: must outlive the
                                    meter; NULL: none are measured */
    int64_t checkpoint_ms; /* energies are kept so often; 0: every minute, at most every hour */
};

/* Where the self-test has come to. */
struct meter_checking {
    uint32_t memory_at;
    uint32_t ram_at;
    uint32_t window;   /* of the measurement, seen last */
    int64_t window_ms; /* and when it was new */
};

enum { METER_INCREMENTS = 2 /* recording intervals that have codes */ };

/* What an in-home display is told, by push set-up 6. */
struct meter_telling {
    struct p1_keys keys; /* its own */
    uint8_t title[DLMS_TITLE_SIZE];
    bool ciphers; /* with them; else as the security policy says */
    bool begun;
    int64_t due_ms; /* of the meter's time */
};

struct meter_line;

enum {
    METER_PUSH = METER_PDU, /* octets of an APDU of a push message */
    METER_PUSH_HEAD = 24,   /* of what is before the first value, at most */
    METER_PUSH_KEPT = 9,    /* before a message that is kept */
};

/* A plain message as a tape (meter/pushing_plain.h). */
struct meter_pushing_plain {
    enum push_setup setup;
    uint32_t changes;  /* of the set-up, when the message was begun */
    uint8_t count;     /* of the push list */
    uint8_t element;   /* of it, the next */
    uint8_t attribute; /* the next of all of an object; 0: it is not told so */
    bool open;         /* the value is not at its end */
    bool picks;        /* and only an element of it is meant */
    struct cosem_tape value;
    struct cosem_element pick;
    uint8_t small_at;
    uint8_t small_size;
    uint8_t small[METER_PUSH_HEAD]; /* heads, and null-data */
};

/* A message under way (meter/pushing_message.h). */
struct meter_pushing_message {
    struct meter_pushing_plain plain; /* made while it is sent, unless .. */
    uint16_t kept_at;                 /* .. the rest of it stands in the memory of APDUs */
    bool sending;                     /* blocks are to follow */
    bool sealed;                      /* it is protected, by .. */
    uint16_t most;                    /* octets of a block */
    uint16_t number;                  /* of the last one */
    uint32_t left;                    /* octets of a message that is not protected */
    struct dlms_envelope_tape tape;
};

/* Push: what waits, and the message that is under way. */
struct meter_pushing {
    struct push push;
    const struct push_sender *port;   /* of the setup: TCP, UDP; NULL: none */
    struct push_sender by_line;       /* HDLC */
    const struct push_sender *sender; /* of the message under way */
    struct meter_line *line;      /* that has the message, even if nobody waits for it any more */
    struct link_ports line_ports; /* and its place there */
    int8_t sending;               /* enum push_setup; -1: nothing is under way */
    int8_t computing;             /* the one that waits for meter_compute(); -1: none */
    bool announced;               /* the meter has told that it is there */
    bool queued[PUSH_SETUPS];
    uint32_t kept[PUSH_SETUPS]; /* settings that flash has */
    uint32_t invoke;
    struct meter_pushing_message message;
    int64_t began_ms;
    uint8_t apdu[METER_PUSH_KEPT + METER_PUSH + COSEM_CARRY];
};

enum { METER_TARIFF_PARTS = 11 };

enum { METER_CERTIFICATES = 12 };

/* Certificates: where they are kept, and when their time is looked at again. */
struct meter_certifying {
    struct dlms_certificate_store store;
    const uint8_t *anchor;
    size_t anchor_size;
    uint8_t trials; /* that are left to put the anchor on the chip */
    int64_t next_ms;
};

/* What of the tariff is on the chip, and of its changes in the log. */
struct meter_tariff_kept {
    struct bundle bundle;
    uint32_t settings_changes;
    uint32_t saving_changes;
    uint32_t command_changes;
    uint32_t activations;
    uint32_t programmings;
};

struct meter {
    const struct product *product;
    struct legal_config config;  /* the product's, with what the setup chose */
    struct legal_part *part;     /* the legally relevant part, the setup's; NULL: none runs */
    struct legal *legal;         /* of it */
    uint32_t refusals;           /* of calibrations, that are recorded */
    struct harmonics *harmonics; /* the setup's, where the product measures them; else NULL */
    struct quantity_source source;
    struct clock clock;
    struct event_book events;
    struct alarm alarm;
    struct outage outage;
    struct tamper tamper;
    struct reversal reversal;
    struct voltage voltage;
    struct voltage_count voltage_count;
    struct object_table objects;   /* the product's, by number */
    struct column_pool columns;    /* of the profiles, as clients chose them */
    struct profile_common capture; /* from the object model, */
    struct cosem_place captured;   /* where the column before was found */
    struct profile profiles[PRODUCT_PROFILES];
    struct increment increments[METER_INCREMENTS]; /* of the first profiles */
    uint32_t events_clock_seen;                    /* changes of the clock that are recorded */
    struct meter_pushing pushing;
    struct meter_line *lines; /* open ones, the last first (meter/line.h) */
    struct timekeeper timekeeper;
    const struct meter_port *port;
    struct selftest selftest;
    struct selftest_fault fault; /* of the run before */
    struct meter_checking checking;
    int64_t begin_ms;     /* of a clock without a chip */
    int64_t time_kept_ms; /* the step at which flash was told the time */
    int64_t now_ms;       /* of the last step */
    struct identity identity;
    struct local_port local_port;
    uint32_t local_port_changes; /* that are kept */
    struct consumer consumer;
    struct meter_telling telling;
    uint32_t consumer_changes; /* that are kept */
    const struct p1_profile *p1_profile;
    struct p1_keys p1_keys;
    uint32_t p1_serial; /* in the system title of encrypted telegrams */
    bool p1_encrypted;
    struct script_book scripts;
    struct tariff tariff;
    struct mask_book masks[TARIFF_MASKS];
    uint32_t mask_changes[TARIFF_MASKS]; /* that are kept */
    struct demand demand;
    struct billing billing;
    uint32_t billing_changes; /* that are kept */
    struct compact compact;
    uint32_t compact_changes; /* that are kept */
    struct protection protection;
    uint32_t protection_changes; /* that are kept */
    struct schedule schedule;
    uint32_t schedule_changes; /* that are kept */
    int64_t action_due_s;      /* of the one that is executed now; INT64_MIN: none is */
    struct single_action actions[PRODUCT_SCHEDULES];
    uint32_t action_changes[PRODUCT_SCHEDULES]; /* that are kept */
    uint32_t demand_changes;                    /* that are kept */
    struct meter_tariff_kept tariff_kept;
    struct cosem_context context;
    struct dlms_server server;
    struct crypto_random random;
    struct dlms_security_setup security;
    struct dlms_counter_store counters;
    struct dlms_security_keep security_keep;
    struct meter_certifying certifying;
    int64_t deciphering_event_ms; /* the next is recorded from then on */
    int64_t replay_event_ms;
    int64_t parameter_event_ms;
    uint32_t parameter_changes; /* of the server's, that are recorded */
    struct link_setup links;
    uint32_t link_changes; /* of them, that are kept */
    const struct flash *flash;
    struct storage storage;
    struct dlms_stage stage;
    uint8_t window[METER_WINDOW]; /* of a long request */
    uint32_t clock_changes;       /* of the clock's settings, that are kept */
    bool on_battery;              /* without mains: meter/waking.h */
    bool recovered;               /* what the chip holds has been taken over */
    struct message message;
    struct display_marks marks; /* what the display shows beside values */
    struct display display;
    uint32_t display_changes; /* that are kept */
};

/* 0, or -1: the setup is not possible (password too long, serial number too large, a nominal
 * frequency that is neither 50 nor 60, keys without entropy). The meter must stay where it is from
 * then on. */
int meter_init(struct meter *meter, const struct meter_setup *setup);

/* One step of taking over what the flash chip holds: 1 while there is more to do, 0 when done. To
 * be called until then, before the first frame; each step takes some milliseconds at most. */
int meter_recover(struct meter *meter);

/* A key is used when its counter is on the chip, and a chip that was never written has no sector
 * for that yet: until then (some tenths of a second of steps) associations with ciphering are
 * refused. A port may open its lines later for it; not for ever, as the chip may be broken. */
bool meter_ready(const struct meter *meter);

/* The supply is failing, and the last frame has been taken: keeps what must not be lost, within the
 * time of some page programs. The meter does not go on from here, nor does what was computed
 * meanwhile: a port that calls this from crypto_ecc.pause gives it up before, since the last
 * message may need the curves. 0, or -1: the chip did not take it. */
int meter_power_fail(struct meter *meter);

/* Does what is due at `now_ms` of the meter's time, 0 at its start and never falling. Returns when
 * it wants to be called next, at the latest.
 *
 * The samples do not come this way: the port's interrupt gives them to legal_samples(meter->legal)
 * and harmonics_take(meter->harmonics) (on the host meter_frames() or, for whole intervals,
 * legal_direct()). */
int64_t meter_step(struct meter *meter, int64_t now_ms);

/* As legal_frames(), and what finds harmonics sees the frames, too. */
void meter_frames(struct meter *meter, const int32_t *frames, size_t count);

/* What may take longer than a step: pushes, which are signed, where curves are computed in slices
 * (crypto_ecc.pause is set). To be called between steps; steps may be made while it pauses, as
 * while an answer is computed. Where nothing pauses there is nothing to do. */
void meter_compute(struct meter *meter);

/* The terminals that can select a rate (Sx402) have other levels, bit 0 the first; takes effect at
 * the next step, and only if a client has put inputs in use (0-0:128.4.0). */
void meter_set_rate_levels(struct meter *meter, uint8_t levels);

/* One transport connection, in the caller's memory. Octets go in and out through `wrapper`
 * (link/wrapper.h). */
struct meter_connection {
    struct wrapper wrapper;
    struct dlms_session session;
    struct dlms_association places[DLMS_PARTNERS];
    const struct link_setup *links; /* the meter's */
    uint8_t in[WRAPPER_HEADER + METER_PDU];
    uint8_t out[WRAPPER_HEADER + DLMS_ANSWER_ROOM(METER_PDU)];
};

/* Opens a TCP connection at line time `line_ms`. It must stay where it is until
 * meter_disconnect(). */
void meter_connect(struct meter *meter, struct meter_connection *connection, int64_t line_ms);
void meter_disconnect(struct meter_connection *connection);

/* The connection is to be closed: see wrapper_closing(); the meter's inactivity time-out, as it is
 * now, ends it. */
bool meter_closing(struct meter_connection *connection, int64_t line_ms);

#endif
