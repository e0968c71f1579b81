/* Trials need nothing of each other: they run in processes of their own, which take the next one
 * that nobody has taken and leave the result in memory that all share. */
#define _DEFAULT_SOURCE

#include "stand/stand.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MAX = 64, LOOK_EVERY_US = 100000 };

struct shared {
    atomic_uint taken;
    atomic_uint done;
    struct stand_trial trial[STAND_TRIALS_MAX];
};

static void work(struct shared *shared, const struct stand_programme *programme, uint64_t seed)
{
    for (;;) {
        unsigned n = atomic_fetch_add(&shared->taken, 1);
        if (n >= programme->count) {
            return;
        }
        stand_try(programme->specimen, &shared->trial[n], seed * STAND_TRIALS_MAX + n);
        atomic_fetch_add(&shared->done, 1);
    }
}

static unsigned begin_workers(struct shared *shared, const struct stand_programme *programme,
                              uint64_t seed, unsigned jobs, pid_t *workers)
{
    unsigned begun = 0;
    for (; begun < jobs; begun++) {
        workers[begun] = fork();
        if (workers[begun] == 0) {
            work(shared, programme, seed);
            _exit(0);
        }
        if (workers[begun] < 0) {
            break;
        }
    }
    return begun;
}

/* Until all have ended; whether they ended well. */
static bool wait_for(const pid_t *workers, unsigned count, struct shared *shared, unsigned trials,
                     void (*progress)(void *context, unsigned done, unsigned count), void *context)
{
    bool well = true;
    for (unsigned n = 0; n < count; n++) {
        int status;
        while (waitpid(workers[n], &status, WNOHANG) == 0) {
            if (progress) {
                progress(context, atomic_load(&shared->done), trials);
            }
            usleep(LOOK_EVERY_US);
        }
        well = well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    return well;
}

int stand_run(struct stand_programme *programme, uint64_t seed, unsigned jobs,
              void (*progress)(void *context, unsigned done, unsigned count), void *context)
{
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return -1;
    }
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    jobs = jobs > 0 ? jobs : processors > 0 ? (unsigned)processors : 1;
    jobs = jobs < JOBS_MAX ? jobs : JOBS_MAX;
    memcpy(shared->trial, programme->trial, sizeof programme->trial);
    pid_t workers[JOBS_MAX];
    unsigned begun = begin_workers(shared, programme, seed, jobs, workers);
    bool well = wait_for(workers, begun, shared, programme->count, progress, context);
    well = well && begun > 0 && atomic_load(&shared->done) == programme->count;
    memcpy(programme->trial, shared->trial, sizeof programme->trial);
    munmap(shared, sizeof *shared);
    for (unsigned n = 0; n < programme->count; n++) {
        well = well && !programme->trial[n].result.failed;
    }
    return well ? 0 : -1;
}
