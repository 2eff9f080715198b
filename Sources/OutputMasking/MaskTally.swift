/// How often each secret was masked on one stream, and in which form.
package struct MaskTally: Sendable {
    package struct Entry: Hashable, Sendable {
        /// The position of the secret among those that the automaton was built from.
        package let secret: Int
        package let form: MaskForm
        package let count: Int
    }

    private var counts: [Int: Int] = [:]

    /// Nothing was masked.
    package var isEmpty: Bool { counts.isEmpty }

    /// Ordered by secret, then by form.
    package var entries: [Entry] {
        counts.sorted { $0.key < $1.key }.map { key, count in
            Entry(secret: key >> 8, form: MaskForm(rawValue: UInt8(key & 255)) ?? .raw, count: count)
        }
    }

    mutating func count(_ secret: UInt32, _ form: MaskForm) {
        counts[Int(secret) << 8 | Int(form.rawValue), default: 0] += 1
    }
}
