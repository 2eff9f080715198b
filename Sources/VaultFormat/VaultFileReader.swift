internal import AgeFormat
internal import Diagnostics
internal import YAMLTree

/// Reads the tree of a vault file, and finds all that is wrong with it in one go.
struct VaultFileReader {
    private var problems: [VaultProblem] = []
    /// The entry that is being read, for messages.
    private var name: String?

    /// - Throws: `malformed`, `notYAML`, `newerFormat` or `conflictMarkers`.
    static func read(_ text: [UInt8], path: String) throws(VaultError) -> VaultFile {
        // What we wrote ourselves is read much faster by its layout; anything else is for YAML to say what it is.
        if let (secrets, rest) = CanonicalSecrets.read(text), var file = try? readYAML(rest.span, path: path) {
            file.secrets = secrets
            return file
        }
        return try readYAML(text.span, path: path)
    }

    static func readYAML(_ text: Span<UInt8>, path: String) throws(VaultError) -> VaultFile {
        let root: YAMLNode
        do throws(YAMLErrors) {
            root = try YAMLDocument.parse(text, named: path, rules: .vaultFile)
        } catch {
            if let line = conflictMarker(in: text) { throw VaultError(.conflictMarkers(line: line), path: path) }
            throw VaultError(.notYAML(error.diagnostics), path: path)
        }
        var reader = VaultFileReader()
        let file = try reader.file(root, path: path)
        guard let file, reader.problems.isEmpty else { throw VaultError(.malformed(reader.problems), path: path) }
        return file
    }

    /// The first line, 1-based, that git wrote around what it could not merge.
    private static func conflictMarker(in text: Span<UInt8>) -> Int? {
        var line = 1
        var isAtStart = true
        for index in text.indices {
            let byte = text[index]
            if isAtStart, byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "="),
                index + 7 <= text.count, (index..<index + 7).allSatisfy({ text[$0] == byte })
            {
                return line
            }
            isAtStart = byte == 0x0A
            if isAtStart { line += 1 }
        }
        return nil
    }

    private mutating func file(_ root: YAMLNode, path: String) throws(VaultError) -> VaultFile? {
        guard let version = root["withsecrets-vault"] else {
            problems.append(VaultProblem(reason: .notAVault, location: root.location))
            return nil
        }
        if let text = version.text, let number = Self.number(text), number > VaultFile.formatVersion {
            throw VaultError(.newerFormat, path: path)
        }
        let known = ["withsecrets-vault", "id", "generation", "settings", "keys", "secrets", "mac"]
        let fields = Fields(root, known: known, reader: &self)
        _ = number(fields.required("withsecrets-vault", &self), in: 1...VaultFile.formatVersion)
        let id = id(fields.required("id", &self))
        let generation = number(fields.required("generation", &self), in: 1...VaultLimits.number)
        let settings = settings(fields.optional("settings"))
        let keys = keys(fields.required("keys", &self))
        let secrets = secrets(fields.required("secrets", &self))
        let mac = base64(fields.required("mac", &self), count: DataKey.macCount)
        guard let id, let generation, let settings, let mac else { return nil }
        return VaultFile(id: id, generation: generation, settings: settings, keys: keys, secrets: secrets, mac: mac)
    }

    private mutating func settings(_ node: YAMLNode?) -> VaultFile.Settings? {
        guard let node else { return VaultFile.Settings() }
        let fields = Fields(node, known: ["keep"], reader: &self)
        guard let keep = fields.optional("keep") else { return VaultFile.Settings() }
        let range = UInt64(VaultLimits.keep.lowerBound)...UInt64(VaultLimits.keep.upperBound)
        return number(keep, in: range).map { VaultFile.Settings(keep: Int($0)) }
    }
}

// MARK: - Keys

extension VaultFileReader {
    private mutating func keys(_ node: YAMLNode?) -> [VaultFile.Key] {
        guard let elements = list(node), let node else { return [] }
        var keys: [VaultFile.Key] = []
        var passphraseCount = 0
        var stanzaCount = 0
        for element in elements {
            guard let type = element["type"] else {
                _ = Fields(element, known: ["type"], reader: &self, required: ["type"])
                continue
            }
            switch type.text {
            case "age":
                guard let (key, stanzas) = ageKey(element) else { continue }
                stanzaCount += max(stanzas, key.recipients.count)
                keys.append(.age(key))
            case "passphrase":
                passphraseCount += 1
                if let key = passphraseKey(element) { keys.append(.passphrase(key)) }
            default:
                note(.unknownKeyType, at: type)
            }
        }
        if elements.isEmpty { note(.noKey, at: node) }
        if passphraseCount > VaultLimits.passphraseKeys {
            note(.tooManyPassphraseKeys(limit: VaultLimits.passphraseKeys), at: node)
        }
        if stanzaCount > VaultLimits.ageStanzas { note(.tooManyStanzas(limit: VaultLimits.ageStanzas), at: node) }
        return keys
    }

    private mutating func ageKey(_ node: YAMLNode) -> (VaultFile.AgeKey, stanzaCount: Int)? {
        let fields = Fields(node, known: ["type", "recipients", "sealed"], reader: &self)
        var recipients: [String] = []
        if let node = fields.required("recipients", &self), let elements = list(node) {
            if elements.isEmpty { note(.noRecipient, at: node) }
            for element in elements {
                guard let text = text(element) else { continue }
                if text.utf8.count > VaultLimits.textByteCount || (try? AgeRecipient(parsing: text)) == nil {
                    note(.invalidRecipient, at: element)
                }
                recipients.append(text)
            }
        }
        guard let node = fields.required("sealed", &self), let armored = text(node) else { return nil }
        let sealed: [UInt8]
        do throws(AgeError) {
            sealed = try AgeArmor.decode(armored)
        } catch {
            note(.notArmored, at: node)
            return nil
        }
        do throws(AgeError) {
            let header = try AgeHeader.parse(sealed.span).header
            return (VaultFile.AgeKey(recipients: recipients, sealed: sealed), header.stanzas.count)
        } catch .malformedHeader(.tooManyStanzas) {
            note(.tooManyStanzas(limit: VaultLimits.ageStanzas), at: node)
        } catch {
            note(.notAgeHeader, at: node)
        }
        return nil
    }

    private mutating func passphraseKey(_ node: YAMLNode) -> VaultFile.PassphraseKey? {
        let known = ["type", "kdf", "opslimit", "memlimit", "salt", "sealed", "label"]
        let fields = Fields(node, known: known, reader: &self)
        if let derivation = fields.required("kdf", &self), derivation.text != "argon2id" {
            note(.unknownDerivation, at: derivation)
        }
        let operations = number(fields.required("opslimit", &self), in: Self.range(VaultLimits.opslimit))
        let memory = number(fields.required("memlimit", &self), in: Self.range(VaultLimits.memlimit))
        let salt = base64(fields.required("salt", &self), count: PassphraseDerivation.saltCount)
        let sealed = base64(fields.required("sealed", &self), count: PassphraseDerivation.sealedCount)
        let label = description(fields.optional("label"))
        guard let operations, let memory, let salt, let sealed else { return nil }
        return VaultFile.PassphraseKey(
            opslimit: Int(operations),
            memlimit: Int(memory),
            salt: salt,
            sealed: sealed,
            label: label
        )
    }

    private static func range(_ range: ClosedRange<Int>) -> ClosedRange<UInt64> {
        UInt64(range.lowerBound)...UInt64(range.upperBound)
    }
}

// MARK: - Secrets

extension VaultFileReader {
    private mutating func secrets(_ node: YAMLNode?) -> [VaultFile.Entry] {
        guard let node else { return [] }
        guard let entries = node.entries else {
            note(.wrongKind(expected: "a mapping", actual: node.kindName), at: node)
            return []
        }
        var secrets: [VaultFile.Entry] = []
        secrets.reserveCapacity(entries.count)
        for entry in entries {
            guard SecretName.isValid(entry.key) else {
                problems.append(VaultProblem(reason: .invalidName, location: entry.keyLocation))
                continue
            }
            name = entry.key
            if let last = secrets.last, !SecretName.precedes(last.name, entry.key) {
                problems.append(VaultProblem(reason: .outOfOrder, location: entry.keyLocation, name: name))
            }
            if let secret = secret(entry.value, name: entry.key) { secrets.append(secret) }
        }
        name = nil
        return secrets
    }

    private mutating func secret(_ node: YAMLNode, name: String) -> VaultFile.Entry? {
        let known = ["value", "version", "created", "changed", "expires", "description", "previous"]
        let fields = Fields(node, known: known, reader: &self)
        let created = time(fields.required("created", &self))
        let current = version(fields)
        let description = description(fields.optional("description"))
        var previous: [VaultFile.Version] = []
        if let node = fields.optional("previous") {
            for element in list(node) ?? [] {
                let fields = Fields(element, known: ["value", "version", "changed", "expires"], reader: &self)
                guard let version = version(fields) else { continue }
                if let newer = previous.last?.number ?? current?.number, version.number >= newer {
                    note(.versionsOutOfOrder, at: element)
                }
                previous.append(version)
            }
        }
        guard let created, let current else { return nil }
        return VaultFile.Entry(
            name: name,
            created: created,
            current: current,
            description: description,
            previous: previous
        )
    }

    private mutating func version(_ fields: Fields) -> VaultFile.Version? {
        let value = base64(fields.required("value", &self))
        let number = number(fields.required("version", &self), in: 1...VaultLimits.number)
        let changed = time(fields.required("changed", &self))
        let expiry = fields.optional("expires")
        let expires = time(expiry)
        guard let value, let number, let changed, expiry == nil || expires != nil else { return nil }
        return VaultFile.Version(number: number, changed: changed, expires: expires, value: value)
    }
}

// MARK: - Scalars

extension VaultFileReader {
    fileprivate mutating func note(_ reason: VaultProblem.Reason, at node: YAMLNode) {
        problems.append(VaultProblem(reason: reason, location: node.location, name: name))
    }

    fileprivate mutating func note(_ reason: VaultProblem.Reason, at location: Diagnostic.Location) {
        problems.append(VaultProblem(reason: reason, location: location, name: name))
    }

    private mutating func list(_ node: YAMLNode?) -> [YAMLNode]? {
        guard let node else { return nil }
        if node.elements == nil { note(.wrongKind(expected: "a list", actual: node.kindName), at: node) }
        return node.elements
    }

    private mutating func text(_ node: YAMLNode?) -> String? {
        guard let node else { return nil }
        if node.text == nil { note(.wrongKind(expected: "text", actual: node.kindName), at: node) }
        return node.text
    }

    private mutating func number(_ node: YAMLNode?, in range: ClosedRange<UInt64>) -> UInt64? {
        guard let node, let text = text(node) else { return nil }
        guard let number = Self.number(text), range.contains(number) else {
            note(.notANumber(range), at: node)
            return nil
        }
        return number
    }

    /// Decimal, without sign or leading zeros, up to 2^53.
    private static func number(_ text: String) -> UInt64? {
        guard let number = UInt64(text), String(number) == text, number <= VaultLimits.number else { return nil }
        return number
    }

    private mutating func time(_ node: YAMLNode?) -> VaultTime? {
        guard let node, let text = text(node) else { return nil }
        let time = VaultTime(parsing: text)
        if time == nil { note(.notATime, at: node) }
        return time
    }

    private mutating func id(_ node: YAMLNode?) -> [UInt8]? {
        guard let node, let text = text(node) else { return nil }
        guard let id = bytes(hexadecimal: text), id.count == 16 else {
            note(.notAnID, at: node)
            return nil
        }
        return id
    }

    /// - Parameter count: how many bytes it has to have; without it at least those of an empty value.
    private mutating func base64(_ node: YAMLNode?, count: Int? = nil) -> [UInt8]? {
        guard let node, let text = text(node) else { return nil }
        guard let bytes = Base64.decode(text) else {
            note(.notBase64, at: node)
            return nil
        }
        let least = SealedBox.nonceCount + 32 + SealedBox.tagCount
        guard count.map({ bytes.count == $0 }) ?? (bytes.count >= least) else {
            note(.wrongLength(expected: count ?? least), at: node)
            return nil
        }
        return bytes
    }

    private mutating func description(_ node: YAMLNode?) -> String? {
        guard let node, let text = text(node) else { return nil }
        guard VaultText.isValid(text) else {
            note(.invalidText, at: node)
            return nil
        }
        return text
    }
}

/// The fields of one mapping.
private struct Fields {
    private let node: YAMLNode
    private let entries: [YAMLNode.Entry]

    init(_ node: YAMLNode, known: [String], reader: inout VaultFileReader, required: [String] = []) {
        self.node = node
        entries = node.entries ?? []
        guard node.entries != nil else {
            reader.note(.wrongKind(expected: "a mapping", actual: node.kindName), at: node)
            return
        }
        for entry in entries where !known.contains(entry.key) {
            let suggestion = nearestName(to: entry.key, among: known)
            reader.note(.unknownKey(suggestion: suggestion), at: entry.keyLocation)
        }
        for key in required { _ = self.required(key, &reader) }
    }

    func optional(_ key: String) -> YAMLNode? {
        entries.first { $0.key == key }?.value
    }

    func required(_ key: String, _ reader: inout VaultFileReader) -> YAMLNode? {
        let value = optional(key)
        if value == nil, node.entries != nil { reader.note(.missingKey(key), at: node) }
        return value
    }
}

/// Text about a secret or a key: a description, a label.
package enum VaultText {
    /// One line that is not blank, at most 1000 bytes, without control characters.
    package static func isValid(_ text: String) -> Bool {
        let count = text.utf8.count
        return (1...VaultLimits.textByteCount).contains(count)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0x2028
                    && scalar.value != 0x2029
            }
    }
}
