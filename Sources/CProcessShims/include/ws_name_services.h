// Looking names up in a program that is linked statically.
#ifndef C_PROCESS_SHIMS_NAME_SERVICES_H
#define C_PROCESS_SHIMS_NAME_SERVICES_H

/// Keeps a statically linked glibc from loading modules that /etc/nsswitch.conf names: they belong to the system's own
/// glibc, and ones of another version end the process. `files` and `dns` are built in. Without effect in a program that
/// has a dynamic loader.
void ws_use_builtin_name_services(void);

#endif
