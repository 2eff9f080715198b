#include "CTestShims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/// Between fork and execve, where only async-signal-safe calls are allowed. Returns only when something failed.
static void become(const struct test_program *program) {
    if (program->controls_terminal) {
        if (setsid() < 0 || ioctl(program->input, TIOCSCTTY, 0) < 0) return;
    } else if (setpgid(0, 0) < 0) {
        return;
    }
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number <= SIGRTMAX; number++) sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(program->mask);
    if (chdir(program->folder) < 0) return;

    // The three may stand among 0, 1 and 2 already, in any order, so they are moved out of the way first.
    int input = fcntl(program->input, F_DUPFD_CLOEXEC, 10);
    int output = fcntl(program->output, F_DUPFD_CLOEXEC, 10);
    int errors = fcntl(program->errors, F_DUPFD_CLOEXEC, 10);
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) return;
    execve(program->path, program->arguments, program->environment);
}

pid_t test_spawn(const struct test_program *program) {
    int report[2];
    if (test_pipe(report) < 0) return -errno;
    pid_t process = fork();
    if (process == 0) {
        // Other threads of the test process may hold descriptors without FD_CLOEXEC.
        close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        become(program);
        int failure = errno;
        ssize_t ignored = write(report[1], &failure, sizeof failure);
        (void)ignored;
        _exit(127);
    }
    int failure = process < 0 ? errno : 0;
    close(report[1]);
    if (process > 0) {
        ssize_t count;
        do count = read(report[0], &failure, sizeof failure);
        while (count < 0 && errno == EINTR);
        if (count == sizeof failure) waitpid(process, NULL, 0);
    }
    close(report[0]);
    return failure ? -failure : process;
}

int test_process_descriptor(pid_t process) {
    return pidfd_open(process, 0);
}

int test_open_terminal(int *slave) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) return -1;
    char path[64];
    if (grantpt(master) == 0 && unlockpt(master) == 0 && ptsname_r(master, path, sizeof path) == 0) {
        *slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
        struct winsize size = {.ws_row = 24, .ws_col = 80};
        if (*slave >= 0 && ioctl(master, TIOCSWINSZ, &size) == 0) return master;
    }
    close(master);
    return -1;
}

int test_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

bool test_contains(const void *bytes, size_t count, const void *needle, size_t needle_count) {
    return memmem(bytes, count, needle, needle_count) != NULL;
}
