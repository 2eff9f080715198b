#include "relocations.h"

#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>

// Where the static program begins (`-e ws_entry` in install.sh). It relocates what a start needs, in place of the C library;
// what belongs to libraries that most runs do not call waits for ws_prepare_libraries. And it asks the kernel for the pages
// that this and a start write, all at once. One by one they are some hundred page faults, which in a virtual machine cost
// more than all the rest of a start. What the kernel does not know (MADV_POPULATE_WRITE is of Linux 5.14) costs nothing:
// the faults come then.
//
// Nothing is relocated yet here, so nothing may be called and no address may be loaded from memory.

struct relocations ws_relocations;

#if defined(__x86_64__)

extern char __bss_start[] __attribute__((visibility("hidden")));

enum {
    page_size = 4096,
    // The zeroed variables of a start, which Sources/StaticLink/startup.order puts first.
    startup_variables_size = 55 * page_size,
};

WS_ALWAYS_INLINE void system_call(long number, struct span pages, long argument) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(pages.start), "S"(pages.end - pages.start), "d"(argument)
                     : "rcx", "r11", "memory");
}

WS_ALWAYS_INLINE void populate(struct span pages) {
    system_call(SYS_madvise, pages, MADV_POPULATE_WRITE);
}

// Pages behind one another are asked for together; the table is in the order of addresses.
WS_ALWAYS_INLINE void add(struct span *pages, const uint64_t *word) {
    uintptr_t page = (uintptr_t)word & ~(uintptr_t)(page_size - 1);
    if (page < pages->end) return;
    if (page > pages->end) {
        if (pages->end > pages->start) populate(*pages);
        pages->start = page;
    }
    pages->end = page + page_size;
}

WS_ALWAYS_INLINE void populate_pages(const struct relocations *table, struct choice choice) {
    struct span pages = {0, 0};
    struct words words = {.entry = table->start};
    while (next_words(table, choice, &words)) {
        add(&pages, words.start + __builtin_ctzll(words.bits));
        add(&pages, words.start + 63 - __builtin_clzll(words.bits));
    }
    if (pages.end > pages.start) populate(pages);
    uintptr_t variables = (uintptr_t)__bss_start & ~(uintptr_t)(page_size - 1);
    populate((struct span){variables, variables + startup_variables_size});
}

__attribute__((used, visibility("hidden"), no_stack_protector)) void ws_relocate_program(void) {
    struct relocations table = {.base = (uintptr_t)__ehdr_start};
    Elf64_Dyn *size = NULL;
    for (Elf64_Dyn *entry = _DYNAMIC; entry && entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_RELR) table.start = (const uint64_t *)(table.base + entry->d_un.d_ptr);
        if (entry->d_tag == DT_RELRSZ) size = entry;
    }
    if (!table.start || !size) return;
    table.end = table.start + size->d_un.d_val / sizeof *table.end;
    struct choice choice = {library_span(), 0};
    populate_pages(&table, choice);
    relocate(&table, choice);
    // Whoever calls a library too early is to be seen in any test, not only where it follows a pointer.
    system_call(SYS_mprotect, choice.span, PROT_NONE);
    // Nothing is left to do for the C library.
    size->d_un.d_val = 0;
    ws_relocations = table;
}

// The kernel's registers are handed on as they were: _start wants the stack, and what is in rdx.
__asm__(".pushsection .text.ws_entry,\"ax\",@progbits\n"
        ".globl ws_entry\n"
        ".type ws_entry,@function\n"
        "ws_entry:\n"
        "    mov %rdx, %rbx\n"
        "    call ws_relocate_program\n"
        "    mov %rbx, %rdx\n"
        "    jmp _start\n"
        ".size ws_entry, . - ws_entry\n"
        ".popsection\n");

#elif defined(__aarch64__)

// The C library relocates all of it here.
__asm__(".pushsection .text.ws_entry,\"ax\",@progbits\n"
        ".globl ws_entry\n"
        ".type ws_entry,@function\n"
        "ws_entry:\n"
        "    b _start\n"
        ".size ws_entry, . - ws_entry\n"
        ".popsection\n");

#endif
