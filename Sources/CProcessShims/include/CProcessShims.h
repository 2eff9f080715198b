#ifndef C_PROCESS_SHIMS_H
#define C_PROCESS_SHIMS_H

#include "Environment.h"
#include "EventLoop.h"
#include "HelperProcess.h"
#include "ws_filesystem.h"

#endif
