/* One object of the meter, as the product has it, but for the protection that it demands; and
 * requests to it, protected in whatever way, as a head end makes them. */
#ifndef WATTHOUR_TEST_PRODUCT_DEMANDED_H
#define WATTHOUR_TEST_PRODUCT_DEMANDED_H

#include "cosem/model.h"
#include "test/product/head_end_keys.h"

/* How a request is protected. */
struct demanded_question {
    enum dlms_form form;
    uint8_t control;
    enum dlms_signature signature;
};

/* What the object demands: of the attribute that demanded_begin() names. */
extern struct cosem_protection demanded_right;

/* Associates by HLS with GMAC, suite 1, both sides able to sign; the meter has that object alone,
 * and rights that are looked at for that attribute. */
void demanded_begin(uint16_t class_id, const struct cosem_name *name, unsigned attribute);
void demanded_end(void);

/* Whether it is answered other than by an exception; the answer is in `delivery`, opened. */
bool demanded_ask(const struct demanded_question *question, const uint8_t *apdu, size_t size);

#endif
