#ifndef WS_TERMINAL_H
#define WS_TERMINAL_H

#include <sys/types.h>
#include <termios.h>

struct ws_window_size {
    unsigned short rows, columns, width, height;
};

int ws_window_size(int terminal, struct ws_window_size *size);
int ws_set_window_size(int terminal, const struct ws_window_size *size);

/// Opens a pseudo-terminal: `*master` non-blocking, both CLOEXEC, none our controlling terminal.
int ws_open_terminal(int *master, int *slave);

/// The other side of `master` once more, CLOEXEC and not our controlling terminal; -1 with errno.
int ws_open_slave(int master);

/// Reads what was typed for a terminal and nobody has read, up to `count` bytes, and leaves it without line editing.
///
/// Returns how many there were, or -1.
int ws_take_unread_keys(int slave, void *bytes, size_t count);

/// Puts a byte into the input of a terminal as if it were typed (TIOCSTI). Returns -1 where the kernel forbids it, as
/// Linux from 6.2 may, and for terminals that are not our controlling one.
int ws_type(int terminal, char byte);

/// Makes it the controlling terminal of this session, which the caller leads.
int ws_control_terminal(int terminal);

/// The device number behind a terminal's descriptor, /dev/tty seen through; 0 where it is none.
dev_t ws_terminal_device(int descriptor);

/// A description of our own of the terminal at `descriptor`, non-blocking and CLOEXEC, or -1.
int ws_reopen_terminal(int descriptor, int flags);

#endif
