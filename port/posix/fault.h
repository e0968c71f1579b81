/* Keeps the place of a fault for the next start. Private to this port. */
#ifndef WATTHOUR_PORT_POSIX_FAULT_H
#define WATTHOUR_PORT_POSIX_FAULT_H

/* Where fault_write() writes; NULL: nowhere. */
void fault_path(const char *path);

/* "cause file:line", by calls that a signal handler may make. */
void fault_write(const char *cause, const char *file, int line);

#endif
