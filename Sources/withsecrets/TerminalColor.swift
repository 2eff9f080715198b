internal import Glibc

/// Colours of the words that say what kind of message it is; the message itself has none.
enum TerminalColor: String {
    case red = "\u{1B}[1;31m"
    case yellow = "\u{1B}[1;33m"
    case cyan = "\u{1B}[1;36m"

    func around(_ text: String) -> String { rawValue + text + "\u{1B}[m" }

    /// Whether what is written to `descriptor` may be coloured: NO_COLOR forbids it (no-color.org), CLICOLOR_FORCE asks for it
    /// (bixense.com/clicolors), else a terminal that is not dumb has it.
    static func isWanted(on descriptor: Int32) -> Bool {
        if Surroundings.variable("NO_COLOR") != nil { return false }
        if let forced = Surroundings.variable("CLICOLOR_FORCE"), forced != "0" { return true }
        return isatty(descriptor) == 1 && Surroundings.variable("TERM") != "dumb"
    }
}
