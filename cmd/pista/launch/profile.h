/* What a new browser profile says from the start. */
#ifndef PISTA_CMD_LAUNCH_PROFILE_H
#define PISTA_CMD_LAUNCH_PROFILE_H

#include <stdbool.h>

#include "os/profile.h"

#define DESK_PROFILE_HOME "home" /* the browser's home directory */

/* Writes preferences: nothing is sent, checked, suggested or remembered; what
 * is saved is asked about each time, beginning in the person's real home. */
int desk_profile_fill(const struct profile *p, bool is_firefox);

#endif
