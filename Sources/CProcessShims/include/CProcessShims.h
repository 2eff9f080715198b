#ifndef C_PROCESS_SHIMS_H
#define C_PROCESS_SHIMS_H

#include "ws_filesystem.h"

#endif
