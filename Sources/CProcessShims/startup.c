#include "CProcessShims.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static struct ws_startup startup;
static char **environment_without_proc;

const struct ws_startup *ws_startup(void) {
    return &startup;
}

// The Swift runtime asks /proc/self/exe for its path before main, and aborts where there is no /proc unless SWIFT_ROOT
// is set. setenv would move `environ`, from which the runtime finds the arguments; so this is done only where needed.
static void survive_without_proc(void) {
    char path[1];
    if (readlink("/proc/self/exe", path, sizeof path) >= 0) return;
    size_t count = 0;
    while (startup.envp[count]) count++;
    environment_without_proc = malloc((count + 2) * sizeof *environment_without_proc);
    if (!environment_without_proc) return;
    memcpy(environment_without_proc, startup.envp, count * sizeof *environment_without_proc);
    environment_without_proc[count] = "SWIFT_ROOT=/";
    environment_without_proc[count + 1] = NULL;
    environ = environment_without_proc;
}

// A descriptor of ours must never land on 0 to 2, where the command would find it or our messages would go into it.
static void hold_closed_streams(void) {
    for (int stream = 0; stream <= 2; stream++) {
        if (fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
        startup.closed_streams |= 1u << stream;
        ws_release_stream(stream);
    }
}

// A start takes some 300 KiB of heap: once, rather than in steps of 128. (This also fixes the size from which on blocks have
// pages of their own, at 128 KiB.)
enum { heap_step = 512 * 1024 };

__attribute__((constructor(101))) static void note_startup(int argc, char **argv, char **envp) {
    mallopt(M_TOP_PAD, heap_step);
    startup.argc = argc;
    startup.argv = argv;
    startup.envp = envp;
    startup.blocked_signals = ws_blocked_signals();
    startup.ignored_signals = ws_ignored_signals();
    getrlimit(RLIMIT_CORE, &startup.core_limit);
    hold_closed_streams();
    survive_without_proc();
}

// Private to the runtime; a test in an empty root guards it.
extern void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc) __attribute__((weak));

void ws_restore_arguments(void) {
    if (!environment_without_proc) return;
    environ = startup.envp;
    free(environment_without_proc);
    environment_without_proc = NULL;
    if (_swift_stdlib_overrideUnsafeArgvArgc) _swift_stdlib_overrideUnsafeArgvArgc(startup.argv, startup.argc);
}

void ws_wipe_environment(void) {
    for (char **entry = startup.envp; *entry; entry++) explicit_bzero(*entry, strlen(*entry));
    startup.envp[0] = NULL;
    environ = startup.envp;
}

static void end_by_signal(int signal) {
    _exit(128 + signal);
}

void ws_end_by_signals_as_init(void) {
    static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE};
    if (getpid() != 1) return;
    for (size_t index = 0; index < sizeof ending / sizeof *ending; index++) {
        if (startup.ignored_signals & WS_SIGNAL_BIT(ending[index])) continue;
        struct sigaction action = {.sa_handler = end_by_signal};
        sigaction(ending[index], &action, NULL);
    }
}

int ws_set_dumpable(int dumpable) {
    return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
}

int ws_set_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int ws_set_core_limit(const struct rlimit *limit) {
    return setrlimit(RLIMIT_CORE, limit);
}

int ws_name_process(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

int ws_lock_as_touched(void *start, size_t count) {
    return mlock2(start, count, MLOCK_ONFAULT);
}
