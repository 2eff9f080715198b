#include "CProcessShims.h"

#include <stdint.h>

// Records of protocol conformances that Sources/StaticLink/layout.ld keeps apart; there are none in any other build. They
// are offsets from their own place (SwiftABI: RelativeDirectPointer), and the runtime takes them in an array.
extern const int32_t __start_library_conformances[] __attribute__((weak, visibility("hidden")));
extern const int32_t __stop_library_conformances[] __attribute__((weak, visibility("hidden")));

// The runtime's own entry for records that no image header names.
extern void swift_registerProtocolConformances(const int32_t *begin, const int32_t *end);

void ws_register_library_conformances(void) {
    static int is_done;
    if (__atomic_exchange_n(&is_done, 1, __ATOMIC_ACQ_REL)) return;
    if (__start_library_conformances != __stop_library_conformances) {
        swift_registerProtocolConformances(__start_library_conformances, __stop_library_conformances);
    }
}
