// thread.h: threads with small stacks, so that a thousand of them fit.
#ifndef SIM_THREAD_H
#define SIM_THREAD_H

#include <pthread.h>
#include <stdbool.h>

// Starts run(argument) in a thread to be joined; false when the machine gives none.
bool thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

// Runs run(argument) in that many threads, or in as many as there are, and waits until all returned.
void thread_run_all(long wanted, void *(*run)(void *), void *argument);

#endif
