#include "CProcessShims.h"
#include "relocations.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

__asm__(".pushsection library_constants,\"aw\",@progbits\n.popsection\n"
        ".pushsection library_variables,\"aw\",@progbits\n.popsection\n");

// Records of protocol conformances that Sources/StaticLink/layout.ld keeps apart; there are none in any other build. They
// are offsets from their own place (SwiftABI: RelativeDirectPointer), and the runtime takes them in an array.
extern const int32_t __start_library_conformances[] __attribute__((weak, visibility("hidden")));
extern const int32_t __stop_library_conformances[] __attribute__((weak, visibility("hidden")));

// The runtime's own entry for records that no image header names.
extern void swift_registerProtocolConformances(const int32_t *begin, const int32_t *end);

static void protect(char *start, char *end, int protection) {
    if (mprotect(start, (size_t)(end - start), protection) == -1) abort();
}

static void relocate_libraries(void) {
    char *constants = __start_library_constants, *variables = __start_library_variables, *end = __stop_library_variables;
    if (constants == __stop_library_constants) return;
    if (ws_relocations.start != ws_relocations.end) {
        protect(constants, end, PROT_READ | PROT_WRITE);
        madvise(constants, (size_t)(end - constants), MADV_POPULATE_WRITE);
        relocate(&ws_relocations, (struct choice){library_span(), 1});
    }
    protect(constants, variables, PROT_READ);
}

// Called on the main thread, which is the only one until a library makes others.
void ws_prepare_libraries(void) {
    static int is_done;
    if (__atomic_exchange_n(&is_done, 1, __ATOMIC_ACQ_REL)) return;
    relocate_libraries();
    if (__start_library_conformances != __stop_library_conformances) {
        swift_registerProtocolConformances(__start_library_conformances, __stop_library_conformances);
    }
}
