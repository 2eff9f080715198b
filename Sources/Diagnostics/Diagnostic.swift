/// One message for the user: what is wrong, where, and how to mend it.
///
/// A diagnostic is built from names, places, sizes and statuses, never from contents: it holds no secret value.
/// It is data; only the command's `Terminal` prints it, and escapes what a terminal could act upon.
package struct Diagnostic: Error, Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable, Comparable {
        case error, warning, note

        package static func < (left: Severity, right: Severity) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// A place in a text file.
    package struct Location: Hashable, Sendable, Comparable {
        /// The file as the user would name it: relative to the working directory where that is shorter.
        package var file: String
        /// 1-based.
        package var line: Int
        /// 1-based, in Unicode scalars, as libyaml counts.
        package var column: Int

        package init(file: String, line: Int, column: Int) {
            self.file = file
            self.line = line
            self.column = column
        }

        /// By line and column within one file, files by name.
        package static func < (left: Location, right: Location) -> Bool {
            (left.file, left.line, left.column) < (right.file, right.line, right.column)
        }

        /// `FILE:LINE:COLUMN`.
        package var text: String { "\(file):\(line):\(column)" }
    }

    package var severity: Severity
    package var location: Location?
    /// The variable, entry or file that the message is about, printed before it.
    package var subject: String?
    /// Lower case, no full stop.
    package var message: String
    /// How to mend it, one sentence each, in the same manner.
    package var hints: [String]

    package init(
        _ severity: Severity = .error,
        at location: Location? = nil,
        subject: String? = nil,
        _ message: String,
        hints: [String] = []
    ) {
        self.severity = severity
        self.location = location
        self.subject = subject
        self.message = message
        self.hints = hints
    }

    /// An error without a place.
    package init(_ message: String, hints: [String] = []) {
        self.init(.error, message, hints: hints)
    }
}

/// Several diagnostics that are reported together, in the order of their places.
package struct Diagnostics: Error, Hashable, Sendable {
    package private(set) var all: [Diagnostic]

    package init(_ all: [Diagnostic]) {
        self.all = all
    }

    /// Sorted by file, line and column; those without a place keep their order behind the others.
    package var inOrder: [Diagnostic] {
        let placed = all.enumerated().filter { $0.element.location != nil }.sorted { left, right in
            guard let first = left.element.location, let second = right.element.location, first != second else {
                return left.offset < right.offset
            }
            return first < second
        }
        return placed.map(\.element) + all.filter { $0.location == nil }
    }
}
