extension Escaping {
    static let all = percent + json + markup + shell + literals
    /// Those of JSON that another layer of JSON is laid over.
    static let nestedJSON = [plainJSON, slashJSON, asciiJSON, webJSON]
    /// The outer layer.
    static var outerJSON: Escaping { plainJSON }

    /// Percent-encoding: each encoder keeps other characters (RFC 3986 §2.1, WHATWG URL, and the libraries' own pages).
    private static let percent: [Escaping] = {
        let kept: [(characters: StaticString, space: StaticString?)] = [
            ("-._~", nil),  // RFC 3986 unreserved: curl, rawurlencode
            ("-_.!~*'()", nil),  // encodeURIComponent
            ("-_.!~*'();/?:@&=+$,#", nil),  // encodeURI
            ("-._~/", nil),  // Python's quote
            ("*-._", "+"),  // HTML forms, URLSearchParams, Java
            ("-._~", "+"),  // Python's quote_plus, Go's QueryEscape
            ("-_.", "+"),  // PHP's urlencode
            ("-._~$&+=:@", nil),  // Go's PathEscape
            ("-._~$&+,;=", nil),  // Go's user-info
            ("-._~!$&'()*+,", nil),  // user-info of browsers
            ("-._~!$&'()*+,;=:@/", nil),  // a path
            ("-._~!$&'()*+,;=:@/?", nil),  // a query
        ]
        return kept.flatMap { kept in
            [true, false].map { isUpper in
                Escaping(form: .percent, beyond: .bytes(.hex("%", isUpper: isUpper))) { byte in
                    if byte == UInt8(ascii: " "), let space = kept.space { return .text(space) }
                    return byte.isOne(of: kept.characters) ? .itself : .hex("%", isUpper: isUpper)
                }
            }
        }
    }()

    /// JSON strings (RFC 8259 §7) as common writers make them.
    private static let json: [Escaping] = [
        plainJSON,
        json(isUpper: true),
        slashJSON,
        asciiJSON,
        json(isUpper: true, beyond: .utf16(isUpper: true)),
        json(slash: true, beyond: .utf16(isUpper: false)),  // PHP
        webJSON,
        json(numbers: "<>&='"),  // Gson
        json(numbers: "<>&'\"+`", isUpper: true, beyond: .utf16(isUpper: true)),  // .NET
        json(numbers: "\n\r\t\u{8}\u{C}"),
        json(numbers: "\u{7F}"),  // jq
    ]
    private static let plainJSON = json()
    private static let slashJSON = json(slash: true)
    /// Python, Ruby's ascii_only.
    private static let asciiJSON = json(beyond: .utf16(isUpper: false))
    /// Go, Rails.
    private static let webJSON = json(numbers: "<>&")

    private static func json(
        numbers: StaticString = "",
        isUpper: Bool = false,
        slash: Bool = false,
        beyond: Beyond = .itself
    ) -> Escaping {
        Escaping(form: .json, beyond: beyond) { byte in
            if byte.isOne(of: numbers) { return .hex("\\u00", isUpper: isUpper) }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): return .backslashed
            case UInt8(ascii: "/"): return slash ? .backslashed : .itself
            case 0x08: return .text("\\b")
            case 0x09: return .text("\\t")
            case 0x0A: return .text("\\n")
            case 0x0C: return .text("\\f")
            case 0x0D: return .text("\\r")
            case 0..<0x20: return .hex("\\u00", isUpper: isUpper)
            default: return .itself
            }
        }
    }

    /// XML and HTML: what each writer takes for an apostrophe and a quotation mark differs.
    private static let markup: [Escaping] = {
        let marks: [(quote: StaticString?, apostrophe: StaticString?)] = [
            (nil, nil), ("&quot;", nil), ("&quot;", "&apos;"), ("&quot;", "&#39;"), ("&quot;", "&#039;"),
            ("&quot;", "&#x27;"), ("&#34;", "&#39;"), ("&#x22;", "&#x27;"), (nil, "&#39;"), (nil, "&apos;"),
        ]
        let named = marks.flatMap { marks in
            [Beyond.itself, .entity(isHex: false)].map { beyond in
                Escaping(form: .markup, beyond: beyond) { byte in
                    switch byte {
                    case UInt8(ascii: "&"): .text("&amp;")
                    case UInt8(ascii: "<"): .text("&lt;")
                    case UInt8(ascii: ">"): .text("&gt;")
                    case UInt8(ascii: "\""): marks.quote.map { .text($0) } ?? .itself
                    case UInt8(ascii: "'"): marks.apostrophe.map { .text($0) } ?? .itself
                    default: .itself
                    }
                }
            }
        }
        let numbered = [(false, false), (true, false), (true, true)].flatMap { isHex, isUpper in
            [Beyond.itself, .entity(isHex: isHex)].map { beyond in
                Escaping(form: .markup, beyond: beyond) { byte in
                    byte.isOne(of: "&<>\"'\n\r\t") ? .entity(isHex: isHex, isUpper: isUpper) : .itself
                }
            }
        }
        let mustache = Escaping(form: .markup) { byte in
            switch byte {
            case UInt8(ascii: "&"): .text("&amp;")
            case UInt8(ascii: "<"): .text("&lt;")
            case UInt8(ascii: ">"): .text("&gt;")
            case UInt8(ascii: "\""): .text("&quot;")
            case UInt8(ascii: "'"): .text("&#39;")
            case UInt8(ascii: "/"), UInt8(ascii: "`"), UInt8(ascii: "="): .entity(isHex: true, isUpper: true)
            default: .itself
            }
        }
        let goTemplate = Escaping(form: .markup) { byte in
            switch byte {
            case UInt8(ascii: "&"): .text("&amp;")
            case UInt8(ascii: "<"): .text("&lt;")
            case UInt8(ascii: ">"): .text("&gt;")
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "+"): .entity(isHex: false, isUpper: false)
            default: .itself
            }
        }
        return named + numbered + [mustache, goTemplate]
    }()

    /// Shells and what is quoted like them.
    private static let shell: [Escaping] = [
        Escaping(form: .shell) { $0 == UInt8(ascii: "'") ? .text("'\\''") : .itself },
        Escaping(form: .shell) { $0 == UInt8(ascii: "'") ? .text("'\"'\"'") : .itself },
        Escaping(form: .shell) { $0.isOne(of: "$`\"\\") ? .backslashed : .itself },
        Escaping(form: .shell) { $0.isOne(of: "$`\"\\!") ? .backslashed : .itself },
        ansiQuoted(beyond: .itself),
        ansiQuoted(beyond: .bytes(.octal)),
        // bash's `printf %q`; `#` and `~` only where they come first, then the rest is found.
        Escaping(form: .shell) { $0.isOne(of: " \t'\"\\|&;()<>!{}*[]?^$`,") ? .backslashed : .itself },
        Escaping(form: .shell) { $0.isOne(of: " \t'\"\\|&;()<>!{}*[]?^$`,#~") ? .backslashed : .itself },
        Escaping(form: .shell) { $0.isOne(of: " \t'\"\\|&;()<>!{}*[]?^$`#~=%") ? .backslashed : .itself },  // zsh
        // Python's shlex and make's and Compose's dollar, SQL's and PowerShell's apostrophe, CSV's quotation mark.
        Escaping(form: .shell) { $0 == UInt8(ascii: "$") ? .text("$$") : .itself },
        Escaping(form: .shell) { $0 == UInt8(ascii: "'") ? .text("''") : .itself },
        Escaping(form: .shell) { $0 == UInt8(ascii: "\"") ? .text("\"\"") : .itself },
        Escaping(form: .shell) { $0 == UInt8(ascii: "%") ? .text("%%") : .itself },
        // cmd.exe.
        Escaping(form: .shell) { $0.isOne(of: "&|<>^()\"") ? .prefixed("^") : .itself },
        Escaping(form: .shell) { $0.isOne(of: "&|<>^") ? .prefixed("^") : .itself },
    ]

    /// `$'…'` of bash and zsh.
    private static func ansiQuoted(beyond: Beyond) -> Escaping {
        Escaping(form: .shell, beyond: beyond) { byte in
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): .backslashed
            case 0x1B: .text("\\E")
            default: cEscape(byte) ?? (byte < 0x20 || byte == 0x7F ? .octal : .itself)
            }
        }
    }

    /// String literals of C, Python, Go, Rust, JavaScript, Ruby, Perl.
    private static let literals: [Escaping] = [
        literal("\"\\", control: .hex("\\x", isUpper: false)),  // Go %q, C
        literal("\"\\", control: .octal, beyond: .bytes(.octal)),  // C, git's quoted paths
        literal("\"\\", control: .octal),
        literal("\"\\", control: .hex("\\x", isUpper: false), beyond: .sized(hasShort: false)),  // Go %+q
        literal("\"\\", control: .braced),  // Rust
        literal("'\\", control: .hex("\\x", isUpper: false), hasAll: false),  // Python, in apostrophes
        literal("\\", control: .hex("\\x", isUpper: false), hasAll: false),  // Python, in quotation marks
        literal(
            "'\\",
            control: .hex("\\x", isUpper: false),
            hasAll: false,
            beyond: .bytes(.hex("\\x", isUpper: false))
        ),
        literal("\\", control: .hex("\\x", isUpper: false), hasAll: false, beyond: .bytes(.hex("\\x", isUpper: false))),
        literal("'\\", control: .hex("\\x", isUpper: false), hasAll: false, beyond: .sized(hasShort: true)),
        literal("\\", control: .hex("\\x", isUpper: false), hasAll: false, beyond: .sized(hasShort: true)),
        literal("'\\", control: .hex("\\x", isUpper: true)),  // node's inspect
        literal("\\", control: .hex("\\x", isUpper: true)),
        Escaping(form: .literal) { $0.isOne(of: "'\\") ? .backslashed : .itself },  // Perl, PHP
        literal("\"\\$@", control: .octal),
        literal("\"\\#", control: .hex("\\x", isUpper: true)),  // Ruby
        Escaping(form: .literal) { $0.isOne(of: "\\:=#! ") ? .backslashed : .itself },  // Java properties
    ]

    /// - Parameter hasAll: `\a`, `\b`, `\f`, `\v` besides `\n`, `\r`, `\t`.
    private static func literal(
        _ quoted: StaticString,
        control: Replacement,
        hasAll: Bool = true,
        beyond: Beyond = .itself
    ) -> Escaping {
        Escaping(form: .literal, beyond: beyond) { byte in
            if byte.isOne(of: quoted) { return .backslashed }
            guard byte < 0x20 || byte == 0x7F else { return .itself }
            if hasAll || byte == 0x09 || byte == 0x0A || byte == 0x0D, let short = cEscape(byte) { return short }
            return control
        }
    }

    /// The letters that C has for control characters.
    private static func cEscape(_ byte: UInt8) -> Replacement? {
        switch byte {
        case 0x07: .text("\\a")
        case 0x08: .text("\\b")
        case 0x09: .text("\\t")
        case 0x0A: .text("\\n")
        case 0x0B: .text("\\v")
        case 0x0C: .text("\\f")
        case 0x0D: .text("\\r")
        default: nil
        }
    }
}

extension UInt8 {
    fileprivate func isOne(of characters: StaticString) -> Bool {
        for index in 0..<characters.utf8CodeUnitCount where unsafe characters.utf8Start[index] == self { return true }
        return false
    }
}
