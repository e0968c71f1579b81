#include "test/storage/journal_rig.h"

#include "test/unit.h"

#include <string.h>

static const struct partition rig_partition = {"values", 0x0101, BELT_JOURNAL, 0, RIG_SECTORS, 0};
const struct journal_use rig_plain = {.values = RIG_VALUES, .urgent = RIG_URGENT};
const struct journal_use rig_secret = {.values = RIG_VALUES, .secret = true};

void rig_start(struct rig *rig)
{
    kit_power_on(&rig->kit);
    journal_init(&rig->journal, &rig->kit.flash, &rig_partition, rig->use, rig->places);
    while (journal_recover(&rig->journal) > 0) {
    }
}

void rig_settle(struct rig *rig)
{
    kit_settle_journal(&rig->kit, &rig->journal);
}

void rig_open(struct rig *rig, const struct journal_use *use)
{
    rig->use = use;
    kit_open(&rig->kit, RIG_SECTORS);
    rig_start(rig);
    rig_settle(rig);
}

int rig_put(struct rig *rig, uint16_t number, const char *text)
{
    return journal_put(&rig->journal, number, 1, text, (uint16_t)strlen(text));
}

void rig_assert(const struct rig *rig, uint16_t number, const char *text)
{
    char got[KIT_SECTOR];
    int size = journal_get(&rig->journal, number, NULL, got, sizeof got);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(got, text, strlen(text));
}

void rig_fill(struct rig *rig)
{
    char text[60];
    memset(text, 'p', sizeof text);
    for (uint16_t i = 0; i < RIG_VALUES - 1; i++) {
        text[0] = (char)('A' + i);
        int result = STORAGE_LATER;
        while (result == STORAGE_LATER) {
            rig_settle(rig);
            result = journal_put(&rig->journal, i, 1, text, i < 10 ? sizeof text : 8);
        }
        assert_int_equal(result, STORAGE_DONE);
    }
    rig_settle(rig);
}

void rig_assert_filled(const struct rig *rig)
{
    for (uint16_t i = 0; i < RIG_VALUES - 1; i++) {
        char text[60];
        assert_int_equal(journal_get(&rig->journal, i, NULL, text, sizeof text), i < 10 ? 60 : 8);
        assert_int_equal(text[0], 'A' + i);
        assert_int_equal(text[7], 'p');
    }
}
