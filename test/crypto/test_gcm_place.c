/* One place for many keys and for texts under way: whatever is done there by turns, each comes out
 * as if it had a place of its own; and what is wiped is gone. */
#define _GNU_SOURCE /* memmem */
#include "crypto/gcm.h"
#include "crypto/secret.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS = 5, STREAMS = 12, TEXT = 400, AAD = 50, STEPS = 20000 };

static uint8_t keys[KEYS][CRYPTO_GCM_KEY_MAX];
static struct crypto_gcm place;

/* A text on its way, and what is to become of it. */
struct text {
    struct crypto_gcm_stream stream;
    struct crypto_gcm_use use;
    uint8_t key[CRYPTO_GCM_KEY_MAX];
    uint8_t aad[AAD];
    size_t aad_added;
    uint8_t octets[TEXT];
    uint8_t expected[TEXT];
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    size_t size;
    size_t done;
    bool opens;
    bool on_its_way;
};

static struct text texts[STREAMS];

static size_t draw(size_t below)
{
    return (size_t)rand() % below;
}

static void draw_octets(uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        octets[i] = (uint8_t)rand();
    }
}

static int set_up(void **state)
{
    (void)state;
    srand(20261121);
    for (int i = 0; i < KEYS; i++) {
        draw_octets(keys[i], sizeof keys[i]);
    }
    memcpy(keys[KEYS - 1], keys[0], 31); /* the same but for the end */
    crypto_wipe(&place, sizeof place);
    memset(texts, 0, sizeof texts);
    return 0;
}

static struct crypto_gcm_use draw_use(const uint8_t *aad, size_t most)
{
    struct crypto_gcm_use use = {.key = keys[draw(KEYS)],
                                 .key_size = draw(2) == 0 ? 16 : 32,
                                 .aad = aad,
                                 .aad_size = draw(most + 1)};
    draw_octets(use.nonce, sizeof use.nonce);
    return use;
}

/* By a place that nothing else ever used. */
static void seal_apart(const struct crypto_gcm_use *use, const uint8_t *in, size_t size,
                       uint8_t *out, uint8_t *tag)
{
    struct crypto_gcm own = {.state = {0}};
    crypto_gcm_seal(&own, use, in, size, out, tag);
}

static void begin(struct text *text)
{
    uint8_t plain[TEXT];
    draw_octets(text->aad, sizeof text->aad);
    text->use = draw_use(text->aad, AAD);
    text->size = draw(TEXT + 1);
    text->done = 0;
    text->opens = draw(2) == 0;
    draw_octets(plain, sizeof plain);
    seal_apart(&text->use, plain, text->size, text->expected, text->tag);
    memcpy(text->octets, text->opens ? text->expected : plain, text->size);
    memcpy(text->expected, text->opens ? plain : text->expected, text->size);
    /* neither the key nor the data stay where they were */
    struct crypto_gcm_use gone = text->use;
    memcpy(text->key, text->use.key, text->use.key_size);
    gone.key = text->key;
    text->aad_added = gone.aad_size = draw(text->use.aad_size + 1);
    (text->opens ? crypto_gcm_stream_begin_open : crypto_gcm_stream_begin)(&text->stream, &place,
                                                                           &gone);
    memset(text->key, 0, sizeof text->key);
    text->on_its_way = true;
}

static void end(struct text *text)
{
    static const struct crypto_gcm_stream wiped;
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    if (text->opens) {
        assert_int_equal(crypto_gcm_stream_check(&text->stream, text->tag), 0);
    } else {
        crypto_gcm_stream_end(&text->stream, tag);
        assert_memory_equal(tag, text->tag, sizeof tag);
    }
    assert_memory_equal(text->octets, text->expected, text->size);
    assert_memory_equal(&text->stream, &wiped, sizeof wiped);
    text->on_its_way = false;
}

/* What comes next of one text: its beginning, more data, a piece, its end; or it is given up. */
static void go_on(struct text *text)
{
    if (!text->on_its_way) {
        begin(text);
    } else if (text->aad_added < text->use.aad_size) {
        size_t size = 1 + draw(text->use.aad_size - text->aad_added);
        crypto_gcm_stream_add(&text->stream, text->aad + text->aad_added, size);
        text->aad_added += size;
    } else if (text->done < text->size) {
        size_t left = text->size - text->done;
        size_t size = CRYPTO_BLOCK_SIZE * draw(5);
        size = size < left ? size : left;
        crypto_gcm_stream_next(&text->stream, text->octets + text->done, size);
        text->done += size;
    } else {
        end(text);
    }
    text->on_its_way = text->on_its_way && draw(100) > 0;
}

/* A text in one piece, by turns with the others. */
static void seal_and_open(void)
{
    uint8_t aad[AAD];
    uint8_t plain[TEXT];
    uint8_t expected[TEXT];
    uint8_t out[TEXT];
    uint8_t tags[2][CRYPTO_GCM_TAG_SIZE];
    size_t size = draw(TEXT + 1);
    draw_octets(aad, sizeof aad);
    draw_octets(plain, sizeof plain);
    struct crypto_gcm_use use = draw_use(aad, AAD);
    seal_apart(&use, plain, size, expected, tags[0]);
    crypto_gcm_seal(&place, &use, plain, size, out, tags[1]);
    assert_memory_equal(out, expected, size);
    assert_memory_equal(tags[1], tags[0], sizeof tags[0]);
    assert_int_equal(crypto_gcm_open(&place, &use, expected, size, out, tags[0]), 0);
    assert_memory_equal(out, plain, size);
    size_t at = draw(size + 1);
    crypto_gcm_piece(&place, &use, at, expected + at, size - at);
    assert_memory_equal(expected + at, plain + at, size - at);
}

static void everything_by_turns(void **state)
{
    (void)state;
    for (int step = 0; step < STEPS; step++) {
        struct text *text = &texts[draw(STREAMS)];
        if (draw(6) == 0) {
            seal_and_open();
        } else if (draw(50) == 0) {
            const struct crypto_gcm_use use = draw_use(NULL, 0);
            crypto_gcm_forget(&place, use.key, use.key_size);
        } else if (text->on_its_way && draw(8) == 0) {
            struct text moved = *text;
            memset(text, 0, sizeof *text);
            moved.use.aad = text->aad;
            *text = moved;
        } else {
            go_on(text);
        }
    }
}

static bool stands_in_place(const uint8_t *octets, size_t size)
{
    return memmem(&place, sizeof place, octets, size) != NULL;
}

static void a_key_is_forgotten(void **state)
{
    (void)state;
    static const struct crypto_gcm zeros;
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    for (size_t size = 16; size <= 32; size += 16) {
        struct crypto_gcm_use use = {.key = keys[0], .key_size = size};
        crypto_gcm_seal(&place, &use, NULL, 0, NULL, tag);
        assert_true(stands_in_place(keys[0], size));
        crypto_gcm_forget(&place, keys[1], size);      /* another key */
        crypto_gcm_forget(&place, keys[0], 48 - size); /* another size */
        crypto_gcm_forget(&place, keys[0], 0);
        assert_true(stands_in_place(keys[0], size));
        crypto_gcm_forget(&place, keys[0], size);
        assert_memory_equal(&place, &zeros, sizeof place);
        crypto_gcm_forget(&place, keys[0], size);
        assert_memory_equal(&place, &zeros, sizeof place);
    }
}

/* The next key leaves nothing of the one before. */
static void a_key_takes_the_place_of_another(void **state)
{
    (void)state;
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    for (int i = 0; i < KEYS - 1; i++) {
        const struct crypto_gcm_use use = {.key = keys[i], .key_size = 32};
        crypto_gcm_seal(&place, &use, NULL, 0, NULL, tag);
        for (int other = 0; other < KEYS - 1; other++) {
            assert_int_equal(stands_in_place(keys[other], 16), other == i);
        }
    }
}

/* What is set up stays so: setting it up again would mend a schedule that was tampered with. */
static void a_key_is_set_up_once(void **state)
{
    (void)state;
    uint8_t tags[2][CRYPTO_GCM_TAG_SIZE];
    const struct crypto_gcm_use use = {.key = keys[0], .key_size = 32};
    crypto_gcm_seal(&place, &use, NULL, 0, NULL, tags[0]);
    /* the schedule begins with the key, and stands before the copy that tells which one it is of */
    uint8_t *schedule = memmem(&place, sizeof place, keys[0], 32);
    *schedule ^= 1;
    crypto_gcm_seal(&place, &use, NULL, 0, NULL, tags[1]);
    assert_memory_not_equal(tags[1], tags[0], sizeof tags[0]);
    *schedule ^= 1;
    crypto_gcm_seal(&place, &use, NULL, 0, NULL, tags[1]);
    assert_memory_equal(tags[1], tags[0], sizeof tags[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(everything_by_turns, set_up),
        cmocka_unit_test_setup(a_key_is_forgotten, set_up),
        cmocka_unit_test_setup(a_key_takes_the_place_of_another, set_up),
        cmocka_unit_test_setup(a_key_is_set_up_once, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
