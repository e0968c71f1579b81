#include "storage/bundle.h"

#include "base/crc32.h"
#include "base/reader.h"
#include "storage/result.h"

#include <string.h>

enum { HEAD_SIZE = 1 + 4 + 4, SETS = 2 };

struct head {
    uint8_t set;
    uint32_t size;
    uint32_t crc;
};

void bundle_init(struct bundle *bundle, struct journal *journal, uint16_t number, uint8_t parts)
{
    *bundle = (struct bundle){.journal = journal, .number = number, .parts = parts};
}

static uint16_t number_of(const struct bundle *bundle, uint8_t set, uint8_t part)
{
    return (uint16_t)(bundle->number + 1 + set * bundle->parts + part);
}

static int load_head(struct bundle *bundle, uint8_t *version, struct head *head)
{
    uint8_t octets[HEAD_SIZE];
    int size = journal_get(bundle->journal, bundle->number, version, octets, sizeof octets);
    if (size < 0) {
        return size;
    }
    struct reader r = reader_over(octets, size <= HEAD_SIZE ? (size_t)size : 0);
    head->set = reader_u8(&r);
    head->size = reader_u32(&r);
    head->crc = reader_u32(&r);
    bool sound =
        reader_done(&r) && head->set < SETS && head->size <= (uint32_t)bundle->parts * BUNDLE_PART;
    return sound ? STORAGE_DONE : STORAGE_DAMAGED;
}

static int load_part(const struct bundle *bundle, const struct head *head, uint32_t at,
                     uint8_t octets[BUNDLE_PART])
{
    uint32_t left = head->size - at;
    uint16_t size = (uint16_t)(left < BUNDLE_PART ? left : BUNDLE_PART);
    uint16_t number = number_of(bundle, head->set, (uint8_t)(at / BUNDLE_PART));
    int loaded = journal_get(bundle->journal, number, NULL, octets, size);
    if (loaded != size) {
        return loaded == STORAGE_FAILED ? STORAGE_FAILED : STORAGE_DAMAGED;
    }
    return size;
}

static int check_parts(const struct bundle *bundle, const struct head *head)
{
    uint32_t crc = 0;
    for (uint32_t at = 0; at < head->size; at += BUNDLE_PART) {
        uint8_t octets[BUNDLE_PART];
        int size = load_part(bundle, head, at, octets);
        if (size < 0) {
            return size;
        }
        crc = crc32(crc, octets, (uint32_t)size);
    }
    return crc == head->crc ? STORAGE_DONE : STORAGE_DAMAGED;
}

/* Of the source: parts are read whole, for so the journal gives them. */
static int fetch(void *owner, size_t at, uint8_t *octets, size_t size)
{
    const struct bundle *bundle = owner;
    const struct head head = {.set = bundle->set, .size = (uint32_t)bundle->source.size};
    while (size > 0) {
        uint8_t part[BUNDLE_PART];
        uint32_t begin = (uint32_t)(at / BUNDLE_PART * BUNDLE_PART);
        int loaded = load_part(bundle, &head, begin, part);
        if (loaded < 0) {
            return -1;
        }
        size_t now = (size_t)loaded - (at - begin);
        now = now < size ? now : size;
        memcpy(octets, part + (at - begin), now);
        octets += now;
        at += now;
        size -= now;
    }
    return 0;
}

int bundle_open(struct bundle *bundle, uint8_t *version, uint8_t *window, size_t room,
                struct reader *whole)
{
    struct head head;
    int result = load_head(bundle, version, &head);
    if (result != STORAGE_DONE) {
        return result;
    }
    bundle->set = head.set;
    bundle->source = (struct reader_source){
        .fetch = fetch, .owner = bundle, .size = head.size, .window = window, .room = room};
    *whole = reader_over_source(&bundle->source);
    return check_parts(bundle, &head);
}

void bundle_begin(struct bundle *bundle)
{
    bundle->saving = false;
}

static int save_head(struct bundle *bundle, uint8_t version)
{
    uint8_t octets[HEAD_SIZE];
    uint8_t set = (uint8_t)(SETS - 1 - bundle->set);
    struct writer w = writer_over(octets, sizeof octets);
    writer_u8(&w, set);
    writer_u32(&w, bundle->size);
    writer_u32(&w, bundle->crc);
    int result = journal_put(bundle->journal, bundle->number, version, octets, HEAD_SIZE);
    if (result == STORAGE_DONE) {
        bundle->set = set;
        bundle->saving = false;
    }
    return result;
}

static int save_part(struct bundle *bundle, uint8_t version, bundle_render *render,
                     const void *owner)
{
    uint8_t octets[BUNDLE_PART];
    struct writer w = writer_window(octets, sizeof octets, (size_t)bundle->next * BUNDLE_PART);
    render(owner, &w);
    uint16_t size = (uint16_t)writer_kept(&w);
    uint16_t number = number_of(bundle, (uint8_t)(SETS - 1 - bundle->set), bundle->next);
    int result = journal_put(bundle->journal, number, version, octets, size);
    if (result != STORAGE_DONE) {
        return result;
    }
    bundle->crc = crc32(bundle->crc, octets, size);
    bundle->next++;
    return 1;
}

int bundle_step(struct bundle *bundle, uint8_t version, bundle_render *render, const void *owner)
{
    if (!bundle->saving) {
        struct writer w = writer_measure();
        render(owner, &w);
        bundle->saving = true;
        bundle->next = 0;
        bundle->crc = 0;
        bundle->size = (uint32_t)w.tape;
    }
    if (bundle->size > (uint32_t)bundle->parts * BUNDLE_PART) {
        bundle->saving = false;
        return STORAGE_FULL;
    }
    bool written = (uint32_t)bundle->next * BUNDLE_PART >= bundle->size;
    return written ? save_head(bundle, version) : save_part(bundle, version, render, owner);
}
