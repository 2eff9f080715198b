package import Diagnostics
internal import SecretMemory

/// Reads references: `PROVIDER[:PATH][#FIELD][?OPTION=VALUE&...]`.
///
/// It goes by Unicode scalars, not characters: a mark such as `#` or a quote means what it means whatever accent follows.
package struct ReferenceParser: Sendable {
    /// The kind behind each name that may stand for PROVIDER.
    package var kinds: [String: ProviderKind]
    /// What relative paths of the references are relative to; absolute.
    package var folder: String

    package init(kinds: [String: ProviderKind], folder: String) {
        self.kinds = kinds
        self.folder = folder
    }

    /// Every kind under its own name.
    package static let builtInKinds = Dictionary(
        uniqueKeysWithValues: ProviderKind.allCases.map { ($0.rawValue, $0) }
    )

    /// - Parameter variable: the name that the reference is for, which `env` takes where no path is written and
    ///   `dotenv` where no field is.
    package func parse(
        _ text: String,
        for variable: String?,
        at location: Diagnostic.Location? = nil
    ) throws(ManifestProblem) -> SecretReference {
        guard !text.isEmpty else { throw ManifestProblem(.emptyReference, at: location) }
        let end = text.unicodeScalars.firstIndex { $0 == ":" || $0 == "#" || $0 == "?" } ?? text.endIndex
        let provider = String(text[..<end])
        let kind = try kind(of: provider, isWholeText: end == text.endIndex, at: location)
        var rest = text[end...]
        let hasPath = rest.unicodeScalars.first == ":"
        if hasPath { rest.unicodeScalars.removeFirst() }
        var reference: SecretReference
        do throws(ManifestProblem) {
            reference =
                kind == .exec
                ? try command(String(rest), provider: provider)
                : try address(rest, provider: provider, hasPath: hasPath)
            try check(&reference, kind: kind, for: variable)
        } catch {
            throw ManifestProblem(error.reason, at: location)
        }
        reference.location = location
        return reference
    }

    /// A reference written as `{ exec: [PROGRAM, ARG, ...] }`.
    package func command(
        _ words: [String],
        provider: String,
        at location: Diagnostic.Location?
    ) throws(ManifestProblem) -> SecretReference {
        guard let program = words.first, !program.isEmpty else { throw ManifestProblem(.emptyCommand, at: location) }
        let address = SecretAddress(provider: provider, path: program, arguments: words, folder: folder)
        return SecretReference(address: address, location: location)
    }

    /// A word that is near no known provider may be a pasted secret, so it is not quoted.
    private func kind(
        of provider: String,
        isWholeText: Bool,
        at location: Diagnostic.Location?
    ) throws(ManifestProblem) -> ProviderKind {
        if let kind = kinds[provider] { return kind }
        guard isProviderName(provider), let suggestion = nearestName(to: provider, among: kinds.keys.sorted()) else {
            throw ManifestProblem(.notAReference, at: location)
        }
        throw ManifestProblem(.unknownProvider(provider, suggestion: suggestion), at: location)
    }

    private func address(
        _ text: Substring,
        provider: String,
        hasPath: Bool
    ) throws(ManifestProblem) -> SecretReference {
        let scalars = text.unicodeScalars
        let pathEnd = scalars.firstIndex { $0 == "#" || $0 == "?" } ?? text.endIndex
        let optionStart = scalars.firstIndex(of: "?")
        if let optionStart, scalars[optionStart...].contains("#") { throw ManifestProblem(.fieldAfterOptions) }
        let path = try percentDecoded(text[..<pathEnd])
        var reference = SecretReference(
            address: SecretAddress(provider: provider, path: hasPath && !path.isEmpty ? path : nil, folder: folder)
        )
        if pathEnd < text.endIndex, scalars[pathEnd] == "#" {
            reference.field = try field(text[scalars.index(after: pathEnd)..<(optionStart ?? text.endIndex)])
        }
        if let optionStart {
            reference.address.options = try options(text[scalars.index(after: optionStart)...])
        }
        return reference
    }

    private func field(_ text: Substring) throws(ManifestProblem) -> SecretReference.Field {
        guard !text.isEmpty else { throw ManifestProblem(.emptyField) }
        let decoded = try percentDecoded(text)
        guard decoded.unicodeScalars.first == "/" else { return .name(decoded) }
        var tokens: [String] = []
        for token in decoded.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            tokens.append(try pointerToken(token))
        }
        return .pointer(tokens)
    }

    /// RFC 6901 §4: `~1` is `/`, `~0` is `~`, and any other `~` is an error.
    private func pointerToken(_ text: Substring.UnicodeScalarView) throws(ManifestProblem) -> String {
        var result = ""
        var rest = text[...]
        while let scalar = rest.popFirst() {
            guard scalar == "~" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "0": result.unicodeScalars.append("~")
            case "1": result.unicodeScalars.append("/")
            default: throw ManifestProblem(.malformedPointer)
            }
        }
        return result
    }

    private func options(_ text: Substring) throws(ManifestProblem) -> [String: String] {
        var result: [String: String] = [:]
        for part in text.unicodeScalars.split(separator: "&", omittingEmptySubsequences: false) {
            let option = Substring(part)
            guard let equals = part.firstIndex(of: "="), equals > option.startIndex else {
                throw ManifestProblem(.malformedOption)
            }
            let name = try percentDecoded(option[..<equals])
            guard result[name] == nil else { throw ManifestProblem(.malformedOption) }
            result[name] = try percentDecoded(option[part.index(after: equals)...])
        }
        return result
    }

    private func percentDecoded(_ text: Substring) throws(ManifestProblem) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexValue,
                let low = rest.popFirst()?.hexValue
            else { throw ManifestProblem(.malformedPercent) }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw ManifestProblem(.malformedPercent) }
        guard !bytes.contains(0) else { throw ManifestProblem(.containsNUL) }
        return decoded
    }
}

// MARK: - exec

extension ReferenceParser {
    /// `COMMAND LINE[#FIELD][?OPTION=VALUE...]`, where `#?%&` are literal inside quotes and wherever no known option
    /// follows: command lines hold URLs.
    private func command(_ text: String, provider: String) throws(ManifestProblem) -> SecretReference {
        var line = text[...]
        var field: SecretReference.Field?
        var options: [String: String] = [:]
        if let mark = unquotedIndices(of: "?", in: line).last,
            let known = knownOptions(line[line.unicodeScalars.index(after: mark)...])
        {
            options = known
            line = line[..<mark]
            if let hash = unquotedIndices(of: "#", in: line).last,
                !line[hash...].contains(where: \.isWhitespace)
            {
                field = try self.field(line[line.unicodeScalars.index(after: hash)...])
                line = line[..<hash]
            }
        }
        var reference = try command(try commandWords(line), provider: provider, at: nil)
        reference.field = field
        reference.address.options = options
        return reference
    }

    private func knownOptions(_ text: Substring) -> [String: String]? {
        guard let options = try? options(text) else { return nil }
        let known = ProviderKind.exec.knownOptions
        return options.allSatisfy { known[$0.key]?.accepts($0.value) == true } ? options : nil
    }

    private func unquotedIndices(of mark: Unicode.Scalar, in text: Substring) -> [Substring.Index] {
        let text = text.unicodeScalars
        var result: [Substring.Index] = []
        var quote: Unicode.Scalar?
        var index = text.startIndex
        while index < text.endIndex {
            let scalar = text[index]
            if scalar == "\\", quote != "'" {
                index = text.index(after: index)
                guard index < text.endIndex else { break }
            } else if scalar == quote {
                quote = nil
            } else if quote == nil, scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if quote == nil, scalar == mark {
                result.append(index)
            }
            index = text.index(after: index)
        }
        return result
    }
}

/// The words of a command line as in the POSIX shell (XCU 2.2): blanks part them, `'...'` is literal, in `"..."` a
/// backslash escapes `$`, `` ` ``, `"`, `\` and a newline, elsewhere any character. Nothing is expanded.
func commandWords(_ line: Substring) throws(ManifestProblem) -> [String] {
    var words: [String] = []
    var word: String?
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
        switch scalar {
        case " ", "\t", "\n":
            if let finished = word { words.append(finished) }
            word = nil
        case "'":
            guard let end = rest.firstIndex(of: "'") else { throw ManifestProblem(.unclosedQuote) }
            word = (word ?? "") + String(rest[..<end])
            rest = rest[rest.index(after: end)...]
        case "\"":
            word = (word ?? "") + (try doubleQuoted(&rest))
        case "\\":
            guard let escaped = rest.popFirst() else { throw ManifestProblem(.unclosedQuote) }
            // A backslash before a newline joins the lines.
            if escaped != "\n" { word = (word ?? "") + String(escaped) }
        default:
            word = (word ?? "") + String(scalar)
        }
    }
    if let word { words.append(word) }
    return words
}

/// What stands up to the closing `"`, which is taken too.
private func doubleQuoted(_ rest: inout Substring.UnicodeScalarView) throws(ManifestProblem) -> String {
    var text = ""
    while let scalar = rest.popFirst() {
        switch scalar {
        case "\"":
            return text
        case "\\":
            guard let escaped = rest.popFirst() else { throw ManifestProblem(.unclosedQuote) }
            switch escaped {
            case "\n": break
            case "$", "`", "\"", "\\": text.unicodeScalars.append(escaped)
            default: text += "\\" + String(escaped)
            }
        default:
            text.unicodeScalars.append(scalar)
        }
    }
    throw ManifestProblem(.unclosedQuote)
}

/// Whether `name` may stand for a provider: letters, digits, `-` and `_`, a letter first.
func isProviderName(_ name: String) -> Bool {
    guard let first = name.first, first.isASCII, first.isLetter else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
}
