#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "dlms/association.h"

static enum cosem_result list(const struct cosem_call *call, struct writer *w)
{
    const struct identity *identity = call->context->identity;
    cosem_put_array(w, 1);
    cosem_put_structure(w, 2);
    cosem_put_u16(w, dlms_association_view(call->association, 0).server_sap);
    cosem_put_octet_string(w, identity->name, sizeof identity->name);
    return COSEM_SUCCESS;
}

static const struct cosem_attribute attributes[] = {
    {.get = list}, /* 2 SAP_assignment_list */
};

const struct cosem_class class_sap_assignment = {
    .id = 17, .version = 0, .of_association = true, COSEM_CLASS_ATTRIBUTES(attributes)};
