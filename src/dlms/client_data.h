/* The client's side of Data protection (class 30): the parameters of its methods, with what is
 * protected by the keys of the client's guard, and what the meter gives back taken apart. Without
 * input or output. Source: Blue Book class 30. */
#ifndef WATTHOUR_DLMS_CLIENT_DATA_H
#define WATTHOUR_DLMS_CLIENT_DATA_H

#include "dlms/client_guard.h"
#include "dlms/security_data.h"

enum dlms_client_key {
    DLMS_CLIENT_KEY_UNICAST,
    DLMS_CLIENT_KEY_BROADCAST,
    DLMS_CLIENT_KEY_WRAPPED, /* the guard's dedicated one, wrapped by the master key */
    DLMS_CLIENT_KEY_ONE_PASS,
    DLMS_CLIENT_KEY_STATIC,
};

/* How data are protected: layers in the order in which they are put on, and the key of all that
 * cipher. No layer: they are not. */
struct dlms_client_layers {
    size_t count;
    enum dlms_layer_type type[DLMS_LAYERS];
    enum dlms_client_key key;
};

/* An attribute as a whole. */
void dlms_client_data_put_object(struct writer *w, const struct dlms_target *target);

/* Method 1, get_protected_attributes, for `count` attributes. */
void dlms_client_data_get(struct dlms_client_guard *guard, const struct dlms_client_layers *how,
                          const struct dlms_target *targets, size_t count,
                          struct writer *parameter);

/* Method 2, set_protected_attributes: values, one Data for each attribute. Method 3,
 * invoke_protected_method, with its parameter. 0, or enum dlms_security_error: KEY, ROOM. */
int dlms_client_data_set(struct dlms_client_guard *guard, const struct dlms_client_layers *how,
                         const struct dlms_target *targets, const struct reader *values,
                         size_t count, struct writer *parameter);
int dlms_client_data_act(struct dlms_client_guard *guard, const struct dlms_client_layers *how,
                         const struct dlms_target *target, struct reader value,
                         struct writer *parameter);

/* What a method gave back: the plain octets, in `room`. 0, or enum dlms_security_error: WEAK, it is
 * not protected as we asked. */
enum { DLMS_CLIENT_DATA = 8192 };
int dlms_client_data_take(struct dlms_client_guard *guard, const struct dlms_client_layers *how,
                          struct reader returned, uint8_t room[DLMS_CLIENT_DATA],
                          struct reader *plain);

#endif
