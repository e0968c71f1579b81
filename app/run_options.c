#include "app/run_options.h"
#include "app/certificate_file.h"

#include "app/command.h"
#include "app/keys.h"
#include "app/option.h"
#include "app/password.h"
#include "app/run_ports.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Of a virtual meter on the desk, shown when it starts; a real one never has a default. */
#define DEFAULT_PASSWORD "watthour"

static void take_product(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->product = product_find(value->text);
    if (!options->product) {
        option_refuse(value, "xs211, sm402d, st402d or st402c");
    }
}

static void take_frequency(void *context, struct option_value *value)
{
    static const char *const words[] = {"50", "60", NULL};
    struct run_options *options = context;
    options->nominal_hz = option_word(value, words, "50 or 60") == 0 ? 50 : 60;
}

static void take_serial(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->serial = (uint32_t)option_integer(value, 99999999, "a number up to 99999999");
}

static void take_start(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->start_utc_s = option_time(value);
    options->start_given = true;
}

static void take_password_file(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->default_password = password_take_file(value, options->password) != 0;
}

/* Of a virtual meter on the desk as well. */
static const struct meter_keys default_keys = {
    .unicast = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D,
                0x0E, 0x0F},
    .authentication = {0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC,
                       0xDD, 0xDE, 0xDF},
    .master = {0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x2D,
               0x2E, 0x2F},
};

/* Those of a key set that a meter has; none of what is not in it. */
static int choose_keys(struct run_options *options, const struct keys *set, const char *from)
{
    if (set->size[KEYS_UNICAST] == 0 || set->size[KEYS_AUTHENTICATION] == 0) {
        fprintf(stderr, "watthour run: %s: give unicast and authentication at least\n", from);
        return -1;
    }
    enum dlms_suite suite = keys_suite(set);
    for (int i = KEYS_UNICAST; i <= KEYS_MASTER; i++) {
        if (set->size[i] != 0 && set->size[i] != dlms_key_size(suite)) {
            fprintf(stderr, "watthour run: %s: keys of suite %d have %zu octets\n", from,
                    (int)suite, dlms_key_size(suite));
            return -1;
        }
    }
    options->default_keys = false;
    options->keys.suite = suite;
    memcpy(options->keys.unicast, set->octets[KEYS_UNICAST], DLMS_KEY_MAX);
    memcpy(options->keys.authentication, set->octets[KEYS_AUTHENTICATION], DLMS_KEY_MAX);
    memcpy(options->keys.broadcast, set->octets[KEYS_BROADCAST], DLMS_KEY_MAX);
    memcpy(options->keys.master, set->octets[KEYS_MASTER], DLMS_KEY_MAX);
    memcpy(options->keys.signing, set->octets[KEYS_SIGNING], CRYPTO_CURVE_MAX);
    memcpy(options->keys.signing_peer, set->octets[KEYS_SIGNING_PEER], CRYPTO_PUBLIC_MAX);
    memcpy(options->keys.agreement, set->octets[KEYS_AGREEMENT], CRYPTO_CURVE_MAX);
    memcpy(options->keys.agreement_peer, set->octets[KEYS_AGREEMENT_PEER], CRYPTO_PUBLIC_MAX);
    return 0;
}

static void take_keys(void *context, struct option_value *value)
{
    struct run_options *options = context;
    struct keys set = {0};
    if (keys_take_file(value, &set) == 0 && choose_keys(options, &set, value->text) != 0) {
        value->bad = true;
    }
}

static void take_anchor(void *context, struct option_value *value)
{
    struct run_options *options = context;
    const char *reason;
    struct crypto_certificate certificate;
    options->anchor_size = certificate_file_read(value->text, options->anchor, &reason);
    if (options->anchor_size == 0 ||
        crypto_certificate_take(&certificate, options->anchor, options->anchor_size) != 0 ||
        !certificate.authority) {
        option_refuse(value, "a file with the certificate of an authority, PEM or DER");
    }
}

static void take_management(void *context, struct option_value *value)
{
    static const char *const words[] = {"low", "high", NULL};
    struct run_options *options = context;
    options->management_low = option_word(value, words, "low or high") == 0;
    options->management_chosen = true;
}

static void take_data(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->data = value->text;
}

static void take_checkpoint(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->checkpoint_ms = (int64_t)(option_number(value, 1, 3600, "seconds, 1 to 3600") * 1000);
}

static void take_world(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->scenario = value->text;
}

static void take_replay(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->recording.path = value->text;
}

static void take_volts(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->recording.u_full_scale_v = option_number(value, 1e-3, 1e6, "volts at full scale");
}

static void take_amps(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->recording.i_full_scale_a = option_number(value, 1e-3, 1e6, "amperes at full scale");
}

static void take_scale_u(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->recording.u_factor = option_number(value, 1e-6, 1e6, "a factor, 1e-6 to 1e6");
}

static void take_scale_i(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->recording.i_factor = option_number(value, 1e-6, 1e6, "a factor, 1e-6 to 1e6");
}

static void take_front_end(void *context, struct option_value *value)
{
    static const char *const words[] = {"ideal", "sinc3", NULL};
    struct run_options *options = context;
    options->sampling = option_word(value, words, "ideal or sinc3") == 0 ? WORLD_SAMPLING_IDEAL
                                                                         : WORLD_SAMPLING_SINC3;
    options->sampling_chosen = true;
}

static void take_snr(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->snr_db = option_number(value, 0, 160, "decibels up to 160 (0 = no noise)");
    options->snr_chosen = true;
}

static void take_specimen(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->specimen.number = option_integer(value, UINT32_MAX, "a number");
}

static void take_sensor(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->specimen.sensor = value->text;
    if (!world_sensor_find(value->text)) {
        option_refuse(value, "shunt, ct, ct-plain or rogowski");
    }
}

static void take_source(void *context, struct option_value *value)
{
    static const char *const words[] = {"samples", "phasors", NULL};
    struct run_options *options = context;
    options->source = option_word(value, words, "samples or phasors") == 0 ? RUN_SOURCE_SAMPLES
                                                                           : RUN_SOURCE_PHASORS;
}

static void take_seed(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->seed = option_integer(value, UINT64_MAX, "a whole number");
}

static void take_speed(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->speed = strcmp(value->text, "max") == 0
                         ? 0
                         : option_number(value, 1e-3, 1e9, "a factor of real time, or max");
}

static void take_for(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->duration_s = option_number(value, 1e-3, 1e12, "seconds above 0");
}

static void take_panel(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->panel_port = (uint16_t)option_integer(value, 65535, "a port up to 65535 (0 = off)");
    options->panel_chosen = true;
}

static void take_panel_listen(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->panel_address = value->text;
}

static void take_listen(void *context, struct option_value *value)
{
    struct run_options *options = context;
    options->address = value->text;
}

static void take_quiet(void *context, struct option_value *value)
{
    struct run_options *options = context;
    (void)value;
    options->quiet = true;
}

static void take_display(void *context, struct option_value *value)
{
    struct run_options *options = context;
    (void)value;
    options->display = true;
    options->quiet = true;
}

static void take_json(void *context, struct option_value *value)
{
    struct run_options *options = context;
    (void)value;
    options->json = true;
}

static const struct option_row rows[] = {
    {"the meter", NULL, NULL, NULL},
    {"product", "NAME", take_product, "xs211 (default), sm402d, st402d, st402c"},
    {"frequency", "HZ", take_frequency, "nominal frequency: 50 (default) or 60"},
    {"serial", "N", take_serial, "serial number, up to 99999999 (default 1)"},
    {"start", "TIME", take_start, "the world's UTC at start: 2026-11-21T12:00:00 (default: now)"},
    {"password-file", "FILE", take_password_file,
     "password of Reading and Management; or WATTHOUR_PASSWORD in\n"
     "the environment (default for this virtual meter: " DEFAULT_PASSWORD ")"},
    {"keys", "FILE", take_keys,
     "private file of its keys, as of the client's --keys; or\n"
     "WATTHOUR_KEYS in the environment (default: published ones)"},
    {"ca", "FILE", take_anchor,
     "certificate of an authority that it trusts (suites 1 and 2):\nsee 'watthour ca' and "
     "'watthour cert'"},
    {"management", "LEVEL", take_management,
     "low: Management may use its password, unciphered (default\n"
     "with the published keys), high: it may not"},
    {"data", "DIR", take_data,
     "keeps its flash chip there, across runs; Ctrl-C or SIGTERM is\n"
     "a power cut with warning, kill -9 one without"},
    {"checkpoint", "SECONDS", take_checkpoint,
     "energies are kept so often (default 60, 1 to 3600)"},
    {"the world around it", NULL, NULL, NULL},
    {"world", "NAME", take_world,
     "household, villa, workshop, restless (cuts and dips), steady,\n"
     "or a scenario file (docs/WORLD.md)"},
    {"replay", "FILE", take_replay, "a recording in a loop instead: WAV, FLAC or CSV"},
    {"volts", "V", take_volts, "WAV, FLAC: volts at full scale"},
    {"amps", "A", take_amps, "WAV, FLAC: amperes at full scale"},
    {"scale-u", "X", take_scale_u, "factor on the recording's voltages"},
    {"scale-i", "X", take_scale_i, "factor on the recording's currents"},
    {"front-end", "KIND", take_front_end, "ideal or sinc3 (default: sinc3; a recording: ideal)"},
    {"snr", "DB", take_snr,
     "noise of the front end below full scale, 0 = none\n"
     "(default: 101; a recording: none)"},
    {"specimen", "N", take_specimen,
     "its front end errs as specimen N of the series, until it is\n"
     "calibrated ('watthour calibrate'); DIR remembers which it is"},
    {"sensor", "NAME", take_sensor, "of the specimen's current: shunt, ct, ct-plain, rogowski"},
    {"source", "KIND", take_source,
     "samples (default), or phasors: each second's quantities\n"
     "without waveforms, for simulated years"},
    {"seed", "N", take_seed, "of everything random (default 1)"},
    {"speed", "N|max", take_speed, "times real time (default 1)"},
    {"for", "SECONDS", take_for, "stop after so long, in the meter's time"},
    {"ports", NULL, NULL, NULL},
    {"dlms", "PORT", run_take_dlms, "DLMS/COSEM over the TCP wrapper, 0 = off (default 4059)"},
    {"udp", "PORT", run_take_udp, "DLMS/COSEM over the UDP wrapper, 0 = off (default)"},
    {"hdlc", "PORT", run_take_hdlc, "DLMS/COSEM over HDLC over TCP, 0 = off (default)"},
    {"optical", "PATH", run_take_optical,
     "optical port on a serial device, or on a pseudo-terminal\n"
     "linked at PATH"},
    {"optical-tcp", "PORT", run_take_optical_tcp, "the same over TCP, 0 = off (default)"},
    {"optical-mode", "KIND", run_take_optical_mode,
     "it begins with iec (sign-on at 300 baud, modes C and E;\n"
     "default of sm402d, st402d, st402c) or hdlc (9600 baud at\n"
     "once; default of xs211)"},
    {"no-power-option", NULL, run_take_battery_option,
     "without mains it is read and set up by buttons and optical port\n"
     "on its battery (sm402d, st402d, st402c always are)"},
    {"terminals", "LIST", run_take_terminals,
     "terminals that have voltage from the beginning (sm402d, st402d,\n"
     "st402c: 1 to 3, as 1,3), once 0-0:128.4.0 lets them select a rate"},
    {"rs485", "PATH", run_take_rs485,
     "RS-485 line of 9600 baud (sm402d, st402d, st402c), on a serial\n"
     "device or on a pseudo-terminal linked at PATH"},
    {"rs485-meters", "N", run_take_rs485_meters,
     "meters on that line, up to 31: itself and neighbours with the\n"
     "serial numbers and addresses that follow (default 1)"},
    {"rs485-twins", NULL, run_take_rs485_twins, "the last neighbour has the address of the first"},
    {"ihd", "PATH", run_take_display_line,
     "second RS-485 port, to an in-home display: told every ten\n"
     "seconds, as client 103"},
    {"ihd-key", "HEX", run_take_display_key,
     "what it is told is encrypted under this key; KEY:KEY gives the\n"
     "authentication key too (default: Luxembourg's)"},
    {"p1", "PORT", run_take_p1, "customer port P1 over TCP, for many readers, 0 = off (default)"},
    {"p1-tty", "PATH", run_take_p1_terminal,
     "P1 on a serial device, or on a pseudo-terminal linked at PATH"},
    {"p1-profile", "NAME", run_take_p1_profile,
     "its telegrams: dsmr (5.0.2, default), sweden, belgium,\n"
     "luxembourg"},
    {"p1-fault", "NAME", run_take_p1_fault,
     "it behaves as some meters do: 'watthour p1 --faults' lists them"},
    {"p1-key", "HEX", run_take_p1_key,
     "they are encrypted with AES-128-GCM under this key; KEY:KEY\n"
     "gives the authentication key too (default: Luxembourg's)"},
    {"panel", "PORT", take_panel,
     "the front panel, a web page; 0 = off (default 8080, or another\n"
     "when that is taken)"},
    {"panel-listen", "ADDRESS", take_panel_listen,
     "where it listens (default 127.0.0.1; elsewhere it asks for a\n"
     "token, which is printed)"},
    {"listen", "ADDRESS", take_listen, "where to listen (default 127.0.0.1)"},
    {"output", NULL, NULL, NULL},
    {"quiet", NULL, take_quiet, "no status lines"},
    {"display", NULL, take_display, "the meter's display instead, keys for its buttons"},
    {"json", NULL, take_json, "status as one JSON object a line"},
};

static const struct option_table table = {
    .command = "run",
    .usage =
        "usage: watthour run [OPTIONS]\n"
        "\n"
        "Runs a virtual meter: mains and loads, front end, measurement, DLMS/COSEM. Prints its\n"
        "endpoints, then one status line a second. Stops on Ctrl-C.\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

/* What was not chosen follows from what was: a recording is played as it is. */
static int complete(struct run_options *options)
{
    bool recorded = options->recording.path != NULL;
    if (recorded && options->scenario) {
        fputs("watthour run: --world and --replay: give one of them\n", stderr);
        return -1;
    }
    if ((options->rs485 || options->display_line) && !options->product->rs485) {
        fprintf(stderr, "watthour run: %s has no RS-485 port: give sm402d, st402d or st402c\n",
                options->product->name);
        return -1;
    }
    if (!options->sampling_chosen) {
        options->sampling = recorded ? WORLD_SAMPLING_IDEAL : WORLD_SAMPLING_SINC3;
    }
    if (!options->snr_chosen) {
        options->snr_db = recorded ? 0 : 101;
    }
    if (!options->specimen.sensor) {
        options->specimen.sensor = stand_sensor_of(options->product);
    }
    options->specimen.snr_db = options->snr_db;
    if (!options->management_chosen) {
        options->management_low = options->default_keys;
    }
    return 0;
}

static int take_environment(struct run_options *options)
{
    struct keys set = {0};
    int taken = password_take_environment("run", options->password);
    int keys_taken = keys_take_environment("run", &set);
    options->default_password = taken == 0;
    if (taken < 0 || keys_taken < 0) {
        return -1;
    }
    return keys_taken > 0 ? choose_keys(options, &set, "WATTHOUR_KEYS") : 0;
}

int run_options_parse(struct run_options *options, int argc, char **argv, int *exit_code)
{
    *options = (struct run_options){
        .product = product_find("xs211"),
        .address = "127.0.0.1",
        .dlms_port = WRAPPER_PORT,
        .panel_port = 8080,
        .panel_address = "127.0.0.1",
        .speed = 1,
        .seed = 1,
        .rs485_meters = 1,
        .nominal_hz = 50,
        .serial = 1,
        .start_utc_s = (int64_t)time(NULL),
        .password = DEFAULT_PASSWORD,
        .keys = default_keys,
        .default_keys = true,
    };
    *exit_code = COMMAND_USAGE;
    if (take_environment(options) != 0) {
        return -1;
    }
    int words = option_parse(&table, options, argc, argv, exit_code);
    if (words < 0) {
        return -1;
    }
    if (words < argc) {
        fprintf(stderr, "watthour run: '%s': unknown word; see 'watthour run --help'\n",
                argv[words]);
        return -1;
    }
    return complete(options);
}
