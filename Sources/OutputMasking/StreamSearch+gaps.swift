/// Views and the gaps in them.
extension StreamSearch {
    /// The gaps of a view that leaves something out.
    @inline(__always)
    mutating func withGaps(of view: StreamView, _ body: (inout GapList, ViewCursor) -> Void) {
        switch view {
        case .raw: break
        case .plain: body(&plainGaps, plain)
        case .joined: body(&joinedGaps, joined)
        }
    }

    func gapsExceedBounds(of view: StreamView) -> Bool {
        switch view {
        case .raw: false
        case .plain: plainGaps.exceedsBounds
        case .joined: joinedGaps.exceedsBounds
        }
    }

    /// The place in the stream of the byte at `position` in a view, which is not before the oldest gap's match.
    @inline(__always)
    func streamPosition(_ position: Int, in view: StreamView) -> Int {
        switch view {
        case .raw: position
        case .plain: plainGaps.streamPosition(position, plain)
        case .joined: joinedGaps.streamPosition(position, joined)
        }
    }

    mutating func forgetGaps(of view: StreamView) {
        let cursor = self[view]
        let first = cursor.viewPosition - tables.reach(cursor.node)
        withGaps(of: view) { gaps, _ in gaps.forget(before: first) }
    }

    /// A view in which no possible match spans a gap goes, where none in the stream does so either: both go on alike.
    mutating func dropDeadViews() {
        guard isPlainAlive || isJoinedAlive, !sequence.isActive, !isInLineGap else { return }
        guard tables.reach(raw.node) <= raw.streamEnd - gapEnd else { return }
        if isPlainAlive, plainGaps.isEmpty, !plain.isWaiting, plainUnconfirmed == nil { isPlainAlive = false }
        if isJoinedAlive, !isPlainAlive, joinedGaps.isEmpty, !joined.isWaiting { isJoinedAlive = false }
    }

    /// How many bytes of the view were read since the last gap, which may not have ended yet.
    func countSinceGap(in view: StreamView) -> Int {
        guard view != .raw else { return raw.viewPosition }
        if sequence.isActive || view == .joined && isInLineGap { return 0 }
        return view == .plain
            ? plain.viewPosition - (plainGaps.last ?? 0) : joined.viewPosition - (joinedGaps.last ?? 0)
    }
}
