#include "storage/life.h"

#include "base/need.h"
#include "storage/item.h"
#include "storage/record.h"

uint64_t life_writes_in_round(const struct partition *partition, uint16_t sector,
                              const struct life_use *use)
{
    uint32_t room = sector - (uint32_t)BELT_DATA;
    if (partition->kind == BELT_RECORDS) {
        return (uint64_t)partition->sectors * (room / (partition->record + (uint32_t)RECORD_FRAME));
    }
    if (partition->kind == BELT_STAGE) {
        return partition->sectors;
    }
    uint32_t item = use->octets + (uint32_t)ITEM_DESCRIPTOR;
    uint32_t sectors_carried = (use->carried + room - 1) / room;
    need(sectors_carried < partition->sectors && item <= room);
    return (uint64_t)(partition->sectors - sectors_carried) * (room / item);
}

uint32_t life_years(const struct partition *partition, uint16_t sector, const struct life_use *use)
{
    if (use->writes == 0) {
        return UINT32_MAX;
    }
    uint64_t writes = LIFE_ERASES * life_writes_in_round(partition, sector, use);
    return (uint32_t)(writes * use->period_min / use->writes / LIFE_YEAR_MIN);
}
