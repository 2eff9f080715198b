internal import CSodium
internal import Synchronization

/// The memory that all secrets of the process share: locked, guarded, left out of core files, wiped after use.
///
/// `sodium_malloc` takes four mappings an allocation, and a process may have some 65,000: one secret each would end at
/// some 16,000 of them. So secrets lie in slabs that come from `sodium_malloc`, each with its own guard pages and
/// canary. What is given back is wiped at once; a slab ends with its last secret.
package enum SecretArena {
    /// Whether the kernel refused to lock a part of the memory, so that it could reach swap: `RLIMIT_MEMLOCK`.
    package static var wasRefusedLocking: Bool {
        arena.withLock { $0.wasRefusedLocking }
    }

    /// Locks all slabs again, for a process made by `fork`: locks are not inherited.
    ///
    /// - Returns: whether the kernel agreed to all of them.
    @discardableResult
    package static func lockAnew() -> Bool {
        arena.withLock { state in
            var isLocked = true
            for slab in state.slabs where unsafe sodium_mlock(slab.start, slab.capacity) != 0 {
                isLocked = false
            }
            state.wasRefusedLocking = !isLocked
            return isLocked
        }
    }

    /// Wipes every slab, for a process made by `fork` that needs no secret: what it shares with its parent is the parent's
    /// alone then. No secret may be looked at afterwards.
    package static func abandon() {
        arena.withLock { state in
            for slab in state.slabs {
                unsafe sodium_memzero(slab.start, slab.capacity)
            }
        }
    }

    /// Zeroed memory, aligned to 16 bytes.
    static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        unsafe arena.withLock { unsafe $0.allocate(byteCount: byteCount) }
    }

    /// Wipes and gives back what `allocate` gave.
    static func deallocate(_ start: UnsafeMutableRawPointer, byteCount: Int) {
        unsafe sodium_memzero(start, byteCount)
        arena.withLock { state in
            unsafe state.release(start)
        }
    }

    private static let arena = Mutex(Slabs())
}

/// - Safety: the slabs' memory is reached only through the pointers that `allocate` hands out, and the list of slabs only
///   under the arena's lock; so it may move between threads.
private struct Slabs: @unchecked Sendable {
    @safe struct Slab {
        let start: UnsafeMutableRawPointer
        let capacity: Int
        var used = 0
        var liveCount = 0
    }

    private(set) var slabs: [Slab] = []
    var wasRefusedLocking = false

    /// A small first slab keeps the resident memory of a small run small.
    private static let firstCapacity = 16 * 1024
    private static let usualCapacity = 64 * 1024
    private static let pageSize = 4096

    init() {
        // `sodium_malloc` aborts without it. It returns 1 when another part of the process came first.
        precondition(sodium_init() >= 0, "libsodium could not be initialised")
    }

    mutating func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        let aligned = (max(byteCount, 1) + 15) & ~15
        var index = slabs.lastIndex { $0.capacity - $0.used >= aligned }
        if index == nil {
            addSlab(for: aligned)
            index = slabs.count - 1
        }
        let start = unsafe slabs[index!].start + slabs[index!].used
        slabs[index!].used += aligned
        slabs[index!].liveCount += 1
        return unsafe start
    }

    mutating func release(_ start: UnsafeMutableRawPointer) {
        guard let index = slabs.firstIndex(where: { unsafe start >= $0.start && start < $0.start + $0.capacity }) else {
            preconditionFailure("memory that is not the arena's")
        }
        slabs[index].liveCount -= 1
        guard slabs[index].liveCount == 0 else { return }
        if index == slabs.count - 1, slabs[index].capacity <= Self.usualCapacity {
            slabs[index].used = 0  // the slab in use: the next secret would only ask for it again
        } else {
            unsafe sodium_free(slabs.remove(at: index).start)
        }
    }

    private mutating func addSlab(for byteCount: Int) {
        let usual = slabs.isEmpty ? Self.firstCapacity : Self.usualCapacity
        let capacity = byteCount <= usual ? usual : (byteCount + Self.pageSize - 1) & ~(Self.pageSize - 1)
        guard let start = unsafe sodium_malloc(capacity) else {
            preconditionFailure("out of memory for secrets")
        }
        unsafe sodium_memzero(start, capacity)
        // `sodium_malloc` locks but does not tell whether it could; locking twice does no harm and does tell.
        if unsafe sodium_mlock(start, capacity) != 0 {
            wasRefusedLocking = true
        }
        unsafe slabs.append(Slab(start: start, capacity: capacity))
    }
}
