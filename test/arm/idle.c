/* An image without samples. */
#include "port/cortex_m/board.h"

void board_on_sample(void)
{
}

void board_on_window(void)
{
}
