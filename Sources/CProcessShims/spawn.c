#include "CProcessShims.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_number(char *slot, unsigned long number) {
    char digits[20];
    int count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count) *slot++ = digits[--count];
    *slot = 0;
}

// A file without `#!` line that the kernel does not know: `execvp`, and so `env`, hands it to the shell.
static void run_as_script(const struct ws_launch *launch, const char *path) {
    char **next = launch->script_argv;
    *next++ = "/bin/sh";
    *next++ = (char *)path;
    for (char *const *argument = launch->argv + 1; launch->argv[0] && *argument; argument++) *next++ = *argument;
    *next = NULL;
    execve("/bin/sh", launch->script_argv, launch->envp);
}

// The rules of glibc's `execvpe` for what goes on to the next folder.
static int try_paths(const struct ws_launch *launch) {
    int result = ENOENT;
    for (const char *const *path = launch->paths; *path; path++) {
        execve(*path, launch->argv, launch->envp);
        if (errno == ENOEXEC && launch->script_argv) run_as_script(launch, *path);
        switch (errno) {
        case EACCES:
            result = EACCES;
            break;
        case ENOENT:
        case ESTALE:
        case ENOTDIR:
        case ENODEV:
        case ETIMEDOUT:
            if (!launch->paths[1]) result = errno;
            break;
        default:
            return errno;
        }
    }
    return result;
}

int ws_become(const struct ws_launch *launch) {
    for (char *const *slot = launch->number_slots; slot && *slot; slot++) write_number(*slot, (unsigned long)getpid());
    setrlimit(RLIMIT_CORE, &launch->core_limit);
    uint64_t blocked = ws_blocked_signals();
    ws_set_ignored_signals(launch->ignored_signals);
    ws_set_blocked_signals(launch->blocked_signals);
    int result = try_paths(launch);
    ws_set_blocked_signals(blocked);
    return result;
}

struct start {
    const struct ws_launch *launch;
    pid_t parent;
    struct ws_spawn_failure failure;
};

static int place_streams(const struct ws_launch *launch) {
    for (int stream = 0; stream <= 2; stream++) {
        int source = launch->streams[stream];
        if (source == WS_STREAM_CLOSED) close(stream);
        if (source >= 0 && dup2(source, stream) == -1) return -1;
    }
    return 0;
}

static int run_child(void *argument) {
    struct start *start = argument;
    const struct ws_launch *launch = start->launch;
    if (launch->death_signal) {
        prctl(PR_SET_PDEATHSIG, launch->death_signal, 0, 0, 0);
        if (getppid() != start->parent) _exit(125);
    }
    if (launch->leads_group) setpgid(0, 0);
    // SIGTTOU is blocked here, so that a group in the background may do this.
    if (launch->foreground_of >= 0) tcsetpgrp(launch->foreground_of, getpid());
    if (place_streams(launch) == -1) {
        start->failure.error = errno;
    } else if (launch->directory && chdir(launch->directory) == -1) {
        start->failure = (struct ws_spawn_failure){.error = errno, .is_directory = 1};
    } else {
        if (launch->closes_others) ws_close_all_but(NULL, 0);
        start->failure.error = ws_become(launch);
    }
    _exit(125);
}

pid_t ws_spawn(const struct ws_launch *launch, struct ws_spawn_failure *failure) {
    enum { stack_size = 32 * 1024 };
    struct start start = {.launch = launch, .parent = getpid()};
    char *stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return -1;
    pid_t child = clone(run_child, stack + stack_size, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
    int error = errno;
    munmap(stack, stack_size);
    *failure = start.failure;
    if (child != -1 && start.failure.error) {
        while (waitpid(child, NULL, 0) == -1 && errno == EINTR) continue;
    }
    errno = error;
    return child;
}

int ws_process_descriptor(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

pid_t ws_fork(void) {
    return fork();
}
