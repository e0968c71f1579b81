#include "test/product/protector.h"

#include "cosem/data.h"
#include "dlms/apdu.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

const struct cosem_name name = COSEM_NAME(0, 0, 43, 2, 0);

static struct crypto_ecc ecc;
static struct crypto_random drawing;

/* The client's keys of the suite's curve, and what it has received of protected data. */
static struct {
    struct dlms_signing signing;
    uint8_t own[DLMS_KEY_USES][CRYPTO_CURVE_MAX];
    uint8_t server[DLMS_KEY_USES][CRYPTO_PUBLIC_MAX];
    uint8_t agreed[DLMS_AGREED_MAX];
    struct dlms_counter received[DLMS_COUNTERS];
    struct dlms_security_context context;
} head;

const struct dlms_signing *const protector_signing = &head.signing;

static int count_up(void *port, uint8_t *octets, size_t size)
{
    static uint8_t next;
    (void)port;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next++;
    }
    return 0;
}

/* A pair for each side; each is given the other's public key. */
static void make_pairs(enum crypto_curve curve)
{
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        uint8_t server[CRYPTO_CURVE_MAX];
        uint8_t public_key[CRYPTO_PUBLIC_MAX];
        assert_int_equal(crypto_ecc_make(&ecc, curve, server, head.server[use]), 0);
        assert_int_equal(crypto_ecc_make(&ecc, curve, head.own[use], public_key), 0);
        assert_int_equal(dlms_security_setup_own(&setup, (enum dlms_key_use)use, server), 0);
        assert_int_equal(
            dlms_security_setup_know(&setup, MANAGEMENT, (enum dlms_key_use)use, public_key), 0);
    }
    head.signing = (struct dlms_signing){
        .ecc = &ecc,
        .curve = curve,
        .own = head.own[DLMS_USE_SIGNATURE],
        .peer = head.server[DLMS_USE_SIGNATURE],
        .own_agreement = head.own[DLMS_USE_AGREEMENT],
        .peer_agreement = head.server[DLMS_USE_AGREEMENT],
    };
    head.context.signing = &head.signing;
}

static void open_association(void)
{
    const struct opening gmac = {
        .mechanism = DLMS_MECHANISM_GMAC, .context = DLMS_CONTEXT_LN, .challenge = 16};
    open_all(&gmac);
    rig.pdu = APDU;
}

void set_up_suite(enum dlms_suite suite)
{
    static const struct crypto_entropy entropy = {.read = count_up};
    head_end_suite = suite;
    set_up(NULL);
    assert_int_equal(crypto_random_begin(&drawing, &entropy, "data", 4), 0);
    ecc.random = &drawing;
    memset(&head, 0, sizeof head);
    client.ring.suite = suite;
    head.context = client.context;
    head.context.received = head.received;
    for (uint8_t of = 0; of < DLMS_COUNTERS; of++) {
        dlms_counter_restore(&head.received[of], (uint8_t)(DLMS_SETUP_COUNTERS + of), 0);
    }
    head.context.agreed = head.agreed;
    head.context.signing = NULL;
    if (suite != DLMS_SUITE_0) {
        dlms_security_setup_compute(&setup, &ecc);
        make_pairs(suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256);
    }
    rig.context.security = &setup;
    open_association();
}

int set_up_as_new(void **state)
{
    (void)state;
    set_up_suite(DLMS_SUITE_0);
    return 0;
}

/* ---- asking ---- */

struct text text_of(const char *digits)
{
    struct text text;
    text.size = hex_read(digits, text.octets, sizeof text.octets);
    return text;
}

void text_append(struct text *text, const void *octets, size_t size)
{
    assert_true(size <= sizeof text->octets - text->size);
    memcpy(text->octets + text->size, octets, size);
    text->size += size;
}

void text_append_hex(struct text *text, const char *digits)
{
    struct text more = text_of(digits);
    text_append(text, more.octets, more.size);
}

void text_append_string(struct text *text, const struct text *string)
{
    uint8_t octets[OCTETS];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_octet_string(&w, string->octets, string->size);
    text_append(text, octets, writer_kept(&w));
}

enum cosem_result write_as(uint16_t sap, int attribute, const struct text *value)
{
    struct dlms_target target = {CLASS, name, (int8_t)attribute};
    return rig_set(&rig, sap, &target, reader_over(value->octets, value->size));
}

enum cosem_result write_to(int attribute, const char *digits)
{
    struct text value = text_of(digits);
    return write_as(SAP, attribute, &value);
}

static uint8_t value[RIG_VALUE_MOST];

struct text read_as(uint16_t sap, uint16_t class_id, const struct cosem_name *of, int attribute,
                    enum cosem_result *result)
{
    struct text text = {.size = 0};
    size_t size = rig_read(&rig, sap, class_id, of, attribute, value, result);
    text_append(&text, value, size);
    return text;
}

void assert_reads(int attribute, const char *digits)
{
    enum cosem_result result;
    struct text found = read_as(SAP, CLASS, &name, attribute, &result);
    struct text right = text_of(digits);
    assert_int_equal(result, COSEM_SUCCESS);
    assert_int_equal(found.size, right.size);
    assert_memory_equal(found.octets, right.octets, right.size);
}

/* An ACTION; what it gives back in `returned`. */
enum cosem_result act_as(uint16_t sap, int method, const struct text *parameter,
                         struct text *returned)
{
    static uint8_t apdu[APDU];
    static const uint8_t begin[] = {DLMS_ACTION_REQUEST, 1, 0xC1, 0, CLASS, 0, 0, 43, 2, 0, 255};
    struct writer w = writer_over(apdu, sizeof apdu);
    writer_octets(&w, begin, sizeof begin);
    writer_u8(&w, (uint8_t)method);
    writer_u8(&w, 1);
    writer_octets(&w, parameter->octets, parameter->size);
    assert_false(writer_overflow(&w));
    answered = dlms_session_answer(&rig.session, sap, DLMS_LOGICAL_DEVICE, apdu, writer_kept(&w),
                                   answer, sizeof answer);
    returned->size = 0;
    if (answer[0] != DLMS_ACTION_RESPONSE) {
        return COSEM_OTHER_REASON; /* no request at all */
    }
    assert_int_equal(answer[1], DLMS_ACTION_NORMAL);
    enum cosem_result result = (enum cosem_result)answer[3];
    if (result == COSEM_SUCCESS && answer[4] == 1) {
        text_append(returned, answer + 6, answered - 6);
    }
    return result;
}

enum cosem_result act(int method, const struct text *parameter, struct text *returned)
{
    return act_as(SAP, method, parameter, returned);
}

/* ---- what is protected ---- */

struct dlms_layers layers_from(struct reader *r)
{
    struct dlms_layers layers;
    struct reader part = cosem_take_part(r);
    struct cosem_intake in = cosem_intake_begin(&part);
    dlms_layers_take(&in, &layers);
    assert_int_equal(cosem_intake_end(&in), COSEM_SUCCESS);
    return layers;
}

/* Without its layers, as whoever asked sees it. */
struct text opened(const struct dlms_layers *layers, struct dlms_octets protected_octets)
{
    static uint8_t room[DLMS_DATA_HEAD + OCTETS];
    struct text text = {.size = 0};
    struct dlms_data data = {room, sizeof room, DLMS_DATA_HEAD, protected_octets.size};
    memcpy(room + DLMS_DATA_HEAD, protected_octets.octets, protected_octets.size);
    assert_int_equal(dlms_data_unprotect(&head.context, layers, &data), 0);
    text_append(&text, room + data.at, data.size);
    return text;
}

/* What a method gave back: its layers say that it is of the meter, for the client. */
struct text opened_return(const struct text *returned)
{
    struct reader r = reader_over(returned->octets, returned->size);
    struct cosem_value pair = cosem_take_value(&r);
    assert_int_equal(pair.tag, COSEM_STRUCTURE);
    assert_int_equal(pair.count, 2);
    struct dlms_layers layers = layers_from(&r);
    for (size_t i = 0; i < layers.count; i++) {
        const struct dlms_general *options = &layers.layer[i].options;
        assert_memory_equal(options->originator.octets, kit_server, DLMS_TITLE_SIZE);
        assert_memory_equal(options->recipient.octets, kit_client, DLMS_TITLE_SIZE);
    }
    struct cosem_value string = cosem_take_value(&r);
    assert_true(reader_done(&r));
    assert_int_equal(string.tag, COSEM_OCTET_STRING);
    return opened(&layers, (struct dlms_octets){string.octets, string.count});
}

/* Protects as the client does; the parameters, with what keys were made with, and the text. */
void protect(const char *layers_hex, const char *plain_hex, struct text *parameters,
             struct text *text)
{
    static uint8_t room[DLMS_DATA_HEAD + OCTETS];
    struct text written = text_of(layers_hex);
    struct text plain = text_of(plain_hex);
    struct reader r = reader_over(written.octets, written.size);
    struct dlms_layers layers = layers_from(&r);
    struct dlms_data data = {room, sizeof room, DLMS_DATA_HEAD, plain.size};
    memcpy(room + DLMS_DATA_HEAD, plain.octets, plain.size);
    assert_int_equal(dlms_data_protect(&head.context, &layers, &data), 0);
    uint8_t octets[OCTETS];
    struct writer w = writer_over(octets, sizeof octets);
    dlms_layers_put(&w, &layers);
    parameters->size = 0;
    text_append(parameters, octets, writer_kept(&w));
    text->size = 0;
    text_append(text, room + data.at, data.size);
}

/* {list, parameters} */
enum cosem_result ask_protected(const char *list, const char *layers, struct text *returned)
{
    struct text parameter = text_of("0202");
    text_append_hex(&parameter, list);
    text_append_hex(&parameter, layers);
    return act(GET_PROTECTED, &parameter, returned);
}

struct text written_request(const char *list, const char *layers, const char *plain)
{
    struct text parameter = text_of("0203");
    struct text parameters;
    struct text text;
    protect(layers, plain, &parameters, &text);
    text_append_hex(&parameter, list);
    text_append(&parameter, parameters.octets, parameters.size);
    text_append_string(&parameter, &text);
    return parameter;
}

enum cosem_result bring_protected(const char *list, const char *layers, const char *plain)
{
    struct text returned;
    struct text parameter = written_request(list, layers, plain);
    return act(SET_PROTECTED, &parameter, &returned);
}

int zone(void)
{
    return clock_settings(&rig.clock).offset_min;
}

void set_zone(int16_t offset_min)
{
    struct clock_settings settings = clock_settings(&rig.clock);
    settings.offset_min = offset_min;
    clock_restore(&rig.clock, &settings);
}

void assert_same_text(const struct text *found, const struct text *right)
{
    assert_int_equal(found->size, right->size);
    assert_memory_equal(found->octets, right->octets, right->size);
}

enum cosem_result invoke_method(const char *method, const char *layers, const char *plain,
                                struct text *returned)
{
    struct text parameter = text_of("0203");
    struct text parameters;
    struct text text;
    protect(layers, plain, &parameters, &text);
    text_append_hex(&parameter, method);
    text_append(&parameter, parameters.octets, parameters.size);
    text_append_string(&parameter, &text);
    return act(INVOKE_PROTECTED, &parameter, returned);
}
