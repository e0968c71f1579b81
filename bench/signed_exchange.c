#include "bench/signed_exchange.h"

#include "dlms/client_guard.h"
#include "meter/meter.h"
#include "product/page.h"

enum { PDU = 1024, ROOM = DLMS_PROTECT_HEAD_MOST + PDU };

static struct meter meter;
static struct dlms_session session;
static struct dlms_association place;
struct crypto_ecc signed_exchange_curves; /* of the meter */
static struct crypto_ecc another;         /* of the client */
static struct crypto_random drawing;
static struct dlms_client codec;
static struct dlms_client_guard guard;
static uint8_t value[PDU];
static uint8_t sent[ROOM];
static uint8_t *const plain = sent + DLMS_PROTECT_HEAD_MOST;
static uint8_t answer[DLMS_ANSWER_ROOM(PDU)];
static uint8_t scratch[PDU];
static struct dlms_signing signing; /* of the client */
static enum dlms_suite suite_of_both;
static int read_octets(void *context, uint8_t *octets, size_t size)
{
    static uint8_t next;
    (void)context;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next++;
    }
    return 0;
}

static const struct crypto_entropy entropy = {.read = read_octets};

/* The two sides' keys of the suite, and a meter with its own. */
bool signed_exchange_begin(enum dlms_suite suite)
{
    static struct meter_keys keys;
    static uint8_t own[CRYPTO_CURVE_MAX];
    static uint8_t peer[CRYPTO_PUBLIC_MAX];
    enum crypto_curve curve = suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    keys = (struct meter_keys){
        .suite = suite, .unicast = "unicast", .authentication = "authentication"};
    another.random = &drawing;
    if (crypto_random_begin(&drawing, &entropy, NULL, 0) != 0 ||
        crypto_ecc_make(&another, curve, keys.signing, peer) != 0 ||
        crypto_ecc_make(&another, curve, own, keys.signing_peer) != 0) {
        return false;
    }
    static struct legal_part legal;
    const struct meter_setup setup = {
        .legal = &legal,
        .product = &product_xs211,
        .serial = 1,
        .keys = &keys,
        .entropy = &entropy,
        .curves = &signed_exchange_curves,
        .utc_ms = INT64_C(1800000000000),
    };
    if (meter_init(&meter, &setup) != 0) {
        return false;
    }
    dlms_session_init(&session, &meter.server, PDU);
    dlms_session_lend(&session, &place, 1);
    suite_of_both = suite;
    signing = (struct dlms_signing){.ecc = &another, .curve = curve, .own = own, .peer = peer};
    return true;
}

static size_t ask(uint8_t *apdu, size_t size)
{
    signed_exchange_watch(true);
    size = dlms_session_answer(&session, PRODUCT_SAP_MANAGEMENT, DLMS_LOGICAL_DEVICE, apdu, size,
                               answer, sizeof answer);
    signed_exchange_watch(false);
    return size;
}

/* One plain request of `size` octets through the guard, and what the codec makes of its answer. */
static enum dlms_client_outcome carry(size_t size)
{
    struct reader back;
    struct dlms_refusal refusal;
    size = dlms_client_guard_send(&guard, plain, size, sent, sizeof sent);
    size = ask(sent, size);
    if (dlms_client_guard_receive(&guard, answer, size, scratch, sizeof scratch, &back) != 0) {
        return DLMS_CLIENT_MALFORMED;
    }
    return dlms_client_answer(&codec, back.data, back.size, &refusal);
}

bool signed_exchange_run(void)
{
    static const struct cosem_name clock_name = COSEM_NAME(0, 0, 1, 0, 0);
    const struct dlms_client_security use = {
        .mechanism = DLMS_MECHANISM_ECDSA,
        .title = "bench!!",
        .control = DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED,
        .form = DLMS_FORM_GENERAL_GLO,
        .challenge_size = DLMS_CHALLENGE_SIGNED,
        .signing = &signing,
        .signature = DLMS_SIGNED_INSIDE,
    };
    struct dlms_refusal refusal;
    uint32_t counter = guard.sent.next;
    dlms_client_init(&codec, value, sizeof value, PDU);
    dlms_client_guard_init(&guard, &use, suite_of_both);
    guard.sent.next = counter > 0 ? counter : DLMS_COUNTER_FIRST;
    size_t key = dlms_key_size(suite_of_both);
    static const uint8_t unicast[DLMS_KEY_MAX] = "unicast";
    static const uint8_t authentication[DLMS_KEY_MAX] = "authentication";
    (void)dlms_keyring_put(&guard.ring, DLMS_KEY_UNICAST, unicast, key);
    (void)dlms_keyring_put(&guard.ring, DLMS_KEY_AUTHENTICATION, authentication, key);
    size_t size = ask(plain, dlms_client_guard_open(&guard, &codec, &drawing, plain, PDU));
    if (dlms_client_guard_opened(&guard, &codec, answer, size, &refusal) != DLMS_CLIENT_MORE) {
        return false;
    }
    /* The proof is a signature itself; the GET is signed. */
    guard.use.signature = DLMS_UNSIGNED;
    if (carry(dlms_client_guard_prove(&guard, &codec, plain, PDU)) != DLMS_CLIENT_DONE ||
        !dlms_client_guard_proved(&guard, &codec)) {
        return false;
    }
    guard.use.signature = DLMS_SIGNED_INSIDE;
    return carry(dlms_client_get(&codec, 8, &clock_name, 2, plain, PDU)) == DLMS_CLIENT_DONE;
}
