/* Files that hold secrets: nobody but their owner may read them. */
#ifndef WATTHOUR_APP_PRIVATE_FILE_H
#define WATTHOUR_APP_PRIVATE_FILE_H

#include <stddef.h>

/* Reads a file of at most `room - 1` characters as a string: 0, or -1 with the reason and what to
 * do about it in `*reason`. */
int private_file_read(const char *path, char *text, size_t room, const char **reason);

#endif
