internal import Diagnostics

/// A folder that a path is in or leads out of, wherever links lead.
struct Boundary {
    /// Absolute, without symbolic links.
    private let folder: String

    /// - Parameter folder: absolute.
    init(folder: String) {
        self.folder = canonicalPath(folder) ?? normalized(folder)
    }

    /// Where a path leads that leads out, as it may be shown: as it is written, and behind it what that really is where
    /// the text does not tell.
    ///
    /// - Parameters:
    ///   - path: as a manifest writes it.
    ///   - start: what it is relative to; absolute.
    /// - Returns: `nil` for one that stays in.
    func crossing(_ path: String, from start: String) -> String? {
        guard path != "~", !path.hasPrefix("~/") else { return printable(path) }
        let plain = absolutePath(path, in: start)
        let real = Self.place(of: plain)
        guard !real.hasPrefix(folder == "/" ? "/" : folder + "/") else { return nil }
        let isTold = real == normalized(plain) || real == normalized(absolutePath(path, in: Self.place(of: start)))
        return isTold ? printable(path) : "\(printable(path)), which is \(printable(real))"
    }

    /// Where a path leads, though its last parts may not be there yet.
    private static func place(of path: String) -> String {
        var existing = path
        var missing: [Substring] = []
        while true {
            if let real = canonicalPath(existing) {
                return normalized(([Substring(real)] + missing.reversed()).joined(separator: "/"))
            }
            guard let slash = existing.lastIndex(of: "/"), slash != existing.startIndex else { return normalized(path) }
            missing.append(existing[existing.index(after: slash)...])
            existing = String(existing[..<slash])
        }
    }
}
