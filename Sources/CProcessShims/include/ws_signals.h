#ifndef WS_SIGNALS_H
#define WS_SIGNALS_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#define WS_SIGNAL_BIT(number) (UINT64_C(1) << ((number) - 1))

// Sets of signals are 64 bits here, bit N-1 for signal N: glibc's functions refuse 32 and 33, which it keeps for itself
// but which a command may have been given ignored, and which anyone may send us.

uint64_t ws_blocked_signals(void);
void ws_set_blocked_signals(uint64_t signals);
uint64_t ws_ignored_signals(void);
/// For each signal: ignored or by default as `ignored` says. Handlers go.
void ws_set_ignored_signals(uint64_t ignored);
/// Sets one to its default.
void ws_default_signal(int signal);

/// Whether a blocked signal waits.
int ws_is_pending(int signal);

/// A descriptor (non-blocking, CLOEXEC) from which the blocked `signals` are read.
int ws_signal_descriptor(uint64_t signals);

/// One signal as it arrived; `code` and `sender` as in siginfo_t.
struct ws_signal {
    int number;
    int code;
    pid_t sender;
    uid_t sender_user;
    uint64_t value;
};

/// 1 when `signal` was filled, 0 when none is waiting, -1 on failure.
int ws_next_signal(int descriptor, struct ws_signal *signal);

/// Sends it on, with its value and sender where it was queued with one; else as `kill` does.
int ws_pass_signal(pid_t process, const struct ws_signal *signal);

/// Ends this process by `signal` without a core file; with 128+N where the kernel spares it (PID 1).
void ws_die_by_signal(int signal) __attribute__((noreturn));

static inline int ws_has_exited(int status) { return (status & 0x7f) == 0; }
static inline int ws_exit_status(int status) { return (status >> 8) & 0xff; }
static inline int ws_has_stopped(int status) { return (status & 0xff) == 0x7f; }
static inline int ws_stop_signal(int status) { return (status >> 8) & 0xff; }
static inline int ws_has_continued(int status) { return status == 0xffff; }
static inline int ws_end_signal(int status) { return status & 0x7f; }

#endif
