/* Quantities by their OBIS codes and their names. */
#include "quantity/parts.h"

#include <string.h>

enum {
    GROUP_C_OF_PHASE = 20, /* from one phase to the next */
    GROUP_C_ANGLES = 81,
    GROUP_E_THD = 124,
};

/* Value group E of the angles names what lies between: 10 * to + from, with U of L1..L3 as 0..2 and
 * I as 4..6. A lag is the angle from the one that lags. */
static uint8_t angle_group_e(struct quantity quantity)
{
    unsigned phase = quantity.phase - 1U;
    return (uint8_t)(quantity.kind == QUANTITY_ANGLE_UI ? 10 * phase + 4 + phase : phase);
}

static uint8_t group_c(struct quantity quantity)
{
    const struct quantity_row *row = quantity_row(quantity.kind);
    if (quantity.phase == 0) {
        return row->c_total;
    }
    bool one_for_all = row->c_phase == 0 || row->c_phase == GROUP_C_ANGLES;
    return one_for_all ? row->c_phase
                       : (uint8_t)(row->c_phase + GROUP_C_OF_PHASE * (quantity.phase - 1));
}

int quantity_obis(struct quantity quantity, uint8_t code[6])
{
    if (!quantity_is_there(quantity, LEGAL_PHASES)) {
        return -1;
    }
    bool is_constant = quantity_is_constant(quantity.kind);
    uint8_t c = group_c(quantity);
    uint8_t e = quantity.e;
    if (c == GROUP_C_ANGLES) {
        e = angle_group_e(quantity);
    } else if (is_constant) {
        e = quantity_constant_e(quantity.kind);
    } else if (quantity_is_distortion(quantity.kind)) {
        e = GROUP_E_THD;
    }
    const uint8_t built[6] = {1, 0, c, quantity_row(quantity.kind)->d, e, 255};
    memcpy(code, built, sizeof built);
    return c != 0 || is_constant ? 0 : -1;
}

/* What a quantity may be of: the total, a phase, or the total in a rate. */
enum { PARTS = 1 + LEGAL_PHASES + QUANTITY_RATES };

static struct quantity part_of(uint8_t kind, uint8_t part)
{
    struct quantity quantity = {.kind = kind};
    quantity.phase = part <= LEGAL_PHASES ? part : 0;
    quantity.e = part <= LEGAL_PHASES ? 0 : (uint8_t)(part - LEGAL_PHASES);
    return quantity;
}

static int find_obis(const uint8_t code[6], struct quantity *quantity)
{
    for (uint8_t kind = 0; kind < QUANTITY_KINDS; kind++) {
        for (uint8_t part = 0; part < PARTS; part++) {
            struct quantity candidate = part_of(kind, part);
            uint8_t own[6];
            if (quantity_obis(candidate, own) == 0 && memcmp(own, code, sizeof own) == 0) {
                *quantity = candidate;
                return 0;
            }
        }
    }
    return -1;
}

/* A quantity in which one of its harmonics is meant. */
static int take_order(struct quantity *quantity, unsigned order)
{
    quantity->e = (uint8_t)(order <= QUANTITY_ORDERS ? order : 0);
    return quantity_is_harmonic(*quantity) && quantity_is_there(*quantity, LEGAL_PHASES) ? 0 : -1;
}

int quantity_find_obis(const uint8_t code[6], struct quantity *quantity)
{
    uint8_t of_all[6];
    memcpy(of_all, code, sizeof of_all);
    of_all[4] = 0;
    if (find_obis(code, quantity) == 0) {
        return 0;
    }
    return find_obis(of_all, quantity) == 0 ? take_order(quantity, code[4]) : -1;
}

static size_t put_number(char *name, unsigned number)
{
    size_t size = 0;
    if (number >= 10) {
        name[size++] = (char)('0' + number / 10);
    }
    name[size++] = (char)('0' + number % 10);
    return size;
}

void quantity_name(struct quantity quantity, char name[QUANTITY_NAME_SIZE])
{
    size_t size = strlen(quantity_row(quantity.kind)->name);
    memcpy(name, quantity_row(quantity.kind)->name, size + 1);
    if (quantity.phase != 0) {
        name[size++] = '.';
        size += put_number(&name[size], quantity.phase);
    }
    if (quantity.e != 0) {
        name[size++] = '.';
        name[size++] = quantity.phase == 0 ? 't' : 'h';
        size += put_number(&name[size], quantity.e);
    }
    name[size] = '\0';
}

static bool is_called(struct quantity quantity, const char *name)
{
    char own[QUANTITY_NAME_SIZE];
    quantity_name(quantity, own);
    return quantity_is_there(quantity, LEGAL_PHASES) && strcmp(name, own) == 0;
}

static int find(const char *name, struct quantity *quantity)
{
    for (uint8_t kind = 0; kind < QUANTITY_KINDS; kind++) {
        for (uint8_t part = 0; part < PARTS; part++) {
            struct quantity candidate = part_of(kind, part);
            if (is_called(candidate, name)) {
                *quantity = candidate;
                return 0;
            }
        }
    }
    return -1;
}

/* Where ".h5" begins, or the name ends. */
static size_t before_order(const char *name)
{
    size_t size = 0;
    while (name[size] != '\0' && !(name[size] == '.' && name[size + 1] == 'h')) {
        size++;
    }
    return size;
}

/* The number of ".h5", ".h17"; 0: none. */
static unsigned order_of(const char *suffix)
{
    unsigned order = 0;
    for (const char *digit = &suffix[2]; *digit; digit++) {
        bool counts = *digit >= '0' && *digit <= '9' && !(digit == &suffix[2] && *digit == '0');
        if (!counts || order > QUANTITY_ORDERS) {
            return 0;
        }
        order = order * 10 + (unsigned)(*digit - '0');
    }
    return order;
}

int quantity_find(const char *name, struct quantity *quantity)
{
    char of_all[QUANTITY_NAME_SIZE] = {0};
    size_t size = before_order(name);
    if (name[size] == '\0') {
        return find(name, quantity);
    }
    if (size >= sizeof of_all) {
        return -1;
    }
    memcpy(of_all, name, size);
    return find(of_all, quantity) == 0 ? take_order(quantity, order_of(&name[size])) : -1;
}
