/* Memory that the main loop may read and not write, once it is without privilege: for what
 * privileged code goes by. All of it is zero at first. */
#ifndef WATTHOUR_PORT_CORTEX_M_GUARDED_H
#define WATTHOUR_PORT_CORTEX_M_GUARDED_H

#define GUARDED __attribute__((section(".guarded")))

#endif
