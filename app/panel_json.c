#include "app/panel_json.h"

#include "app/event_text.h"
#include "app/panel_act.h"
#include "app/panel_profile.h"
#include "app/panel_spectrum.h"
#include "app/simulation_terminals.h"
#include "app/waking.h"

#include "display/dots.h"
#include "display/segments.h"
#include "meter/customer.h"
#include "storage/layout.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 96, MS_PER_S = 1000 };

/* Prints it and frees it. */
static char *finish(cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}

/* ---- what does not change ---- */

/* What each pattern of dots says, for those who cannot see them: eight rows by character. */
static void add_font(cJSON *glass)
{
    cJSON *font = cJSON_AddObjectToObject(glass, "font");
    for (int character = 1; character <= '~'; character++) {
        char name[4];
        char rows[2 * DISPLAY_ROWS + 1];
        const uint8_t *glyph = dots_glyph((unsigned char)character);
        snprintf(name, sizeof name, "%d", character);
        for (int row = 0; row < DISPLAY_ROWS; row++) {
            snprintf(&rows[2 * row], 3, "%02x", glyph[row]);
        }
        if (character < DOTS_MARKS || character >= ' ') {
            cJSON_AddStringToObject(font, name, rows);
        }
    }
}

static void add_glass(cJSON *json, const struct product *product)
{
    cJSON *glass = cJSON_AddObjectToObject(json, "glass");
    bool dots = product->display->glass == DISPLAY_DOTS;
    cJSON_AddStringToObject(glass, "kind", dots ? "dots" : "segments");
    if (dots) {
        add_font(glass);
        return;
    }
    cJSON_AddNumberToObject(glass, "symbols_from", SEGMENTS_SYMBOLS);
    cJSON *symbols = cJSON_AddArrayToObject(glass, "symbols");
    for (int symbol = SEGMENTS_SYMBOLS; symbol < SEGMENTS_END; symbol++) {
        cJSON_AddItemToArray(
            symbols, cJSON_CreateString(segments_symbol_name((enum segments_symbol)symbol)));
    }
}

static void add_port(cJSON *ports, const char *name, const char *scheme, const char *address,
                     uint16_t port)
{
    char url[TEXT];
    bool bracketed = strchr(address, ':') != NULL;
    snprintf(url, sizeof url, bracketed ? "%s://[%s]:%u" : "%s://%s:%u", scheme, address, port);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "name", name);
    cJSON_AddStringToObject(row, "address", url);
    cJSON_AddItemToArray(ports, row);
}

/* None: NULL. */
static void add_terminal(cJSON *ports, const char *name, const char *path)
{
    if (path) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "name", name);
        cJSON_AddStringToObject(row, "address", path);
        cJSON_AddItemToArray(ports, row);
    }
}

static void add_ports(cJSON *json, const struct run_options *options)
{
    const struct {
        const char *name;
        const char *scheme;
        uint16_t port;
    } sockets[] = {
        {"DLMS/COSEM", "tcp", options->dlms_port}, {"DLMS/COSEM", "udp", options->udp_port},
        {"HDLC", "hdlc+tcp", options->hdlc_port},  {"optical", "tcp", options->optical_port},
        {"P1", "tcp", options->p1_port},
    };
    cJSON *ports = cJSON_AddArrayToObject(json, "ports");
    for (size_t i = 0; i < sizeof sockets / sizeof sockets[0]; i++) {
        if (sockets[i].port != 0) {
            add_port(ports, sockets[i].name, sockets[i].scheme, options->address, sockets[i].port);
        }
    }
    add_terminal(ports, "P1", options->p1_terminal);
    add_terminal(ports, "optical", options->optical);
    add_terminal(ports, "RS-485", options->rs485);
    add_terminal(ports, "display", options->display_line);
}

static void add_plate(cJSON *json, const struct simulation *simulation)
{
    const struct meter *meter = &simulation->meter;
    const struct legal_config *legal = &meter->config;
    char serial[IDENTITY_SERIAL_SIZE + 1];
    snprintf(serial, sizeof serial, "%.*s", IDENTITY_SERIAL_SIZE, meter->identity.serial);
    cJSON_AddStringToObject(json, "product", meter->product->name);
    cJSON_AddStringToObject(json, "title", meter->product->title);
    cJSON_AddStringToObject(json, "serial", serial);
    cJSON_AddStringToObject(json, "version", WATTHOUR_VERSION);
    cJSON_AddStringToObject(json, "legal_firmware", meter->identity.legal.name);
    cJSON_AddNumberToObject(json, "phases", legal->phases);
    cJSON_AddNumberToObject(json, "nominal_hz", legal->nominal_hz);
    cJSON_AddNumberToObject(json, "u_nominal_v", legal->u_nominal_mv / 1e3);
    cJSON_AddNumberToObject(json, "u_full_scale_v", legal->u_full_scale_mv / 1e3);
    cJSON_AddNumberToObject(json, "i_full_scale_a", legal->i_full_scale_ma / 1e3);
    cJSON_AddNumberToObject(json, "pulses_per_kwh", legal->pulses_per_kwh);
    cJSON_AddNumberToObject(json, "pulses_per_kvarh", legal->pulses_per_kvarh);
}

char *panel_json_meter(const struct panel_view *view)
{
    const struct simulation *simulation = view->simulation;
    cJSON *json = cJSON_CreateObject();
    add_plate(json, simulation);
    cJSON_AddStringToObject(json, "world",
                            simulation->scenario ? world_scenario_title(simulation->scenario)
                                                 : "a recording");
    cJSON_AddBoolToObject(json, "waveforms", simulation->source == RUN_SOURCE_SAMPLES);
    cJSON_AddBoolToObject(json, "harmonics", panel_spectrum_is_there(simulation));
    add_glass(json, simulation->meter.product);
    add_ports(json, view->options);
    return finish(json);
}

/* ---- the moment ---- */

static void add_clock(cJSON *json, const struct simulation *simulation)
{
    struct clock clock = simulation_clock(simulation);
    struct clock_reading now = clock_read(&clock);
    char text[TEXT];
    snprintf(text, sizeof text, "%04d-%02u-%02u %02u:%02u:%02u", now.local.year, now.local.month,
             now.local.day, now.local.hour, now.local.minute, now.local.second);
    cJSON_AddStringToObject(json, "clock", text);
    cJSON_AddNumberToObject(json, "utc_ms", (double)clock.utc_ms);
    cJSON_AddNumberToObject(json, "frames", (double)simulation->frames);
    cJSON_AddBoolToObject(json, "supply", simulation->on);
    if (!simulation->on) {
        cJSON_AddNumberToObject(json, "outage_s", simulation_outage_s(simulation));
    }
}

/* A glass without supply is dark, unless the meter reads out on its battery. */
static void add_frame(cJSON *json, struct simulation *simulation)
{
    static const char hex[] = "0123456789abcdef";
    bool dots = simulation->meter.product->display->glass == DISPLAY_DOTS;
    size_t size = dots ? (size_t)DISPLAY_OCTETS : (size_t)SEGMENTS_OCTETS;
    char text[2 * DISPLAY_OCTETS + 1];
    const struct display_frame *frame = waking_frame(simulation);
    for (size_t i = 0; i < size; i++) {
        uint8_t octet = frame ? frame->octets[i] : 0;
        text[2 * i] = hex[octet >> 4];
        text[2 * i + 1] = hex[octet & 15];
    }
    text[2 * size] = '\0';
    cJSON_AddStringToObject(json, "lcd", text);
    cJSON_AddBoolToObject(json, "lcd_on", frame != NULL);
    cJSON_AddBoolToObject(json, "lit", frame && frame->lit);
}

/* [output, ms of the meter's time ago] for each pulse that has not been told; those that come later
 * than now have been spread within an interval under way, and a negative age. */
static void add_pulses(cJSON *json, struct panel_view *view)
{
    const struct panel_watch *watch = view->watch;
    uint64_t oldest = watch->pulse_count > WATCH_PULSES ? watch->pulse_count - WATCH_PULSES : 0;
    uint64_t number = view->pulses_told > oldest ? view->pulses_told : oldest;
    cJSON *pulses = cJSON_AddArrayToObject(json, "pulses");
    for (; number < watch->pulse_count; number++) {
        const struct watch_pulse *pulse = &watch->pulses[number % WATCH_PULSES];
        double age = (double)view->simulation->frames - (double)pulse->frame;
        double row[2] = {pulse->outputs, round(age * MS_PER_S * 10 / WORLD_FRAME_HZ) / 10};
        cJSON_AddItemToArray(pulses, cJSON_CreateDoubleArray(row, 2));
    }
    view->pulses_told = watch->pulse_count;
    const struct legal *legal = view->simulation->meter.legal;
    double counts[2] = {legal_pulses(legal, LEGAL_PULSE_ACTIVE),
                        legal_pulses(legal, LEGAL_PULSE_REACTIVE)};
    cJSON_AddItemToObject(json, "pulse_counts", cJSON_CreateDoubleArray(counts, 2));
    cJSON_AddBoolToObject(json, "idle", quantity_is_idle(&view->simulation->meter.source));
}

/* Values under the names of quantity: totals as numbers, phases as arrays; null: not valid. */
static cJSON *value_of(const struct simulation *simulation, struct quantity quantity)
{
    struct quantity_value value;
    if (quantity_read(&simulation->meter.source, quantity, &value) != 0 || !value.valid) {
        return cJSON_CreateNull();
    }
    /* No finer than the customary step: what is shown elsewhere, and short. */
    int8_t scaler = quantity_row(quantity.kind)->scaler;
    double divisor = pow(10, -scaler);
    return cJSON_CreateNumber((double)quantity_scaled(&value, scaler) / divisor);
}

static void add_totals(cJSON *values, const struct simulation *simulation)
{
    static const uint8_t totals[] = {QUANTITY_P,        QUANTITY_Q,        QUANTITY_S,
                                     QUANTITY_PF,       QUANTITY_F,        QUANTITY_A_IMPORT,
                                     QUANTITY_A_EXPORT, QUANTITY_R_IMPORT, QUANTITY_R_EXPORT};
    for (size_t i = 0; i < sizeof totals; i++) {
        struct quantity quantity = {.kind = totals[i]};
        cJSON_AddItemToObject(values, quantity_row(totals[i])->name,
                              value_of(simulation, quantity));
    }
}

static void add_phases(cJSON *values, const struct simulation *simulation)
{
    static const uint8_t kinds[] = {QUANTITY_U, QUANTITY_I,        QUANTITY_P,
                                    QUANTITY_Q, QUANTITY_ANGLE_UI, QUANTITY_ANGLE_UU};
    for (size_t i = 0; i < sizeof kinds; i++) {
        char name[QUANTITY_NAME_SIZE + 8];
        snprintf(name, sizeof name, "%s.n", quantity_row(kinds[i])->name);
        cJSON *row = cJSON_AddArrayToObject(values, name);
        for (uint8_t phase = 1; phase <= simulation->meter.config.phases; phase++) {
            struct quantity quantity = {.kind = kinds[i], .phase = phase};
            cJSON_AddItemToArray(row, value_of(simulation, quantity));
        }
    }
}

static void add_values(cJSON *json, const struct simulation *simulation)
{
    cJSON *values = cJSON_AddObjectToObject(json, "values");
    add_totals(values, simulation);
    add_phases(values, simulation);
}

/* Sixteen bits each, four hexadecimal digits: u1, i1, u2 ... */
static void add_wave(cJSON *json, const struct panel_watch *watch)
{
    static const char hex[] = "0123456789abcdef";
    int16_t wave[LEGAL_CHANNELS][WATCH_POINTS];
    if (!panel_watch_wave(watch, wave)) {
        return;
    }
    cJSON *channels = cJSON_AddArrayToObject(json, "wave");
    for (unsigned channel = 0; channel < watch->channels; channel++) {
        char text[4 * WATCH_POINTS + 1];
        for (int i = 0; i < 4 * WATCH_POINTS; i++) {
            text[i] = hex[(uint16_t)wave[channel][i / 4] >> (12 - 4 * (i % 4)) & 15];
        }
        text[4 * WATCH_POINTS] = '\0';
        cJSON_AddItemToArray(channels, cJSON_CreateString(text));
    }
}

static void add_loads(cJSON *json, const struct simulation *simulation)
{
    static const char *const positions[] = {
        [WORLD_SWITCH_AUTO] = "auto", [WORLD_SWITCH_ON] = "on", [WORLD_SWITCH_OFF] = "off"};
    struct world_load load;
    cJSON *loads = cJSON_AddArrayToObject(json, "loads");
    for (size_t i = 0; world_load_get(simulation->world, i, &load); i++) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "name", load.name);
        cJSON_AddNumberToObject(row, "p", round(load.p_w * 10) / 10);
        cJSON_AddBoolToObject(row, "on", load.on);
        cJSON_AddStringToObject(row, "position", positions[load.position]);
        cJSON_AddItemToArray(loads, row);
    }
}

static void add_hand(cJSON *json, const struct simulation *simulation)
{
    struct world_hand now;
    world_hand_get(simulation->world, &now);
    cJSON *hand = cJSON_AddObjectToObject(json, "hand");
    cJSON_AddItemToObject(hand, "voltage", cJSON_CreateDoubleArray(now.share, WORLD_PHASES));
    cJSON_AddNumberToObject(hand, "frequency_shift", now.shift_hz);
    cJSON_AddNumberToObject(hand, "incidents", now.incidents);
    cJSON_AddBoolToObject(hand, "cut", now.cut);
}

/* What this meter can feel, and whether it is there: as it is, whatever the meter knows of it. */
static void add_tampers(cJSON *json, const struct simulation *simulation)
{
    cJSON *tampers = cJSON_AddObjectToObject(json, "tampers");
    for (int input = 0; input < RTC_INPUTS; input++) {
        if ((simulation->meter.product->tampers >> input & 1) != 0) {
            cJSON_AddBoolToObject(tampers, panel_tampers[input],
                                  simulation->rtc_chip.inputs[input].there);
        }
    }
}

/* The terminals that switch tariffs, and whether they have voltage. */
static void add_terminals(cJSON *json, const struct simulation *simulation)
{
    cJSON *terminals = cJSON_AddArrayToObject(json, "terminals");
    for (unsigned n = 0; n < simulation_terminals(simulation); n++) {
        cJSON_AddItemToArray(terminals, cJSON_CreateBool(simulation_terminals_live(simulation, n)));
    }
}

static void add_flash(cJSON *json, const struct panel_view *view)
{
    const struct simulation *simulation = view->simulation;
    const struct nor *nor = &simulation->data.nor;
    uint32_t sectors = nor->config.size / nor->config.sector;
    uint32_t most = 0;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < sectors; i++) {
        most = nor->wear[i] > most ? nor->wear[i] : most;
        sum += nor->wear[i];
    }
    cJSON *flash = cJSON_AddObjectToObject(json, "flash");
    cJSON_AddNumberToObject(flash, "sectors", sectors);
    cJSON_AddNumberToObject(flash, "erases", (double)sum);
    cJSON_AddNumberToObject(flash, "erases_most", most);
    cJSON_AddNumberToObject(flash, "programmed_octets", (double)nor->counts.programmed_octets);
    cJSON_AddBoolToObject(flash, "file", view->options->data != NULL);
}

static void add_slow(cJSON *json, const struct panel_view *view)
{
    const struct simulation *simulation = view->simulation;
    add_loads(json, simulation);
    add_hand(json, simulation);
    add_tampers(json, simulation);
    add_terminals(json, simulation);
    add_flash(json, view);
    panel_spectrum_add(json, simulation);
    cJSON_AddNumberToObject(json, "speed", simulation->speed);
    cJSON_AddNumberToObject(json, "rate", legal_rate(simulation->meter.legal));
    cJSON_AddNumberToObject(json, "minutes", (double)view->watch->minute_count);
    double events = 0;
    for (int log = 0; log < EVENT_LOGS; log++) {
        events += event_log_count(&simulation->meter.events, (enum event_log)log);
    }
    cJSON_AddNumberToObject(json, "events", events);
    cJSON_AddNumberToObject(json, "rows", panel_profile_rows(view));
    cJSON_AddBoolToObject(json, "sealed", !simulation->seal_broken);
}

char *panel_json_live(struct panel_view *view, bool slow)
{
    cJSON *json = cJSON_CreateObject();
    add_clock(json, view->simulation);
    add_frame(json, view->simulation);
    add_pulses(json, view);
    if (view->simulation->on) {
        add_values(json, view->simulation);
        add_wave(json, view->watch);
    }
    if (slow) {
        add_slow(json, view);
    }
    return finish(json);
}

/* ---- what has been ---- */

static void add_today(cJSON *json, const struct panel_watch *watch)
{
    cJSON *today = cJSON_AddObjectToObject(json, "today");
    cJSON *import_wh = cJSON_AddArrayToObject(today, "import_wh");
    cJSON *export_wh = cJSON_AddArrayToObject(today, "export_wh");
    for (uint8_t rate = 0; rate <= LEGAL_RATES; rate++) {
        double in = panel_watch_today_wh(watch, QUANTITY_A_IMPORT, rate);
        double out = panel_watch_today_wh(watch, QUANTITY_A_EXPORT, rate);
        cJSON_AddItemToArray(import_wh, cJSON_CreateNumber(round(in * 10) / 10));
        cJSON_AddItemToArray(export_wh, cJSON_CreateNumber(round(out * 10) / 10));
    }
}

char *panel_json_history(const struct panel_view *view)
{
    const struct panel_watch *watch = view->watch;
    uint64_t count = watch->minute_count < WATCH_MINUTES ? watch->minute_count : WATCH_MINUTES;
    cJSON *json = cJSON_CreateObject();
    cJSON *minutes = cJSON_AddArrayToObject(json, "minutes_w");
    for (uint64_t i = watch->minute_count - count; i < watch->minute_count; i++) {
        float power_w = watch->minutes_w[i % WATCH_MINUTES];
        cJSON_AddItemToArray(minutes, isnan(power_w) ? cJSON_CreateNull()
                                                     : cJSON_CreateNumber(roundf(power_w)));
    }
    cJSON_AddNumberToObject(json, "count", (double)watch->minute_count);
    add_today(json, watch);
    return finish(json);
}

enum { EVENTS_OF_A_LOG = 20 };

static void add_event(cJSON *events, enum event_log log, uint32_t number, const struct event *event)
{
    static const char *const logs[EVENT_LOGS] = {
        [EVENT_LOG_STANDARD] = "standard",           [EVENT_LOG_FRAUD] = "fraud",
        [EVENT_LOG_DISCONNECT] = "disconnect",       [EVENT_LOG_QUALITY] = "quality",
        [EVENT_LOG_COMMUNICATION] = "communication", [EVENT_LOG_TERMINAL_COVER] = "terminal-cover",
        [EVENT_LOG_METER_COVER] = "meter-cover",     [EVENT_LOG_PROGRAMMING] = "programming",
        [EVENT_LOG_INTERRUPTION] = "interruption",
    };
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "log", logs[log]);
    cJSON_AddNumberToObject(row, "number", number);
    cJSON_AddNumberToObject(row, "code", event->code);
    cJSON_AddStringToObject(row, "text", event_text(event->code));
    cJSON_AddNumberToObject(row, "local_s",
                            (double)event->stamp.utc_s + 60.0 * event->stamp.offset_min);
    cJSON_AddItemToArray(events, row);
}

/* The telegram of the moment, as a reader without keys would like to have it. */
char *panel_json_p1(const struct panel_view *view)
{
    const struct meter *meter = &view->simulation->meter;
    cJSON *json = cJSON_CreateObject();
    char text[P1_TELEGRAM_MAX + 1];
    size_t size = 0;
    if (view->simulation->on) {
        size = meter_customer_telegram(meter, (uint8_t *)text, P1_TELEGRAM_MAX);
        cJSON_AddBoolToObject(json, "enabled", meter->consumer.port_enabled);
        cJSON_AddStringToObject(json, "profile", meter->p1_profile->title);
        cJSON_AddBoolToObject(json, "encrypted", meter->p1_encrypted);
    }
    text[size] = '\0';
    cJSON_AddStringToObject(json, "text", text);
    return finish(json);
}

char *panel_json_events(const struct panel_view *view)
{
    const struct event_book *book = &view->simulation->meter.events;
    cJSON *json = cJSON_CreateObject();
    cJSON *events = cJSON_AddArrayToObject(json, "events");
    for (int log = 0; log < EVENT_LOGS && view->simulation->on; log++) {
        const struct record_ring *ring = event_log_ring(book, (enum event_log)log);
        uint32_t next = ring ? record_next(ring) : 0;
        uint32_t first = ring ? record_first(ring) : 0;
        for (uint32_t n = next; n > first && next - n < EVENTS_OF_A_LOG; n--) {
            struct event event;
            if (event_log_read(book, (enum event_log)log, n - 1, &event) == STORAGE_DONE) {
                add_event(events, (enum event_log)log, n - 1, &event);
            }
        }
    }
    return finish(json);
}
