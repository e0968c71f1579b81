/* Data protected by layers: what another implementation made is taken apart; what one side makes
 * the other takes, in every nesting; once; and nothing that was changed anywhere. */
#include "dlms/security_data.h"
#include "test/dlms/security_parties.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { OCTETS = 1200, TEXT = 600, SUITES = 3 };

static void put_key(struct dlms_keyring *ring, enum dlms_key_id id, uint8_t first)
{
    uint8_t key[DLMS_KEY_MAX];
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(first + i);
    }
    assert_int_equal(dlms_keyring_put(ring, id, key, dlms_key_size(ring->suite)), 0);
}

/* The keys of the vectors: private keys are small numbers. */
static void give(struct party *party, enum dlms_suite suite, const uint8_t scalars[DLMS_KEY_USES])
{
    enum crypto_curve curve = suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    put_key(&party->side.ring, DLMS_KEY_BROADCAST, 0xB0);
    put_key(&party->side.ring, DLMS_KEY_MASTER, 0x40);
    if (suite == DLMS_SUITE_0) {
        party->side.context.signing = NULL;
    }
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        uint8_t *private_key = party->private_key[use];
        memset(private_key, 0, CRYPTO_CURVE_MAX);
        private_key[crypto_curve_size(curve) - 1] = scalars[use];
        assert_int_equal(
            crypto_ecc_public(&parties_ecc, curve, private_key, party->public_key[use]), 0);
    }
}

static void set_up(enum dlms_suite suite)
{
    static const uint8_t of_client[] = {3, 7};
    static const uint8_t of_server[] = {5, 11};
    parties_set_up(suite);
    give(&parties_client, suite, of_client);
    give(&parties_server, suite, of_server);
}

/* Parameters as they come: in `octets`, to which the layers point. */
static struct dlms_layers layers_of(const uint8_t *octets, size_t size)
{
    struct dlms_layers layers;
    struct reader r = reader_over(octets, size);
    struct cosem_intake in = cosem_intake_begin(&r);
    dlms_layers_take(&in, &layers);
    assert_int_equal(cosem_intake_end(&in), COSEM_SUCCESS);
    return layers;
}

/* Room of exactly what has to be there; the octets stand where layers are put on. */
struct work {
    uint8_t *octets;
    struct dlms_data data;
};

static struct work work_with(const uint8_t *octets, size_t size, size_t tail)
{
    size_t room = DLMS_DATA_HEAD + size + tail;
    struct work work = {.octets = malloc(room)};
    memset(work.octets, 0xEE, room);
    memcpy(work.octets + DLMS_DATA_HEAD, octets, size);
    work.data = (struct dlms_data){work.octets, room, DLMS_DATA_HEAD, size};
    return work;
}

static bool work_holds(const struct work *work, const uint8_t *octets, size_t size)
{
    return work->data.size == size && memcmp(work->octets + work->data.at, octets, size) == 0;
}

/* ---- vectors ---- */

struct vector {
    enum dlms_suite suite;
    struct dlms_layers layers;
    uint8_t parameters[OCTETS];
    size_t parameters_size;
    uint8_t plain[TEXT];
    size_t plain_size;
    uint8_t text[OCTETS];
    size_t text_size;
};

static void read_vector(const struct block *block, struct vector *v)
{
    v->suite = (enum dlms_suite)block_number(block, "suite");
    v->parameters_size = block_octets(block, "parameters", v->parameters, sizeof v->parameters);
    v->plain_size = block_octets(block, "plain", v->plain, sizeof v->plain);
    v->text_size = block_octets(block, "protected", v->text, sizeof v->text);
    v->layers = layers_of(v->parameters, v->parameters_size);
}

static int take(const struct vector *v, struct work *work)
{
    *work = work_with(v->text, v->text_size, 0);
    return dlms_data_unprotect(&parties_server.side.context, &v->layers, &work->data);
}

/* What can come out but one way is also made. */
static bool is_made_alike(const struct vector *v)
{
    bool alike = true;
    for (size_t i = 0; i < v->layers.count; i++) {
        alike = alike && v->layers.layer[i].type != DLMS_LAYER_SIGNATURE &&
                !dlms_layer_tells_key(&v->layers.layer[i]);
    }
    return alike;
}

static void make_alike(const struct vector *v)
{
    struct dlms_layers layers = v->layers;
    struct work work = work_with(v->plain, v->plain_size, layers.count * DLMS_DATA_TAIL);
    parties_client.side.sent.next = 1;
    parties_client.side.context.sent_other = NULL;
    assert_int_equal(dlms_data_protect(&parties_client.side.context, &layers, &work.data), 0);
    assert_true(work_holds(&work, v->text, v->text_size));
    free(work.octets);
}

static void another_implementations_data(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("protected_data.txt");
    static struct block block;
    static struct vector v;
    int cases = 0;
    for (; blocks_next(&blocks, &block); cases++) {
        struct work work;
        read_vector(&block, &v);
        set_up(v.suite);
        assert_int_equal(take(&v, &work), 0);
        assert_true(work_holds(&work, v.plain, v.plain_size));
        free(work.octets);
        if (is_made_alike(&v)) {
            make_alike(&v);
        }
        uint8_t again[OCTETS];
        struct writer w = writer_over(again, sizeof again);
        dlms_layers_put(&w, &v.layers);
        struct dlms_layers same = layers_of(again, writer_kept(&w));
        assert_int_equal(same.count, v.layers.count);
        assert_int_equal(dlms_layers_request(&same), dlms_layers_request(&v.layers));
    }
    assert_true(cases >= 40);
}

static uint64_t counters_of(const struct party *party)
{
    uint64_t sum = 0;
    for (int of = 0; of < DLMS_COUNTERS; of++) {
        sum += party->side.received[of].next;
    }
    return sum;
}

/* A bit that is turned anywhere, and an end anywhere: refused, and no counter is used by it. */
static void what_was_changed_is_refused(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("protected_data.txt");
    static struct block block;
    static struct vector v;
    while (blocks_next(&blocks, &block)) {
        read_vector(&block, &v);
        set_up(v.suite);
        bool proves = (dlms_layers_request(&v.layers) & ~COSEM_REQUEST_ENCRYPTED) != 0;
        size_t step = v.suite == DLMS_SUITE_0 ? 1 : 17;
        for (size_t at = 0; proves && at < v.text_size; at += step) {
            struct work work;
            struct vector bad = v;
            bad.text[at] ^= (uint8_t)(1 << at % 8);
            assert_int_not_equal(take(&bad, &work), 0);
            free(work.octets);
            bad = v;
            bad.text_size = at;
            assert_int_not_equal(take(&bad, &work), 0);
            free(work.octets);
            assert_int_equal(counters_of(&parties_server), 0);
        }
    }
}

/* What of the options is changed is noticed, too: they are authenticated, or signed. */
static void options_are_protected(void **state)
{
    (void)state;
    static const uint8_t other[] = {'x'};
    struct blocks blocks = blocks_open("protected_data.txt");
    static struct block block;
    static struct vector v;
    while (blocks_next(&blocks, &block)) {
        read_vector(&block, &v);
        set_up(v.suite);
        for (size_t i = 0; i < v.layers.count; i++) {
            struct work work;
            struct vector bad = v;
            struct dlms_general *options = &bad.layers.layer[i].options;
            if (v.layers.layer[i].type == DLMS_LAYER_ENCRYPTION) {
                continue; /* which proves nothing */
            }
            options->other_information = (struct dlms_octets){other, 1};
            assert_int_equal(take(&bad, &work), DLMS_SECURITY_TAG);
            free(work.octets);
            *options = v.layers.layer[i].options;
            options->transaction_id.size--;
            assert_int_equal(take(&bad, &work), DLMS_SECURITY_TAG);
            free(work.octets);
        }
    }
}

/* Nothing comes twice, and nothing that was made before what has come. A signature alone is no
 * protection against that. */
static void nothing_comes_twice(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("protected_data.txt");
    static struct block block;
    static struct vector v;
    while (blocks_next(&blocks, &block)) {
        struct work work;
        read_vector(&block, &v);
        set_up(v.suite);
        bool counted = dlms_layers_request(&v.layers) != COSEM_REQUEST_SIGNED;
        assert_int_equal(take(&v, &work), 0);
        free(work.octets);
        assert_int_equal(take(&v, &work), counted ? DLMS_SECURITY_COUNTER : 0);
        free(work.octets);
    }
}

/* A store that fails: nothing is accepted. */
static void what_cannot_be_counted_is_not_taken(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("protected_data.txt");
    static struct block block;
    static struct vector v;
    assert_true(blocks_next(&blocks, &block));
    read_vector(&block, &v);
    set_up(v.suite);
    parties_server.side.store.broken = true;
    struct work work;
    assert_int_equal(take(&v, &work), DLMS_SECURITY_STORE);
    free(work.octets);
    parties_server.side.store.broken = false;
    assert_int_equal(take(&v, &work), 0);
    free(work.octets);
    while (blocks_next(&blocks, &block)) {
    }
}

/* ---- there and back ---- */

static const uint8_t transaction[] = {9, 8, 7};
static const uint8_t schemes[] = {DLMS_AGREEMENT_ONE_PASS, DLMS_AGREEMENT_STATIC};

enum key { UNICAST, BROADCAST, ONE_PASS, STATIC, KEYS };

static struct dlms_layer layer_of(enum dlms_layer_type type, enum key key)
{
    struct dlms_layer layer = {.type = type};
    layer.options.transaction_id = (struct dlms_octets){transaction, sizeof transaction};
    layer.options.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
    layer.options.recipient = (struct dlms_octets){kit_server, DLMS_TITLE_SIZE};
    if (type == DLMS_LAYER_SIGNATURE) {
        return layer;
    }
    layer.options.key_info = key < ONE_PASS ? DLMS_KEY_INFO_IDENTIFIED : DLMS_KEY_INFO_AGREED;
    layer.options.key_id = key == BROADCAST;
    if (key >= ONE_PASS) {
        layer.options.key_parameters = (struct dlms_octets){&schemes[key - ONE_PASS], 1};
    }
    return layer;
}

/* Random octets from the client to the server, and back by the same layers turned round. */
static void check_dialogue(struct dlms_layers layers, size_t size)
{
    uint8_t text[TEXT];
    assert_int_equal(crypto_random_octets(parties_ecc.random, text, size), 0);
    struct work work = work_with(text, size, layers.count * DLMS_DATA_TAIL);
    assert_int_equal(dlms_data_protect(&parties_client.side.context, &layers, &work.data), 0);
    bool shown = layers.count == 1 && layers.layer[0].type != DLMS_LAYER_BOTH &&
                 layers.layer[0].type != DLMS_LAYER_ENCRYPTION;
    assert_true(shown || !work_holds(&work, text, size));
    assert_int_equal(dlms_data_unprotect(&parties_server.side.context, &layers, &work.data), 0);
    assert_true(work_holds(&work, text, size));
    free(work.octets);
    dlms_layers_answer(&layers, kit_server, kit_client);
    work = work_with(text, size, layers.count * DLMS_DATA_TAIL);
    assert_int_equal(dlms_data_protect(&parties_server.side.context, &layers, &work.data), 0);
    assert_int_equal(dlms_data_unprotect(&parties_client.side.context, &layers, &work.data), 0);
    assert_true(work_holds(&work, text, size));
    free(work.octets);
}

static void every_layer_there_and_back(void **state)
{
    (void)state;
    for (int suite = 0; suite < SUITES; suite++) {
        set_up((enum dlms_suite)suite);
        for (int type = DLMS_LAYER_AUTHENTICATION; type <= DLMS_LAYER_BOTH; type++) {
            for (int key = 0; key < (suite == 0 ? ONE_PASS : KEYS); key++) {
                struct dlms_layers layers = {1, {layer_of((enum dlms_layer_type)type, key)}};
                check_dialogue(layers, 1);
                check_dialogue(layers, TEXT);
            }
        }
    }
}

/* Two layers of any types, and the three that there can be. */
static void layers_in_their_order(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    for (int first = 0; first <= DLMS_LAYER_SIGNATURE; first++) {
        for (int second = 0; second <= DLMS_LAYER_SIGNATURE; second++) {
            struct dlms_layers layers = {2,
                                         {layer_of((enum dlms_layer_type)first, UNICAST),
                                          layer_of((enum dlms_layer_type)second, STATIC)}};
            check_dialogue(layers, 40);
        }
    }
    struct dlms_layers three = {3,
                                {layer_of(DLMS_LAYER_BOTH, BROADCAST),
                                 layer_of(DLMS_LAYER_SIGNATURE, UNICAST),
                                 layer_of(DLMS_LAYER_BOTH, UNICAST)}};
    check_dialogue(three, TEXT);
    struct dlms_layers same = {
        2, {layer_of(DLMS_LAYER_BOTH, UNICAST), layer_of(DLMS_LAYER_BOTH, UNICAST)}};
    check_dialogue(same, 5);
}

/* Both sides without a date-time understand each other; with and without do not. */
static void fields_without_a_date(void **state)
{
    (void)state;
    static const uint8_t text[] = {COSEM_NULL};
    set_up(DLMS_SUITE_1);
    for (int type = 0; type <= DLMS_LAYER_SIGNATURE; type++) {
        struct dlms_layers layers = {1, {layer_of((enum dlms_layer_type)type, UNICAST)}};
        parties_client.side.context.data_undated = true;
        parties_server.side.context.data_undated = true;
        check_dialogue(layers, 20);
        parties_server.side.context.data_undated = false;
        struct work work = work_with(text, sizeof text, DLMS_DATA_TAIL);
        assert_int_equal(dlms_data_protect(&parties_client.side.context, &layers, &work.data), 0);
        int failed = dlms_data_unprotect(&parties_server.side.context, &layers, &work.data);
        assert_int_equal(failed, type == DLMS_LAYER_ENCRYPTION ? 0 : DLMS_SECURITY_TAG);
        free(work.octets);
    }
}

/* Room that is one octet short is no room; what stands around is never written. */
static void room_is_kept(void **state)
{
    (void)state;
    static const uint8_t text[40];
    set_up(DLMS_SUITE_1);
    for (int type = 0; type <= DLMS_LAYER_SIGNATURE; type++) {
        struct dlms_layers layers = {1, {layer_of((enum dlms_layer_type)type, UNICAST)}};
        size_t tail = type == DLMS_LAYER_SIGNATURE ? 65 : DLMS_TAG_SIZE;
        struct work work = work_with(text, sizeof text, tail);
        assert_int_equal(dlms_data_protect(&parties_client.side.context, &layers, &work.data), 0);
        free(work.octets);
        work = work_with(text, sizeof text, tail - 1);
        assert_int_equal(dlms_data_protect(&parties_client.side.context, &layers, &work.data),
                         DLMS_SECURITY_ROOM);
        free(work.octets);
    }
}

/* ---- keys and names ---- */

static int send(struct dlms_layers layers, const uint8_t *title)
{
    static const uint8_t text[] = {COSEM_NULL};
    struct work work = work_with(text, sizeof text, DLMS_DATA_TAIL);
    parties_client.side.context.title = title;
    int failed = dlms_data_protect(&parties_client.side.context, &layers, &work.data);
    parties_client.side.context.title = kit_client;
    assert_int_equal(failed, 0);
    failed = dlms_data_unprotect(&parties_server.side.context, &layers, &work.data);
    free(work.octets);
    return failed;
}

/* Who has the unicast key may have any title; of curves only the peer's keys are given. */
static void others_are_certified(void **state)
{
    (void)state;
    static const uint8_t third[] = "THIRD01";
    set_up(DLMS_SUITE_1);
    struct dlms_layers layers = {1, {layer_of(DLMS_LAYER_BOTH, UNICAST)}};
    layers.layer[0].options.originator.octets = third;
    assert_int_equal(send(layers, third), 0);
    layers.layer[0] = layer_of(DLMS_LAYER_BOTH, STATIC);
    layers.layer[0].options.originator.octets = third;
    assert_int_equal(send(layers, third), DLMS_SECURITY_KEY);
    layers.layer[0] = layer_of(DLMS_LAYER_SIGNATURE, 0);
    assert_int_equal(send(layers, kit_client), 0);
    layers.layer[0].options.originator.octets = third;
    assert_int_equal(send(layers, third), DLMS_SECURITY_KEY);
}

/* What names somebody else as its recipient is not taken; without an originator it is the peer. */
static void names_are_held(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    for (int type = 0; type <= DLMS_LAYER_SIGNATURE; type++) {
        struct dlms_layers layers = {1, {layer_of((enum dlms_layer_type)type, UNICAST)}};
        struct dlms_general *options = &layers.layer[0].options;
        options->originator.size = 0;
        assert_int_equal(send(layers, kit_client), 0);
        options->recipient.octets = kit_client;
        assert_int_equal(send(layers, kit_client), DLMS_SECURITY_KEY);
        options->recipient.size = 0;
        assert_int_equal(send(layers, kit_client), 0);
        parties_server.side.context.peer = NULL;
        assert_int_equal(send(layers, kit_client), DLMS_SECURITY_KEY);
        parties_server.side.context.peer = kit_client;
    }
}

/* Without a key nothing is made. */
static void no_key_no_layer(void **state)
{
    (void)state;
    static const uint8_t text[] = {COSEM_NULL};
    set_up(DLMS_SUITE_0);
    const struct dlms_layer rows[] = {
        layer_of(DLMS_LAYER_SIGNATURE, UNICAST),
        layer_of(DLMS_LAYER_BOTH, STATIC),
        layer_of(DLMS_LAYER_BOTH, ONE_PASS),
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dlms_layers layers = {1, {rows[i]}};
        struct work work = work_with(text, sizeof text, DLMS_DATA_TAIL);
        assert_int_equal(dlms_data_protect(&parties_client.side.context, &layers, &work.data),
                         DLMS_SECURITY_KEY);
        free(work.octets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_implementations_data),
        cmocka_unit_test(what_was_changed_is_refused),
        cmocka_unit_test(options_are_protected),
        cmocka_unit_test(nothing_comes_twice),
        cmocka_unit_test(what_cannot_be_counted_is_not_taken),
        cmocka_unit_test(every_layer_there_and_back),
        cmocka_unit_test(layers_in_their_order),
        cmocka_unit_test(fields_without_a_date),
        cmocka_unit_test(room_is_kept),
        cmocka_unit_test(others_are_certified),
        cmocka_unit_test(names_are_held),
        cmocka_unit_test(no_key_no_layer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
