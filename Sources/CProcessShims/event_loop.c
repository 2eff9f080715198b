#include "CProcessShims.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int ws_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void ws_eventfd_signal(int descriptor) {
    const uint64_t one = 1;
    // EAGAIN means that the counter is full: it is readable, which is all that is wanted.
    while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

void ws_eventfd_drain(int descriptor) {
    uint64_t count;
    while (read(descriptor, &count, sizeof count) < 0 && errno == EINTR) {
    }
}
