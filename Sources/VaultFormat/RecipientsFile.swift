internal import AgeFormat
package import Diagnostics

/// A list of recipients in a file: one in each line, `#` starts a comment, as for `age -R`; a list of keys as GitHub
/// serves it (`https://github.com/NAME.keys`) is one too.
package enum RecipientsFile {
    /// - Parameter skipsUnknown: passes over keys of other kinds, of which such a list of somebody's keys often has some.
    /// - Throws: all lines that are no recipients, with their places and without their text.
    package static func parse(
        _ text: Span<UInt8>,
        named file: String,
        skipsUnknown: Bool = false
    ) throws(Diagnostics) -> [String] {
        let whole = unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        var recipients: [String] = []
        var problems: [Diagnostic] = []
        for (index, line) in whole.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let recipient = trimmed(String(Substring(line)))
            guard !recipient.isEmpty, !recipient.hasPrefix("#") else { continue }
            do throws(AgeError) {
                _ = try AgeRecipient(parsing: recipient)
                guard recipient.utf8.count <= VaultLimits.textByteCount else { throw .malformedRecipient }
                recipients.append(recipient)
            } catch .unsupportedKey where skipsUnknown {
                continue
            } catch {
                var problem = error.diagnostic
                problem.location = Diagnostic.Location(file: file, line: index + 1, column: 1)
                problems.append(problem)
            }
        }
        if recipients.isEmpty, problems.isEmpty {
            let start = Diagnostic.Location(file: file, line: 1, column: 1)
            problems.append(Diagnostic(at: start, "no recipient in this file"))
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return recipients
    }

    private static func trimmed(_ line: String) -> String {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0D]
        var bytes = Array(line.utf8)[...]
        while let first = bytes.first, blanks.contains(first) { bytes.removeFirst() }
        while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
