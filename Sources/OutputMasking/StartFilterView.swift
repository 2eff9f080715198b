/// The filter as the search through a chunk sees it.
///
/// - Safety: valid as long as the filter; every load lies within the chunk, as the bounds beside it say.
@safe struct StartFilterView {
    let window: Int
    let stride: Int
    let pieceMask: UInt32
    let startMask: UInt64
    let startCount: Int
    let pieces: BitmapView
    let starts: BitmapView
    let neighbours: BytePairsView
    let joints: BitmapView
    let jointKinds: GapJoint.Kinds
    let hasDelimited: Bool

    init(_ filter: borrowing StartFilter) {
        window = filter.window
        stride = filter.window - filter.pieceCount + 1
        pieceMask = BytePiece.mask(filter.pieceCount)
        startMask = BytePiece.mask(filter.startCount)
        startCount = filter.startCount
        pieces = filter.pieces.view
        starts = filter.starts.view
        neighbours = filter.neighbours.view
        joints = filter.joints.view
        jointKinds = filter.jointKinds
        hasDelimited = filter.hasDelimited
    }

    /// The first start in `from..<limit` that the first two bitmaps let through.
    ///
    /// - Parameters:
    ///   - base: the chunk, which has to have `window + 8` bytes from each of these places on.
    ///   - low: no start before it is of interest.
    func nextStart(in base: UnsafeRawPointer, from: Int, to limit: Int, _ low: Int) -> Int? {
        // Nearly all sets need no mask, and the loop is shorter by an eighth then.
        pieceMask == .max
            ? unsafe nextStart(in: base, from: from, to: limit, low, mask: .max)
            : unsafe nextStart(in: base, from: from, to: limit, low, mask: pieceMask)
    }

    @inline(__always)
    private func nextStart(in base: UnsafeRawPointer, from: Int, to limit: Int, _ low: Int, mask: UInt32) -> Int? {
        // A start before `limit` is within the window of some place before `limit + stride - 1`.
        let last = stride &- 1
        let end = limit &+ last
        var place = from &+ last
        let (pieces, stride) = (pieces, stride)
        while place &+ 3 &* stride < end {
            let here = unsafe base + place
            if unsafe pieces.holds(here.piece & mask) || pieces.holds((here + stride).piece & mask)
                || pieces.holds((here + 2 &* stride).piece & mask) || pieces.holds((here + 3 &* stride).piece & mask)
            {
                for _ in 0..<4 {
                    if let found = unsafe start(in: base, around: place, limit, low) { return found }
                    place &+= stride
                }
            } else {
                place &+= 4 &* stride
            }
        }
        while place < end {
            if let found = unsafe start(in: base, around: place, limit, low) { return found }
            place &+= stride
        }
        return nil
    }

    @inline(__always)
    private func holds(_ base: UnsafeRawPointer, _ place: Int) -> Bool {
        pieces.holds(unsafe (base + place).piece & pieceMask)
    }

    /// The first start whose window holds the piece at `place`.
    @inline(__always)
    private func start(in base: UnsafeRawPointer, around place: Int, _ limit: Int, _ low: Int) -> Int? {
        guard unsafe holds(base, place) else { return nil }
        // The piece has a neighbour in the same window: nearly all false friends end here.
        if stride > 1 {
            guard unsafe holds(base, place + 1) || place > 0 && holds(base, place - 1) else { return nil }
        }
        return unsafe knownStart(in: base, around: place, limit, low)
    }

    @inline(never)
    private func knownStart(in base: UnsafeRawPointer, around place: Int, _ limit: Int, _ low: Int) -> Int? {
        var start = max(low, place - stride + 1)
        while start <= place, start < limit {
            if starts.holds(unsafe base.loadUnaligned(fromByteOffset: start, as: UInt64.self) & startMask) {
                return start
            }
            start += 1
        }
        return nil
    }
}

extension UnsafeRawPointer {
    /// The four bytes here.
    @inline(__always)
    fileprivate var piece: UInt32 { unsafe loadUnaligned(as: UInt32.self) }
}
