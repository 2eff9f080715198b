#ifndef WS_FILESYSTEM_H
#define WS_FILESYSTEM_H

/// Whether the open file lies in memory (tmpfs, ramfs) or on a file system that nobody can write to.
///
/// Swift's Glibc module has no `fstatfs`. Answers 0 where the kernel does not tell.
int ws_lies_in_memory_or_read_only(int descriptor);

#endif
