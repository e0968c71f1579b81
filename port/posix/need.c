#include "base/need.h"

#include <stdio.h>
#include <stdlib.h>

void need_failed(const char *file, int line)
{
    fprintf(stderr, "watthour: bug at %s:%d; please report it with what you did\n", file, line);
    abort();
}
