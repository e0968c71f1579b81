/* Class 64: what a client changes of the security setup, and what it changes. */
#include "cosem/data.h"
#include "crypto/key_wrap.h"
#include "dlms/apdu.h"
#include "dlms/security_change.h"
#include "test/product/head_end.h"
#include "test/unit.h"

#include <string.h>

enum { KEY = 16, ACTIVATE = 1, TRANSFER = 2 };

static const uint8_t get_clock[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};
static const struct cosem_name setup_name = COSEM_NAME(0, 0, 43, 0, 0);
static const char master[] = "the master's key";
static const char new_unicast[] = "unicast, another";
static const char new_broadcast[] = "to all the meter";
static const char new_authentication[] = "authenticate this";
static const char new_master[] = "a master's other";

static const struct opening ciphered = {.mechanism = DLMS_MECHANISM_GMAC,
                                        .context = DLMS_CONTEXT_LN_CIPHERED,
                                        .challenge = 16,
                                        .control = 0x30};

/* What the meter would have kept. */
static struct {
    struct dlms_security_kept kept;
    int times;
    bool broken;
} kept;

static int keep(void *owner, const struct dlms_security_kept *record)
{
    (void)owner;
    if (kept.broken) {
        return -1;
    }
    kept.kept = *record;
    kept.times++;
    return 0;
}

static const struct dlms_security_keep keep_here = {.keep = keep};

static int set_up_ciphered(void **state)
{
    set_up(state);
    memset(&kept, 0, sizeof kept);
    setup.keep = &keep_here;
    open_all(&ciphered);
    return 0;
}

/* Calls a method of the security setup, ciphered; its result. */
static enum cosem_result act(int method, struct reader parameter)
{
    uint8_t apdu[APDU];
    struct writer w = writer_over(apdu, sizeof apdu);
    const uint8_t head[] = {0xC3, 1, 0xC1, 0, 64, 0, 0, 43, 0, 0, 255, (uint8_t)method, 1};
    writer_octets(&w, head, sizeof head);
    writer_octets(&w, parameter.data, parameter.size);
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x30), apdu, writer_kept(&w)));
    assert_int_equal(delivery.plain.data[0], DLMS_ACTION_RESPONSE);
    return (enum cosem_result)delivery.plain.data[3];
}

static enum cosem_result activate(uint8_t policy)
{
    const uint8_t parameter[] = {COSEM_ENUM, policy};
    return act(ACTIVATE, reader_over(parameter, sizeof parameter));
}

/* A list of keys on its way. */
struct list {
    uint8_t octets[256];
    struct writer w;
};

static void begin_list(struct list *list, size_t keys)
{
    list->w = writer_over(list->octets, sizeof list->octets);
    cosem_put_array(&list->w, keys);
}

static void add_key(struct list *list, uint8_t id, const char *kek, const char *key)
{
    uint8_t wrapped[KEY + CRYPTO_KEY_WRAP_EXTRA];
    assert_int_equal(crypto_key_wrap((const uint8_t *)kek, KEY, (const uint8_t *)key, KEY, wrapped),
                     0);
    cosem_put_structure(&list->w, 2);
    cosem_put_enum(&list->w, id);
    cosem_put_octet_string(&list->w, wrapped, sizeof wrapped);
}

static enum cosem_result send_list(const struct list *list)
{
    return act(TRANSFER, reader_over(list->octets, writer_kept(&list->w)));
}

static enum cosem_result transfer(uint8_t id, const char *kek, const char *key)
{
    struct list list;
    begin_list(&list, 1);
    add_key(&list, id, kek, key);
    return send_list(&list);
}

static void client_takes(enum dlms_key_id id, const char *key)
{
    assert_int_equal(dlms_keyring_put(&client.ring, id, (const uint8_t *)key, KEY), 0);
}

static bool is_answered(uint8_t control)
{
    return ask_ciphered(kit_protection(DLMS_FORM_GLO, control), get_clock, sizeof get_clock);
}

static void a_policy_only_gets_stronger(void **state)
{
    (void)state;
    assert_int_equal(activate(DLMS_POLICY_REQUEST_AUTHENTICATED), COSEM_SUCCESS);
    assert_int_equal(setup.policy, DLMS_POLICY_REQUEST_AUTHENTICATED);
    assert_int_equal(kept.kept.policy, DLMS_POLICY_REQUEST_AUTHENTICATED);
    assert_int_equal(kept.times, 1);
    static const uint8_t refused[] = {
        0,
        DLMS_POLICY_REQUEST_ENCRYPTED,
        DLMS_POLICY_RESPONSE_AUTHENTICATED,
        DLMS_POLICY_REQUEST_AUTHENTICATED | 1,      /* no bit of a policy */
        DLMS_POLICY_REQUEST_AUTHENTICATED | 1 << 4, /* signed: not with suite 0 */
        0xFF,
    };
    for (size_t i = 0; i < sizeof refused; i++) {
        assert_int_equal(activate(refused[i]), COSEM_OTHER_REASON);
    }
    assert_int_equal(kept.times, 1);
    kept.broken = true;
    assert_int_equal(activate(DLMS_POLICY_CIPHERS), COSEM_TEMPORARY_FAILURE);
    assert_int_equal(setup.policy, DLMS_POLICY_REQUEST_AUTHENTICATED);
    kept.broken = false;
    assert_int_equal(activate(DLMS_POLICY_CIPHERS), COSEM_SUCCESS);
    assert_true(is_answered(0x30));
    assert_false(is_answered(0x10));
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    assert_false(is_served());
}

/* Bounds in the stores are of a key before: those of the next may be lower. */
static void forget_bounds(void)
{
    memset(store.bounds, 0, sizeof store.bounds);
    memset(client.store.bounds, 0, sizeof client.store.bounds);
}

/* The answer goes by the old keys, everything after it by the new ones. */
static void new_keys_are_in_force_after_the_answer(void **state)
{
    (void)state;
    struct list list;
    begin_list(&list, 2);
    add_key(&list, DLMS_KEY_UNICAST, master, new_unicast);
    add_key(&list, DLMS_KEY_AUTHENTICATION, master, new_authentication);
    uint32_t sent = setup.sent.next;
    assert_int_equal(send_list(&list), COSEM_SUCCESS); /* deciphered by the old keys */
    assert_true(sent > DLMS_COUNTER_FIRST);
    assert_false(is_answered(0x30));
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
    client_takes(DLMS_KEY_UNICAST, new_unicast);
    client_takes(DLMS_KEY_AUTHENTICATION, new_authentication);
    dlms_counter_restore(&client.sent, 7, 0);
    dlms_counter_restore(&client.received[DLMS_COUNTER_OF_UNICAST], 0, 0);
    assert_int_equal(setup.sent.next, DLMS_COUNTER_FIRST);
    forget_bounds();
    assert_true(is_answered(0x30));
    assert_int_equal(setup.sent.next, DLMS_COUNTER_FIRST + 1);
    assert_int_equal(kept.kept.changes[DLMS_KEY_UNICAST], 1);
    assert_int_equal(kept.kept.changes[DLMS_KEY_MASTER], 0);
    assert_memory_equal(kept.kept.octets[DLMS_KEY_UNICAST], new_unicast, KEY);
    assert_memory_equal(kept.kept.octets[DLMS_KEY_MASTER], master, KEY);
    open_all(&ciphered);
}

/* With the authentication key alone the key that encrypts is the old one, and so is its counter. */
static void counters_of_a_key_that_stays_go_on(void **state)
{
    (void)state;
    uint32_t sent = setup.sent.next;
    uint32_t received = setup.received[DLMS_COUNTER_OF_UNICAST].next;
    assert_int_equal(transfer(DLMS_KEY_AUTHENTICATION, master, new_authentication), COSEM_SUCCESS);
    assert_int_equal(setup.sent.next, sent + 1);
    assert_int_equal(setup.received[DLMS_COUNTER_OF_UNICAST].next, received + 1);
    client_takes(DLMS_KEY_AUTHENTICATION, new_authentication);
    uint8_t same[KEY + 1] = {0};
    memcpy(same, dlms_keyring_octets(&setup.ring, DLMS_KEY_UNICAST), KEY);
    assert_int_equal(transfer(DLMS_KEY_UNICAST, master, (const char *)same), COSEM_SUCCESS);
    assert_int_equal(setup.sent.next, sent + 2);
    assert_int_equal(setup.changes[DLMS_KEY_UNICAST], 0);
    assert_true(is_answered(0x30));
}

/* A new master key is wrapped by the old one; from then on keys are wrapped by the new one. */
static void a_new_master_key(void **state)
{
    (void)state;
    assert_int_equal(transfer(DLMS_KEY_MASTER, master, new_master), COSEM_SUCCESS);
    assert_int_equal(transfer(DLMS_KEY_BROADCAST, master, new_broadcast), COSEM_OTHER_REASON);
    assert_int_equal(transfer(DLMS_KEY_BROADCAST, new_master, new_broadcast), COSEM_SUCCESS);
    client_takes(DLMS_KEY_BROADCAST, new_broadcast);
    assert_true(is_answered(0x30 | DLMS_CONTROL_BROADCAST));
    assert_int_equal(delivery.how.control, 0x30 | DLMS_CONTROL_BROADCAST);
}

/* The nonces of a key that is not the unicast one never come again, whatever is transferred. */
static void counters_of_other_keys_never_begin_anew(void **state)
{
    (void)state;
    assert_int_equal(transfer(DLMS_KEY_BROADCAST, master, new_broadcast), COSEM_SUCCESS);
    client_takes(DLMS_KEY_BROADCAST, new_broadcast);
    assert_true(is_answered(0x30 | DLMS_CONTROL_BROADCAST));
    uint32_t other = setup.sent_other.next;
    assert_int_equal(other, DLMS_COUNTER_FIRST + 1);
    assert_int_equal(transfer(DLMS_KEY_UNICAST, master, new_unicast), COSEM_SUCCESS);
    assert_int_equal(setup.sent.next, DLMS_COUNTER_FIRST);
    assert_int_equal(setup.sent_other.next, other);
}

static void assert_refused(struct list *list, enum cosem_result expected)
{
    struct dlms_keyring before;
    memcpy(&before, &setup.ring, sizeof before);
    assert_int_equal(send_list(list), expected);
    assert_memory_equal(before.octets, setup.ring.octets, sizeof before.octets);
    assert_null(dlms_keyring_octets(&setup.ring, DLMS_KEY_BROADCAST));
    assert_int_equal(kept.times, 0);
    assert_null(setup.changer);
}

/* All of a list is taken or nothing. */
static void lists_that_are_not_right_change_nothing(void **state)
{
    (void)state;
    struct list list;
    begin_list(&list, 0);
    assert_refused(&list, COSEM_OTHER_REASON);
    begin_list(&list, 2);
    add_key(&list, DLMS_KEY_UNICAST, master, new_unicast);
    add_key(&list, DLMS_KEY_UNICAST, master, new_broadcast);
    assert_refused(&list, COSEM_OTHER_REASON);
    begin_list(&list, 2);
    add_key(&list, DLMS_KEY_UNICAST, master, new_unicast);
    add_key(&list, DLMS_KEY_AUTHENTICATION, new_master, new_authentication);
    assert_refused(&list, COSEM_OTHER_REASON);
    begin_list(&list, 1);
    add_key(&list, DLMS_KEYS, master, new_unicast);
    assert_refused(&list, COSEM_OTHER_REASON);
    begin_list(&list, 5);
    for (uint8_t i = 0; i < 5; i++) {
        add_key(&list, i % 4, master, new_unicast);
    }
    assert_refused(&list, COSEM_OTHER_REASON);
    begin_list(&list, 1);
    cosem_put_structure(&list.w, 2);
    cosem_put_enum(&list.w, DLMS_KEY_UNICAST);
    cosem_put_octet_string(&list.w, new_unicast, KEY); /* in clear */
    assert_refused(&list, COSEM_OTHER_REASON);
    kept.broken = true;
    begin_list(&list, 1);
    add_key(&list, DLMS_KEY_UNICAST, master, new_unicast);
    assert_refused(&list, COSEM_TEMPORARY_FAILURE);
    assert_true(is_answered(0x30));
}

/* Cut off at every octet: a malformed request, and nothing changes. */
static void truncated_lists_change_nothing(void **state)
{
    (void)state;
    struct list list;
    begin_list(&list, 1);
    add_key(&list, DLMS_KEY_UNICAST, master, new_unicast);
    size_t whole = writer_kept(&list.w);
    for (size_t size = 0; size < whole; size++) {
        uint8_t apdu[APDU] = {0xC3, 1, 0xC1, 0, 64, 0, 0, 43, 0, 0, 255, TRANSFER, 1};
        memcpy(apdu + 13, list.octets, size);
        assert_false(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x30), apdu, 13 + size));
        assert_exception(DLMS_SERVICE_UNKNOWN, DLMS_OTHER_REASON);
    }
    assert_int_equal(kept.times, 0);
}

/* "From the next association on": the other way of reading the standard. */
static void keys_may_wait_for_the_association_to_end(void **state)
{
    (void)state;
    setup.adopts_late = true;
    assert_int_equal(transfer(DLMS_KEY_UNICAST, master, new_unicast), COSEM_SUCCESS);
    assert_true(is_answered(0x30));
    assert_int_equal(transfer(DLMS_KEY_AUTHENTICATION, master, new_authentication), COSEM_SUCCESS);
    assert_true(is_answered(0x30));
    assert_int_equal(kept.kept.changes[DLMS_KEY_UNICAST], 1);
    dlms_session_close(&rig.session);
    assert_memory_equal(dlms_keyring_octets(&setup.ring, DLMS_KEY_UNICAST), new_unicast, KEY);
    assert_memory_equal(dlms_keyring_octets(&setup.ring, DLMS_KEY_AUTHENTICATION),
                        new_authentication, KEY);
}

/* What was kept is what a restart takes up, of a suite that there is. */
static void a_record_is_taken_up(void **state)
{
    (void)state;
    assert_int_equal(activate(DLMS_POLICY_REQUEST_ENCRYPTED), COSEM_SUCCESS);
    assert_int_equal(transfer(DLMS_KEY_UNICAST, master, new_unicast), COSEM_SUCCESS);
    start_server();
    struct dlms_security_kept other = kept.kept;
    other.suite = DLMS_SUITE_2 + 1;
    assert_int_equal(dlms_security_restore(&setup, &other), -1);
    assert_int_equal(setup.policy, 0);
    assert_int_equal(dlms_security_restore(&setup, &kept.kept), 0);
    assert_int_equal(setup.policy, DLMS_POLICY_REQUEST_ENCRYPTED);
    assert_memory_equal(dlms_keyring_octets(&setup.ring, DLMS_KEY_UNICAST), new_unicast, KEY);
    assert_int_equal(dlms_security_setup_generation(&setup, 0), 1);
    assert_int_equal(dlms_security_setup_generation(&setup, 1), 0);
}

/* Nobody reads a key, and nobody else calls the methods. */
static void keys_are_nobody_elses(void **state)
{
    (void)state;
    static uint8_t value[RIG_VALUE_MOST];
    const struct dlms_target activating = {64, setup_name, ACTIVATE};
    static const uint8_t all[] = {COSEM_ENUM, 3};
    enum cosem_result result;
    rig_associate(&rig, PRODUCT_SAP_READING, 512);
    assert_int_equal(rig_act(&rig, PRODUCT_SAP_READING, &activating, reader_over(all, 2)),
                     COSEM_READ_WRITE_DENIED);
    rig_associate(&rig, PRODUCT_SAP_PUBLIC, 512);
    rig_read(&rig, PRODUCT_SAP_PUBLIC, 64, &setup_name, 2, value, &result);
    assert_int_equal(result, COSEM_OBJECT_UNDEFINED);
}

/* Calls security_activate of an SM402D whose policy is `before`, as if that let plain requests
 * through; the policy after it. */
static uint8_t policy_after(uint8_t before, uint8_t activated, enum cosem_result expected)
{
    uint8_t parameter[] = {COSEM_ENUM, activated};
    rig_init(&rig, product_find("sm402d"));
    rig_associate(&rig, PRODUCT_SAP_READING, 512);
    rig.security.policy = before;
    struct dlms_association *management = rig_association(&rig, PRODUCT_SAP_MANAGEMENT);
    enum cosem_result why;
    const struct cosem_call call = {
        .object = cosem_model_find(&rig.product->model, 64, &setup_name,
                                   management->partner->column, &why),
        .model = &rig.product->model,
        .context = &rig.context,
        .association = management,
        .column = management->partner->column,
    };
    struct reader r = reader_over(parameter, sizeof parameter);
    struct writer nothing = writer_measure();
    assert_int_equal(cosem_object_invoke(&call, ACTIVATE, &r, &nothing), expected);
    assert_int_equal(nothing.tape, 0);
    return rig.security.policy;
}

/* Version 0: an enum instead of bits, each for both directions. */
static void policies_of_version_0(void **state)
{
    (void)state;
    enum { AUTHENTICATED = 1 << 2 | 1 << 5, ENCRYPTED = 1 << 3 | 1 << 6 };
    static const uint8_t bits[] = {0, AUTHENTICATED, ENCRYPTED, AUTHENTICATED | ENCRYPTED};
    static uint8_t value[RIG_VALUE_MOST];
    for (uint8_t before = 0; before <= 3; before++) {
        for (uint8_t activated = 0; activated <= 4; activated++) {
            bool stronger = activated <= 3 && (activated & before) == before;
            uint8_t after = policy_after(bits[before], activated,
                                         stronger ? COSEM_SUCCESS : COSEM_OTHER_REASON);
            assert_int_equal(after, bits[stronger ? activated : before]);
            enum cosem_result result;
            assert_int_equal(
                rig_read(&rig, PRODUCT_SAP_READING, 64, &setup_name, 2, value, &result), 2);
            assert_int_equal(value[1], stronger ? activated : before);
        }
    }
}

static int kept_secrets;

static int keep_secret(void *owner, uint16_t client_sap, const struct dlms_secret *secret)
{
    assert_int_equal(client_sap, SAP);
    assert_true(secret->size > 0);
    kept_secrets++;
    return *(const bool *)owner ? -1 : 0;
}

/* change_HLS_secret: kept before it is answered; the next association needs it. */
static void the_secret_of_high_level_security_is_changed(void **state)
{
    (void)state;
    bool broken = true;
    dlms_server_set_keep(&rig.server, (struct dlms_secret_keep){keep_secret, &broken});
    static const uint8_t change[] = {0xC3, 1, 0xC1, 0, 15,  0,   0,   40,  0,   0,  255,
                                     2,    1, 9,    6, 's', 'e', 'c', 'r', 'e', 't'};
    const struct dlms_secret *secret = &rig.server.passwords[2];
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x30), change, sizeof change));
    assert_int_equal(delivery.plain.data[3], COSEM_TEMPORARY_FAILURE);
    assert_true(dlms_secret_matches(secret, (const uint8_t *)"12345678", 8));
    broken = false;
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x30), change, sizeof change));
    assert_int_equal(delivery.plain.data[3], COSEM_SUCCESS);
    assert_int_equal(kept_secrets, 2);
    assert_true(dlms_secret_matches(secret, (const uint8_t *)"secret", 6));
    struct opening o = {
        .mechanism = DLMS_MECHANISM_SHA256, .context = DLMS_CONTEXT_LN, .challenge = 16};
    assert_int_equal(open_with(&o), DLMS_ACCEPTED);
    ask(asked, make_reply(&o)); /* by the old secret */
    assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
}

/* The asking client's own, and another's; an empty one is none. */
static void passwords_are_changed(void **state)
{
    (void)state;
    static const uint8_t partners[] = {2, 1};
    static const uint8_t names[] = {0, 2};
    for (int i = 0; i < 2; i++) {
        const struct dlms_secret *secret = &rig.server.passwords[partners[i]];
        const uint8_t empty[] = {0xC1, 1, 0xC1, 0, 15, 0, 0, 40, 0, names[i], 255, 7, 0, 9, 0};
        const uint8_t other[] = {0xC1, 1, 0xC1, 0, 15,  0,   0,   40,  0,   names[i], 255,
                                 7,    0, 9,    6, 's', 'e', 'c', 'r', 'e', 't'};
        assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x30), empty, sizeof empty));
        assert_int_equal(delivery.plain.data[3], COSEM_OTHER_REASON);
        assert_true(dlms_secret_matches(secret, (const uint8_t *)"12345678", 8));
        assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x30), other, sizeof other));
        assert_int_equal(delivery.plain.data[3], COSEM_SUCCESS);
        assert_true(dlms_secret_matches(secret, (const uint8_t *)"secret", 6));
    }
}

/* Reading has a password, and no secret of high level security. */
static void who_has_no_such_secret_cannot_change_it(void **state)
{
    (void)state;
    static const uint8_t change[] = {0xC3, 1, 0xC1, 0, 15, 0, 0, 40, 0, 2, 255, 2, 1, 9, 1, 's'};
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x30), change, sizeof change));
    assert_int_equal(delivery.plain.data[3], COSEM_READ_WRITE_DENIED);
    assert_true(dlms_secret_matches(&rig.server.passwords[1], (const uint8_t *)"12345678", 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_policy_only_gets_stronger, set_up_ciphered),
        cmocka_unit_test_setup(new_keys_are_in_force_after_the_answer, set_up_ciphered),
        cmocka_unit_test_setup(counters_of_a_key_that_stays_go_on, set_up_ciphered),
        cmocka_unit_test_setup(a_new_master_key, set_up_ciphered),
        cmocka_unit_test_setup(counters_of_other_keys_never_begin_anew, set_up_ciphered),
        cmocka_unit_test_setup(lists_that_are_not_right_change_nothing, set_up_ciphered),
        cmocka_unit_test_setup(truncated_lists_change_nothing, set_up_ciphered),
        cmocka_unit_test_setup(keys_may_wait_for_the_association_to_end, set_up_ciphered),
        cmocka_unit_test_setup(a_record_is_taken_up, set_up_ciphered),
        cmocka_unit_test_setup(keys_are_nobody_elses, set_up_ciphered),
        cmocka_unit_test(policies_of_version_0),
        cmocka_unit_test_setup(the_secret_of_high_level_security_is_changed, set_up_ciphered),
        cmocka_unit_test_setup(passwords_are_changed, set_up_ciphered),
        cmocka_unit_test_setup(who_has_no_such_secret_cannot_change_it, set_up_ciphered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
