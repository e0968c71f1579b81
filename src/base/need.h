/* need(): a condition that only a bug of ours can break. It stays on in the field.
 *
 * The port gives need_failed(): it records the place and restarts the meter; the virtual meter
 * prints one line and aborts. Input from outside is never checked with need(). */
#ifndef WATTHOUR_BASE_NEED_H
#define WATTHOUR_BASE_NEED_H

#include <stdnoreturn.h>

noreturn void need_failed(const char *file, int line);

#define need(condition) ((condition) ? (void)0 : need_failed(__FILE__, __LINE__))

#endif
