#include "cosem/class/calendar_form.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"

static struct tariff *tariff_of(const struct cosem_call *call)
{
    return call->context->tariff;
}

static struct cosem_rows entries(const struct cosem_call *call)
{
    uint32_t count = tariff_of(call)->specials.count;
    return (struct cosem_rows){.count = count, .elements = count, .result = COSEM_SUCCESS};
}

static void entry(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    const struct calendar_specials *specials = &tariff_of(call)->specials;
    if (number < specials->count) {
        calendar_form_put_special(w, &specials->entries[number]);
    }
}

/* Entries may come in any order: the index says which counts. */
static void put_in_order(struct calendar_specials *specials, const struct calendar_special *special)
{
    uint8_t place = specials->count++;
    while (place > 0 && specials->entries[place - 1].index > special->index) {
        specials->entries[place] = specials->entries[place - 1];
        place--;
    }
    specials->entries[place] = *special;
}

static enum cosem_result set_entries(const struct cosem_call *call, struct reader *value)
{
    struct calendar_specials specials = {0};
    struct cosem_intake in = cosem_intake_begin(value);
    size_t count = cosem_intake_array(&in, CALENDAR_SPECIALS);
    for (size_t i = 0; i < count; i++) {
        struct calendar_special special = calendar_form_take_special(&in);
        put_in_order(&specials, &special);
    }
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS
               ? calendar_form_result(tariff_set_specials(tariff_of(call), &specials))
               : result;
}

static enum cosem_result insert(const struct cosem_call *call, struct reader *parameter,
                                struct writer *returned)
{
    (void)returned;
    struct cosem_intake in = cosem_intake_begin(parameter);
    struct calendar_special special = calendar_form_take_special(&in);
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS
               ? calendar_form_result(tariff_insert_special(tariff_of(call), &special))
               : result;
}

static enum cosem_result delete_day(const struct cosem_call *call, struct reader *parameter,
                                    struct writer *returned)
{
    (void)returned;
    struct cosem_intake in = cosem_intake_begin(parameter);
    uint16_t index = cosem_intake_u16(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS && tariff_delete_special(tariff_of(call), index) != 0) {
        return COSEM_OTHER_REASON;
    }
    return result;
}

static const struct cosem_table entries_table = {.freeze = entries, .row = entry};

static const struct cosem_attribute attributes[] = {
    {.table = &entries_table, .set = set_entries}, /* 2 entries */
};

static const struct cosem_method methods[] = {
    {insert},     /* 1 */
    {delete_day}, /* 2 */
};

const struct cosem_class class_special_days = {.id = 11,
                                               .version = 0,
                                               COSEM_CLASS_ATTRIBUTES(attributes),
                                               .tables = 1 << 2,
                                               COSEM_CLASS_METHODS(methods)};
