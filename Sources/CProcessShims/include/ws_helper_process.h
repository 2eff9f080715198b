// Starts the programs that `exec` references name.
#ifndef C_PROCESS_SHIMS_HELPER_PROCESS_H
#define C_PROCESS_SHIMS_HELPER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ws_helper_request {
    /// `argument_count` strings, the program first, each ended by a NUL, one behind the other.
    const char *arguments;
    size_t argument_count;
    /// `environment_count` strings NAME=VALUE, in the same manner.
    const char *environment;
    size_t environment_count;
    /// The working directory.
    const char *folder;
    /// As in PATH; entries that are no absolute paths are passed over.
    const char *search_path;
    /// Otherwise the program's stderr is /dev/null.
    bool captures_stderr;
};

struct ws_helper {
    pid_t pid;
    /// The reading ends, close-on-exec and non-blocking; `stderr_end` is -1 when it is not captured.
    int stdout_end;
    int stderr_end;
};

enum ws_helper_stage {
    WS_HELPER_SETUP,
    WS_HELPER_FOLDER,
    WS_HELPER_EXEC,
};

/// Starts a program without a shell, as the leader of a process group of its own, with /dev/null for stdin, default
/// signal dispositions, no signal blocked and no other descriptor open. It is killed when the calling thread ends.
///
/// Returns 0 once the program runs; otherwise an errno, and `stage` tells what met it.
int ws_helper_start(const struct ws_helper_request *request, struct ws_helper *helper, enum ws_helper_stage *stage);

#endif
