// What the masker's inner loops need and Swift's vectors can't say: which lanes of a comparison are set, as bits of a
// word (`pmovmskb` on x86-64), and plain loads and stores that other threads may do at the same time.

#ifndef WS_BYTE_SEARCH_H
#define WS_BYTE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t ws_lanes __attribute__((ext_vector_type(16)));
typedef bool ws_flags __attribute__((ext_vector_type(16)));

static inline uint64_t ws_low_of_16(const uint8_t *_Nonnull bytes) {
    ws_lanes lanes;
    memcpy(&lanes, bytes, sizeof lanes);
    ws_flags flags = __builtin_convertvector(lanes < 0x20, ws_flags);
    uint16_t bits;
    memcpy(&bits, &flags, sizeof bits);
    return bits;
}

/// Which of the 64 bytes are below 0x20, as line ends and ESC are: bit 0 is the first byte's.
static inline uint64_t ws_low_of_64(const void *_Nonnull bytes) {
    const uint8_t *start = bytes;
    return ws_low_of_16(start) | ws_low_of_16(start + 16) << 16 | ws_low_of_16(start + 32) << 32
        | ws_low_of_16(start + 48) << 48;
}

/// A load that may happen while another thread stores to the same word.
static inline uint64_t ws_load_relaxed(const void *_Nonnull word) {
    return __atomic_load_n((const uint64_t *)word, __ATOMIC_RELAXED);
}

/// A store that may happen while another thread loads or stores the same word.
static inline void ws_store_relaxed(void *_Nonnull word, uint64_t value) {
    __atomic_store_n((uint64_t *)word, value, __ATOMIC_RELAXED);
}

#endif
