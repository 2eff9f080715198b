// What EventLoop needs of the system and Swift's Glibc module does not show.
#ifndef C_PROCESS_SHIMS_EVENT_LOOP_H
#define C_PROCESS_SHIMS_EVENT_LOOP_H

/// A descriptor that other threads make readable, close-on-exec and non-blocking; -1 when there is none to be had.
int ws_eventfd(void);
void ws_eventfd_signal(int descriptor);
void ws_eventfd_drain(int descriptor);

#endif
