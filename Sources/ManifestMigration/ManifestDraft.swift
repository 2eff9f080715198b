internal import Diagnostics

/// A manifest in the making.
struct ManifestDraft {
    struct Provider {
        var name: String
        var kind: String
        var settings: [(key: String, value: String)] = []
    }

    struct Variable: Hashable {
        enum Source: Hashable {
            case chain([Reference])
            case template(String)
        }

        var name: String
        var source: Source
        var isRequired = true
        var isFile = false
        var decoding: String?
        var description: String?
    }

    enum Reference: Hashable {
        case text(String)
        /// `{ exec: [PROGRAM, ARG, …] }`
        case command([String])
    }

    struct Section {
        var variables: [Variable] = []
        var groups: [String] = []
        var isEmpty: Bool { variables.isEmpty && groups.isEmpty }
    }

    var providers: [Provider] = []
    var base = Section()
    var profiles: [(name: String, section: Section)] = []
    var notes: [MigrationNote] = []
    /// Kinds that are used under their own names.
    private var bareKinds: Set<String> = []

    mutating func note(_ reason: MigrationNote.Reason, _ name: String? = nil, at location: Diagnostic.Location) {
        notes.append(MigrationNote(reason: reason, name: name, location: location))
    }

    /// Adds a variable to a profile, `nil` for all, unless its name cannot be one or is taken.
    mutating func add(_ variable: Variable, to profile: String? = nil, at location: Diagnostic.Location) {
        guard isVariableName(variable.name), !variable.name.hasPrefix("WITHSECRETS_") else {
            return note(.unusableName, variable.name, at: location)
        }
        edit(profile) { section in
            guard !section.variables.contains(where: { $0.name == variable.name }) else { return false }
            section.variables.append(variable)
            return true
        } orNote: {
            MigrationNote(reason: .repeatedName, name: variable.name, location: location)
        }
    }

    /// Adds `env_from` of a reference.
    mutating func addGroup(_ reference: String, to profile: String? = nil) {
        edit(profile) { section in
            section.groups.append(reference)
            return true
        } orNote: {
            nil
        }
    }

    private mutating func edit(
        _ profile: String?,
        _ body: (inout Section) -> Bool,
        orNote note: () -> MigrationNote?
    ) {
        let isDone: Bool
        if let profile {
            if !profiles.contains(where: { $0.name == profile }) { profiles.append((profile, Section())) }
            let index = profiles.firstIndex { $0.name == profile } ?? 0
            isDone = body(&profiles[index].section)
        } else {
            isDone = body(&base)
        }
        if !isDone, let note = note() { notes.append(note) }
    }

    /// Adds an address, unless a user's name and password may stand in it.
    mutating func addAddress(
        _ address: String,
        to provider: inout Provider,
        key: String,
        at location: Diagnostic.Location
    ) {
        guard !address.contains("@") else { return note(.credential(key: key), provider.name, at: location) }
        provider.settings.append(("address", address))
    }

    /// Adds a provider under a name that ours may have, and returns that name.
    ///
    /// Without settings a kind's own name does, unless a provider with settings has it.
    mutating func add(_ provider: Provider) -> String {
        if provider.settings.isEmpty, !providers.contains(where: { $0.name == provider.kind }) {
            bareKinds.insert(provider.kind)
            return provider.kind
        }
        var name = String(
            provider.name.unicodeScalars.map { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) || scalar == "-"
                    || scalar == "_" ? Character(scalar) : "-"
            }
        )
        if name.unicodeScalars.first.map({ !$0.isASCII || !$0.properties.isAlphabetic }) ?? true { name = "p" + name }
        let kinds = ["env", "vaultfile", "file", "dotenv", "exec", "vault", "aws", "ssm", "azure", "gcp"]
        if kinds.contains(name), name != provider.kind { name += "-provider" }
        while bareKinds.contains(name) || providers.contains(where: { $0.name == name }) { name += "-2" }
        providers.append(Provider(name: name, kind: provider.kind, settings: provider.settings))
        return name
    }
}

/// `PROVIDER:PATH#FIELD?OPTION=VALUE`, with `#?%&` of path and field percent-encoded.
func reference(
    _ provider: String,
    _ path: String,
    field: String? = nil,
    pointer: [String]? = nil,
    option: (name: String, value: String)? = nil
) -> String {
    var text = "\(provider):\(percentEncoded(path))"
    if let pointer {
        let tokens = pointer.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }
        text += "#" + percentEncoded(tokens.joined())
    } else if let field {
        text += "#" + percentEncoded(field)
    }
    if let option { text += "?\(option.name)=\(percentEncoded(option.value))" }
    return text
}

private func percentEncoded(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("#", with: "%23").replacing("?", with: "%3F").replacing("&", with: "%26")
}

func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }
}
