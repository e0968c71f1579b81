/* From a track to a spectrum. Private to this room. */
#ifndef WATTHOUR_LEGAL_SPECTRUM_H
#define WATTHOUR_LEGAL_SPECTRUM_H

#include "legal/harmonics.h"

/* Each frame: into those tracks whose window it belongs to. */
static inline void legal_capture(struct legal_harmonics *harmonics, const struct legal_sampler *s)
{
    for (unsigned n = 0; n < 2; n++) {
        struct legal_track *track = &harmonics->track[n];
        uint32_t place = s->frame - track->begin;
        if (place < LEGAL_TRACK_FRAMES) {
            track->wave[place][0] = s->now.x[2 * track->phase];
            track->wave[place][1] = s->now.x[2 * track->phase + 1];
        }
    }
}

/* capture.c: the window that the snapshot tells of has ended; the next plan stands. */
void legal_capture_ended(struct legal *legal);
void legal_capture_plan(struct legal *legal);

/* spectrum.c: the track's phase gets its spectrum. The track is used up. */
void legal_spectrum_of(struct legal *legal, struct legal_track *track,
                       struct legal_scratch *scratch);

/* interpolate.c: the window as LEGAL_POINTS evenly spaced points. */
void legal_interpolate(struct legal_track *track, struct legal_scratch *scratch);

/* transform.c: the points become their discrete Fourier transform, in an order of its own: line k
 * (0..LEGAL_POINTS - 1) then stands at legal_transform_place(k). */
void legal_transform(struct legal_scratch *scratch);
unsigned legal_transform_place(unsigned k);

#endif
