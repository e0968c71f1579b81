/* What the classes of the network share: a look at it. Private to cosem/class. */
#ifndef WATTHOUR_COSEM_CLASS_NETWORK_H
#define WATTHOUR_COSEM_CLASS_NETWORK_H

#include "cosem/model.h"
#include "link/setup.h"

/* False: the device has no network. */
bool class_network_look(const struct cosem_call *call, struct link_network_view *view);

/* For attributes that name an object which is not there: six zeros. */
enum cosem_result class_network_no_reference(const struct cosem_call *call, struct writer *w);

/* For lists of which the device has none. */
enum cosem_result class_network_no_list(const struct cosem_call *call, struct writer *w);

#endif
