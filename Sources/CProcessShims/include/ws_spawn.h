#ifndef WS_SPAWN_H
#define WS_SPAWN_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { WS_STREAM_KEPT = -1, WS_STREAM_CLOSED = -2 };

/// How a program is started, all of it made ready beforehand: between fork and exec nothing is allocated.
struct ws_launch {
    /// The paths to try in order, each with the rules of `execvp`; ends with NULL.
    const char *const *paths;
    char *const *argv;
    /// As long as argv and two more: what runs a file without `#!` line is built here. NULL: no shell runs one.
    char **script_argv;
    char *const *envp;
    /// Where the process writes its own number in decimal, over at least 20 bytes and a NUL each; ends with NULL.
    char *const *number_slots;
    uint64_t blocked_signals;
    uint64_t ignored_signals;
    struct rlimit core_limit;
    /// What becomes descriptors 0 to 2: a descriptor from 3 up, WS_STREAM_KEPT or WS_STREAM_CLOSED.
    int streams[3];
    /// A working directory, or NULL.
    const char *directory;
    /// A process group of its own.
    int leads_group;
    /// Everything from 3 up is closed, what our caller gave us too.
    int closes_others;
    /// The terminal whose foreground that group becomes, or -1.
    int foreground_of;
    /// What the kernel sends it when the thread that started it ends, or 0.
    int death_signal;
};

/// What kept a new process from becoming the program: an errno, or 0, and whether it met the working directory.
struct ws_spawn_failure {
    int error;
    int is_directory;
};

/// Starts a program with the memory shared until its exec, as `vfork` does: no page is copied, whatever we hold.
///
/// Call with all signals blocked. Returns -1 with errno where no process could be made; with `failure->error` set where
/// it was made and could not become the program (it is reaped then).
pid_t ws_spawn(const struct ws_launch *launch, struct ws_spawn_failure *failure);

/// Becomes the program. Returns the errno of the attempt.
int ws_become(const struct ws_launch *launch);

pid_t ws_fork(void);

/// A descriptor (CLOEXEC) that `poll` finds readable once the process has ended.
int ws_process_descriptor(pid_t process);

#endif
