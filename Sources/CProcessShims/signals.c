#include "CProcessShims.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel's own structure; that of glibc has another order and a larger mask.
struct kernel_action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static int kernel_sigaction(int signal, const struct kernel_action *action, struct kernel_action *old) {
    return (int)syscall(SYS_rt_sigaction, signal, action, old, sizeof(uint64_t));
}

uint64_t ws_blocked_signals(void) {
    uint64_t blocked = 0;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, sizeof blocked);
    return blocked;
}

void ws_set_blocked_signals(uint64_t signals) {
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &signals, NULL, sizeof signals);
}

uint64_t ws_ignored_signals(void) {
    uint64_t ignored = 0;
    for (int signal = 1; signal <= 64; signal++) {
        struct kernel_action action;
        if (kernel_sigaction(signal, NULL, &action) == 0 && action.handler == SIG_IGN) ignored |= WS_SIGNAL_BIT(signal);
    }
    return ignored;
}

void ws_set_ignored_signals(uint64_t ignored) {
    for (int signal = 1; signal <= 64; signal++) {
        struct kernel_action action = {.handler = ignored & WS_SIGNAL_BIT(signal) ? SIG_IGN : SIG_DFL};
        kernel_sigaction(signal, &action, NULL);
    }
}

void ws_default_signal(int signal) {
    struct kernel_action action = {.handler = SIG_DFL};
    kernel_sigaction(signal, &action, NULL);
}

int ws_is_pending(int signal) {
    uint64_t pending = 0;
    syscall(SYS_rt_sigpending, &pending, sizeof pending);
    return (pending & WS_SIGNAL_BIT(signal)) != 0;
}

int ws_signal_descriptor(uint64_t signals) {
    return (int)syscall(SYS_signalfd4, -1, &signals, sizeof signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

int ws_next_signal(int descriptor, struct ws_signal *signal) {
    struct signalfd_siginfo info;
    ssize_t count;
    do count = read(descriptor, &info, sizeof info);
    while (count == -1 && errno == EINTR);
    if (count != sizeof info) return count == -1 && errno == EAGAIN ? 0 : -1;
    *signal = (struct ws_signal){
        .number = (int)info.ssi_signo,
        .code = info.ssi_code,
        .sender = (pid_t)info.ssi_pid,
        .sender_user = (uid_t)info.ssi_uid,
        .value = info.ssi_ptr,
    };
    return 1;
}

int ws_pass_signal(pid_t process, const struct ws_signal *signal) {
    if (signal->code == SI_QUEUE) {
        siginfo_t info;
        memset(&info, 0, sizeof info);
        info.si_signo = signal->number;
        info.si_code = SI_QUEUE;
        info.si_pid = signal->sender;
        info.si_uid = signal->sender_user;
        info.si_value.sival_ptr = (void *)(uintptr_t)signal->value;
        if (syscall(SYS_rt_sigqueueinfo, process, signal->number, &info) == 0) return 0;
    }
    return kill(process, signal->number);
}

void ws_die_by_signal(int signal) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    if (getpid() != 1) {
        ws_default_signal(signal);
        // Unblocked together with the kill, so that no other signal that waits gets in before it.
        ws_set_blocked_signals(~WS_SIGNAL_BIT(signal));
        kill(getpid(), signal);
    }
    _exit(128 + signal);
}
