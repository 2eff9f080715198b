/// What is wrong with a dotenv file, and where. It quotes nothing of the file.
package struct DotenvError: Error, Hashable {
    package enum Reason: Hashable, Sendable {
        case badName
        case noEquals
        case unclosedQuote
        /// Something other than a comment behind a closing quote.
        case textAfterQuote
        /// A backslash in double quotes before something that other readers disagree about.
        case badEscape
        /// Some readers quote with it, others take it as it is.
        case backquote
        case loneCarriageReturn
        case nul
        case utf16
    }

    package var reason: Reason
    /// 1-based.
    package var line: Int
    /// 1-based, in Unicode scalars.
    package var column: Int

    package var message: String {
        switch reason {
        case .badName: "a name has to start here: a letter or '_', then letters, digits, '_', '.' and '-'"
        case .noEquals: "a '=' has to follow the name"
        case .unclosedQuote: "this quote is never closed"
        case .textAfterQuote: "text after the closing quote"
        case .badEscape: "unknown escape in double quotes"
        case .backquote: "a value cannot start with a backquote"
        case .loneCarriageReturn: "a carriage return without a line feed"
        case .nul: "a NUL byte"
        case .utf16: "the file is UTF-16"
        }
    }

    package var hint: String? {
        switch reason {
        case .badName, .nul: nil
        case .noEquals: "an empty value is written NAME="
        case .unclosedQuote: "a value that holds a quote itself is put into quotes of the other kind"
        case .textAfterQuote: "a comment needs a space before its #"
        case .badEscape: "known are \\n \\r \\t \\\\ \\\" \\' and \\$; in single quotes a backslash stands for itself"
        case .backquote: "put it into single or double quotes"
        case .loneCarriageReturn: "line ends are LF or CRLF"
        case .utf16: "save it as UTF-8"
        }
    }
}
