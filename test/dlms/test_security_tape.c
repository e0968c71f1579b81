/* A ciphered APDU read in pieces is the one that is made at once, whatever the pieces are. */
#include "dlms/apdu.h"
#include "dlms/security_tape.h"
#include "test/dlms/test_security_kit.h"
#include "test/unit.h"

#include <string.h>

struct text {
    const uint8_t *octets;
    size_t size;
    size_t at;
};

/* Also spoils what it may spoil behind the piece. */
static size_t read_text(void *context, uint8_t *piece, size_t room)
{
    struct text *text = context;
    size_t left = text->size - text->at;
    size_t size = left < room ? left : room;
    memcpy(piece, text->octets + text->at, size);
    memset(piece + room, 0xAA, COSEM_CARRY);
    text->at += size;
    return size;
}

static struct dlms_keyring ring;
static uint8_t plain[KIT_TEXT];

static int set_up(void **state)
{
    (void)state;
    kit_ring(&ring, DLMS_SUITE_0);
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 31);
    }
    plain[0] = DLMS_GET_RESPONSE;
    return 0;
}

static struct dlms_material material_for(struct dlms_protection *by)
{
    struct dlms_material material;
    by->title = kit_server;
    by->counter = 77;
    assert_int_equal(dlms_keyring_material(&ring, NULL, NULL, by, &material), 0);
    return material;
}

static size_t protect_at_once(struct dlms_protection by, size_t size, uint8_t *apdu)
{
    struct dlms_material material = material_for(&by);
    size_t made = dlms_protect(&by, &material, plain, size, apdu, KIT_ROOM);
    assert_true(made > size);
    return made;
}

static int open_tape(struct dlms_security_tape *tape, struct dlms_protection by, struct text *text,
                     size_t size)
{
    struct dlms_material material = material_for(&by);
    return dlms_security_tape_open(tape, &by, &material, DLMS_GET_RESPONSE, size,
                                   (struct dlms_source){read_text, text});
}

static void check_pieces(struct dlms_protection by, size_t size, size_t piece)
{
    struct text text = {.octets = plain, .size = size};
    struct dlms_security_tape tape;
    uint8_t expected[KIT_ROOM];
    uint8_t octets[KIT_ROOM + COSEM_CARRY];
    size_t whole = protect_at_once(by, size, expected);
    size_t at = 0;
    assert_int_equal(open_tape(&tape, by, &text, size), 0);
    while (!dlms_security_tape_ended(&tape)) {
        size_t got = dlms_security_tape_read(&tape, octets + at, piece);
        assert_int_equal(got, whole - at < piece ? whole - at : piece);
        at += got;
    }
    assert_false(tape.failed);
    assert_int_equal(at, whole);
    assert_memory_equal(octets, expected, whole);
    assert_int_equal(dlms_security_tape_read(&tape, octets, piece), 0);
    dlms_security_tape_close(&tape);
}

static void test_every_piece(void **state)
{
    (void)state;
    for (size_t piece = 1; piece <= 100; piece++) {
        check_pieces(kit_protection(DLMS_FORM_GENERAL_GLO, 0x30), 321, piece);
        check_pieces(kit_protection(DLMS_FORM_GLO, 0x20), 100, piece);
        check_pieces(kit_protection(DLMS_FORM_GENERAL_GLO, 0x10), 321, piece);
    }
}

static void test_every_size(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 200; size++) {
        check_pieces(kit_protection(DLMS_FORM_GENERAL_GLO, 0x30), size, 64);
        check_pieces(kit_protection(DLMS_FORM_GLO, 0x20), size, 37);
        check_pieces(kit_protection(DLMS_FORM_GLO, 0x10), size, 23);
    }
}

static void test_pieces_of_changing_size(void **state)
{
    (void)state;
    struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL_GLO, 0x30);
    struct text text = {.octets = plain, .size = sizeof plain};
    struct dlms_security_tape tape;
    uint8_t expected[KIT_ROOM];
    uint8_t octets[KIT_ROOM + COSEM_CARRY];
    size_t whole = protect_at_once(by, sizeof plain, expected);
    size_t at = 0;
    assert_int_equal(open_tape(&tape, by, &text, sizeof plain), 0);
    for (size_t piece = 1; !dlms_security_tape_ended(&tape); piece = piece * 7 % 53 + 1) {
        at += dlms_security_tape_read(&tape, octets + at, piece);
        if (piece % 3 == 0) { /* other APDUs under the same key in between change nothing */
            uint8_t other[KIT_ROOM];
            protect_at_once(by, 50, other);
        }
    }
    assert_int_equal(at, whole);
    assert_memory_equal(octets, expected, whole);
}

/* Answers on several lines by turns, in each protection, under keys that become others meanwhile:
 * each goes on by the key that it began with. */
enum { TAPES = 3 };

struct under_way {
    struct dlms_security_tape tape;
    struct text text;
    uint8_t expected[KIT_ROOM];
    uint8_t octets[KIT_ROOM + COSEM_CARRY];
    size_t whole;
    size_t at;
};

static void change_keys(unsigned turn)
{
    static const enum dlms_key_id ids[] = {DLMS_KEY_UNICAST, DLMS_KEY_BROADCAST,
                                           DLMS_KEY_AUTHENTICATION};
    uint8_t key[DLMS_KEY_MAX];
    if (turn % 4 == 3) { /* as with another suite */
        kit_ring(&ring, turn % 8 == 3 ? DLMS_SUITE_2 : DLMS_SUITE_0);
    }
    memset(key, (int)turn, sizeof key);
    assert_int_equal(dlms_keyring_put(&ring, ids[turn % 3], key, dlms_key_size(ring.suite)), 0);
}

static void test_lines_by_turns(void **state)
{
    static const uint8_t controls[TAPES] = {0x30, 0x10, 0x20};
    static struct under_way lines[TAPES];
    (void)state;
    for (unsigned turn = 0; turn < 24; turn++) {
        for (int i = 0; i < TAPES; i++) {
            struct dlms_protection by = kit_protection(
                DLMS_FORM_GENERAL_GLO, (uint8_t)(controls[(turn + i) % TAPES] | ring.suite));
            lines[i] = (struct under_way){.text = {.octets = plain, .size = sizeof plain}};
            lines[i].whole = protect_at_once(by, sizeof plain, lines[i].expected);
            assert_int_equal(open_tape(&lines[i].tape, by, &lines[i].text, sizeof plain), 0);
        }
        for (size_t piece = 40; lines[TAPES - 1].at < lines[TAPES - 1].whole; piece += 13) {
            for (int i = 0; i < TAPES; i++) {
                struct under_way *line = &lines[i];
                line->at += dlms_security_tape_read(&line->tape, line->octets + line->at, piece);
            }
            change_keys(turn);
        }
        for (int i = 0; i < TAPES; i++) {
            struct under_way *line = &lines[i];
            line->at += dlms_security_tape_read(&line->tape, line->octets + line->at,
                                                line->whole - line->at);
            assert_true(dlms_security_tape_ended(&line->tape));
            assert_int_equal(line->at, line->whole);
            assert_memory_equal(line->octets, line->expected, line->whole);
        }
    }
}

static void test_a_source_that_ends_early(void **state)
{
    (void)state;
    static const struct crypto_gcm_stream wiped;
    for (size_t short_of = 1; short_of < 60; short_of++) {
        struct text text = {.octets = plain, .size = 100 - short_of};
        struct dlms_security_tape tape;
        uint8_t octets[KIT_ROOM];
        size_t got = 0;
        assert_int_equal(open_tape(&tape, kit_protection(DLMS_FORM_GLO, 0x30), &text, 100), 0);
        while (!dlms_security_tape_ended(&tape)) {
            got += dlms_security_tape_read(&tape, octets, 20);
            assert_true(got < 100 + DLMS_TAG_SIZE);
        }
        assert_true(tape.failed);
        assert_memory_equal(&tape.stream, &wiped, sizeof wiped);
        assert_int_equal(dlms_security_tape_read(&tape, octets, 20), 0);
    }
}

static void test_what_cannot_be_read_so(void **state)
{
    (void)state;
    struct text text = {.octets = plain, .size = 100};
    struct dlms_security_tape tape;
    assert_int_equal(open_tape(&tape, kit_protection(DLMS_FORM_GLO, 0), &text, 100), -1);
    assert_true(dlms_security_tape_ended(&tape));
    struct dlms_protection by = kit_protection(DLMS_FORM_GLO, 0x30);
    struct dlms_material material = material_for(&by);
    const struct dlms_source source = {read_text, &text};
    assert_int_equal(
        dlms_security_tape_open(&tape, &by, &material, DLMS_ACCESS_RESPONSE, 100, source), -1);
    material.authentication = NULL;
    assert_int_equal(dlms_security_tape_open(&tape, &by, &material, DLMS_GET_RESPONSE, 100, source),
                     -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_piece),
        cmocka_unit_test(test_every_size),
        cmocka_unit_test(test_pieces_of_changing_size),
        cmocka_unit_test(test_lines_by_turns),
        cmocka_unit_test(test_a_source_that_ends_early),
        cmocka_unit_test(test_what_cannot_be_read_so),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
