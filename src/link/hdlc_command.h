/* The station's own: what the commands of clients do to it. */
#ifndef WATTHOUR_LINK_HDLC_COMMAND_H
#define WATTHOUR_LINK_HDLC_COMMAND_H

#include "link/hdlc.h"

/* At a good header: says where the information that follows goes, by its kind. */
void hdlc_command_aim(struct hdlc_station *station);

/* At a good frame. */
void hdlc_command_take(struct hdlc_station *station, int64_t now_ms);

void hdlc_command_disconnect(struct hdlc_station *station, struct hdlc_connection *connection);

#endif
