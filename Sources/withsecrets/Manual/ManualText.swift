/// Text of a manual page, written with the macros of man(7) that groff and mandoc both know.
struct ManualText {
    private var lines: [String]

    /// - Parameters:
    ///   - section: `1` for commands, `5` for files.
    ///   - summary: what NAME says behind the dash; no full stop.
    init(_ name: String, section: Int, summary: String) {
        lines = [
            ".TH \"\(Self.escaped(name.uppercased()))\" \(section) \"\(Version.date)\" \"withsecrets \(Version.text)\"",
            ".nh", ".ad l",
        ]
        heading("NAME")
        lines.append("\(Self.escaped(name)) \\- \(Self.escaped(summary))")
    }

    /// Without a newline at the end.
    var text: String { lines.joined(separator: "\n") }

    mutating func heading(_ text: String) { lines.append(".SH \(Self.quoted(text))") }

    mutating func subheading(_ text: String) { lines.append(".SS \(Self.quoted(text))") }

    /// A paragraph.
    mutating func paragraph(_ text: String) {
        part()
        add(text)
    }

    /// A term, and what it means beneath, indented.
    mutating func entry(_ term: String, _ text: String) {
        lines += [".TP", term]
        add(text)
    }

    /// Lines as they stand, indented.
    mutating func literal(_ text: some Sequence<String>) {
        part()
        lines += [".RS 4", ".nf"]
        for line in text { add(line) }
        lines += [".fi", ".RE"]
    }

    /// Paragraphs that blank lines part; lines that are indented stand as they are.
    mutating func prose(_ text: String) {
        for block in text.split(separator: "\n\n") {
            let all = block.split(separator: "\n").map(String.init)
            let flowing = all.prefix { !$0.hasPrefix(" ") }
            if !flowing.isEmpty { paragraph(Self.titled(flowing.joined(separator: " "))) }
            let indented = all.dropFirst(flowing.count)
            if !indented.isEmpty { literal(indented.map { String($0.drop { $0 == " " }) }) }
        }
    }

    /// `EXAMPLES:` is a heading on the screen; here it is a word of the text.
    private static func titled(_ text: String) -> String {
        guard text.hasPrefix("EXAMPLES") else { return text }
        return "Examples" + text.dropFirst("EXAMPLES".count)
    }

    /// The macro for a paragraph, which is not wanted right behind a heading.
    private mutating func part() {
        if let last = lines.last, !last.hasPrefix(".SH"), !last.hasPrefix(".SS") { lines.append(".PP") }
    }

    private mutating func add(_ text: String) {
        let escaped = Self.escaped(text)
        // A line that starts so would be read as a request.
        lines.append(escaped.hasPrefix(".") || escaped.hasPrefix("\\(aq") ? "\\&" + escaped : escaped)
    }
}

extension ManualText {
    static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

    static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Characters that roff acts upon or prettifies, so that what is copied from the page is what was written.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "\"": result += "\\(dq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            default: result.append(character)
            }
        }
        return result
    }
}
