/* Whether a port does what a meter asks of it, line by line: `ok` or `MISSING`, and what.
 *
 * The port is looked at through board.h, uart.h and emulation.h alone. It begins before anything of
 * it was opened but the NOR chip, in which the last sector is written and erased. */
#ifndef WATTHOUR_PORT_CORTEX_M_CONFORMANCE_H
#define WATTHOUR_PORT_CORTEX_M_CONFORMANCE_H

#include <stdbool.h>

/* Called with each line; `what` is a sentence. */
typedef void conformance_line(bool good, const char *what);

/* How many lines are missing. Takes some seconds. */
int conformance_run(conformance_line *line);

/* Of the image: the sample interrupt and the window task, which board.h has it give. */
void conformance_on_sample(void);
void conformance_on_window(void);

#endif
