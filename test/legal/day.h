/* Hours of a living load, for the registers: current and angle change at random, the frequency
 * walks. The integrals are exact and kept beside. */
#ifndef WATTHOUR_TEST_LEGAL_DAY_H
#define WATTHOUR_TEST_LEGAL_DAY_H

/* What the registers say (Ws, vars) and what is true. */
struct day {
    double active_ws;
    double true_active_ws;
    double reactive_ws;
    double true_reactive_ws;
};

/* One phase, ideal sampling, always in quadrant I. The last second is without load, so that it
 * does not matter where the last window ends. */
struct day day_run(double hours, double walk_hz);

#endif
