// version.h: the version of all four programs, as CHANGELOG.md has it (semver.org).
#ifndef IVR_VERSION_H
#define IVR_VERSION_H

#define IVR_VERSION "0.1.0"

#endif
