// help.h: the text of --help.
#ifndef SIM_HELP_H
#define SIM_HELP_H

#include <stdio.h>

void help_print(FILE *file);

#endif
