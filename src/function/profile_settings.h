/* What a profile is set to, on flash. Private to profile*.c. */
#ifndef WATTHOUR_FUNCTION_PROFILE_SETTINGS_H
#define WATTHOUR_FUNCTION_PROFILE_SETTINGS_H

#include "function/profile.h"

/* As the plan says; sizes are not known yet. */
void profile_settings_default(struct profile *profile);

/* Gives the ring the rows' form when that is due. Whether rows may be captured. */
bool profile_settings_settle(struct profile *profile);

/* Stores the state of the period under way when it has changed. Whether it is stored. */
bool profile_settings_keep(struct profile *profile);

/* The period under way begins: whether it is whole. What has happened in it. */
bool profile_begin(struct profile *profile);
void profile_flag(struct profile *profile, uint8_t flags);

#endif
