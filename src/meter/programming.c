#include "meter/programming.h"

#include "crypto/hash.h"
#include "crypto/secret.h"

#include <string.h>

enum { TRIES = 3, LOCKED_MS = 60000, PROOF = 16, PROOF_DIGITS = 2 * PROOF };

/* Error messages of our own: the standard leaves them to makers. */
static const char not_allowed[] = "ER01";
static const char unknown[] = "ER02";
static const char not_valid[] = "ER03";

struct p1_view programming_view(const struct meter *meter)
{
    return (struct p1_view){
        .quantities = &meter->source,
        .clock = &meter->clock,
        .identity = &meter->identity,
        .message = &meter->message,
        .model = meter->product->model_name,
    };
}

static void put_text(struct writer *w, const char *text)
{
    writer_octets(w, text, strlen(text));
}

static enum iec21_result refuse(struct writer *w, const char *text)
{
    put_text(w, text);
    return IEC21_ERROR;
}

static void put_hex(char *digits, const uint8_t *octets, size_t size)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        digits[2 * i] = hex[octets[i] >> 4];
        digits[2 * i + 1] = hex[octets[i] & 0xf];
    }
}

/* An operand never comes twice: it is made of the meter's clock and of how many there were. */
void programming_begin(void *owner, struct writer *w)
{
    struct meter_optical *optical = owner;
    struct crypto_hash hash;
    uint8_t digest[CRYPTO_HASH_MAX];
    const struct meter *meter = optical->meter;
    optical->operands++;
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    crypto_hash_add(&hash, meter->identity.name, sizeof meter->identity.name);
    crypto_hash_add(&hash, &meter->clock.utc_ms, sizeof meter->clock.utc_ms);
    crypto_hash_add(&hash, &meter->now_ms, sizeof meter->now_ms);
    crypto_hash_add(&hash, &optical->operands, sizeof optical->operands);
    crypto_hash_end(&hash, digest);
    put_hex(optical->operand, digest, METER_OPERAND / 2);
    writer_octets(w, optical->operand, METER_OPERAND);
    optical->level = METER_OPTICAL_NOTHING;
    optical->programmed = false;
}

void programming_end(void *owner)
{
    struct meter_optical *optical = owner;
    optical->level = METER_OPTICAL_NOTHING;
}

/* ---- passwords ---- */

static bool is_password(const struct local_port_text *password, const struct iec21_data_set *set)
{
    return password->size > 0 && password->size == set->value_size &&
           crypto_equal(password->octets, set->value, password->size);
}

static bool is_proof(const struct meter_optical *optical, const struct iec21_data_set *set)
{
    const struct local_port_text *password = &optical->meter->local_port.passwords[LOCAL_PORT_P2];
    struct crypto_hash hash;
    uint8_t digest[CRYPTO_HASH_MAX];
    char digits[PROOF_DIGITS];
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    crypto_hash_add(&hash, optical->operand, METER_OPERAND);
    crypto_hash_add(&hash, password->octets, password->size);
    crypto_hash_end(&hash, digest);
    put_hex(digits, digest, PROOF);
    crypto_wipe(digest, sizeof digest);
    bool same =
        crypto_equal(digits, set->value, set->value_size == PROOF_DIGITS ? PROOF_DIGITS : 0);
    return password->size > 0 && set->value_size == PROOF_DIGITS && same;
}

static enum meter_optical_level level_of(const struct meter_optical *optical, char form,
                                         const struct iec21_data_set *set)
{
    const struct local_port_text *passwords = optical->meter->local_port.passwords;
    if (form == '2') {
        return is_proof(optical, set) ? METER_OPTICAL_WRITES : METER_OPTICAL_NOTHING;
    }
    if (form == '1' && is_password(&passwords[LOCAL_PORT_W5], set)) {
        return METER_OPTICAL_WRITES;
    }
    return form == '1' && is_password(&passwords[LOCAL_PORT_P1], set) ? METER_OPTICAL_READS
                                                                      : METER_OPTICAL_NOTHING;
}

static enum iec21_result take_password(struct meter_optical *optical, char form,
                                       const struct iec21_data_set *set, struct writer *w)
{
    struct meter *meter = optical->meter;
    bool locked = meter->now_ms < optical->locked_until_ms;
    enum meter_optical_level level = locked ? METER_OPTICAL_NOTHING : level_of(optical, form, set);
    if (level != METER_OPTICAL_NOTHING) {
        optical->level = level;
        optical->wrong_passwords = 0;
        return IEC21_DONE;
    }
    if (locked || ++optical->wrong_passwords < TRIES) {
        return refuse(w, not_allowed);
    }
    optical->wrong_passwords = 0;
    optical->locked_until_ms = meter->now_ms + LOCKED_MS;
    event_record(&meter->events, EVENT_AUTHENTICATION_FAILED);
    return IEC21_END;
}

/* ---- what is written ---- */

/* The number of two digits; -1: they are none. */
static int two_digits(const char *text)
{
    bool digits = text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9';
    return digits ? (text[0] - '0') * 10 + text[1] - '0' : -1;
}

static bool three_pairs(const struct iec21_data_set *set, int pairs[3])
{
    if (set->value_size != 6) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        pairs[i] = two_digits(set->value + (ptrdiff_t)2 * i);
    }
    return pairs[0] >= 0 && pairs[1] >= 0 && pairs[2] >= 0;
}

/* Corrects the clock to a local time of now's kind of time (daylight saving or not). */
static bool set_local(struct meter *meter, const struct civil *local)
{
    struct civil back = civil_from_seconds(civil_to_seconds(local));
    if (back.day != local->day || back.month != local->month) {
        return false;
    }
    struct clock_reading now = clock_read(&meter->clock);
    clock_correct(&meter->clock, clock_utc_s(&meter->clock, local, now.dst_active) * 1000);
    return true;
}

static bool write_time(struct meter *meter, const struct iec21_data_set *set)
{
    int pairs[3];
    struct civil local = clock_read(&meter->clock).local;
    if (!three_pairs(set, pairs) || pairs[0] > 23 || pairs[1] > 59 || pairs[2] > 59) {
        return false;
    }
    local.hour = (uint8_t)pairs[0];
    local.minute = (uint8_t)pairs[1];
    local.second = (uint8_t)pairs[2];
    return set_local(meter, &local);
}

static bool write_date(struct meter *meter, const struct iec21_data_set *set)
{
    int pairs[3];
    struct civil local = clock_read(&meter->clock).local;
    if (!three_pairs(set, pairs) || pairs[1] < 1 || pairs[1] > 12 || pairs[2] < 1) {
        return false;
    }
    local.year = 2000 + pairs[0];
    local.month = (uint8_t)pairs[1];
    local.day = (uint8_t)pairs[2];
    return set_local(meter, &local);
}

static bool write_message(struct meter *meter, const struct iec21_data_set *set)
{
    return message_set_text(&meter->message, set->value, set->value_size) == 0;
}

static bool write_customer_port(struct meter *meter, const struct iec21_data_set *set)
{
    if (set->value_size != 1 || (set->value[0] != '0' && set->value[0] != '1')) {
        return false;
    }
    consumer_enable_port(&meter->consumer, set->value[0] == '1');
    return true;
}

static bool write_address(struct meter *meter, const struct iec21_data_set *set)
{
    return local_port_set_address(&meter->local_port, set->value, set->value_size) == 0;
}

static bool adjust_to_minute(struct meter *meter, const struct iec21_data_set *set)
{
    (void)set;
    clock_adjust_to_minute(&meter->clock);
    return true;
}

struct target {
    const char *address;
    bool (*act)(struct meter *meter, const struct iec21_data_set *set);
};

static const struct target writable[] = {
    {"0.9.1", write_time},
    {"0.9.2", write_date},
    {"C.13.0", write_message},
    {"C.90.1", write_address},
    {"128.2.0", write_customer_port},
};

static const struct target executable[] = {
    {"0.9.1", adjust_to_minute},
};

static const struct target *find_target(const struct target *targets, size_t count,
                                        const struct iec21_data_set *set)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(targets[i].address) == set->address_size &&
            memcmp(targets[i].address, set->address, set->address_size) == 0) {
            return &targets[i];
        }
    }
    return NULL;
}

static enum iec21_result act(struct meter_optical *optical, const struct target *target,
                             const struct iec21_data_set *set, struct writer *w)
{
    if (optical->level < METER_OPTICAL_WRITES) {
        return refuse(w, not_allowed);
    }
    if (!target) {
        return refuse(w, unknown);
    }
    if (!target->act(optical->meter, set)) {
        return refuse(w, not_valid);
    }
    if (!optical->programmed) {
        event_record(&optical->meter->events, EVENT_LOCAL_PROGRAMMING);
        optical->programmed = true;
    }
    return IEC21_DONE;
}

static enum iec21_result read_line(const struct meter_optical *optical,
                                   const struct iec21_data_set *set, struct writer *w)
{
    struct p1_view view = programming_view(optical->meter);
    if (optical->level < METER_OPTICAL_READS) {
        return refuse(w, not_allowed);
    }
    return p1_list_find(&view, set->address, set->address_size, w) ? IEC21_TELL
                                                                   : refuse(w, unknown);
}

enum iec21_result programming_command(void *owner, const struct iec21_command *command,
                                      struct writer *w)
{
    struct meter_optical *optical = owner;
    struct iec21_data_set set;
    bool national = command->form == '5';
    if (command->more) {
        return refuse(w, unknown);
    }
    if (iec21_data_set_take(&set, command->data, command->size) != 0) {
        return refuse(w, not_valid);
    }
    if (command->type == 'P') {
        return take_password(optical, command->form, &set, w);
    }
    if (command->type == 'R' && (command->form == '1' || command->form == '2' || national)) {
        return read_line(optical, &set, w);
    }
    if (command->type == 'W' && (command->form == '1' || national)) {
        size_t count = sizeof writable / sizeof writable[0];
        return act(optical, find_target(writable, count, &set), &set, w);
    }
    if (command->type == 'E' && command->form == '2') {
        size_t count = sizeof executable / sizeof executable[0];
        return act(optical, find_target(executable, count, &set), &set, w);
    }
    return refuse(w, unknown);
}
