/* The station's own: what a command makes it say, and the frames of that, one after another. */
#ifndef WATTHOUR_LINK_HDLC_REPLY_H
#define WATTHOUR_LINK_HDLC_REPLY_H

#include "link/hdlc.h"

/* One frame back to the sender of the command: the LLC (NULL: none), then the body. */
void hdlc_reply_frame(struct hdlc_station *station, uint8_t control, const uint8_t *llc,
                      const uint8_t *body, size_t size);

/* The frames of a connection: notices, segments, RR or RNR; or FRMR. */
void hdlc_reply_numbered(struct hdlc_station *station, struct hdlc_connection *connection);

/* Loads the next frame of the reply, or a notice that no poll is waited for. */
void hdlc_reply_load(struct hdlc_station *station);
void hdlc_reply_load_unpolled(struct hdlc_station *station);

#endif
