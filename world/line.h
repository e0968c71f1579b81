/* One line for a user: what, where, what to do. */
#ifndef WATTHOUR_WORLD_LINE_H
#define WATTHOUR_WORLD_LINE_H

#include <stdarg.h>
#include <stddef.h>

/* As vsnprintf(); control characters, which may come out of a file, become question marks. */
void line_write(char *line, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#endif
