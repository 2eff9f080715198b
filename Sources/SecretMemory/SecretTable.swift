/// A table of plain values that tell something about secrets, such as a search automaton's nodes.
///
/// The memory is the arena's: locked, zeroed at first, wiped when the table ends. Its rows are reached through
/// `start`, without checks of bounds, because the inner loops of the masker live on them.
///
/// - Safety: the memory belongs to this value alone until its `deinit`, so it may move to another thread; several
///   threads may read it as long as none writes.
@safe package struct SecretTable<Row: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    /// The first row; valid as long as the table, and until `grow`.
    package private(set) var start: UnsafeMutablePointer<Row>
    /// The number of rows.
    package private(set) var count: Int

    /// `count` rows of zeroed memory.
    package init(zeros count: Int) {
        self.count = max(count, 1)
        let memory = unsafe SecretArena.allocate(byteCount: self.count * MemoryLayout<Row>.stride)
        unsafe start = unsafe memory.bindMemory(to: Row.self, capacity: self.count)
    }

    deinit {
        unsafe SecretArena.deallocate(UnsafeMutableRawPointer(start), byteCount: count * MemoryLayout<Row>.stride)
    }

    /// Moves to a table of `newCount` rows, of which the first `kept` are copied; what is left behind is wiped.
    package mutating func grow(to newCount: Int, keeping kept: Int) {
        precondition(kept <= count && kept <= newCount)
        let larger = SecretTable(zeros: newCount)
        unsafe larger.start.update(from: start, count: kept)
        self = larger
    }
}
