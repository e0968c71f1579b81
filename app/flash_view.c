#include "app/flash_view.h"

/* Values of the energies' journal, as many as it may have one day. */
static const struct journal_use energy_use = {.values = FLASH_ENERGIES};

static void recover(struct flash_view *view)
{
    journal_init(&view->energy, &view->flash, &view->layout->energy, &energy_use,
                 view->energy_places);
    storage_init(&view->storage, &view->flash, view->layout);
    while (journal_recover(&view->energy) > 0) {
    }
    while (storage_recover(&view->storage) > 0) {
    }
}

static struct flash_part *add_part(struct flash_view *view, const struct partition *partition,
                                   const struct belt *belt)
{
    struct flash_part *part = &view->parts[view->count++];
    *part = (struct flash_part){
        .partition = partition,
        .used = belt->span,
        .ready = belt->ready,
        .lost = belt->lost,
        .erases_least = UINT32_MAX,
        .life_years = life_years(partition, view->flash.sector, layout_use(partition)),
    };
    for (uint32_t i = 0; i < partition->sectors; i++) {
        uint32_t erases = view->nor.wear[partition->first + i];
        part->erases_least = erases < part->erases_least ? erases : part->erases_least;
        part->erases_most = erases > part->erases_most ? erases : part->erases_most;
    }
    return part;
}

static void add_journal(struct flash_view *view, const struct partition *partition,
                        const struct journal *journal)
{
    struct flash_part *part = add_part(view, partition, &journal->belt);
    part->damaged = journal->damaged;
    for (uint16_t i = 0; i < journal->use->values; i++) {
        int size = journal_get(journal, i, NULL, NULL, 0);
        part->values += size >= 0;
        part->octets += size >= 0 ? (uint32_t)size : 0;
    }
}

static void add_stage(struct flash_view *view)
{
    uint32_t tag;
    uint32_t size;
    const struct stage *stage = &view->storage.stage;
    struct flash_part *part = add_part(view, &view->layout->stage, &stage->belt);
    part->damaged = view->storage.stage_damaged;
    part->octets = stage_committed(stage, &tag, &size) ? size : 0;
}

/* Every record is read. */
static void add_ring(struct flash_view *view, const struct partition *partition,
                     const struct record_ring *ring)
{
    struct flash_part *part = add_part(view, partition, &ring->belt);
    struct record record;
    bool any = false;
    part->first = record_first(ring);
    part->next = record_next(ring);
    part->size = record_size(ring);
    part->damaged = ring->damaged;
    for (uint32_t number = part->first; number < part->next; number++) {
        if (record_read(ring, number, &record, NULL) != STORAGE_DONE) {
            part->damaged++;
            continue;
        }
        part->from_s = any ? part->from_s : record.time_s;
        part->to_s = record.time_s;
        any = true;
    }
}

int flash_view_open(struct flash_view *view, const char *path, char *error, size_t error_size)
{
    const struct nor_config config = nor_config_default();
    *view = (struct flash_view){0};
    if (nor_load(&view->nor, &config, path, &view->file_octets, error, error_size) != 0) {
        return -1;
    }
    view->flash = nor_port(&view->nor);
    view->layout = layout_of_chip(&view->flash);
    if (!view->layout) {
        return 0;
    }
    recover(view);
    add_journal(view, &view->layout->energy, &view->energy);
    add_journal(view, &view->layout->values, &view->storage.values);
    add_journal(view, &view->layout->secrets, &view->storage.secrets);
    add_stage(view);
    for (unsigned i = 0; i < view->layout->rings_count; i++) {
        add_ring(view, &view->layout->rings[i], &view->storage.rings[i]);
    }
    return 0;
}

void flash_view_close(struct flash_view *view)
{
    nor_close(&view->nor);
}
