package import Diagnostics

/// Why something cannot be exported so that its reader gets the same bytes. It names variables, never their values.
package struct ExportError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// Not letters, digits and `_`, no digit first.
        case badName
        /// The reader refuses to set a variable of this name.
        case reservedName
        case repeatedName
        case notUTF8
        case containsNUL
        case containsNewline
        /// The reader takes a carriage return at the end for part of the line's end.
        case endsInCarriageReturn
        /// The reader drops blanks at the value's ends.
        case blankAtAnEnd
        /// `${…}`, which python-dotenv replaces in any kind of quotes.
        case containsExpansion
        /// It ends in a backslash and cannot go without quotes either.
        case endsInBackslash
        case tooLong(limit: Int)
        /// All values together.
        case allTooLong(limit: Int)
        /// The name for the Kubernetes object.
        case badObjectName
    }

    package var reason: Reason
    package var format: ExportFormat
    /// The variable; `nil` where it is about all of them.
    package var name: String?

    package init(_ reason: Reason, format: ExportFormat, name: String? = nil) {
        self.reason = reason
        self.format = format
        self.name = name
    }
}

/// All that stands in the way of one export, in the order of the variables.
package struct ExportErrors: Error, Hashable, Sendable {
    package var all: [ExportError]

    package var diagnostics: Diagnostics { Diagnostics(all.map(\.diagnostic)) }
}

extension ExportError {
    package var diagnostic: Diagnostic {
        let (message, hint) = words
        return Diagnostic(subject: name, message, hints: [hint].compactMap(\.self))
    }

    private var words: (String, String?) {
        let format = format.rawValue
        let anyValue = "--format k8s and --format yaml hold any value"
        return switch reason {
        case .badName: ("--format \(format) has no way to write a variable of this name", nil)
        case .reservedName: ("the reader of --format \(format) does not set variables of this name", nil)
        case .repeatedName: ("two variables have this name", nil)
        case .notUTF8: ("the value is not UTF-8, which --format \(format) has no way to write", anyValue)
        case .containsNUL: ("the value holds a NUL, which --format \(format) has no way to write", anyValue)
        case .containsNewline:
            ("the value has several lines, which --format \(format) has no way to write", "'as: file' or base64 may do")
        case .endsInCarriageReturn:
            ("the value ends in a carriage return, which the reader of --format \(format) drops", nil)
        case .blankAtAnEnd: ("the value starts or ends with a blank, which the reader of --format \(format) drops", nil)
        case .containsExpansion:
            (
                "the value holds '${', which python-dotenv replaces in any quotes",
                "--format json, yaml, shell and systemd hold it"
            )
        case .endsInBackslash:
            (
                "the value needs quotes and ends in a backslash, which readers of dotenv files take differently",
                "--format json, yaml, shell and systemd hold it"
            )
        case .tooLong(let limit):
            ("with its name the value is longer than the \(limit) bytes that its reader takes", nil)
        case .allTooLong(let limit): ("all values together are longer than \(limit) bytes", nil)
        case .badObjectName:
            (
                "not a name for a Kubernetes object",
                "lower-case letters, digits, '-' and '.', a letter or digit at both ends, at most 253"
            )
        }
    }
}
