#include "CProcessShims.h"

#include <netdb.h>
#include <nss.h>
#include <sys/auxv.h>

void ws_use_builtin_name_services(void) {
    // AT_BASE is where the kernel put the dynamic loader; there is none in a static program.
    if (getauxval(AT_BASE) != 0) {
        return;
    }
    __nss_configure_lookup("hosts", "files dns");
    __nss_configure_lookup("services", "files");
}
