#include "test/product/head_end.h"

#include "cosem/data.h"
#include "dlms/security_hls.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

static const char secret[] = "12345678"; /* as the rig sets it */
static const uint8_t get_clock[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};

const char *head_end_product = "xs211";
enum dlms_suite head_end_suite = DLMS_SUITE_0;
const struct dlms_signing *head_end_signing;
struct rig rig;
struct dlms_security_setup setup;
static struct crypto_random random_port;
struct kit_store store;

/* The client, and what it knows of the exchange. */
struct kit_side client;
struct dlms_aare aare;
static uint8_t challenge[CHALLENGE_MOST + 1];
uint8_t asked[APDU];
uint8_t answer[DLMS_ANSWER_ROOM(APDU)];
static uint8_t kept_answer[DLMS_ANSWER_ROOM(APDU)];
size_t answered;
struct kit_delivery delivery;

static int count_up(void *port, uint8_t *octets, size_t size)
{
    static uint8_t next;
    (void)port;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next++;
    }
    return 0;
}

static const struct crypto_entropy entropy = {.read = count_up};

static void take_keys(struct dlms_keyring *ring)
{
    static const uint8_t master[DLMS_KEY_MAX] = "the master's key";
    kit_ring(ring, head_end_suite);
    assert_int_equal(dlms_keyring_put(ring, DLMS_KEY_MASTER, master, dlms_key_size(head_end_suite)),
                     0);
}

/* A start of the meter: what was stored is there, what was not is gone. */
void start_server(void)
{
    assert_int_equal(crypto_random_begin(&random_port, &entropy, "rig", 3), 0);
    rig_init(&rig, product_find(head_end_product));
    dlms_security_setup_init(&setup, head_end_suite, kit_server, &random_port);
    take_keys(&setup.ring);
    setup.store = &store.store;
    for (uint8_t id = 0; id < DLMS_SETUP_COUNTERS; id++) {
        if (store.bounds[id] != 0) {
            dlms_counter_restore(dlms_security_setup_numbered(&setup, id), id, store.bounds[id]);
        }
    }
    dlms_server_set_security(&rig.server, &setup);
}

int set_up(void **state)
{
    (void)state;
    kit_store_init(&store);
    start_server();
    kit_side_init(&client, kit_client, kit_server);
    take_keys(&client.ring);
    memset(challenge, 'c', sizeof challenge);
    return 0;
}

size_t ask(const uint8_t *apdu, size_t size)
{
    uint8_t *copy = malloc(size);
    memcpy(copy, apdu, size);
    answered = dlms_session_answer(&rig.session, SAP, DLMS_LOGICAL_DEVICE, copy, size, answer,
                                   sizeof answer);
    free(copy);
    return answered;
}

void assert_exception(uint8_t state, uint8_t service)
{
    assert_int_equal(answered, service == DLMS_INVOCATION_COUNTER_ERROR ? 7 : 3);
    assert_int_equal(answer[0], DLMS_EXCEPTION_RESPONSE);
    assert_int_equal(answer[1], state);
    assert_int_equal(answer[2], service);
}

/* Ciphers a request and asks; the answer in `delivery`, deciphered. False: it came plain. */
bool ask_ciphered(struct dlms_protection by, const uint8_t *apdu, size_t size)
{
    kit_send(&client, by, apdu, size, &delivery);
    assert_true(delivery.size > 0);
    ask(delivery.apdu, delivery.size);
    if (!dlms_is_protected(answer[0])) {
        return false;
    }
    memcpy(delivery.apdu, answer, answered);
    delivery.size = answered;
    assert_int_equal(kit_receive(&client, &delivery), 0);
    return true;
}

/* An AARQ; its size, in `asked`. */
size_t make_aarq(const struct opening *o)
{
    uint8_t plain[64];
    struct writer w = writer_over(plain, sizeof plain);
    static const uint8_t head[] = {0, 0, 6, 0x5F, 0x1F, 4, 0};
    writer_u8(&w, DLMS_INITIATE_REQUEST);
    writer_u8(&w, o->dedicated != NULL);
    if (o->dedicated != NULL) {
        writer_u8(&w, 16);
        writer_octets(&w, o->dedicated, 16);
    }
    writer_octets(&w, head, sizeof head);
    uint32_t conformance = o->conformance != 0 ? o->conformance : 0x007E1F;
    writer_u8(&w, (uint8_t)(conformance >> 16));
    writer_u16(&w, (uint16_t)conformance);
    writer_u16(&w, 0x04B0);
    struct dlms_octets information = {plain, writer_kept(&w)};
    if (o->control != 0) {
        kit_send(&client, kit_protection(DLMS_FORM_GLO, o->control), plain, writer_kept(&w),
                 &delivery);
        information = (struct dlms_octets){delivery.apdu, delivery.size};
    }
    const struct dlms_aarq aarq = {
        .context = o->context,
        .mechanism = o->mechanism,
        .title = {o->untitled ? NULL : kit_client, DLMS_TITLE_SIZE},
        .value = {o->mechanism == DLMS_MECHANISM_LOWEST ? NULL : challenge, o->challenge},
        .user_information = information,
    };
    w = writer_over(asked, sizeof asked);
    dlms_aarq_put(&w, &aarq);
    return writer_kept(&w);
}

/* The result of the AARE, which stays in `aare`; the answer of the server is kept. */
enum dlms_result open_with(const struct opening *o)
{
    ask(asked, make_aarq(o));
    memcpy(kept_answer, answer, answered);
    struct reader r = reader_over(kept_answer, answered);
    aare = dlms_aare_take(&r);
    assert_true(reader_done(&r));
    return aare.result;
}

/* The client's reply to the challenge of the AARE, in a plain ACTION; its size, in `asked`. */
size_t make_reply(const struct opening *o)
{
    const struct dlms_hls hls = {
        .mechanism = o->mechanism,
        .secret = {(const uint8_t *)secret, strlen(secret)},
        .challenge_c = {challenge, o->challenge},
        .challenge_s = aare.value,
        .title_c = kit_client,
        .title_s = kit_server,
        .signing = head_end_signing,
    };
    static const uint8_t head[] = {0xC3, 1, 0xC1, 0, 15, 0, 0, 40, 0, 0, 255, 1, 1};
    uint8_t proof[DLMS_PROOF_MAX];
    size_t size = dlms_hls_prove(&hls, DLMS_CLIENT, &client.context, proof);
    assert_true(size > 0);
    struct writer w = writer_over(asked, sizeof asked);
    writer_octets(&w, head, sizeof head);
    cosem_put_octet_string(&w, proof, size);
    return writer_kept(&w);
}

/* Whether an ACTION-response brings the server's right proof. */
bool is_proved(const struct opening *o, const uint8_t *response, size_t size)
{
    const struct dlms_hls hls = {
        .mechanism = o->mechanism,
        .secret = {(const uint8_t *)secret, strlen(secret)},
        .challenge_c = {challenge, o->challenge},
        .challenge_s = aare.value,
        .title_c = kit_client,
        .title_s = kit_server,
        .signing = head_end_signing,
    };
    static const uint8_t head[] = {0xC7, 1, 0xC1, 0, 1, 0, 9};
    if (size < sizeof head + 1 || memcmp(response, head, sizeof head) != 0) {
        return false;
    }
    const struct dlms_octets proof = {response + sizeof head + 1, size - sizeof head - 1};
    return proof.size == response[sizeof head] &&
           dlms_hls_check(&hls, DLMS_SERVER, &client.context, proof) == 0;
}

size_t make_release(uint8_t control, uint8_t apdu[APDU])
{
    static const uint8_t initiate[] = {1, 0, 0, 0, 6, 0x5F, 0x1F, 4, 0, 0, 0x7E, 0x1F, 4, 0xB0};
    struct writer w = writer_over(apdu, APDU);
    kit_send(&client, kit_protection(DLMS_FORM_GLO, control), initiate, sizeof initiate, &delivery);
    dlms_rlrq_put(&w, (struct dlms_octets){delivery.apdu, delivery.size});
    return writer_kept(&w);
}

bool is_served(void)
{
    ask(get_clock, sizeof get_clock);
    return answer[0] == DLMS_GET_RESPONSE && answer[3] == DLMS_RESULT_DATA;
}

void open_all(const struct opening *o)
{
    assert_int_equal(open_with(o), DLMS_ACCEPTED);
    size_t size = make_reply(o);
    if (o->control == 0) {
        ask(asked, size);
        assert_true(is_proved(o, answer, answered));
    } else {
        static uint8_t reply[APDU];
        memcpy(reply, asked, size);
        assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, o->control), reply, size));
        assert_true(is_proved(o, delivery.plain.data, delivery.plain.size));
    }
}
