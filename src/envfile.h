// envfile.h: the settings file: what a process finds there at its start joins its environment.
//
// So a new process has new settings, whoever started it, and no secret stands in the environment that
// /proc/PID/environ shows: that is the one the process was started with.
#ifndef IVR_ENVFILE_H
#define IVR_ENVFILE_H

#define ENVFILE_VARIABLE "IVR_SETTINGS_FILE"
#define ENVFILE_MAX_BYTES 65536
#define ENVFILE_MAX_SETTINGS 256

// Reads the file that IVR_SETTINGS_FILE names, if it names one, and sets what it holds and the environment
// does not have. Before threads. Returns 0, or -1 after logging all that is wrong, with path and line; what
// is right is set all the same.
//
// A line is NAME=VALUE, blank, or a comment that begins with #. NAME begins with PG or IVR_ and stands once.
// White space around VALUE is left away; quotes, " or ', around all of it as well. Nothing is an escape.
// Nobody beside the owner may write to the file; where it holds a secret, others may not read it.
int envfile_read(void);

#endif
