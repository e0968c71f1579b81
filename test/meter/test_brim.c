/* Memory that the push set-ups share, filled to the brim by a client: lists with parts of buffers,
 * destinations and protection parameters of random length, in random order, through the services. A
 * plain model has memory for each of them: what is accepted is read back, what is refused changed
 * nothing anywhere, and nothing is refused that there is room for; the supply fails now and then.
 */
#include "cosem/data.h"
#include "dlms/security.h"
#include "port/posix/entropy.h"
#include "test/dice.h"
#include "test/meter/head.h"
#include "test/unit.h"

#include <string.h>

enum {
    PUSH = 40,
    TEXTS = 3,
    TURNS = 600,
    ROOM = 1024,
    OBJECTS_MOST = 10,                  /* with a part each: beyond PUSH_PARTS */
    OTHER_MOST = DLMS_GENERAL_MAX - 24, /* octets of other_information: with the rest, the most */
    SETTLE_S = 20,
};

struct text {
    size_t size;
    uint8_t octets[ROOM];
    size_t kept; /* octets of it in the memory that is shared */
};

enum { LIST, DESTINATION, PROTECTION };
static const uint8_t attributes[TEXTS] = {[LIST] = 2, [DESTINATION] = 3, [PROTECTION] = 10};

static const struct meter_keys keys = {
    .unicast = "a unicast key..", .authentication = "authentication", .master = "a master key..."};

static struct life *life;
static struct head head;
static struct text texts[PUSH_SETUPS][TEXTS]; /* as the wire has them */
static unsigned accepted, refused;
static size_t parts; /* octets of those of the list that was put last */
static uint64_t dice;

static struct dlms_target target_of(int setup, int text)
{
    struct dlms_target target = {PUSH, COSEM_NAME(0, 0, 25, 9, 0), attributes[text]};
    target.name.obis[1] = (uint8_t)setup;
    return target;
}

/* ---- what is written ---- */

static void put_date_time(struct writer *w, uint8_t hour)
{
    const uint8_t octets[] = {0x07, 0xEA, 11, 20, 0xFF, hour, 0, 0, 0, 0x80, 0, 0};
    cosem_put_octet_string(w, octets, sizeof octets);
}

/* The rows of an hour; some entries; all, which takes no memory. */
static size_t put_part(struct writer *w)
{
    size_t begin = w->tape;
    uint32_t kind = dice_roll(&dice, 4);
    cosem_put_structure(w, 2);
    cosem_put_enum(w, (uint8_t)(kind < 3 ? kind : 1));
    if (kind == 0) {
        cosem_put_null(w);
    } else {
        cosem_put_structure(w, 2);
    }
    if (kind == 1 || kind == 3) {
        put_date_time(w, (uint8_t)dice_roll(&dice, 12));
        put_date_time(w, (uint8_t)(12 + dice_roll(&dice, 12)));
    } else if (kind == 2) {
        cosem_put_u32(w, 1 + dice_roll(&dice, 1000));
        cosem_put_u32(w, 0);
    }
    cosem_put_array(w, 0);
    return kind == 0 ? 0 : w->tape - begin;
}

static size_t put_list(struct writer *w)
{
    static const uint8_t load_1[] = {1, 0, 99, 1, 0, 255};
    uint32_t count = dice_roll(&dice, OBJECTS_MOST + 1);
    size_t kept = 0;
    parts = 0;
    cosem_put_array(w, count);
    for (uint32_t i = 0; i < count; i++) {
        cosem_put_structure(w, 6);
        cosem_put_u16(w, 7);
        cosem_put_octet_string(w, load_1, sizeof load_1);
        cosem_put_i8(w, 2);
        cosem_put_u16(w, 0);
        size_t part = put_part(w);
        parts += part;
        kept += PUSH_OBJECT + part;
    }
    return kept;
}

/* Of one, as long as it may be at most; none takes no memory. */
static size_t put_destination(struct writer *w)
{
    static const char to[PUSH_DESTINATION + 1] = "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff%a-name-"
                                                 "of-an-interface-that-is-as-long-as-it]:4059";
    uint32_t size = dice_roll(&dice, (uint32_t)sizeof to);
    cosem_put_structure(w, 3);
    cosem_put_enum(w, PUSH_TCP);
    cosem_put_octet_string(w, to, size);
    cosem_put_enum(w, 0);
    return size;
}

/* One layer, or none, which takes no memory: what the policy says. */
static size_t put_protection(struct writer *w)
{
    static const uint8_t octets[OTHER_MOST] = {'A', 'B', 'C', 0, 0, 0, 0, 1};
    enum { TITLE = 8, ENCRYPTED_AND_AUTHENTICATED = 2, IDENTIFIED = 0, UNICAST = 0 };
    uint32_t count = dice_roll(&dice, 4) > 0;
    cosem_put_array(w, count);
    if (count == 0) {
        return 0;
    }
    cosem_put_structure(w, 2);
    cosem_put_enum(w, ENCRYPTED_AND_AUTHENTICATED);
    cosem_put_structure(w, 5);
    cosem_put_octet_string(w, octets, dice_roll(&dice, TITLE + 1)); /* transaction_id */
    cosem_put_octet_string(w, octets, 0); /* the originator is the meter */
    cosem_put_octet_string(w, octets, TITLE);
    cosem_put_octet_string(w, octets, dice_roll(&dice, OTHER_MOST + 1));
    cosem_put_structure(w, 2);
    cosem_put_enum(w, IDENTIFIED);
    cosem_put_enum(w, UNICAST);
    return w->tape;
}

/* ---- the model ---- */

static size_t used(void)
{
    size_t octets = 0;
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        for (int text = 0; text < TEXTS; text++) {
            octets += texts[setup][text].kept;
        }
    }
    return octets;
}

static bool has_room(int setup, int text, size_t kept)
{
    bool possible = text != LIST || parts <= PUSH_PARTS;
    return possible && used() - texts[setup][text].kept + kept <= PUSH_TEXT_ROOM;
}

static void read_text(int setup, int text, struct text *read)
{
    const struct dlms_target target = target_of(setup, text);
    assert_int_equal(head_get(&head, &target), COSEM_SUCCESS);
    struct reader value = dlms_client_value(&head.client);
    assert_true(value.size <= ROOM);
    read->size = value.size;
    memcpy(read->octets, value.data, value.size);
}

static void assert_all_as_in_the_model(void)
{
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        for (int text = 0; text < TEXTS; text++) {
            struct text now;
            read_text(setup, text, &now);
            assert_int_equal(now.size, texts[setup][text].size);
            assert_memory_equal(now.octets, texts[setup][text].octets, now.size);
        }
    }
}

/* ---- turns ---- */

static size_t (*const put_some[TEXTS])(struct writer *) = {put_list, put_destination,
                                                           put_protection};

static void write_something(void)
{
    int setup = (int)dice_roll(&dice, PUSH_SETUPS);
    int text = (int)dice_roll(&dice, TEXTS);
    struct text new;
    struct writer w = writer_over(new.octets, sizeof new.octets);
    const struct dlms_target target = target_of(setup, text);
    new.kept = put_some[text](&w);
    new.size = writer_kept(&w);
    enum cosem_result result = head_set(&head, &target, reader_over(new.octets, new.size));
    if (result == COSEM_SUCCESS) {
        assert_true(has_room(setup, text, new.kept));
        texts[setup][text] = new;
        accepted++;
    } else {
        assert_int_equal(result, COSEM_OTHER_REASON);
        if (has_room(setup, text, new.kept)) {
            fail_msg("set-up %d, attribute %d: %zu octets are refused, %zu are in use", setup,
                     target.member, new.kept, used());
        }
        refused++;
    }
    life_rest(life);
}

static void fail_supply(void)
{
    life_run(life, SETTLE_S);
    life_rest(life);
    head_close(&head);
    if (dice_roll(&dice, 2) == 0) {
        life_kill(life, 60);
    } else {
        life_cut(life, 60);
    }
    head_open(&head, life, UINT16_MAX);
}

static void fill_to_the_brim(const char *product)
{
    life = life_begin(product, life_utc_ms(2026, 11, 21, 11, 0, 0));
    life->setup.keys = &keys;
    life->setup.entropy = &posix_entropy;
    head_admit(life);
    life_run(life, 10);
    head_open(&head, life, UINT16_MAX);
    accepted = 0;
    refused = 0;
    for (int setup = 0; setup < PUSH_SETUPS; setup++) {
        for (int text = 0; text < TEXTS; text++) {
            read_text(setup, text, &texts[setup][text]);
        }
        texts[setup][LIST].kept = PUSH_OBJECT * texts[setup][LIST].octets[1];
    }
    for (unsigned turn = 0; turn < TURNS; turn++) {
        write_something();
        if (turn % 7 == 0) {
            assert_all_as_in_the_model();
        }
        if (turn % 50 == 49) {
            fail_supply();
            assert_all_as_in_the_model();
        }
    }
    assert_true(accepted > TURNS / 4 && refused > TURNS / 20);
    assert_true(used() > PUSH_TEXT_ROOM / 2);
    head_close(&head);
    life_end(life);
}

static void xs211(void **state)
{
    (void)state;
    dice = 1;
    fill_to_the_brim("xs211");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(xs211)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
