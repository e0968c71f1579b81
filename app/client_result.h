/* Why a meter refuses, for people. */
#ifndef WATTHOUR_APP_CLIENT_RESULT_H
#define WATTHOUR_APP_CLIENT_RESULT_H

#include "cosem/model.h"

/* "read-write-denied: this client has no right to do that". */
const char *client_result_text(enum cosem_result result);

#endif
