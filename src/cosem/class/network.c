#include "cosem/class/network.h"

#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/give.h"

#include <string.h>

bool class_network_look(const struct cosem_call *call, struct link_network_view *view)
{
    const struct link_network *network = call->context->links->network;
    memset(view, 0, sizeof *view);
    if (network != NULL) {
        network->look(network->port, view);
    }
    return network != NULL;
}

enum cosem_result class_network_no_reference(const struct cosem_call *call, struct writer *w)
{
    static const struct cosem_name none;
    (void)call;
    return cosem_give_octet_string(w, none.obis, sizeof none.obis);
}

enum cosem_result class_network_no_list(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    cosem_put_array(w, 0);
    return COSEM_SUCCESS;
}
