#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// How `test_spawn` starts a program. All pointers are borrowed for the length of the call.
struct test_program {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *folder;
    /// What becomes descriptors 0, 1 and 2; all others are closed.
    int input, output, errors;
    mode_t mask;
    /// Makes `input`, a terminal, the controlling terminal of a session of the program's own; otherwise the
    /// program gets a process group of its own.
    bool controls_terminal;
};

/// Starts a program as a shell would: empty signal mask, default dispositions, umask and folder as told.
///
/// Returns its pid, or the negative errno of what went wrong on the way, execve included.
pid_t test_spawn(const struct test_program *program);

/// A descriptor that becomes readable when the process ends (pidfd_open), or -1.
int test_process_descriptor(pid_t process);

/// Opens a pseudo-terminal of 24 rows and 80 columns. Returns the master and sets `slave`, or returns -1.
int test_open_terminal(int *slave);

/// A pipe whose ends a program started elsewhere does not inherit. Returns 0 or -1.
int test_pipe(int ends[2]);

/// Whether `needle` stands in `bytes` (memmem).
bool test_contains(const void *bytes, size_t count, const void *needle, size_t needle_count);
