#include "test/product/demanded.h"

#include "test/unit.h"

#include <string.h>

struct cosem_protection demanded_right;

static struct cosem_object object;
static struct cosem_access access;
static const struct cosem_group group = {.objects = &object, .count = 1};
static const struct cosem_group *const groups[] = {&group};
static const struct cosem_model model = {groups, 1};

void demanded_begin(uint16_t class_id, const struct cosem_name *name, unsigned attribute)
{
    static const struct opening opening = {.mechanism = DLMS_MECHANISM_GMAC,
                                           .context = DLMS_CONTEXT_LN_CIPHERED,
                                           .challenge = 16,
                                           .control = 0x21};
    enum cosem_result why;
    set_up_suite(DLMS_SUITE_1);
    client.context.signing = &keys.of_client;
    open_all(&opening);
    object = *cosem_model_find(rig.server.model, class_id, name, MANAGEMENT, &why);
    access = *object.access;
    access.protection = &demanded_right;
    object.access = &access;
    demanded_right.attributes = (uint32_t)1 << (attribute - 1);
    rig.server.model = &model;
}

void demanded_end(void)
{
    setup.policy = 0;
    dlms_session_close(&rig.session);
}

static struct dlms_protection protection_of(const struct demanded_question *question)
{
    struct dlms_protection by = kit_protection(question->form, question->control);
    by.signature = question->signature;
    if (by.signature != DLMS_UNSIGNED) {
        by.signing.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
        by.signing.recipient = (struct dlms_octets){kit_server, DLMS_TITLE_SIZE};
    }
    return by;
}

bool demanded_ask(const struct demanded_question *question, const uint8_t *apdu, size_t size)
{
    kit_send(&client, protection_of(question), apdu, size, &delivery);
    assert_true(delivery.size > 0);
    ask(delivery.apdu, delivery.size);
    if (answer[0] == DLMS_EXCEPTION_RESPONSE) {
        return false;
    }
    memcpy(delivery.apdu, answer, answered);
    delivery.size = answered;
    assert_int_equal(kit_receive(&client, &delivery), 0);
    return true;
}
