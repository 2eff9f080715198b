internal import SecretMemory

/// The part of a stream that is at hand: what was kept of earlier chunks, and the chunk being read.
///
/// Positions count bytes from the start of the stream. What is kept may be the start of a secret, so it lies in locked
/// memory.
///
/// - Safety: the chunk's pointer is held between `read` and `retain` alone, while its owner keeps it valid.
@safe struct StreamWindow: ~Copyable {
    private var kept: SecretTable<UInt8>
    private var keptCount = 0
    /// The position of the first kept byte.
    private(set) var start = 0
    private var chunk: UnsafeRawBufferPointer?
    /// The position of the chunk's first byte.
    private var chunkStart = 0

    init() {
        kept = SecretTable(zeros: 256)
        unsafe chunk = nil
    }

    /// The position behind the last byte.
    var end: Int { chunkStart + (unsafe chunk?.count ?? 0) }

    /// Makes `bytes` the chunk being read; they have to stay valid until `retain`.
    mutating func read(_ bytes: UnsafeRawBufferPointer) {
        unsafe chunk = bytes
    }

    /// Ends the reading of the chunk and keeps what lies at `position` and behind it.
    mutating func retain(from position: Int) {
        let end = end
        let first = max(start, position)
        let fromChunk = unsafe chunk.map { unsafe UnsafeRawBufferPointer(rebasing: $0[max(0, first - chunkStart)...]) }
        let fromKept = max(0, chunkStart - first)
        if fromKept > 0, first > start {
            unsafe kept.start.update(from: kept.start + (first - start), count: fromKept)
        }
        let added = unsafe fromChunk?.count ?? 0
        if fromKept + added > kept.count { kept.grow(to: (fromKept + added) * 2, keeping: fromKept) }
        if let source = unsafe fromChunk?.baseAddress, added > 0 {
            unsafe UnsafeMutableRawPointer(kept.start + fromKept).copyMemory(from: source, byteCount: added)
        }
        keptCount = fromKept + added
        start = end - keptCount
        chunkStart = end
        unsafe chunk = nil
    }

    /// The byte at `position`; nil when it is no longer at hand, or before the stream.
    subscript(position: Int) -> UInt8? {
        if position >= chunkStart {
            guard let chunk = unsafe chunk, position - chunkStart < chunk.count else { return nil }
            return unsafe chunk[position - chunkStart]
        }
        return position < start ? nil : unsafe kept.start[position - start]
    }

    /// Gives the bytes of `range` to `emit`, in one or two pieces.
    func emit(_ range: Range<Int>, _ emit: (UnsafeRawBufferPointer) -> Void) {
        let low = max(range.lowerBound, start)
        if low < chunkStart, low < range.upperBound {
            let count = min(range.upperBound, chunkStart) - low
            unsafe emit(UnsafeRawBufferPointer(start: kept.start + (low - start), count: count))
        }
        if range.upperBound > chunkStart, let chunk = unsafe chunk {
            let first = max(low - chunkStart, 0)
            unsafe emit(UnsafeRawBufferPointer(rebasing: chunk[first..<(range.upperBound - chunkStart)]))
        }
    }
}
