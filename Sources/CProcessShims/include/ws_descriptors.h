#ifndef WS_DESCRIPTORS_H
#define WS_DESCRIPTORS_H

#include <sys/types.h>

/// A pipe whose ends are CLOEXEC, and never 0 to 2. `capacity` is asked for; less is taken where the kernel refuses.
/// Only the read end is non-blocking: the other is the command's.
int ws_pipe(int ends[2], int capacity);

/// How many bytes a pipe holds at most; 65536 where it can't be told.
int ws_pipe_capacity(int descriptor);

/// `write` that does not wait, without O_NONBLOCK, which all processes that share the descriptor would feel.
///
/// EAGAIN: full. EOPNOTSUPP: this kernel can't for this kind of file.
ssize_t ws_write_without_waiting(int descriptor, const void *bytes, size_t count);

/// The same for sockets, and without SIGPIPE.
ssize_t ws_send_without_waiting(int descriptor, const void *bytes, size_t count);

/// Closes what is open from 3 up and not CLOEXEC, which is what our caller gave us for the command.
void ws_close_inherited(void);

/// Closes all but 0 to 2 and the `count` descriptors in `kept`, which it sorts.
void ws_close_all_but(int *kept, int count);

/// Puts a placeholder on 0, 1 or 2, so that whoever waits for its end does not wait for us.
void ws_release_stream(int stream);

/// Whether `path` is a folder on a file system that lives in memory (tmpfs, ramfs).
int ws_is_in_memory(const char *path);

/// Removes a folder and the files in it.
void ws_remove_folder(const char *path);

/// A file in memory without a name, which exec keeps open: it is the command's.
int ws_memory_file(const char *name);
/// Nobody changes or shrinks it any more.
int ws_seal(int memory_file);

int ws_socket_pair(int ends[2]);
int ws_open(const char *path, int flags, mode_t mode);

#endif
