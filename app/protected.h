/* Attributes and methods by Data protection (class 30, 0-0:43.2.0) instead of directly: --protected
 * of get, set and act. */
#ifndef WATTHOUR_APP_PROTECTED_H
#define WATTHOUR_APP_PROTECTED_H

#include "app/client.h"
#include "dlms/client_data.h"

/* Reads attributes; the values, one Data each, are to be taken from `*values`, and stand until the
 * next call. 0; 1: refused, for the reason in `*result`; -1: the connection is of no more use, or
 * what came is not protected as it was asked for. */
int protected_read(struct client *client, const struct dlms_target *targets, size_t count,
                   struct reader *values, enum cosem_result *result);

/* Writes attributes, all at once; calls a method, and gives what that gave back. The same results.
 */
int protected_write(struct client *client, const struct dlms_target *targets,
                    const struct reader *values, size_t count, enum cosem_result *result);
int protected_call(struct client *client, const struct dlms_target *target, struct reader value,
                   struct reader *returned, enum cosem_result *result);

#endif
