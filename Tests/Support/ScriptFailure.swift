/// Why a script failed, with the step that was running. Planted secrets appear in it by name alone.
package struct ScriptFailure: Error, Hashable, CustomStringConvertible {
    /// 1-based; 0 when the script as a whole is meant.
    package var line: Int
    /// The line as it stands in the script.
    package var text: String
    package var message: String

    package init(line: Int, text: String, _ message: String) {
        self.line = line
        self.text = text
        self.message = message
    }

    package var description: String {
        line == 0 ? message : "line \(line): \(text)\n\(message)"
    }
}

/// What became of a script that did not fail.
package enum ScriptOutcome: Hashable, Sendable {
    case passed
    /// `skip` says why.
    case skipped(String)
}
