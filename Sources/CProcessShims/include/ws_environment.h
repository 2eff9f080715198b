// The environment that we were started with.
#ifndef C_PROCESS_SHIMS_ENVIRONMENT_H
#define C_PROCESS_SHIMS_ENVIRONMENT_H

/// `environ`, which Swift takes for unsafe global state; ours never changes it.
char **ws_environment(void);

#endif
