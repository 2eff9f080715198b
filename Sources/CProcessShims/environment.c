#include "CProcessShims.h"

#include <unistd.h>

char **ws_environment(void) {
    return environ;
}
