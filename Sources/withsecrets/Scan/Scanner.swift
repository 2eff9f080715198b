internal import OutputMasking

/// Looks for secrets in one content after another, with the masker's engine: every form that a run would mask.
final class Scanner {
    /// A place where a secret stands.
    struct Finding {
        var secret: Int
        var form: MaskForm
        /// In bytes from the start of the content.
        var offset: Int
        var length: Int
        /// 1-based.
        var line: Int
        /// 1-based, in bytes.
        var column: Int
    }

    private let automaton: MaskAutomaton
    private var masker: Masker
    private var matches: [MaskMatch] = []
    private var lineStarts = [0]
    private var byteCount = 0

    init(_ automaton: MaskAutomaton) {
        self.automaton = automaton
        masker = Masker(automaton)
        start()
    }

    private func start() {
        masker = Masker(automaton)
        // The first bytes of a secret at the end of a file are not that secret.
        masker.onMatch = { [unowned self] match in if match.form != .start { matches.append(match) } }
        matches = []
        lineStarts = [0]
        byteCount = 0
    }

    func consume(_ bytes: UnsafeRawBufferPointer) {
        guard unsafe !bytes.isEmpty else { return }
        for index in 0..<bytes.count where unsafe bytes[index] == UInt8(ascii: "\n") {
            lineStarts.append(byteCount + index + 1)
        }
        byteCount += bytes.count
        unsafe masker.consume(bytes) { _ in }
    }

    /// Ends one content; the next starts afresh.
    ///
    /// - Returns: what was found, in the order of the content.
    func finish() -> [Finding] {
        unsafe masker.finish { _ in }
        defer { start() }
        return matches.sorted { ($0.offset, $0.secret) < ($1.offset, $1.secret) }.map { match in
            let line = lineNumber(of: match.offset)
            return Finding(
                secret: match.secret,
                form: match.form,
                offset: match.offset,
                length: match.length,
                line: line,
                column: match.offset - lineStarts[line - 1] + 1
            )
        }
    }

    private func lineNumber(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }
}

// MARK: - Where content comes from

extension Scanner {
    /// A file's descriptor, to its end.
    func scan(descriptor: Int32) throws(ReadFailure) -> [Finding] {
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count: Int
            do throws(ReadFailure) {
                count = try readSome(descriptor, into: &chunk)
            } catch {
                _ = finish()
                throw error
            }
            if count == 0 { return finish() }
            unsafe chunk.withUnsafeBytes { unsafe consume(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    func scan(_ bytes: [UInt8]) -> [Finding] {
        unsafe bytes.withUnsafeBytes { unsafe consume($0) }
        return finish()
    }
}
