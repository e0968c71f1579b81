/* High level security held to its vectors on both sides, and to whom it refuses. */
#include "dlms/security_hls.h"
#include "test/crypto/blocks.h"
#include "test/dlms/test_security_kit.h"
#include "test/unit.h"

#include <string.h>

struct example {
    struct dlms_hls hls;
    uint8_t octets[3][DLMS_CHALLENGE_MOST]; /* secret, CtoS, StoC */
    uint8_t proofs[2][DLMS_PROOF_MAX];      /* by side */
    size_t size;
    struct kit_side client;
    struct kit_side server;
};

static struct dlms_octets read_octets(const struct block *block, const char *name, uint8_t *octets)
{
    return (struct dlms_octets){octets, block_octets(block, name, octets, DLMS_CHALLENGE_MOST)};
}

static void read_example(const struct block *block, struct example *e)
{
    e->hls = (struct dlms_hls){
        .mechanism = (enum dlms_mechanism)block_number(block, "mechanism"),
        .secret = read_octets(block, "secret", e->octets[0]),
        .challenge_c = read_octets(block, "CtoS", e->octets[1]),
        .challenge_s = read_octets(block, "StoC", e->octets[2]),
        .title_c = kit_client,
        .title_s = kit_server,
    };
    e->size = block_octets(block, "client", e->proofs[DLMS_CLIENT], DLMS_PROOF_MAX);
    assert_int_equal(block_octets(block, "server", e->proofs[DLMS_SERVER], DLMS_PROOF_MAX),
                     e->size);
    kit_side_init(&e->client, kit_client, kit_server);
    kit_side_init(&e->server, kit_server, kit_client);
    enum dlms_suite suite = (enum dlms_suite)block_number(block, "suite");
    kit_ring(&e->client.ring, suite);
    kit_ring(&e->server.ring, suite);
    dlms_counter_restore(&e->client.sent, 7, 1);
    dlms_counter_restore(&e->server.sent, 7, 0x01234567);
}

static int check(struct example *e, enum dlms_side side, const uint8_t *proof, size_t size)
{
    struct kit_side *checker = side == DLMS_CLIENT ? &e->server : &e->client;
    return dlms_hls_check(&e->hls, side, &checker->context, (struct dlms_octets){proof, size});
}

static void check_proof(struct example *e, enum dlms_side side)
{
    struct kit_side *prover = side == DLMS_CLIENT ? &e->client : &e->server;
    uint8_t proof[DLMS_PROOF_MAX];
    assert_int_equal(dlms_hls_prove(&e->hls, side, &prover->context, proof), e->size);
    assert_memory_equal(proof, e->proofs[side], e->size);
    for (size_t size = 0; size < e->size; size++) {
        assert_int_not_equal(check(e, side, proof, size), 0);
    }
    for (size_t bit = 0; bit < 8 * e->size; bit++) {
        proof[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(check(e, side, proof, e->size), 0);
        proof[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_int_equal(check(e, side, proof, e->size), 0);
}

/* One side's proof is not the other's. */
static void check_no_reflection(struct example *e)
{
    assert_int_not_equal(check(e, DLMS_CLIENT, e->proofs[DLMS_SERVER], e->size), 0);
    assert_int_not_equal(check(e, DLMS_SERVER, e->proofs[DLMS_CLIENT], e->size), 0);
}

static void test_vectors(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_hls.txt");
    struct block block;
    int cases = 0;
    while (blocks_next(&blocks, &block)) {
        static struct example example;
        print_message("    %s\n", block.title);
        read_example(&block, &example);
        check_no_reflection(&example);
        check_proof(&example, DLMS_CLIENT);
        check_proof(&example, DLMS_SERVER);
        cases++;
    }
    assert_int_equal(cases, 10);
}

static void read_first(struct example *e, enum dlms_mechanism mechanism)
{
    struct blocks blocks = blocks_open("security_hls.txt");
    struct block block;
    do {
        assert_true(blocks_next(&blocks, &block));
    } while (block_number(&block, "mechanism") != mechanism);
    fclose(blocks.file);
    read_example(&block, e);
}

/* The counter of a GMAC is that of the key: it raises what is accepted, and never lowers it. */
static void test_gmac_counts(void **state)
{
    (void)state;
    static struct example e;
    read_first(&e, DLMS_MECHANISM_GMAC);
    const uint8_t *proof = e.proofs[DLMS_CLIENT];
    struct dlms_counter *counter = &e.server.received[DLMS_COUNTER_OF_UNICAST];
    assert_int_equal(check(&e, DLMS_CLIENT, proof, e.size), 0);
    assert_int_equal(counter->next, 2);
    dlms_counter_restore(counter, 0, 9);
    assert_int_equal(check(&e, DLMS_CLIENT, proof, e.size), 0);
    assert_int_equal(counter->next, 9);
    dlms_counter_restore(counter, 0, 0);
    e.server.store.broken = true;
    assert_int_equal(check(&e, DLMS_CLIENT, proof, e.size), DLMS_SECURITY_STORE);
    e.server.store.broken = false;
    uint8_t own[DLMS_PROOF_MAX];
    uint8_t next[DLMS_PROOF_MAX];
    assert_int_equal(dlms_hls_prove(&e.hls, DLMS_CLIENT, &e.client.context, own), e.size);
    assert_int_equal(dlms_hls_prove(&e.hls, DLMS_CLIENT, &e.client.context, next), e.size);
    assert_memory_not_equal(own, next, e.size);
    assert_int_equal(e.client.sent.next, 3);
}

static void test_gmac_faults(void **state)
{
    (void)state;
    static struct example e;
    read_first(&e, DLMS_MECHANISM_GMAC);
    uint8_t proof[DLMS_PROOF_MAX] = {0};
    memcpy(proof, e.proofs[DLMS_CLIENT], e.size);
    assert_int_equal(check(&e, DLMS_CLIENT, proof, e.size + 1), DLMS_SECURITY_MALFORMED);
    assert_int_equal(check(&e, DLMS_CLIENT, proof, e.size - 1), DLMS_SECURITY_MALFORMED);
    proof[0] = 0x30;
    assert_int_equal(check(&e, DLMS_CLIENT, proof, e.size), DLMS_SECURITY_KEY);
    proof[0] = 0x10;
    proof[16] ^= 1;
    assert_int_equal(check(&e, DLMS_CLIENT, proof, e.size), DLMS_SECURITY_TAG);
    proof[16] ^= 1;
    e.server.context.peer = NULL;
    assert_int_equal(check(&e, DLMS_CLIENT, proof, e.size), DLMS_SECURITY_KEY);
    e.server.context.peer = kit_client;
    e.server.ring.there &= (uint8_t) ~(1U << DLMS_KEY_AUTHENTICATION);
    assert_int_equal(check(&e, DLMS_CLIENT, proof, e.size), DLMS_SECURITY_KEY);
    assert_int_equal(dlms_hls_prove(&e.hls, DLMS_SERVER, &e.server.context, proof), 0);
    assert_int_equal(e.server.sent.next, 0x01234567);
}

static void test_hashes_need_their_inputs(void **state)
{
    (void)state;
    static struct example e;
    uint8_t proof[DLMS_PROOF_MAX];
    read_first(&e, DLMS_MECHANISM_SHA256);
    e.hls.title_c = NULL;
    assert_int_equal(dlms_hls_prove(&e.hls, DLMS_CLIENT, NULL, proof), 0);
    assert_int_equal(check(&e, DLMS_CLIENT, e.proofs[DLMS_CLIENT], e.size), DLMS_SECURITY_KEY);
    const enum dlms_mechanism hashes[] = {DLMS_MECHANISM_MD5, DLMS_MECHANISM_SHA1,
                                          DLMS_MECHANISM_SHA256};
    for (size_t i = 0; i < 3; i++) {
        read_first(&e, hashes[i]);
        assert_int_not_equal(dlms_hls_prove(&e.hls, DLMS_CLIENT, NULL, proof), 0);
        e.hls.secret.size = 0; /* no secret is set: nobody knows it */
        assert_int_equal(dlms_hls_prove(&e.hls, DLMS_CLIENT, NULL, proof), 0);
        assert_int_equal(check(&e, DLMS_CLIENT, proof, 0), DLMS_SECURITY_KEY);
        assert_int_equal(check(&e, DLMS_CLIENT, e.proofs[DLMS_CLIENT], e.size), DLMS_SECURITY_KEY);
    }
}

/* Entropy that gives the same again and again, so that a generator can be made to repeat. */
static int no_entropy(void *port, uint8_t *octets, size_t size)
{
    const bool *fails = port;
    memset(octets, 0x5A, size);
    return *fails ? -1 : 0;
}

static void test_challenges(void **state)
{
    (void)state;
    bool fails = false;
    const struct crypto_entropy entropy = {.read = no_entropy, .port = &fails};
    const struct dlms_octets nobodys = {.octets = NULL};
    struct crypto_random random;
    uint8_t first[DLMS_CHALLENGE_MOST];
    uint8_t second[DLMS_CHALLENGE_MOST];
    for (size_t size = DLMS_CHALLENGE_LEAST; size <= DLMS_CHALLENGE_MOST; size++) {
        const struct dlms_octets others = {first, size};
        assert_int_equal(crypto_random_begin(&random, &entropy, NULL, 0), 0);
        assert_int_equal(dlms_challenge_make(&random, nobodys, first, size), 0);
        /* the same generator again: it would make the other side's challenge */
        assert_int_equal(crypto_random_begin(&random, &entropy, NULL, 0), 0);
        assert_int_equal(dlms_challenge_make(&random, others, second, size), 0);
        assert_memory_not_equal(first, second, size);
        assert_true(dlms_challenge_fits(others, (struct dlms_octets){second, size}));
        assert_false(dlms_challenge_fits(others, others));
    }
    fails = true;
    int made = 0;
    while (dlms_challenge_make(&random, nobodys, first, DLMS_CHALLENGE_MOST) == 0) {
        assert_true(++made < 100000);
    }
}

static void test_challenges_that_are_answered(void **state)
{
    (void)state;
    const uint8_t octets[80] = {0};
    const struct dlms_octets own = {(const uint8_t *)"own challenge", 13};
    for (size_t size = 0; size <= sizeof octets; size++) {
        assert_int_equal(dlms_challenge_fits((struct dlms_octets){octets, size}, own),
                         size >= 8 && size <= 64);
    }
    assert_false(dlms_challenge_fits((struct dlms_octets){NULL, 0}, own));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),     cmocka_unit_test(test_gmac_counts),
        cmocka_unit_test(test_gmac_faults), cmocka_unit_test(test_hashes_need_their_inputs),
        cmocka_unit_test(test_challenges),  cmocka_unit_test(test_challenges_that_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
