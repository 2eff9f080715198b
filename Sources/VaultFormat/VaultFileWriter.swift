internal import AgeFormat

/// The one text of a vault file: keys in fixed order, secrets by name, so that a diff shows which secret changed.
struct VaultFileWriter {
    private var text: [UInt8] = []

    static func text(of file: VaultFile) -> [UInt8] {
        var writer = VaultFileWriter()
        writer.text.reserveCapacity(1024 + file.secrets.reduce(0) { $0 + 300 + $1.current.value.count * 2 })
        writer.write(file)
        return writer.text
    }

    private mutating func write(_ file: VaultFile) {
        line(0, "withsecrets-vault", "\(VaultFile.formatVersion)")
        line(0, "id", file.idText)
        line(0, "generation", "\(file.generation)")
        if file.settings != VaultFile.Settings() {
            line(0, "settings")
            line(2, "keep", "\(file.settings.keep)")
        }
        line(0, "keys")
        for key in file.keys { write(key) }
        if file.secrets.isEmpty {
            line(0, "secrets", "{}")
        } else {
            line(0, "secrets")
            for entry in file.secrets { write(entry) }
        }
        line(0, "mac", Base64.encode(file.mac))
    }

    private mutating func write(_ key: VaultFile.Key) {
        switch key {
        case .age(let key):
            line(2, "- type", "age")
            line(4, "recipients")
            for recipient in key.recipients { write("      - \(Self.scalar(recipient))\n") }
            line(4, "sealed", "|")
            for armorLine in AgeArmor.encode(key.sealed).split(separator: "\n") { write("      \(armorLine)\n") }
        case .passphrase(let key):
            line(2, "- type", "passphrase")
            line(4, "kdf", "argon2id")
            line(4, "opslimit", "\(key.opslimit)")
            line(4, "memlimit", "\(key.memlimit)")
            line(4, "salt", Base64.encode(key.salt))
            line(4, "sealed", Base64.encode(key.sealed))
            if let label = key.label { line(4, "label", Self.quoted(label)) }
        }
    }

    private mutating func write(_ entry: VaultFile.Entry) {
        line(2, Self.key(entry.name))
        line(4, "value", Base64.encode(entry.current.value))
        line(4, "version", "\(entry.current.number)")
        line(4, "created", entry.created)
        line(4, "changed", entry.current.changed)
        line(4, "expires", entry.current.expires)
        if let description = entry.description { line(4, "description", Self.quoted(description)) }
        guard !entry.previous.isEmpty else { return }
        line(4, "previous")
        for version in entry.previous {
            line(6, "- value", Base64.encode(version.value))
            line(8, "version", "\(version.number)")
            line(8, "changed", version.changed)
            line(8, "expires", version.expires)
        }
    }

    private mutating func line(_ indent: Int, _ key: String, _ value: String = "") {
        for _ in 0..<indent { text.append(UInt8(ascii: " ")) }
        text += key.utf8
        text.append(UInt8(ascii: ":"))
        if !value.isEmpty {
            text.append(UInt8(ascii: " "))
            text += value.utf8
        }
        text.append(UInt8(ascii: "\n"))
    }

    /// Nothing where there is no time.
    private mutating func line(_ indent: Int, _ key: String, _ time: VaultTime?) {
        guard let time else { return }
        line(indent, key)
        text[text.count - 1] = UInt8(ascii: " ")  // in place of the newline
        time.append(to: &text)
        text.append(UInt8(ascii: "\n"))
    }

    private mutating func write(_ line: String) {
        text += line.utf8
    }

    /// A name as a key: in quotes where a reader that guesses types would not see text.
    private static func key(_ name: String) -> String {
        name.contains("/") && name.utf8.first.map { $0 > 0x40 } == true ? name : quoted(name)
    }

    /// Text in quotes unless it is plainly words.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            !text.hasSuffix(" ")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, UInt8(ascii: "+"), UInt8(ascii: "/"),
                    UInt8(ascii: "="),
                    UInt8(ascii: "@"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default:
                    false
                }
            }
        return isPlain ? text : quoted(text)
    }

    /// A double-quoted scalar. What it is given has no control characters.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result += "\\"
                result.unicodeScalars.append(scalar)
            default:
                // A YAML reader could take others for line breaks or refuse them.
                if (0x20...0x7E).contains(scalar.value)
                    || (0xA1...0xD7FF).contains(scalar.value)
                        && !(0x2000...0x206F).contains(scalar.value)
                {
                    result.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
                }
            }
        }
        return result + "\""
    }
}
