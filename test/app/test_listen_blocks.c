/* Blocks of a pushed message: put together in order, from one sender; whatever else comes is given
 * up, and the next message is taken. */
#include "app/listen_blocks.h"
#include "dlms/general_block.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 300 };

static struct listen_blocks blocks;
static struct reader whole;

static int set_up(void **state)
{
    (void)state;
    memset(&blocks, 0, sizeof blocks);
    return 0;
}

/* A block of `size` octets, all of them the block's number. */
static int take(const char *from, uint16_t number, bool last, size_t size)
{
    static uint8_t octets[BLOCK + LISTEN_WHOLE];
    struct writer w = writer_over(octets, sizeof octets);
    const struct dlms_general_block_apdu head = {
        .last = last, .streaming = !last, .number = number};
    dlms_general_block_put_head(&w, &head, size);
    for (size_t i = 0; i < size; i++) {
        writer_u8(&w, (uint8_t)number);
    }
    return listen_blocks_take(&blocks, from, reader_over(octets, writer_kept(&w)), &whole);
}

static void assert_message(unsigned count)
{
    assert_int_equal(whole.size, count * BLOCK);
    for (unsigned i = 0; i < count * BLOCK; i++) {
        assert_int_equal(whole.data[i], i / BLOCK + 1);
    }
}

static void in_order(void **state)
{
    (void)state;
    assert_int_equal(take("a", 1, false, BLOCK), 0);
    assert_int_equal(take("a", 2, false, BLOCK), 0);
    assert_int_equal(take("a", 3, true, BLOCK), 1);
    assert_message(3);
    assert_int_equal(take("a", 1, true, BLOCK), 1); /* of one block, too */
    assert_message(1);
}

static void out_of_order(void **state)
{
    (void)state;
    assert_int_equal(take("a", 2, true, BLOCK), -1); /* nothing has begun */
    assert_int_equal(take("a", 1, false, BLOCK), 0);
    assert_int_equal(take("a", 3, true, BLOCK), -1);
    assert_int_equal(take("a", 2, true, BLOCK), -1); /* what there was is gone */
    assert_int_equal(take("a", 1, false, BLOCK), 0);
    assert_int_equal(take("a", 1, false, BLOCK), 0); /* anew */
    assert_int_equal(take("a", 2, true, BLOCK), 1);
    assert_message(2);
}

static void of_somebody_else(void **state)
{
    (void)state;
    assert_int_equal(take("a", 1, false, BLOCK), 0);
    assert_int_equal(take("b", 2, true, BLOCK), -1);
    assert_int_equal(take("b", 1, false, BLOCK), 0);
    assert_int_equal(take("a", 2, true, BLOCK), -1);
}

static void too_much(void **state)
{
    (void)state;
    uint16_t number = 1;
    size_t taken = 0;
    while (taken + BLOCK <= LISTEN_WHOLE) {
        assert_int_equal(take("a", number++, false, BLOCK), 0);
        taken += BLOCK;
    }
    assert_int_equal(take("a", number, false, BLOCK), -1);
    assert_int_equal(take("a", 1, true, LISTEN_WHOLE), 1);
}

/* Cut off anywhere, and with octets behind it. */
static void malformed(void **state)
{
    (void)state;
    static const uint8_t good[] = {0xE0, 0x80, 0, 1, 0, 0, 2, 0xAA, 0xBB, 0};
    for (size_t size = 0; size <= sizeof good; size++) {
        uint8_t *octets = malloc(size + 1);
        memcpy(octets, good, size);
        int taken = listen_blocks_take(&blocks, "a", reader_over(octets, size), &whole);
        assert_int_equal(taken, size == sizeof good - 1 ? 1 : -1);
        free(octets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(in_order, set_up),
        cmocka_unit_test_setup(out_of_order, set_up),
        cmocka_unit_test_setup(of_somebody_else, set_up),
        cmocka_unit_test_setup(too_much, set_up),
        cmocka_unit_test_setup(malformed, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
