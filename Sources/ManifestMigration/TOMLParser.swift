internal import Diagnostics

/// Reads TOML 1.0 (toml.io/en/v1.0.0) as far as configuration of other secret tools goes: all of its syntax, but numbers and
/// dates are taken as they are written. Line breaks inside `{…}` are allowed, as in TOML 1.1.
///
/// Why our own: the libraries there are wrap a C++ parser or bring Foundation, for three hundred lines of which a tool that
/// imports a file once needs half, and none of them tells a value's place.
package enum TOMLDocument {
    package static func parse(_ bytes: Span<UInt8>, named file: String) throws(TOMLError) -> TOMLNode {
        var parser = try TOMLParser(bytes, file: file)
        return try parser.document()
    }
}

struct TOMLParser {
    let scalars: [Unicode.Scalar]
    private let file: String
    var position = 0
    private var line = 1
    private var lineStart = 0
    var depth = 0

    static let depthLimit = 32

    init(_ bytes: Span<UInt8>, file: String) throws(TOMLError) {
        self.file = file
        let text = unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else {
            throw TOMLError(reason: .notUTF8, location: Diagnostic.Location(file: file, line: 1, column: 1))
        }
        // CRLF counts as LF everywhere.
        scalars = Array(text.unicodeScalars.drop { $0 == "\u{FEFF}" }).filter { $0 != "\r" }
    }

    var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    var location: Diagnostic.Location {
        Diagnostic.Location(file: file, line: line, column: position - lineStart + 1)
    }

    func failure(_ reason: TOMLError.Reason) -> TOMLError {
        TOMLError(reason: reason, location: location)
    }

    mutating func advance() {
        if next == "\n" {
            line += 1
            lineStart = position + 1
        }
        position += 1
    }

    mutating func takes(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard position + wanted.count <= scalars.count, Array(scalars[position..<position + wanted.count]) == wanted
        else { return false }
        for _ in wanted { advance() }
        return true
    }

    mutating func skipBlanks() {
        while next == " " || next == "\t" { advance() }
    }

    /// Blanks, line ends and comments.
    mutating func skipSpace() {
        while let scalar = next {
            switch scalar {
            case " ", "\t", "\n": advance()
            case "#": while let scalar = next, scalar != "\n" { advance() }
            default: return
            }
        }
    }

    private mutating func finishLine() throws(TOMLError) {
        skipBlanks()
        if next == "#" { while let scalar = next, scalar != "\n" { advance() } }
        guard next == nil || next == "\n" else { throw failure(.textAfterValue) }
    }

    // MARK: - Tables

    mutating func document() throws(TOMLError) -> TOMLNode {
        var root = TOMLNode(content: .table([]), location: location)
        var path: [(key: String, location: Diagnostic.Location)] = []
        while true {
            skipSpace()
            guard next != nil else { return root }
            if takes("[[") {
                path = try header(end: "]]")
                try insert(nil, at: path, into: &root, isElement: true)
            } else if takes("[") {
                path = try header(end: "]")
                try insert(nil, at: path, into: &root, isElement: false)
            } else {
                let keys = try keys()
                guard takes("=") else { throw failure(.noEquals) }
                skipBlanks()
                try insert(try value(), at: path + keys, into: &root, isElement: false)
            }
            try finishLine()
        }
    }

    private mutating func header(end: String) throws(TOMLError) -> [(key: String, location: Diagnostic.Location)] {
        skipBlanks()
        let path = try keys()
        guard takes(end) else { throw failure(.unclosedTable) }
        return path
    }

    /// Puts a value, or for `nil` an empty table, at the end of a path, and makes the tables on the way.
    func insert(
        _ value: TOMLNode?,
        at path: [(key: String, location: Diagnostic.Location)],
        into table: inout TOMLNode,
        isElement: Bool
    ) throws(TOMLError) {
        guard let first = path.first else { return }
        let repeated = TOMLError(reason: .repeatedKey, location: first.location)
        guard path.count <= Self.depthLimit else {
            throw TOMLError(reason: .tooDeep, location: first.location)
        }
        // A path through an array of tables leads into its last one.
        if case .array(var elements) = table.content, !table.isClosed, !elements.isEmpty {
            try insert(value, at: path, into: &elements[elements.count - 1], isElement: isElement)
            table.content = .array(elements)
            return
        }
        guard case .table(var entries) = table.content, !table.isClosed else { throw repeated }
        let index = entries.firstIndex { $0.key == first.key }
        if path.count > 1 {
            var inner = index.map { entries[$0].value } ?? TOMLNode(content: .table([]), location: first.location)
            try insert(value, at: Array(path.dropFirst()), into: &inner, isElement: isElement)
            if let index { entries[index].value = inner } else { entries.append(.init(key: first.key, value: inner)) }
        } else if let value {
            guard index == nil else { throw repeated }
            entries.append(.init(key: first.key, value: value))
        } else if isElement {
            let element = TOMLNode(content: .table([]), location: first.location)
            if let index {
                guard case .array(let elements) = entries[index].value.content, !entries[index].value.isClosed else {
                    throw repeated
                }
                entries[index].value.content = .array(elements + [element])
            } else {
                entries.append(
                    .init(key: first.key, value: TOMLNode(content: .array([element]), location: first.location))
                )
            }
        } else if let index {
            guard case .table = entries[index].value.content, !entries[index].value.isClosed else { throw repeated }
        } else {
            entries.append(.init(key: first.key, value: TOMLNode(content: .table([]), location: first.location)))
        }
        table.content = .table(entries)
    }

    /// A key, dotted or not, up to what follows its blanks.
    mutating func keys() throws(TOMLError) -> [(key: String, location: Diagnostic.Location)] {
        var keys: [(key: String, location: Diagnostic.Location)] = []
        repeat {
            skipBlanks()
            let start = location
            keys.append((try key(), start))
            skipBlanks()
        } while takes(".")
        return keys
    }

    private mutating func key() throws(TOMLError) -> String {
        if next == "\"" || next == "'" { return try text() }
        var key = ""
        while let scalar = next, scalar.isASCII,
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-"
        {
            key.unicodeScalars.append(scalar)
            advance()
        }
        guard !key.isEmpty else { throw failure(.noKey) }
        return key
    }
}
