#ifndef WS_RELOCATIONS_H
#define WS_RELOCATIONS_H

#include <elf.h>
#include <stdint.h>

#define WS_ALWAYS_INLINE static inline __attribute__((always_inline))

// The table of relative relocations: an even word is the address of one, an odd one says with its upper 63 bits which of
// the next 63 words are relocated (System V gABI, SHT_RELR). All addresses in it are of a program at address 0.
struct relocations {
    uintptr_t base;
    const uint64_t *start, *end;
};

// As entry.c found it; empty in a build that the C library relocates.
extern struct relocations ws_relocations;

// Addresses from `start` to before `end`.
struct span {
    uintptr_t start, end;
};

extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern Elf64_Dyn _DYNAMIC[] __attribute__((weak, visibility("hidden")));

// What layout.ld keeps apart of the libraries that a start does not call: whole pages, constants before variables. They are
// empty in any other build; libraries.c adds nothing to each, so that the linker always knows where they are.
extern char __start_library_constants[] __attribute__((visibility("hidden")));
extern char __stop_library_constants[] __attribute__((visibility("hidden")));
extern char __start_library_variables[] __attribute__((visibility("hidden")));
extern char __stop_library_variables[] __attribute__((visibility("hidden")));

WS_ALWAYS_INLINE struct span library_span(void) {
    return (struct span){(uintptr_t)__start_library_constants, (uintptr_t)__stop_library_variables};
}

// Of `count` words from `address` on, those of the span, a bit each.
WS_ALWAYS_INLINE uint64_t words_inside(struct span span, uintptr_t address, unsigned count) {
    uintptr_t end = address + count * sizeof(uint64_t);
    if (span.end <= address || span.start >= end) return 0;
    unsigned first = span.start > address ? (unsigned)((span.start - address) / sizeof(uint64_t)) : 0;
    unsigned last = span.end < end ? (unsigned)((span.end - address) / sizeof(uint64_t)) : count;
    return ((UINT64_C(1) << last) - 1) & ~((UINT64_C(1) << first) - 1);
}

// What to relocate: the words of a span, or all others.
struct choice {
    struct span span;
    int is_inside;
};

// The next words to relocate: bit N of `bits` is the Nth behind `start`.
struct words {
    uint64_t *start;
    uint64_t bits;
    const uint64_t *entry;
    uint64_t *following;
};

WS_ALWAYS_INLINE int next_words(const struct relocations *table, struct choice choice, struct words *words) {
    while (words->entry < table->end) {
        uint64_t entry = *words->entry++;
        unsigned count = entry & 1 ? 63 : 1;
        words->start = entry & 1 ? words->following : (uint64_t *)(table->base + entry);
        words->bits = entry & 1 ? entry >> 1 : 1;
        words->following = words->start + count;
        uint64_t inside = words_inside(choice.span, (uintptr_t)words->start, count);
        words->bits &= choice.is_inside ? inside : ~inside;
        if (words->bits) return 1;
    }
    return 0;
}

// Adds the program's address to each of the chosen words.
WS_ALWAYS_INLINE void relocate(const struct relocations *table, struct choice choice) {
    struct words words = {.entry = table->start};
    while (next_words(table, choice, &words)) {
        for (uint64_t bits = words.bits; bits; bits &= bits - 1) words.start[__builtin_ctzll(bits)] += table->base;
    }
}

#endif
