#include "function/alarm.h"

#include "base/reader.h"
#include "base/writer.h"

#include <string.h>

/* As a value: docs/FLASH.md. */
enum { VERSION = 1, REGISTER_SIZE = 12 + 8, SIZE = 4 + ALARM_REGISTERS * REGISTER_SIZE };

enum { PUSH_ON_ALARM = 4 };

/* Events from..to set a bit of a register; 0: of the error register. */
struct row {
    uint8_t from;
    uint8_t to;
    uint8_t number;
    uint8_t bit;
};

enum { ERROR, ONE, TWO, THREE };

#define ONE_CODE(event, number, bit)                                                               \
    {                                                                                              \
        EVENT_##event, EVENT_##event, (number), (bit)                                              \
    }
#define PHASE_CODES(event, phase, bit)                                                             \
    {                                                                                              \
        EVENT_##event##_L1 + (phase)-1, EVENT_##event##_L1 + (phase)-1, TWO, (bit)                 \
    }
#define ITSELF(event, bit) ONE_CODE(event, ERROR, bit), ONE_CODE(event, ONE, bit)

static const struct row rows[] = {
    ITSELF(CLOCK_INVALID, ALARM_CLOCK_INVALID),
    ITSELF(BATTERY_REPLACE, ALARM_BATTERY),
    ITSELF(PROGRAM_MEMORY_ERROR, ALARM_PROGRAM_MEMORY),
    ITSELF(RAM_ERROR, ALARM_RAM),
    ITSELF(NV_MEMORY_ERROR, ALARM_NV_MEMORY),
    ITSELF(MEASUREMENT_ERROR, ALARM_MEASUREMENT),
    ITSELF(WATCHDOG_ERROR, ALARM_WATCHDOG),
    ONE_CODE(TERMINAL_COVER_OPEN, ONE, ALARM_FRAUD),
    ONE_CODE(STRONG_FIELD, ONE, ALARM_FRAUD),
    ONE_CODE(METER_COVER_OPEN, ONE, ALARM_FRAUD),
    ONE_CODE(AUTHENTICATION_FAILED, ONE, ALARM_FRAUD),
    {EVENT_DECIPHERING_FAILED, EVENT_REPLAY, ONE, ALARM_FRAUD},
    {EVENT_CURRENT_WITHOUT_VOLTAGE_L1, EVENT_CURRENT_WITHOUT_VOLTAGE_L1 + 2, ONE, ALARM_FRAUD},
    ONE_CODE(STRONG_EMF, ONE, ALARM_FRAUD), /* the maker's code, of the same kind */

    ONE_CODE(POWER_DOWN, TWO, 0),
    ONE_CODE(POWER_UP, TWO, 1),
    PHASE_CODES(VOLTAGE_MISSING, 1, 2),
    PHASE_CODES(VOLTAGE_MISSING, 2, 3),
    PHASE_CODES(VOLTAGE_MISSING, 3, 4),
    PHASE_CODES(VOLTAGE_NORMAL, 1, 5),
    PHASE_CODES(VOLTAGE_NORMAL, 2, 6),
    PHASE_CODES(VOLTAGE_NORMAL, 3, 7),
    ONE_CODE(NEUTRAL_MISSING, TWO, 8),
    ONE_CODE(PHASE_ASYMMETRY, TWO, 9),
    ONE_CODE(CURRENT_REVERSED, TWO, 10),
    ONE_CODE(PHASE_SEQUENCE, TWO, 11),
    ONE_CODE(UNEXPECTED_CONSUMPTION, TWO, 12),
    ONE_CODE(KEY_CHANGED, TWO, 13),
    PHASE_CODES(VOLTAGE_BAD, 1, 14),
    PHASE_CODES(VOLTAGE_BAD, 2, 15),
    PHASE_CODES(VOLTAGE_BAD, 3, 16),
    ONE_CODE(EXTERNAL_ALERT, TWO, 17),
    ONE_CODE(LOCAL_COMMUNICATION, TWO, 18),
    ONE_CODE(DISCONNECTOR_FAILURE, TWO, 31),

    ONE_CODE(TERMINAL_COVER_OPEN, THREE, ALARM_TAMPER),
    ONE_CODE(STRONG_FIELD, THREE, ALARM_TAMPER),
    ONE_CODE(METER_COVER_OPEN, THREE, ALARM_TAMPER),
    ONE_CODE(CURRENT_REVERSED, THREE, ALARM_TAMPER),
    {EVENT_BATTERY_REPLACE, EVENT_BATTERY_LOW, THREE, ALARM_LOW_BATTERY},
    {EVENT_UNDERVOLTAGE_L1, EVENT_UNDERVOLTAGE_L1 + 2, THREE, ALARM_DIP},
    {EVENT_VOLTAGE_MISSING_L1, EVENT_VOLTAGE_MISSING_L1 + 2, THREE, ALARM_DIP},
    {EVENT_PROGRAM_MEMORY_ERROR, EVENT_NV_MEMORY_ERROR, THREE, ALARM_MEMORY},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static uint32_t known(unsigned number)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < ROWS; i++) {
        bits |= rows[i].number == number ? UINT32_C(1) << rows[i].bit : 0;
    }
    return bits;
}

uint32_t alarm_known(unsigned number)
{
    return known(number + 1);
}

uint32_t alarm_errors_known(void)
{
    return known(ERROR);
}

static void come(struct alarm *alarm, struct alarm_register *to, uint32_t bits)
{
    uint32_t fresh = bits & to->filter & ~to->active;
    if (fresh == 0) {
        return;
    }
    bool tells = (fresh & ~to->descriptor) != 0;
    to->active |= fresh;
    to->descriptor |= fresh;
    alarm->changed = true;
    if (tells && to->up.selector != 0) {
        (void)script_execute(alarm->scripts, &to->up);
    }
}

static uint32_t bits_of(uint8_t code, unsigned number)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < ROWS; i++) {
        bool here = rows[i].number == number && code >= rows[i].from && code <= rows[i].to;
        bits |= here ? UINT32_C(1) << rows[i].bit : 0;
    }
    return bits;
}

void alarm_hear(struct alarm *alarm, enum event_code code)
{
    uint32_t errors = bits_of((uint8_t)code, ERROR) & ~alarm->errors;
    alarm->errors |= errors;
    alarm->changed = alarm->changed || errors != 0;
    for (unsigned i = 0; i < ALARM_REGISTERS; i++) {
        come(alarm, &alarm->registers[i], bits_of((uint8_t)code, i + 1));
    }
}

static void hear(void *owner, const struct event *event)
{
    alarm_hear(owner, (enum event_code)event->code);
}

void alarm_init(struct alarm *alarm, struct event_book *events, const struct script_book *scripts,
                const uint8_t push[6], unsigned count)
{
    *alarm = (struct alarm){.events = events, .scripts = scripts};
    for (unsigned i = 0; i < count; i++) {
        alarm->registers[i].filter = alarm_known(i);
        alarm->registers[i].up.selector = PUSH_ON_ALARM;
        memcpy(alarm->registers[i].up.table, push, sizeof alarm->registers[i].up.table);
    }
    event_listen(events, hear, alarm);
}

/* ---- What outlives the supply ---- */

static void put_register(struct writer *w, const struct alarm_register *from)
{
    writer_u32(w, from->active);
    writer_u32(w, from->filter);
    writer_u32(w, from->descriptor);
    writer_octets(w, from->up.table, sizeof from->up.table);
    writer_u16(w, from->up.selector);
}

static void take_register(struct reader *r, struct alarm_register *to)
{
    to->active |= reader_u32(r);
    to->filter = reader_u32(r);
    to->descriptor |= reader_u32(r);
    const uint8_t *table = reader_octets(r, sizeof to->up.table);
    if (table != NULL) {
        memcpy(to->up.table, table, sizeof to->up.table);
    }
    to->up.selector = reader_u16(r);
}

void alarm_recover(struct alarm *alarm, struct storage *storage, uint16_t value)
{
    uint8_t octets[SIZE];
    uint8_t version;
    alarm->storage = storage;
    alarm->value = value;
    int size = journal_get(&storage->values, value, &version, octets, sizeof octets);
    if (size != SIZE || version != VERSION) {
        return;
    }
    struct reader r = reader_over(octets, sizeof octets);
    alarm->errors |= reader_u32(&r);
    for (unsigned i = 0; i < ALARM_REGISTERS; i++) {
        take_register(&r, &alarm->registers[i]);
    }
}

int alarm_step(struct alarm *alarm)
{
    if (alarm->storage == NULL || !alarm->changed) {
        return 0;
    }
    uint8_t octets[SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u32(&w, alarm->errors);
    for (unsigned i = 0; i < ALARM_REGISTERS; i++) {
        put_register(&w, &alarm->registers[i]);
    }
    if (journal_put(&alarm->storage->values, alarm->value, VERSION, octets, SIZE) != STORAGE_DONE) {
        return 1;
    }
    alarm->changed = false;
    return 0;
}

/* ---- Clients ---- */

/* Whether a bit goes. */
static bool clear(struct alarm *alarm, uint32_t *bits, uint32_t keep)
{
    bool goes = (*bits & ~keep) != 0;
    *bits &= keep;
    alarm->changed = alarm->changed || goes;
    return goes;
}

void alarm_clear(struct alarm *alarm, unsigned number, uint32_t keep)
{
    if (clear(alarm, &alarm->registers[number].active, keep)) {
        event_record(alarm->events, EVENT_ALARM_CLEARED);
    }
}

void alarm_clear_errors(struct alarm *alarm, uint32_t keep)
{
    if (clear(alarm, &alarm->errors, keep)) {
        event_record(alarm->events, EVENT_ERROR_CLEARED);
    }
}

void alarm_clear_descriptor(struct alarm *alarm, unsigned number, uint32_t keep)
{
    (void)clear(alarm, &alarm->registers[number].descriptor, keep);
}

void alarm_set_filter(struct alarm *alarm, unsigned number, uint32_t filter)
{
    alarm->registers[number].filter = filter & alarm_known(number);
    alarm->changed = true;
}

void alarm_set_script(struct alarm *alarm, unsigned number, const struct script *up)
{
    alarm->registers[number].up = *up;
    alarm->changed = true;
}
