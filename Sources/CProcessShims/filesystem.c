#include "CProcessShims.h"

#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

int ws_lies_in_memory_or_read_only(int descriptor) {
    struct statfs status;
    if (fstatfs(descriptor, &status) != 0) return 0;
    return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC || (status.f_flags & ST_RDONLY) != 0;
}
