internal import Diagnostics
internal import SecretMemory

/// Hands on what a helper writes to stderr, line by line, fit for a terminal and not without end.
struct HelperMessages: ~Copyable {
    static let lineLimit = 50
    /// A line is cut here; `printable` cuts what is shown of it much earlier.
    private static let byteLimit = 4096

    let label: String
    let note: @Sendable (String) -> Void
    private var lineCount = 0

    init(label: String, note: @escaping @Sendable (String) -> Void) {
        self.label = label
        self.note = note
    }

    /// Takes the whole lines out of `bytes` and leaves the rest.
    mutating func take(from bytes: inout SecretBytes) {
        let rest = bytes.withBytes { bytes in
            var start = 0
            for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") || index - start >= Self.byteLimit {
                show(bytes.extracting(start..<index))
                start = index + 1
            }
            return SecretBytes(copying: bytes.extracting(start..<bytes.count))
        }
        bytes = rest
    }

    /// Takes a last line without an end.
    mutating func finish(_ rest: borrowing SecretBytes) {
        rest.withBytes { rest in
            if !rest.isEmpty {
                show(rest)
            }
        }
    }

    private mutating func show(_ line: Span<UInt8>) {
        lineCount += 1
        if lineCount == Self.lineLimit + 1 {
            note("\(label): … more lines are left out")
        }
        guard lineCount <= Self.lineLimit else { return }
        // Messages are no values, but the bytes come in a secret's memory and leave it here, for the screen alone.
        let text = unsafe line.withUnsafeBufferPointer { unsafe printable(bytes: $0) }
        note("\(label): \(text)")
    }
}
