#include "storage/journal.h"

#include "base/need.h"
#include "storage/journal_mark.h"

#include <stddef.h>

enum {
    SLOTS_MAX = 255,
    WRITE_TRIES = 8, /* a chip on which so many items in a row do not read back is broken */
};

static const uint16_t nowhere = 0xffff;

/* Ready sectors that must be there to open one for a put, for an urgent put, for carrying. The
 * differences are what each leaves to the next, so that carrying can always end in an erase. */
enum {
    READY_FOR_PUT = JOURNAL_READY,
    READY_FOR_URGENT = 2,
    READY_FOR_CARRYING = 1,
    READY_FOR_FIRST = 1
};

enum phase { PHASE_BELT, PHASE_SECTORS, PHASE_DONE };

void journal_init(struct journal *journal, const struct flash *flash,
                  const struct partition *partition, const struct journal_use *use,
                  uint16_t *places)
{
    need(partition->sectors >= JOURNAL_SECTORS_MIN && partition->sectors <= JOURNAL_SECTORS_MAX);
    *journal = (struct journal){.use = use, .places = places};
    belt_init(&journal->belt, flash, partition);
    for (uint16_t i = 0; i < use->values; i++) {
        places[i] = nowhere;
    }
}

static const struct flash *flash_of(const struct journal *journal)
{
    return journal->belt.flash;
}

/* A place is a sector of the partition and a slot in it. */
static uint16_t place_at(const struct journal *journal, uint32_t sequence, uint16_t slot)
{
    return (uint16_t)(sequence % journal->belt.partition->sectors << 8 | slot);
}

static uint32_t sector_of(const struct journal *journal, uint16_t place)
{
    return belt_address(&journal->belt, place >> 8);
}

static enum item_state read_place(const struct journal *journal, uint16_t place, struct item *item)
{
    return item_read(flash_of(journal), sector_of(journal, place), place & 0xff, item);
}

uint16_t journal_value_max(const struct journal *journal)
{
    return (uint16_t)((flash_of(journal)->sector - BELT_DATA) / 2 - 2 * ITEM_DESCRIPTOR);
}

/* A value that does not fit into what is left of a sector leaves less than half of it unused, so
 * each sector that is not head or ready holds at least half of its octets. */
uint32_t journal_capacity(const struct journal *journal)
{
    uint32_t half = (flash_of(journal)->sector - BELT_DATA) / 2u;
    return (journal->belt.partition->sectors - JOURNAL_READY - 1u) * half;
}

static int find_item(const struct journal *journal, uint16_t number, struct item *item)
{
    need(number < journal->use->values);
    uint16_t place = journal->places[number];
    if (place == nowhere) {
        return STORAGE_ABSENT;
    }
    enum item_state state = read_place(journal, place, item);
    if (state != ITEM_WRITTEN || item->number != number) {
        return state == ITEM_FAILED ? STORAGE_FAILED : STORAGE_DAMAGED;
    }
    return STORAGE_DONE;
}

int journal_get(const struct journal *journal, uint16_t number, uint8_t *version, void *octets,
                uint16_t room)
{
    struct item item;
    int result = find_item(journal, number, &item);
    if (result == STORAGE_DONE) {
        uint32_t sector = sector_of(journal, journal->places[number]);
        result = item_check(flash_of(journal), sector, &item, octets, room);
    }
    if (result != STORAGE_DONE) {
        return result;
    }
    if (version) {
        *version = item.version;
    }
    return item.size;
}

int journal_read(const struct journal *journal, uint16_t number, uint16_t from, void *octets,
                 uint16_t size)
{
    struct item item;
    int result = find_item(journal, number, &item);
    if (result != STORAGE_DONE) {
        return result;
    }
    if ((uint32_t)from + size > item.size) {
        return STORAGE_ABSENT;
    }
    uint32_t sector = sector_of(journal, journal->places[number]);
    return flash_read(flash_of(journal), sector + item.at + from, octets, size);
}

/* Octets that the value in force of a number takes. */
static uint32_t weight(const struct journal *journal, uint16_t number)
{
    struct item item;
    uint16_t place = journal->places[number];
    if (place == nowhere || read_place(journal, place, &item) != ITEM_WRITTEN) {
        return 0;
    }
    return (uint32_t)item.size + ITEM_DESCRIPTOR;
}

static void wipe(const struct journal *journal, uint16_t place)
{
    struct item item;
    enum item_state state = read_place(journal, place, &item);
    if (state == ITEM_WRITTEN || state == ITEM_REVOKED) {
        item_wipe(flash_of(journal), sector_of(journal, place), place & 0xff, &item);
    }
}

/* ---- Appending ---- */

/* The first sector of all leaves nothing to carry, and all others to be prepared: a new chip need
 * not wait for more than that one. */
static int open_noted(struct journal *journal, uint8_t ready_needed, const struct belt_note *note)
{
    bool first = journal->belt.span == 0;
    if (journal->belt.ready < (first ? READY_FOR_FIRST : ready_needed)) {
        return STORAGE_LATER;
    }
    int result = belt_open(&journal->belt, note);
    if (result == STORAGE_DONE) {
        journal->fill = BELT_DATA;
        journal->slots = 0;
    }
    return result;
}

bool journal_ready(const struct journal *journal)
{
    return journal->belt.span > 0 || journal->belt.ready >= READY_FOR_FIRST;
}

static int open_sector(struct journal *journal, uint8_t ready_needed)
{
    const struct belt_note note = {.version = journal->marked ? JOURNAL_MARKED : 0};
    return open_noted(journal, ready_needed, &note);
}

int journal_mark(struct journal *journal)
{
    static const struct belt_note note = {.version = JOURNAL_MARKED};
    need(journal->phase == PHASE_DONE);
    if (journal->marked) {
        return STORAGE_DONE;
    }
    int result = open_noted(journal, READY_FOR_PUT, &note);
    if (result == STORAGE_DONE) {
        journal_mark_from(journal, journal->belt.head);
    }
    return result;
}

/* A blank descriptor stays between the values and the descriptors: it ends them. */
static bool fits(const struct journal *journal, uint32_t size)
{
    return journal->belt.span > 0 && journal->slots < SLOTS_MAX &&
           journal->fill + size <= item_offset(flash_of(journal), journal->slots + 1u);
}

/* Leaves a descriptor behind that is of no use. STORAGE_DAMAGED: done so, STORAGE_FAILED. */
static int pass_slot(struct journal *journal, uint32_t sector)
{
    if (item_void(flash_of(journal), sector, journal->slots) != STORAGE_DONE) {
        return STORAGE_FAILED;
    }
    journal->slots++;
    return STORAGE_DAMAGED;
}

/* Whether the next place for an item of `size` octets is blank; passes over what a power cut or a
 * bad cell left in the way. STORAGE_DONE, STORAGE_DAMAGED: passed over, STORAGE_FAILED. */
static int check_place(struct journal *journal, uint16_t size)
{
    const struct flash *flash = flash_of(journal);
    uint32_t sector = belt_address(&journal->belt, journal->belt.head);
    int result = flash_blank(flash, sector + journal->fill, size);
    if (result == STORAGE_DAMAGED) {
        journal->fill = (uint16_t)(journal->fill / flash->page * flash->page + flash->page);
    }
    if (result == STORAGE_DONE) {
        result = flash_blank(flash, sector + item_offset(flash, journal->slots), ITEM_DESCRIPTOR);
        if (result == STORAGE_DAMAGED) {
            result = pass_slot(journal, sector);
        }
    }
    return result;
}

/* Finds the place for an item of `size` octets: in the head, else in the next sector. */
static int make_room(struct journal *journal, uint16_t size, uint8_t ready_needed)
{
    int result = belt_settle(&journal->belt) == STORAGE_DONE ? STORAGE_DAMAGED : STORAGE_FAILED;
    while (result == STORAGE_DAMAGED) {
        if (!fits(journal, size)) {
            result = open_sector(journal, ready_needed);
            if (result != STORAGE_DONE) {
                return result;
            }
        }
        result = check_place(journal, size);
    }
    return result;
}

/* Writes an item to the place that was made for it. When that fails the place is left behind. */
static int write_item(struct journal *journal, struct item *item, const struct item_source *source)
{
    const struct flash *flash = flash_of(journal);
    uint32_t sector = belt_address(&journal->belt, journal->belt.head);
    item->at = journal->fill;
    journal->fill = (uint16_t)(journal->fill + item->size);
    int result = item_write(flash, sector, journal->slots, item, source);
    if (result == STORAGE_DONE) {
        journal->places[item->number] = place_at(journal, journal->belt.head, journal->slots);
        journal->slots++;
        return STORAGE_DONE;
    }
    if (journal->use->secret) {
        item_wipe(flash, sector, journal->slots, item);
    }
    int passed = pass_slot(journal, sector);
    return result == STORAGE_FAILED ? result : passed;
}

static int append(struct journal *journal, struct item item, const struct item_source *source,
                  uint8_t ready_needed)
{
    int result = STORAGE_DAMAGED;
    for (unsigned tries = 0; tries < WRITE_TRIES && result == STORAGE_DAMAGED; tries++) {
        result = make_room(journal, item.size, ready_needed);
        if (result == STORAGE_DONE) {
            result = write_item(journal, &item, source);
        }
    }
    return result == STORAGE_DAMAGED ? STORAGE_FAILED : result;
}

/* Then the head is for what is carried from the oldest sector, and nothing else. */
static bool last_sector_open(const struct journal *journal)
{
    return journal->belt.ready == 0 && belt_crowded(&journal->belt);
}

static int put(struct journal *journal, const struct item *item, const struct item_source *source,
               uint8_t ready_needed)
{
    need(journal->phase == PHASE_DONE && item->number < journal->use->values);
    uint16_t before = journal->places[item->number];
    uint32_t live = journal->live - weight(journal, item->number) + item->size + ITEM_DESCRIPTOR;
    if (item->size > journal_value_max(journal) || live > journal_capacity(journal)) {
        return STORAGE_FULL;
    }
    if (last_sector_open(journal)) {
        return STORAGE_LATER;
    }
    int result = append(journal, *item, source, ready_needed);
    if (result != STORAGE_DONE) {
        return result;
    }
    journal->live = live;
    if (journal->use->secret && before != nowhere) {
        wipe(journal, before);
    }
    return STORAGE_DONE;
}

static struct item_source in_memory(const void *octets, uint16_t size)
{
    return (struct item_source){.octets = size > 0 ? octets : (const uint8_t *)""};
}

int journal_put(struct journal *journal, uint16_t number, uint8_t version, const void *octets,
                uint16_t size)
{
    const struct item item = {.number = number, .version = version, .size = size};
    const struct item_source source = in_memory(octets, size);
    return put(journal, &item, &source, READY_FOR_PUT);
}

int journal_put_rendered(struct journal *journal, uint16_t number, uint8_t version,
                         item_render *render, const void *owner)
{
    struct writer w = writer_measure();
    render(owner, &w);
    if (w.tape > journal_value_max(journal)) {
        return STORAGE_FULL;
    }
    const struct item item = {.number = number, .version = version, .size = (uint16_t)w.tape};
    const struct item_source source = {.render = render, .owner = owner};
    return put(journal, &item, &source, READY_FOR_PUT);
}

int journal_put_urgent(struct journal *journal, uint16_t number, uint8_t version,
                       const void *octets, uint16_t size)
{
    const struct item item = {.number = number, .version = version, .size = size};
    const struct item_source source = in_memory(octets, size);
    return put(journal, &item, &source, READY_FOR_URGENT);
}

/* ---- Recovery ---- */

/* What was found of a number, in sectors from the newest to the oldest, in each in the order of
 * writing. */
static void take_written(struct journal *journal, uint16_t place, const struct item *item)
{
    uint16_t *newest = &journal->places[item->number];
    bool replaced = *newest != nowhere && *newest >> 8 != place >> 8;
    if (!replaced &&
        item_check(flash_of(journal), sector_of(journal, place), item, NULL, 0) != STORAGE_DONE) {
        journal->damaged++;
        return;
    }
    uint16_t older = replaced ? place : *newest;
    if (journal->use->secret && older != nowhere) {
        wipe(journal, older);
    }
    *newest = replaced ? *newest : place;
}

static void take(struct journal *journal, uint16_t place, enum item_state state,
                 const struct item *item)
{
    switch (state) {
    case ITEM_WRITTEN:
        if (item->number < journal->use->values) {
            take_written(journal, place, item);
        }
        break;
    case ITEM_REVOKED:
        wipe(journal, place);
        break;
    case ITEM_DAMAGED:
    case ITEM_FAILED:
        journal->damaged++;
        break;
    default:
        break;
    }
}

/* Reads a sector; the head is filled from behind what it holds. */
static void read_sector(struct journal *journal, uint32_t sequence)
{
    struct item item;
    const struct flash *flash = flash_of(journal);
    uint32_t sector = belt_address(&journal->belt, sequence);
    uint32_t end = BELT_DATA;
    uint16_t slot = 0;
    for (; slot < SLOTS_MAX && end <= item_offset(flash, slot + 1u); slot++) {
        enum item_state state = item_read(flash, sector, slot, &item);
        if (state == ITEM_BLANK) {
            break;
        }
        take(journal, place_at(journal, sequence, slot), state, &item);
        if (state == ITEM_WRITTEN && (uint32_t)item.at + item.size > end) {
            end = (uint32_t)item.at + item.size;
        }
    }
    if (sequence == journal->belt.head) {
        journal->fill = (uint16_t)end;
        journal->slots = slot;
    }
}

static void finish_recovery(struct journal *journal)
{
    uint16_t page = flash_of(journal)->page;
    /* Where the power may have been cut, cells may be weaker than they read: on to a new page. */
    journal->fill = (uint16_t)((journal->fill + page - 1) / page * page);
    for (uint16_t i = 0; i < journal->use->values; i++) {
        journal->live += weight(journal, i);
    }
    journal->cursor = 0;
    journal->phase = PHASE_DONE;
}

/* The last ready sector has been opened for carrying and the oldest sector is still there: the
 * head holds nothing but copies of what that one holds. Without it carrying begins anew, and
 * however often it is interrupted, it never runs out of room. */
static void undo_carrying(struct journal *journal)
{
    if (last_sector_open(journal) && journal->belt.ahead == 0) {
        belt_drop_head(&journal->belt);
    }
}

int journal_recover(struct journal *journal)
{
    if (journal->phase == PHASE_BELT) {
        if (belt_recover(&journal->belt) == 0) {
            undo_carrying(journal);
            journal->phase = PHASE_SECTORS;
        }
        return 1;
    }
    if (journal->phase == PHASE_SECTORS) {
        if (journal->cursor < journal->belt.span) {
            struct belt_note note;
            uint32_t sequence = journal->belt.head - journal->cursor++;
            if (belt_read_note(&journal->belt, sequence, &note) == STORAGE_DONE) {
                if (note.version == JOURNAL_MARKED) {
                    journal_mark_from(journal, sequence);
                }
                read_sector(journal, sequence);
            }
        } else {
            finish_recovery(journal);
        }
    }
    return journal->phase != PHASE_DONE;
}

/* ---- Freeing sectors ---- */

/* Carries an item of the oldest sector, which is in force, to the head. */
static int carry(struct journal *journal, uint16_t place, const struct item *item)
{
    uint32_t sector = sector_of(journal, place);
    const struct item_source source = {.address = sector + item->at};
    int result = item_check(flash_of(journal), sector, item, NULL, 0);
    if (result == STORAGE_DAMAGED) {
        journal->live -= (uint32_t)item->size + ITEM_DESCRIPTOR;
        journal->places[item->number] = nowhere;
        journal->damaged++;
        return STORAGE_DONE;
    }
    return result == STORAGE_DONE ? append(journal, *item, &source, READY_FOR_CARRYING) : result;
}

/* One slot of the oldest sector; gives the sector up behind the last one. */
static int free_oldest(struct journal *journal)
{
    struct item item;
    uint16_t place = place_at(journal, belt_oldest(&journal->belt), journal->cursor);
    enum item_state state =
        journal->cursor < SLOTS_MAX ? read_place(journal, place, &item) : ITEM_BLANK;
    int result = state == ITEM_FAILED ? STORAGE_FAILED : STORAGE_DONE;
    if (state == ITEM_BLANK) {
        journal->cursor = 0;
        result = belt_drop(&journal->belt);
        return result == STORAGE_DONE ? 1 : result;
    }
    if (state == ITEM_WRITTEN && item.number < journal->use->values &&
        journal->places[item.number] == place) {
        result = carry(journal, place, &item);
    }
    if (result != STORAGE_DONE) {
        return result == STORAGE_LATER ? 0 : result;
    }
    journal->cursor++;
    return 1;
}

/* The head is left early when it has no room for an urgent value. */
static bool urgent_room(const struct journal *journal)
{
    return journal->use->urgent == 0 || fits(journal, journal->use->urgent);
}

int journal_step(struct journal *journal)
{
    if (journal->belt.ready < JOURNAL_READY || belt_erasing(&journal->belt)) {
        bool full = belt_crowded(&journal->belt) && !belt_erasing(&journal->belt);
        return full && journal->belt.span > 1 ? free_oldest(journal) : belt_prepare(&journal->belt);
    }
    if (!urgent_room(journal)) {
        return open_sector(journal, READY_FOR_PUT) == STORAGE_DONE ? 1 : 0;
    }
    return journal_is_oldest_unmarked(journal) ? free_oldest(journal) : 0;
}
