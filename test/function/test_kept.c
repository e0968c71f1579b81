/* What functions keep: whatever state they are in, what is written is read back as it was; cut off
 * anywhere it is refused, and what the function had before stands. */
#include "storage/layout.h"
#include "test/function/kept.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 16 * 1024, STATES = 60, DAMAGES = 300 };

static uint8_t first[ROOM], second[ROOM];

static size_t written(const struct kept_kind *kind, uint8_t octets[ROOM])
{
    struct writer w = writer_over(octets, ROOM);
    kind->write(&w);
    assert_false(writer_overflow(&w));
    if (writer_kept(&w) > kind->room) {
        fail_msg("%s takes %zu octets, and has %zu", kind->name, writer_kept(&w), kind->room);
    }
    return writer_kept(&w);
}

/* From memory of just that size, so that a reader beyond it is noticed. */
static int read_exactly(const struct kept_kind *kind, const uint8_t *octets, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1);
    memcpy(exact, octets, size);
    struct reader r = reader_over(exact, size);
    int result = kind->read(&r);
    free(exact);
    return result;
}

static void assert_writes(const struct kept_kind *kind, const uint8_t *octets, size_t size,
                          const char *when)
{
    if (written(kind, second) != size || memcmp(second, octets, size) != 0) {
        fail_msg("%s: %s", kind->name, when);
    }
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    for (size_t k = 0; k < kept_kinds_count; k++) {
        const struct kept_kind *kind = kept_kinds[k];
        for (int n = 0; n < STATES; n++) {
            kind->fill();
            size_t size = written(kind, first);
            kind->renew();
            if (read_exactly(kind, first, size) != 0) {
                fail_msg("%s: what it wrote is refused", kind->name);
            }
            assert_writes(kind, first, size, "what was read is not what was written");
        }
    }
}

/* A state of another size, so that what is read over it must take all of its place. */
static void nothing_of_the_state_before_is_left(void **state)
{
    (void)state;
    for (size_t k = 0; k < kept_kinds_count; k++) {
        const struct kept_kind *kind = kept_kinds[k];
        for (int n = 0; n < STATES; n++) {
            kind->fill();
            size_t size = written(kind, first);
            kind->fill();
            assert_int_equal(read_exactly(kind, first, size), 0);
            assert_writes(kind, first, size, "something of the state before is left");
        }
    }
}

static void cut_off_anywhere_it_is_refused(void **state)
{
    (void)state;
    for (size_t k = 0; k < kept_kinds_count; k++) {
        const struct kept_kind *kind = kept_kinds[k];
        kind->fill();
        size_t size = written(kind, first);
        kind->renew();
        uint8_t *before = malloc(ROOM);
        size_t size_before = written(kind, before);
        for (size_t cut = 0; cut + kind->tail < size; cut++) {
            if (read_exactly(kind, first, cut) == 0) {
                fail_msg("%s: %zu octets of %zu are taken", kind->name, cut, size);
            }
            assert_writes(kind, before, size_before, "what was refused has changed it");
        }
        free(before);
    }
}

static void an_octet_too_many_is_refused(void **state)
{
    (void)state;
    for (size_t k = 0; k < kept_kinds_count; k++) {
        const struct kept_kind *kind = kept_kinds[k];
        kind->fill();
        size_t size = written(kind, first);
        first[size] = 0;
        kind->renew();
        if (kind->tail == 0 && read_exactly(kind, first, size + 1) == 0) {
            fail_msg("%s: an octet too many is taken", kind->name);
        }
    }
}

/* Some octets are others: refused, and nothing has changed, or taken, and then written so. */
static void damaged_it_is_refused_or_taken_whole(void **state)
{
    (void)state;
    unsigned refused = 0;
    for (size_t k = 0; k < kept_kinds_count; k++) {
        const struct kept_kind *kind = kept_kinds[k];
        for (int n = 0; n < DAMAGES; n++) {
            kind->fill();
            size_t size = written(kind, first);
            first[kept_roll((uint32_t)size)] = (uint8_t)kept_roll(256);
            kind->renew();
            uint8_t *before = malloc(ROOM);
            size_t size_before = written(kind, before);
            if (read_exactly(kind, first, size) != 0) {
                refused++;
                assert_writes(kind, before, size_before, "what was refused has changed it");
            }
            (void)written(kind, second);
            free(before);
        }
    }
    assert_true(refused > DAMAGES / 2);
}

/* At its fullest; what its header says is enough fits as well. */
static void the_most_of_each_fits_into_a_value(void **state)
{
    (void)state;
    for (size_t k = 0; k < kept_kinds_count; k++) {
        const struct kept_kind *kind = kept_kinds[k];
        kept_roll_most(true);
        kind->fill();
        kept_roll_most(false);
        size_t size = written(kind, first);
        if (!kind->bundled && (size > LAYOUT_VALUE || kind->room > LAYOUT_VALUE)) {
            fail_msg("%s takes %zu octets, a value has %d", kind->name, size, LAYOUT_VALUE);
        }
        kind->renew();
        assert_int_equal(read_exactly(kind, first, size), 0);
        assert_writes(kind, first, size, "at its fullest it is not what was written");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(the_most_of_each_fits_into_a_value),
        cmocka_unit_test(nothing_of_the_state_before_is_left),
        cmocka_unit_test(cut_off_anywhere_it_is_refused),
        cmocka_unit_test(an_octet_too_many_is_refused),
        cmocka_unit_test(damaged_it_is_refused_or_taken_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
