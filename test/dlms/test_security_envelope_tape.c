/* An answer that is protected while it is read is the one that is made at once, whatever layers it
 * has and whatever the pieces are; or it is given up. */
#include "dlms/apdu.h"
#include "dlms/security_envelope_tape.h"
#include "test/dlms/security_parties.h"
#include "test/unit.h"

#include <string.h>

enum { ALL = 333 };

struct text {
    size_t size;
    size_t at;
};

static uint8_t plain[ALL];
static struct dlms_envelope_tape tape;
static struct kit_delivery expected;
static struct kit_delivery read;

/* Also spoils what it may spoil behind the piece. */
static size_t read_text(void *context, uint8_t *piece, size_t room)
{
    struct text *text = context;
    size_t left = text->size - text->at;
    size_t size = left < room ? left : room;
    memcpy(piece, plain + text->at, size);
    memset(piece + room, 0xAA, COSEM_CARRY);
    text->at += size;
    return size;
}

static int sign(void *owner, enum crypto_curve curve, const uint8_t *digest, uint8_t *signature)
{
    const struct dlms_signing *signing = owner;
    if (signing->own == NULL || signing->curve != curve) {
        return -1;
    }
    return crypto_ecdsa_sign(signing->ecc, curve, signing->own, digest, signature);
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)(i * 37);
    }
    plain[0] = DLMS_GET_RESPONSE;
    return 0;
}

static int open_tape(struct dlms_protection by, struct text *text, size_t size)
{
    const struct dlms_signer signer = {sign, &parties_client.signing};
    return dlms_envelope_tape_open(&tape, &parties_client.side.context, &by, plain[0], size,
                                   (struct dlms_source){read_text, text}, signer);
}

/* All of it, in pieces that grow from `least` by `growth`. */
static void read_all(size_t least, size_t growth)
{
    uint8_t piece[KIT_ROOM + COSEM_CARRY];
    read.size = 0;
    for (size_t room = least; !dlms_envelope_tape_ended(&tape); room += growth) {
        size_t got = dlms_envelope_tape_read(&tape, piece, room);
        assert_true(got <= room && read.size + got <= sizeof read.apdu);
        memcpy(read.apdu + read.size, piece, got);
        read.size += got;
        assert_true(got == room || dlms_envelope_tape_ended(&tape));
    }
}

static void check_pieces(struct dlms_protection by, size_t size, size_t least, size_t growth)
{
    struct text text = {.size = size};
    uint32_t next = parties_client.side.sent.next;
    kit_send(&parties_client.side, by, plain, size, &expected);
    assert_true(expected.size > size);
    parties_client.side.sent.next = next;
    assert_int_equal(open_tape(by, &text, size), 0);
    read_all(least, growth);
    assert_false(dlms_envelope_tape_failed(&tape));
    assert_int_equal(read.size, expected.size);
    assert_memory_equal(read.apdu, expected.apdu, read.size);
    assert_int_equal(dlms_envelope_tape_read(&tape, read.apdu, 1), 0);
    dlms_envelope_tape_close(&tape);
}

static void check_nesting(uint8_t control, enum dlms_signature signature)
{
    struct dlms_protection by = parties_protection(control, signature, 0);
    for (size_t piece = 1; piece < 450; piece += 1 + piece / 2) {
        check_pieces(by, ALL, piece, 0);
    }
    for (size_t size = 1; size < 150; size += 31) {
        check_pieces(by, size, 5, 3);
    }
}

static void pieces_are_of_what_is_made_at_once(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        parties_set_up((enum dlms_suite)suite);
        check_nesting(0, DLMS_SIGNED_ALONE);
        for (uint8_t control = 0x10; control <= 0x30; control += 0x10) {
            check_nesting(control, DLMS_UNSIGNED);
            check_nesting(control, DLMS_SIGNED_INSIDE);
            check_nesting(control, DLMS_SIGNED_AROUND);
        }
    }
}

/* By a key that is made for it, which nobody makes twice: the other side takes it. */
static void agreed_keys(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_2);
    for (int signature = DLMS_UNSIGNED; signature <= DLMS_SIGNED_AROUND; signature++) {
        uint8_t scheme = signature == DLMS_SIGNED_ALONE ? 0 : DLMS_AGREEMENT_ONE_PASS;
        uint8_t control = signature == DLMS_SIGNED_ALONE ? 0 : 0x30;
        struct text text = {.size = ALL};
        assert_int_equal(
            open_tape(parties_protection(control, (enum dlms_signature)signature, scheme), &text,
                      ALL),
            0);
        read_all(64, 0);
        assert_int_equal(kit_receive(&parties_server.side, &read), 0);
        assert_int_equal(read.how.signature, signature);
        assert_int_equal(read.plain.size, ALL);
        assert_memory_equal(read.plain.data, plain, ALL);
    }
}

static void assert_given_up(void)
{
    static const struct crypto_gcm_stream no_stream;
    read_all(50, 0);
    assert_true(dlms_envelope_tape_failed(&tape));
    assert_memory_equal(&tape.ciphered.stream, &no_stream, sizeof no_stream);
    assert_int_equal(dlms_envelope_tape_read(&tape, read.apdu, 20), 0);
}

static void a_source_that_ends_early(void **state)
{
    (void)state;
    parties_set_up(DLMS_SUITE_1);
    for (int signature = DLMS_UNSIGNED; signature <= DLMS_SIGNED_AROUND; signature++) {
        for (size_t short_of = 1; short_of < ALL; short_of += 83) {
            struct text text = {.size = ALL - short_of};
            uint8_t control = signature == DLMS_SIGNED_ALONE ? 0 : 0x30;
            assert_int_equal(
                open_tape(parties_protection(control, (enum dlms_signature)signature, 0), &text,
                          ALL),
                0);
            assert_given_up();
        }
    }
}

/* The key is gone, or of another curve, when it comes to the signature. */
static void a_key_that_goes_meanwhile(void **state)
{
    (void)state;
    for (int signature = DLMS_SIGNED_ALONE; signature <= DLMS_SIGNED_AROUND; signature++) {
        uint8_t control = signature == DLMS_SIGNED_ALONE ? 0 : 0x30;
        struct text text = {.size = ALL};
        parties_set_up(DLMS_SUITE_1);
        struct dlms_protection by = parties_protection(control, (enum dlms_signature)signature, 0);
        assert_int_equal(open_tape(by, &text, ALL), 0);
        parties_client.signing.curve = CRYPTO_P384;
        assert_given_up();
        text.at = 0;
        parties_client.signing.curve = CRYPTO_P256;
        assert_int_equal(open_tape(by, &text, ALL), 0);
        parties_client.signing.own = NULL;
        assert_given_up();
    }
}

static void what_cannot_be_protected(void **state)
{
    (void)state;
    struct text text = {.size = ALL};
    parties_set_up(DLMS_SUITE_1);
    parties_client.signing.own = NULL;
    for (int signature = DLMS_SIGNED_ALONE; signature <= DLMS_SIGNED_AROUND; signature++) {
        struct dlms_protection by = parties_protection(0x30, (enum dlms_signature)signature, 0);
        assert_int_equal(open_tape(by, &text, ALL), -1);
        assert_true(dlms_envelope_tape_ended(&tape) || tape.ciphered.left > 0);
    }
    parties_set_up(DLMS_SUITE_1);
    struct dlms_protection by = parties_protection(0x30, DLMS_SIGNED_INSIDE, 0);
    by.form = DLMS_FORM_GLO; /* has no tag for what is signed */
    assert_int_equal(open_tape(by, &text, ALL), -1);
    by = parties_protection(0, DLMS_UNSIGNED, 0);
    assert_int_equal(open_tape(by, &text, ALL), -1);
    parties_client.side.ring.there &= (uint8_t) ~(1U << DLMS_KEY_UNICAST);
    assert_int_equal(open_tape(parties_protection(0x30, DLMS_UNSIGNED, 0), &text, ALL), -1);
    assert_int_equal(text.at, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_of_what_is_made_at_once),
        cmocka_unit_test(agreed_keys),
        cmocka_unit_test(a_source_that_ends_early),
        cmocka_unit_test(a_key_that_goes_meanwhile),
        cmocka_unit_test(what_cannot_be_protected),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
