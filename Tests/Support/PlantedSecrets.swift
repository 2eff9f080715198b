private import CTestShims

/// The recognisable random values that a script hands to the program, and the search for them where they must not be.
package struct PlantedSecrets: Sendable {
    /// What a planted value looks like.
    package enum Shape: String, Sendable {
        /// 24 letters and digits.
        case token
        /// 24 characters with quotes, blanks and signs among them that shells, URLs and JSON write differently.
        case symbols
        /// Three lines of 20 characters each, without a newline at the end.
        case lines
        /// 4 letters: masked only where it stands alone, looked for in its own bytes alone.
        case short
        /// 64 letters and digits.
        case long
    }

    /// One value and the forms that the search looks for.
    private struct Planted {
        var name: String
        var value: String
        var forms: [[UInt8]]
    }

    private var planted: [Planted] = []

    package init() {}

    package var names: [String] { planted.map(\.name) }

    package func value(of name: String) -> String? {
        planted.first { $0.name == name }?.value
    }

    /// Makes a value for `name`; the same name keeps its first value.
    package mutating func plant(_ name: String, shape: Shape = .token) {
        guard value(of: name) == nil else { return }
        let value = Self.randomValue(shape)
        planted.append(Planted(name: name, value: value, forms: Self.forms(of: value)))
    }

    /// `$NAME` of each planted name replaced by its value; all other text stays as it is.
    package func expanding(_ text: String) -> String {
        // Longer names first, so that SECRET10 is not taken for SECRET1.
        planted.sorted { $0.name.utf8.count > $1.name.utf8.count }.reduce(text) { text, secret in
            text.replacing("$\(secret.name)", with: secret.value)
        }
    }

    /// The names of the secrets that stand in `bytes`, in any form.
    package func found(in bytes: [UInt8]) -> [String] {
        planted.filter { secret in secret.forms.contains { bytes.holds($0) } }.map(\.name)
    }

    /// `text` with each planted value and its forms replaced by the name, for failure messages.
    package func hiding(_ text: String) -> String {
        planted.reduce(text) { text, secret in
            secret.forms.reduce(text) { text, form in
                text.replacing(String(decoding: form, as: UTF8.self), with: "«\(secret.name)»")
            }
        }
    }

    // MARK: - Values and forms

    private static let alphanumerics = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    private static func randomValue(_ shape: Shape) -> String {
        func letters(_ count: Int) -> String {
            String((0..<count).map { _ in alphanumerics[Int.random(in: 0..<alphanumerics.count)] })
        }
        return switch shape {
        case .token: "k" + letters(23)
        case .symbols: letters(6) + "'\"$& +/" + letters(4) + "<%=\\>#" + letters(6)
        case .lines: [letters(20), letters(20), letters(20)].joined(separator: "\n")
        case .short: "Q" + letters(3)
        case .long: letters(64)
        }
    }

    private static func forms(of value: String) -> [[UInt8]] {
        let bytes = Array(value.utf8)
        guard bytes.count >= 6 else { return [bytes] }
        var forms: [[UInt8]] = [bytes]
        for digits in ["0123456789abcdef", "0123456789ABCDEF"].map({ Array($0.utf8) }) {
            forms.append(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
            // RFC 3986, and the habit of many libraries to let slashes pass or to write a blank as a plus.
            for (kept, blank) in [("-._~", "%20"), ("-._~/", "%20"), ("-._~*", "+")] {
                forms.append(
                    bytes.flatMap { byte -> [UInt8] in
                        if byte == UInt8(ascii: " ") { return Array(blank.utf8) }
                        if byte.isAlphanumeric || kept.utf8.contains(byte) { return [byte] }
                        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                    }
                )
            }
        }
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        for alphabet in [alphabet + "+/", alphabet + "-_"] {
            for alignment in 0..<3 {
                forms.append(base64Interior(bytes, alignment: alignment, alphabet: Array(alphabet.utf8)))
            }
        }
        for line in value.split(separator: "\n") where line.utf8.count >= 8 { forms.append(Array(line.utf8)) }
        return forms.reduce(into: []) { unique, form in
            if !unique.contains(form) { unique.append(form) }
        }
    }

    /// The base64 characters that depend on `bytes` alone when `alignment` unknown bytes stand before it.
    private static func base64Interior(_ bytes: [UInt8], alignment: Int, alphabet: [UInt8]) -> [UInt8] {
        let padded = [UInt8](repeating: 0, count: alignment) + bytes
        let firstWhole = alignment == 0 ? 0 : alignment * 8 / 6 + 1
        return (firstWhole..<(padded.count * 8 / 6)).map { index in
            let bit = index * 6
            let high = Int(padded[bit / 8]) << 8
            let low = bit / 8 + 1 < padded.count ? Int(padded[bit / 8 + 1]) : 0
            return alphabet[(high | low) >> (10 - bit % 8) & 63]
        }
    }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

extension [UInt8] {
    fileprivate func holds(_ needle: [UInt8]) -> Bool {
        unsafe withUnsafeBytes { bytes in
            unsafe needle.withUnsafeBytes { needle in
                unsafe test_contains(bytes.baseAddress, bytes.count, needle.baseAddress, needle.count)
            }
        }
    }
}
