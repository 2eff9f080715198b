internal import SecretMemory

/// The filter's search through one chunk.
///
/// - Safety: valid as long as the filter; every load lies within the chunk, as the bounds beside it say.
@safe struct StartFilterView {
    /// Where the automaton has to begin, with nothing under way, and the place that it has to get to at least.
    struct Candidate {
        var start: Int
        var reach: Int
    }

    private let window: Int
    private let stride: Int
    private let pieceMask: UInt32
    private let startMask: UInt64
    private let pieces: BitmapView
    private let wrappedPieces: BitmapView
    private let starts: BitmapView
    private let shortRests: StartFilter.ByteSet

    /// What is searched at once: the part of a chunk that stays in the first cache for both passes.
    private static let blockCount = 4096

    private static var lineFeeds: SIMD16<UInt8> { SIMD16(repeating: 0x0A) }
    private static var carriageReturns: SIMD16<UInt8> { SIMD16(repeating: 0x0D) }
    private static var escapes: SIMD16<UInt8> { SIMD16(repeating: .escape) }

    init(_ filter: borrowing StartFilter) {
        window = filter.window
        stride = filter.window - filter.pieceCount + 1
        pieceMask = BitmapView.mask(filter.pieceCount)
        startMask = BitmapView.mask(filter.startCount)
        pieces = filter.pieces.view
        wrappedPieces = filter.wrappedPieces.view
        starts = filter.starts.view
        shortRests = filter.shortRests
    }

    /// The next place where a pattern may start, or where the search has to look closely for other reasons.
    ///
    /// - Parameters:
    ///   - chunk: what is searched.
    ///   - low: the automaton was here with nothing under way.
    /// - Returns: at the latest, where what is left of the chunk is too short for a decision; nil where the chunk is empty
    ///   from `low` on.
    func next(in chunk: UnsafeRawBufferPointer, from low: Int) -> Candidate? {
        let count = chunk.count
        guard low < count, let base = chunk.baseAddress else { return nil }
        // Every start before the tail has its window, and eight bytes to load, in the chunk.
        let tail = max(low, count - window - 8)
        var block = low
        while block < tail {
            let end = min(block + Self.blockCount, tail)
            // What goes on behind a line end may start up to a window before it.
            let control = unsafe nextControl(in: base, count, from: block, to: min(count, end + window + 8), low)
            let limit = min(end, control?.start ?? end)
            if let start = unsafe nextStart(in: base, from: block, to: limit, low) { return start }
            if let control, control.start < end { return control }
            block = end
        }
        return Candidate(start: unsafe beforeGap(base, tail, low), reach: count)
    }

    // MARK: - Starts

    /// The first start in `from..<to` that both bitmaps let through.
    private func nextStart(in base: UnsafeRawPointer, from: Int, to limit: Int, _ low: Int) -> Candidate? {
        let last = stride - 1
        var place = from + last
        // A start before `limit` is within the window of some place before `limit + last`.
        let end = limit + last
        while place + 3 * stride < end {
            let first = unsafe pieces.slot(piece(base, place))
            let second = unsafe pieces.slot(piece(base, place + stride))
            let third = unsafe pieces.slot(piece(base, place + 2 * stride))
            let fourth = unsafe pieces.slot(piece(base, place + 3 * stride))
            if pieces.holds(first) || pieces.holds(second) || pieces.holds(third) || pieces.holds(fourth) {
                for _ in 0..<4 {
                    if let found = unsafe start(in: base, around: place, limit, low) { return found }
                    place += stride
                }
            } else {
                place += 4 * stride
            }
        }
        while place < end {
            if let found = unsafe start(in: base, around: place, limit, low) { return found }
            place += stride
        }
        return nil
    }

    @inline(__always)
    private func piece(_ base: UnsafeRawPointer, _ place: Int) -> UInt32 {
        unsafe base.loadUnaligned(fromByteOffset: place, as: UInt32.self) & pieceMask
    }

    /// The first start whose window holds the piece at `place`.
    private func start(in base: UnsafeRawPointer, around place: Int, _ limit: Int, _ low: Int) -> Candidate? {
        guard unsafe pieces.holds(pieces.slot(piece(base, place))) else { return nil }
        for start in max(low, place - stride + 1)...place where start < limit {
            let bytes = unsafe base.loadUnaligned(fromByteOffset: start, as: UInt64.self) & startMask
            guard starts.holds(starts.slot(bytes)) else { continue }
            return Candidate(start: unsafe beforeGap(base, start, low), reach: start + 1)
        }
        return nil
    }

    /// Where a pattern starts behind a line end, a base64 character before that may belong to it.
    private func beforeGap(_ base: UnsafeRawPointer, _ start: Int, _ low: Int) -> Int {
        var position = start
        var hasLineEnd = false
        while position > low, start - position <= Masker.longestLineGap {
            let byte = unsafe base.load(fromByteOffset: position - 1, as: UInt8.self)
            guard byte.isLineEnd || byte.isBlank else { break }
            if byte.isLineEnd { hasLineEnd = true }
            position -= 1
        }
        return hasLineEnd ? max(low, position - 1) : start
    }

    // MARK: - Line ends and control sequences

    /// The first line end or ESC in `from..<to` where the automaton has to look.
    private func nextControl(
        in base: UnsafeRawPointer,
        _ count: Int,
        from: Int,
        to end: Int,
        _ low: Int
    ) -> Candidate? {
        var position = from
        while let found = unsafe controlByte(in: base, count, from: position, to: end) {
            if unsafe base.load(fromByteOffset: found, as: UInt8.self) == .escape {
                return Candidate(start: unsafe wayBack(in: base, from: found, low), reach: found + 1)
            }
            var next = found + 1
            while next < count {
                let byte = unsafe base.load(fromByteOffset: next, as: UInt8.self)
                guard byte.isLineEnd || byte.isBlank else { break }
                next += 1
            }
            if unsafe mayGoOn(in: base, count, at: next) {
                return Candidate(start: unsafe wayBack(in: base, from: found, low), reach: next)
            }
            position = next
        }
        return nil
    }

    /// Whether some pattern may go on with what stands behind a line end at `position`.
    private func mayGoOn(in base: UnsafeRawPointer, _ count: Int, at position: Int) -> Bool {
        guard position + 4 <= count else { return true }
        let piece = unsafe base.loadUnaligned(fromByteOffset: position, as: UInt32.self)
        if wrappedPieces.holds(wrappedPieces.slot(piece)) { return true }
        if shortRests.contains(UInt8(truncatingIfNeeded: piece)) { return true }
        for offset in 0..<4 {
            let byte = UInt8(truncatingIfNeeded: piece >> UInt32(offset * 8))
            if byte.isLineEnd || byte == .escape { return true }
        }
        return false
    }

    private func controlByte(in base: UnsafeRawPointer, _ count: Int, from: Int, to end: Int) -> Int? {
        var position = from
        while position < end, position + 16 <= count {
            let bytes = unsafe base.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
            // Against vectors: the operators that take a scalar are compiled byte by byte.
            let mask = (bytes .== Self.lineFeeds) .| (bytes .== Self.carriageReturns) .| (bytes .== Self.escapes)
            let lanes = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self)
            if lanes[0] | lanes[1] != 0 {
                let lane = lanes[0] != 0 ? lanes[0].trailingZeroBitCount : 64 + lanes[1].trailingZeroBitCount
                let found = position + lane >> 3
                return found < end ? found : nil
            }
            position += 16
        }
        while position < end {
            let byte = unsafe base.load(fromByteOffset: position, as: UInt8.self)
            if byte.isLineEnd || byte == .escape { return position }
            position += 1
        }
        return nil
    }

    /// Where a match may start that goes on behind the line end or control sequence at `position`: a window before, since
    /// what is longer was found there. What spans an earlier line end was found at that one.
    private func wayBack(in base: UnsafeRawPointer, from position: Int, _ low: Int) -> Int {
        unsafe beforeGap(base, max(low, position - window), low)
    }
}
