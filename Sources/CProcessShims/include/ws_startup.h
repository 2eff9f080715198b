#ifndef WS_STARTUP_H
#define WS_STARTUP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

/// What the kernel and our caller gave us, noted before the Swift runtime or main could change any of it.
struct ws_startup {
    int argc;
    char **argv;
    char **envp;
    /// Bit N-1 stands for signal N, in both.
    uint64_t blocked_signals;
    uint64_t ignored_signals;
    /// Bits 0 to 2: descriptors that were closed. A placeholder holds each from then on.
    unsigned closed_streams;
    struct rlimit core_limit;
};

const struct ws_startup *ws_startup(void);

/// First line of main: undoes what a start without /proc took, and gives the Swift runtime its arguments.
void ws_restore_arguments(void);

/// Relocates the libraries and makes their types' conformances known to the Swift runtime: before anything of
/// swift-argument-parser, Foundation or the network is called. Later calls do nothing.
void ws_prepare_libraries(void);

/// Overwrites the strings that /proc/PID/environ shows; `environ` is empty from then on.
void ws_wipe_environment(void);

/// As PID 1 the kernel drops signals that have no handler: gives those that end a process one that exits with 128+N.
void ws_end_by_signals_as_init(void);

int ws_set_dumpable(int dumpable);
int ws_set_subreaper(void);
int ws_set_core_limit(const struct rlimit *limit);
int ws_name_process(const char *name);

/// Keeps the pages of a region out of swap from when they are first touched; untouched ones cost nothing.
int ws_lock_as_touched(void *start, size_t count);

#endif
