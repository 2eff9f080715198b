#include "CProcessShims.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and execve only async-signal-safe functions may be called: another thread may have held a lock of the
// allocator or of stdio when the process was copied. So everything that allocates happens before.

struct report {
    int stage;
    int error;
};

static const char **pointers_to(const char *strings, size_t count) {
    const char **pointers = calloc(count + 1, sizeof *pointers);
    if (pointers == NULL) {
        return NULL;
    }
    for (size_t index = 0; index < count; index++) {
        pointers[index] = strings;
        strings += strlen(strings) + 1;
    }
    return pointers;
}

/// A pipe whose ends are above 2, so that no dup2 onto a standard stream meets one of them: we may have been started
/// with closed streams.
static int pipe_above_streams(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return errno;
    }
    for (int index = 0; index < 2; index++) {
        if (ends[index] > 2) {
            continue;
        }
        int moved = fcntl(ends[index], F_DUPFD_CLOEXEC, 3);
        int error = errno;
        close(ends[index]);
        ends[index] = moved;
        if (moved < 0) {
            close(ends[1 - index]);
            return error;
        }
    }
    return 0;
}

static void close_ends(int ends[2]) {
    for (int index = 0; index < 2; index++) {
        if (ends[index] >= 0) {
            close(ends[index]);
            ends[index] = -1;
        }
    }
}

static void reset_signals(void) {
    // The kernel's own struct, of at most this size: all zeros are SIG_DFL without flags. glibc's sigaction refuses 32
    // and 33, which it uses itself, and which we may have inherited as ignored.
    static const unsigned long defaults[8] = {0};
    for (int number = 1; number < NSIG; number++) {
        syscall(SYS_rt_sigaction, number, defaults, NULL, 8);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void mark_descriptors(void) {
    if (syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC) == 0) {
        return;
    }
    // Kernels before 5.11. Ours all carry the flag; these are what we may have inherited.
    struct rlimit limit;
    int end = 65536;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < (rlim_t)end) {
        end = (int)limit.rlim_cur;
    }
    for (int descriptor = 3; descriptor < end; descriptor++) {
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
}

/// Tries each absolute folder of `search_path`; execvpe would hand a file without `#!` to a shell, and look into the
/// working directory where PATH has an empty entry.
static int execute(const char *program, char *const arguments[], char *const environment[], const char *search_path) {
    if (strchr(program, '/') != NULL) {
        execve(program, arguments, environment);
        return errno;
    }
    if (program[0] == '\0') {
        return ENOENT;
    }
    int error = ENOENT;
    size_t program_length = strlen(program);
    const char *entry = search_path;
    while (entry != NULL) {
        const char *end = strchr(entry, ':');
        size_t length = end != NULL ? (size_t)(end - entry) : strlen(entry);
        char path[PATH_MAX];
        if (length > 0 && entry[0] == '/' && length + 1 + program_length < sizeof path) {
            memcpy(path, entry, length);
            path[length] = '/';
            memcpy(path + length + 1, program, program_length + 1);
            execve(path, arguments, environment);
            if (errno == EACCES) {
                error = EACCES;  // as execvp: a later folder may have one that we may run
            } else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV && errno != ETIMEDOUT) {
                return errno;
            }
        }
        entry = end != NULL ? end + 1 : NULL;
    }
    return error;
}

__attribute__((noreturn)) static void become(
    const struct ws_helper_request *request,
    char *const arguments[],
    char *const environment[],
    pid_t parent,
    int out,
    int err,
    int reports
) {
    struct report report = {WS_HELPER_SETUP, 0};
    setpgid(0, 0);
    // The parent may have died before the request stood; then nobody is left to read.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(127);
    }
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    // dup2 of a descriptor onto itself keeps the flag that closes it, so that case gets its own line.
    if (null < 0 || (null == 0 ? fcntl(0, F_SETFD, 0) : dup2(null, 0)) < 0 || dup2(out, 1) < 0
        || (err >= 0 ? dup2(err, 2) : null == 2 ? fcntl(2, F_SETFD, 0) : dup2(null, 2)) < 0) {
        report.error = errno;
    } else if (chdir(request->folder) != 0) {
        report = (struct report){WS_HELPER_FOLDER, errno};
    } else {
        mark_descriptors();
        reset_signals();
        report.stage = WS_HELPER_EXEC;
        report.error = execute(arguments[0], arguments, environment, request->search_path);
    }
    // Whole or not at all: it is smaller than PIPE_BUF.
    while (write(reports, &report, sizeof report) < 0 && errno == EINTR) {
    }
    _exit(127);
}

/// Reads what the child met, or nothing once execve has closed the pipe.
static int read_report(int reports, struct report *report) {
    ssize_t count;
    do {
        count = read(reports, report, sizeof *report);
    } while (count < 0 && errno == EINTR);
    if (count == 0) {
        return 0;
    }
    if (count != (ssize_t)sizeof *report) {
        *report = (struct report){WS_HELPER_SETUP, EIO};
    }
    return report->error;
}

int ws_helper_start(const struct ws_helper_request *request, struct ws_helper *helper, enum ws_helper_stage *stage) {
    int out[2] = {-1, -1}, err[2] = {-1, -1}, reports[2] = {-1, -1};
    const char **arguments = pointers_to(request->arguments, request->argument_count);
    const char **environment = pointers_to(request->environment, request->environment_count);
    int error = arguments == NULL || environment == NULL ? ENOMEM : 0;
    *stage = WS_HELPER_SETUP;
    if (error == 0) {
        error = pipe_above_streams(out);
    }
    if (error == 0 && request->captures_stderr) {
        error = pipe_above_streams(err);
    }
    if (error == 0) {
        error = pipe_above_streams(reports);
    }
    if (error == 0) {
        fcntl(out[0], F_SETFL, O_NONBLOCK);
        if (err[0] >= 0) {
            fcntl(err[0], F_SETFL, O_NONBLOCK);
        }
        // No handler of ours may run in the child while it is still a copy of us.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        pid_t parent = getpid();
        pid_t child = fork();
        if (child == 0) {
            become(request, (char *const *)arguments, (char *const *)environment, parent, out[1], err[1], reports[1]);
        }
        error = child < 0 ? errno : 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (child > 0) {
            // The child does it too; whoever comes first, the group is there when we return.
            setpgid(child, child);
            close(reports[1]);
            reports[1] = -1;
            struct report report = {WS_HELPER_SETUP, 0};
            error = read_report(reports[0], &report);
            if (error != 0) {
                *stage = (enum ws_helper_stage)report.stage;
                while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
                }
            } else {
                helper->pid = child;
                helper->stdout_end = out[0];
                helper->stderr_end = err[0];
                out[0] = -1;
                err[0] = -1;
            }
        }
    }
    close_ends(out);
    close_ends(err);
    close_ends(reports);
    free(arguments);
    free(environment);
    return error;
}
