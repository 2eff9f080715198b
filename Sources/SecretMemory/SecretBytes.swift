/// Bytes that cannot be printed, copied by accident or left behind.
///
/// The memory is the arena's: locked, guarded, and wiped when the value ends. Being `~Copyable`, it makes `print(x)`,
/// `"\(x)"` and `dump(x)` compile errors.
///
/// - Safety: the memory belongs to this value alone until its `deinit`, so it may move to another thread.
@safe package struct SecretBytes: ~Copyable, @unchecked Sendable {
    private let start: UnsafeMutableRawPointer
    private let capacity: Int
    package private(set) var count: Int

    /// Zero bytes.
    package init(zeros count: Int) {
        self.init(capacity: count)
        self.count = count
    }

    /// No bytes yet, and room for `capacity` of them.
    package init(capacity: Int = 64) {
        self.capacity = max(capacity, 1)
        count = 0
        unsafe start = SecretArena.allocate(byteCount: self.capacity)
    }

    /// A copy of `bytes`, which stay the caller's to wipe.
    package init(copying bytes: Span<UInt8>) {
        self.init(capacity: bytes.count)
        append(bytes)
    }

    /// A copy of text that was in ordinary memory already, such as a word of a manifest.
    package init(copying text: String) {
        self.init(capacity: text.utf8.count)
        append(text)
    }

    /// A copy of C memory, which stays the caller's to wipe.
    @unsafe package init(copying bytes: UnsafeRawBufferPointer) {
        self.init(capacity: bytes.count)
        unsafe append(bytes)
    }

    deinit {
        unsafe SecretArena.deallocate(start, byteCount: capacity)
    }

    package var isEmpty: Bool { count == 0 }

    /// Calls `body` with the bytes, which are valid only during the call.
    package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe UnsafeRawBufferPointer(start: start, count: count).bindMemory(to: UInt8.self).span)
    }

    /// The same for C functions.
    package borrowing func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Calls `body` with the bytes to change, which are valid only during the call.
    package mutating func withUnsafeMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeMutableRawBufferPointer(start: start, count: count))
    }

    package mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    package mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(unsafe $0.span) }
    }

    package mutating func append(_ other: borrowing SecretBytes) {
        reserve(other.count)
        other.withBytes { append($0) }
    }

    @unsafe package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        unsafe (start + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    /// Lets a C function such as read(2) append: `body` gets up to `limit` bytes of room and returns how many it filled.
    @unsafe package mutating func append<Failure: Error>(
        upTo limit: Int,
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        reserve(limit)
        let filled = try unsafe body(UnsafeMutableRawBufferPointer(start: start + count, count: limit))
        precondition(filled >= 0 && filled <= limit)
        count += filled
    }

    /// Keeps the first `count` bytes and wipes the others.
    package mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        unsafe (start + newCount).initializeMemory(as: UInt8.self, repeating: 0, count: count - newCount)
        count = newCount
    }

    /// Moves to larger memory where `extra` bytes do not fit; what is left behind is wiped.
    package mutating func reserve(_ extra: Int) {
        guard count + extra > capacity else { return }
        var larger = SecretBytes(capacity: max(capacity * 2, count + extra))
        unsafe larger.append(UnsafeRawBufferPointer(start: start, count: count))
        self = larger
    }
}
