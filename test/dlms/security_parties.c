#include "test/dlms/security_parties.h"
#include "test/unit.h"

static const uint8_t transaction[] = {1, 2, 3, 4, 5, 6, 7, 8};

static struct crypto_random drawing;
struct crypto_ecc parties_ecc;
struct party parties_client;
struct party parties_server;

static int count_up(void *port, uint8_t *octets, size_t size)
{
    static uint8_t next;
    (void)port;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next++;
    }
    return 0;
}

static void init(struct party *party, enum dlms_suite suite, const uint8_t *title,
                 const uint8_t *peer)
{
    enum crypto_curve curve = suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    kit_side_init(&party->side, title, peer);
    kit_ring(&party->side.ring, suite);
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        assert_int_equal(
            crypto_ecc_make(&parties_ecc, curve, party->private_key[use], party->public_key[use]),
            0);
    }
    party->side.context.signing = &party->signing;
    party->side.context.agreed = party->agreed;
}

static void introduce(struct party *party, const struct party *other, enum crypto_curve curve)
{
    party->signing = (struct dlms_signing){
        .ecc = &parties_ecc,
        .curve = curve,
        .own = party->private_key[DLMS_USE_SIGNATURE],
        .peer = other->public_key[DLMS_USE_SIGNATURE],
        .own_agreement = party->private_key[DLMS_USE_AGREEMENT],
        .peer_agreement = other->public_key[DLMS_USE_AGREEMENT],
    };
}

void parties_set_up(enum dlms_suite suite)
{
    static const struct crypto_entropy entropy = {.read = count_up};
    enum crypto_curve curve = suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    assert_int_equal(crypto_random_begin(&drawing, &entropy, "signed", 6), 0);
    parties_ecc.random = &drawing;
    init(&parties_client, suite, kit_client, kit_server);
    init(&parties_server, suite, kit_server, kit_client);
    introduce(&parties_client, &parties_server, curve);
    introduce(&parties_server, &parties_client, curve);
}

struct dlms_general parties_fields(void)
{
    return (struct dlms_general){
        .transaction_id = {transaction, sizeof transaction},
        .originator = {kit_client, DLMS_TITLE_SIZE},
        .recipient = {kit_server, DLMS_TITLE_SIZE},
    };
}

struct dlms_protection parties_protection(uint8_t control, enum dlms_signature signature,
                                          uint8_t scheme)
{
    static const uint8_t schemes[] = {0, DLMS_AGREEMENT_ONE_PASS, DLMS_AGREEMENT_STATIC};
    struct dlms_protection by =
        kit_protection(scheme != 0 ? DLMS_FORM_GENERAL : DLMS_FORM_GENERAL_GLO, control);
    by.control |= (uint8_t)parties_client.side.ring.suite;
    by.title = kit_client;
    by.signature = signature;
    by.signing = parties_fields();
    if (scheme != 0) {
        by.general = parties_fields();
        by.general.key_info = DLMS_KEY_INFO_AGREED;
        by.general.key_parameters = (struct dlms_octets){&schemes[scheme], 1};
    }
    return by;
}
