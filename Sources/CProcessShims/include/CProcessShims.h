#ifndef C_PROCESS_SHIMS_H
#define C_PROCESS_SHIMS_H

#include "EventLoop.h"
#include "HelperProcess.h"

#endif
