#include "CProcessShims.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int ws_pipe(int ends[2], int capacity) {
    if (pipe2(ends, O_CLOEXEC) == -1) return -1;
    fcntl(ends[0], F_SETFL, O_RDONLY | O_NONBLOCK);
    if (capacity > 0) fcntl(ends[0], F_SETPIPE_SZ, capacity);
    return 0;
}

int ws_pipe_capacity(int descriptor) {
    int capacity = fcntl(descriptor, F_GETPIPE_SZ);
    return capacity > 0 ? capacity : 65536;
}

ssize_t ws_write_without_waiting(int descriptor, const void *bytes, size_t count) {
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = count};
    return pwritev2(descriptor, &vector, 1, -1, RWF_NOWAIT);
}

ssize_t ws_send_without_waiting(int descriptor, const void *bytes, size_t count) {
    return send(descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void ws_close_inherited(void) {
    enum { step = 256 };
    struct rlimit limit = {1024, 1024};
    getrlimit(RLIMIT_NOFILE, &limit);
    // One poll of closed descriptors answers POLLNVAL for each: cheaper than asking one by one, and needs no /proc.
    // Programs that raise the limit to millions do not hand such numbers on.
    int end = limit.rlim_cur > 65536 ? 65536 : (int)limit.rlim_cur;
    int empty = 0;
    for (int first = 3; first < end && empty < 4; first += step) {
        struct pollfd entries[step];
        int count = end - first < step ? end - first : step;
        for (int index = 0; index < count; index++) entries[index] = (struct pollfd){.fd = first + index};
        if (poll(entries, (nfds_t)count, 0) == -1) return;
        empty++;
        for (int index = 0; index < count; index++) {
            if (entries[index].revents & POLLNVAL) continue;
            empty = 0;
            int flags = fcntl(first + index, F_GETFD);
            if (flags != -1 && !(flags & FD_CLOEXEC)) close(first + index);
        }
    }
}

static int by_number(const void *left, const void *right) {
    return *(const int *)left - *(const int *)right;
}

static void close_range_of(unsigned first, unsigned last) {
    if (first > last || syscall(SYS_close_range, first, last, 0) == 0) return;
    struct rlimit limit = {1024, 1024};
    getrlimit(RLIMIT_NOFILE, &limit);
    for (unsigned descriptor = first; descriptor <= last && descriptor < limit.rlim_cur && descriptor < 65536;
         descriptor++)
        close((int)descriptor);
}

void ws_close_all_but(int *kept, int count) {
    if (count > 0) qsort(kept, (size_t)count, sizeof *kept, by_number);
    unsigned next = 3;
    for (int index = 0; index < count; index++) {
        if (kept[index] < 3) continue;
        if ((unsigned)kept[index] > next) close_range_of(next, (unsigned)kept[index] - 1);
        next = (unsigned)kept[index] + 1;
    }
    close_range_of(next, ~0u);
}

// O_PATH answers EBADF to reads and writes, as a closed descriptor does, and needs neither /dev nor a right.
void ws_release_stream(int stream) {
    int placeholder = open("/", O_PATH | O_CLOEXEC);
    if (placeholder == stream) return;
    if (placeholder == -1 || dup3(placeholder, stream, O_CLOEXEC) == -1) close(stream);
    if (placeholder != -1) close(placeholder);
}

int ws_is_in_memory(const char *path) {
    struct statfs status;
    return statfs(path, &status) == 0 && (status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC);
}

void ws_remove_folder(const char *path) {
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder) closedir(folder);
    rmdir(path);
}

int ws_memory_file(const char *name) {
    return memfd_create(name, MFD_ALLOW_SEALING);
}

int ws_seal(int memory_file) {
    return fcntl(memory_file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

int ws_socket_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

int ws_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}
