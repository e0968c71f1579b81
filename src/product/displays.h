/* The displays of the products: kind of glass, combinations of digits, lists of a new meter. */
#ifndef WATTHOUR_PRODUCT_DISPLAYS_H
#define WATTHOUR_PRODUCT_DISPLAYS_H

#include "display/display.h"

extern const struct display_config product_display_xs211;        /* dots, one phase */
extern const struct display_config product_display_single;       /* segments, one phase */
extern const struct display_config product_display_three;        /* segments, three phases */
extern const struct display_config product_display_transformers; /* likewise, behind transformers */

#endif
