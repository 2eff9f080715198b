// What EventLoop needs of the system and Swift's Glibc module does not show.
#ifndef C_PROCESS_SHIMS_EVENT_LOOP_H
#define C_PROCESS_SHIMS_EVENT_LOOP_H

#include <sys/types.h>

/// A descriptor that other threads make readable, close-on-exec and non-blocking; -1 when there is none to be had.
int ws_eventfd(void);
void ws_eventfd_signal(int descriptor);
void ws_eventfd_drain(int descriptor);

/// A descriptor that is readable once `pid` has ended; -1 on kernels before 5.3 and where a filter forbids it.
int ws_pidfd_open(pid_t pid);

#endif
