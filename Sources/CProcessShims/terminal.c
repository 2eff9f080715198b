#include "CProcessShims.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int ws_window_size(int terminal, struct ws_window_size *size) {
    struct winsize found;
    if (ioctl(terminal, TIOCGWINSZ, &found) == -1) return -1;
    *size = (struct ws_window_size){found.ws_row, found.ws_col, found.ws_xpixel, found.ws_ypixel};
    return 0;
}

int ws_set_window_size(int terminal, const struct ws_window_size *size) {
    struct winsize wanted = {size->rows, size->columns, size->width, size->height};
    return ioctl(terminal, TIOCSWINSZ, &wanted);
}

// The peer by ioctl needs no /dev/pts in this mount namespace; kernels before 4.13 know the path alone.
int ws_open_slave(int master) {
    char path[64];
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave != -1) return slave;
    if (ptsname_r(master, path, sizeof path) != 0) return -1;
    return open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

int ws_open_terminal(int *master, int *slave) {
    *master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*master == -1) return -1;
    *slave = grantpt(*master) == 0 && unlockpt(*master) == 0 ? ws_open_slave(*master) : -1;
    if (*slave == -1) {
        int error = errno;
        close(*master);
        errno = error;
        return -1;
    }
    fcntl(*master, F_SETFL, O_RDWR | O_NONBLOCK);
    return 0;
}

int ws_take_unread_keys(int slave, void *bytes, size_t count) {
    struct termios settings;
    if (tcgetattr(slave, &settings) == -1) return -1;
    unsigned char end = settings.c_cc[VEOF];
    int is_canonical = (settings.c_lflag & ICANON) != 0;
    // Without lines, what was typed of one that is not finished can be read too, and reading does not wait.
    settings.c_lflag &= ~(tcflag_t)ICANON;
    settings.c_cc[VMIN] = 0;
    settings.c_cc[VTIME] = 0;
    if (tcsetattr(slave, TCSANOW, &settings) == -1) return -1;
    ssize_t found = read(slave, bytes, count);
    // The kernel keeps the end of input as a zero byte (n_tty.c, __DISABLED_CHAR).
    for (ssize_t index = 0; is_canonical && index < found; index++)
        if (((unsigned char *)bytes)[index] == 0) ((unsigned char *)bytes)[index] = end;
    return (int)found;
}

int ws_type(int terminal, char byte) {
    return ioctl(terminal, TIOCSTI, &byte);
}

int ws_control_terminal(int terminal) {
    return ioctl(terminal, TIOCSCTTY, 0);
}

dev_t ws_terminal_device(int descriptor) {
    unsigned device = 0;
    struct stat status;
    if (!isatty(descriptor)) return 0;
    if (ioctl(descriptor, TIOCGDEV, &device) == 0) return device;
    return fstat(descriptor, &status) == 0 ? status.st_rdev : 0;
}

static int open_if_same(const char *path, int flags, dev_t device) {
    int found = open(path, flags | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (found == -1 || ws_terminal_device(found) == device) return found;
    close(found);
    return -1;
}

int ws_reopen_terminal(int descriptor, int flags) {
    char path[64];
    dev_t device = ws_terminal_device(descriptor);
    if (device == 0) return -1;
    int found = open_if_same("/dev/tty", flags, device);
    if (found != -1) return found;
    if (major(device) >= 136 && major(device) <= 143) {
        snprintf(path, sizeof path, "/dev/pts/%u", minor(device) + 256 * (major(device) - 136));
        found = open_if_same(path, flags, device);
        if (found != -1) return found;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return open_if_same(path, flags, device);
}
