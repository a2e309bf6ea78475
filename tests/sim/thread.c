// thread.c: threads with small stacks, so that a thousand of them fit.
#include "thread.h"

#include <stdio.h>
#include <stdlib.h>

#include "text.h"

enum { STACK_SIZE = 512 * 1024 };

bool thread_start(pthread_t *thread, void *(*run)(void *), void *argument) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    bool started = pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0 &&
                   pthread_create(thread, &attributes, run, argument) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

void thread_run_all(long wanted, void *(*run)(void *), void *argument) {
    pthread_t *threads = memory_need((size_t)wanted, sizeof *threads);
    long running = 0;
    while (running < wanted && thread_start(&threads[running], run, argument))
        running++;
    if (running < wanted)
        fprintf(stderr, "minivoice-sim: only %ld threads of %ld\n", running, wanted);
    if (running == 0)
        run(argument);
    for (long i = 0; i < running; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}
