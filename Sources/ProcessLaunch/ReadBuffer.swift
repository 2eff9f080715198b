internal import CProcessShims
internal import Glibc

/// What a stream is read into before it is filtered. The command may have printed secrets, so it is as sensitive as they
/// are: locked, as far as the limit goes, and wiped.
@safe package struct ReadBuffer: ~Copyable {
    private let storage: UnsafeMutableRawBufferPointer
    /// How much of it holds what was read: pages that were not touched need no wiping.
    private var used = 0

    /// More than a pipe holds.
    private static let byteCount = 128 * 1024
    /// What is shorter is wiped at once when it was used; more is on its way then, and wiping it would take time.
    private static let wipedAtOnce = 32 * 1024

    package init() {
        unsafe storage = .allocate(byteCount: Self.byteCount, alignment: 4096)
        // Refused where the limit is small; then swap could get it, as it could get the command's own copy.
        unsafe _ = ws_lock_as_touched(storage.baseAddress!, storage.count)
    }

    deinit {
        unsafe explicit_bzero(storage.baseAddress!, used)
        unsafe munlock(storage.baseAddress!, storage.count)
        unsafe storage.deallocate()
    }

    /// Reads once, and lends what came to `use`.
    ///
    /// - Returns: as read(2), with `errno`.
    package mutating func read(from descriptor: Int32, _ use: (Span<UInt8>) -> Void) -> Int {
        let count = unsafe Glibc.read(descriptor, storage.baseAddress, storage.count)
        guard count > 0 else { return count }
        used = max(used, count)
        unsafe use(UnsafeRawBufferPointer(storage).bindMemory(to: UInt8.self).extracting(..<count).span)
        if count < Self.wipedAtOnce {
            unsafe explicit_bzero(storage.baseAddress!, used)
            used = 0
        }
        return count
    }
}

/// Whether `descriptor` has something to read, or has ended, within a time; -1 waits for ever.
package func hasInput(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wanted, 1, milliseconds) != 0
}
