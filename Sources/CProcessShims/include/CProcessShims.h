#ifndef C_PROCESS_SHIMS_H
#define C_PROCESS_SHIMS_H

// The few lines that have to be C: what runs before main, what runs between fork and exec, and calls that are variadic,
// macros or behind _GNU_SOURCE, which Swift does not import. Everything returns -1 with errno as the calls below it do.

#include "ws_descriptors.h"
#include "ws_environment.h"
#include "ws_event_loop.h"
#include "ws_filesystem.h"
#include "ws_name_services.h"
#include "ws_signals.h"
#include "ws_spawn.h"
#include "ws_startup.h"
#include "ws_terminal.h"

#endif
