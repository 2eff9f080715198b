#include "CProcessShims.h"

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

// Where the static program begins (`-e ws_entry` in install.sh): it asks the kernel for the pages that relocation and a
// start are about to write, all at once. One by one they are some three hundred page faults, which in a virtual machine
// cost more than all the rest of a start. What the kernel does not know (MADV_POPULATE_WRITE is of Linux 5.14) costs
// nothing: the faults come then.
//
// Nothing is relocated yet here, so nothing may be called and no address may be loaded from memory.

#if defined(__x86_64__)

extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const Elf64_Dyn _DYNAMIC[] __attribute__((weak, visibility("hidden")));

extern char __bss_start[] __attribute__((visibility("hidden")));

enum {
    page_size = 4096,
    // The zeroed variables of a start, which Sources/StaticLink/startup.order puts first.
    startup_variables_size = 55 * page_size,
};

static inline __attribute__((always_inline)) void populate(uintptr_t start, uintptr_t end) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"((long)SYS_madvise), "D"(start), "S"(end - start), "d"((long)MADV_POPULATE_WRITE)
                     : "rcx", "r11", "memory");
}

// Pages behind one another are asked for together; the table is in the order of addresses.
struct range {
    uintptr_t start, end;
};

static inline __attribute__((always_inline)) void add(struct range *range, uintptr_t address) {
    uintptr_t page = address & ~(uintptr_t)(page_size - 1);
    if (page < range->end) return;
    if (page > range->end) {
        if (range->end > range->start) populate(range->start, range->end);
        range->start = page;
    }
    range->end = page + page_size;
}

// Walks the table of relative relocations as the C library will: an even word is an address, an odd one says with its upper
// 63 bits which of the next 63 words are relocated (System V gABI, SHT_RELR).
__attribute__((used, visibility("hidden"), no_stack_protector)) void ws_populate_relocated_pages(void) {
    uintptr_t base = (uintptr_t)__ehdr_start, table = 0, size = 0;
    for (const Elf64_Dyn *entry = _DYNAMIC; entry && entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_RELR) table = base + entry->d_un.d_ptr;
        if (entry->d_tag == DT_RELRSZ) size = entry->d_un.d_val;
    }
    struct range range = {0, 0};
    uintptr_t next = 0;
    uintptr_t variables = (uintptr_t)__bss_start & ~(uintptr_t)(page_size - 1);
    for (const uint64_t *word = (const uint64_t *)table; (uintptr_t)word < table + size; word++) {
        if ((*word & 1) == 0) {
            add(&range, base + *word);
            next = base + *word + sizeof *word;
        } else {
            uint64_t bits = *word >> 1;
            if (bits) {
                add(&range, next + (uintptr_t)__builtin_ctzll(bits) * sizeof *word);
                add(&range, next + (uintptr_t)(63 - __builtin_clzll(bits)) * sizeof *word);
            }
            next += 63 * sizeof *word;
        }
    }
    if (range.end > range.start) populate(range.start, range.end);
    populate(variables, variables + startup_variables_size);
}

// The kernel's registers are handed on as they were: _start wants the stack, and what is in rdx.
__asm__(".pushsection .text.ws_entry,\"ax\",@progbits\n"
        ".globl ws_entry\n"
        ".type ws_entry,@function\n"
        "ws_entry:\n"
        "    mov %rdx, %rbx\n"
        "    call ws_populate_relocated_pages\n"
        "    mov %rbx, %rdx\n"
        "    jmp _start\n"
        ".size ws_entry, . - ws_entry\n"
        ".popsection\n");

#elif defined(__aarch64__)

__asm__(".pushsection .text.ws_entry,\"ax\",@progbits\n"
        ".globl ws_entry\n"
        ".type ws_entry,@function\n"
        "ws_entry:\n"
        "    b _start\n"
        ".size ws_entry, . - ws_entry\n"
        ".popsection\n");

#endif
