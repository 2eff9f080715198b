internal import Diagnostics
internal import SecretExport
internal import SecretMemory

/// Where `vault import` takes secrets from.
enum ImportSource {
    case environment(also: [String])
    case dotenv(String)
    case json(String)
    case sops(String)

    /// A value, the name that it has there, and the name of the entry that it becomes.
    struct Candidate {
        var source: String
        var name: String
        var value: Secret

        func isCalled(_ text: String) -> Bool { text == source || text == name }
    }

    /// As much as a file may have; a vault file holds no more.
    private static let byteLimit = 64 << 20

    init(_ command: VaultImportCommand) {
        if let path = command.dotenv {
            self = .dotenv(path)
        } else if let path = command.json {
            self = .json(path)
        } else if let path = command.sops {
            self = .sops(path)
        } else {
            self = .environment(also: command.only.flatMap { $0.split(separator: ",").map(String.init) })
        }
    }

    func entries() throws(Failure) -> [Candidate] {
        switch self {
        case .environment(let named):
            return Surroundings.names.filter { SecretNameRule.looksSecret($0) || named.contains($0) }.sorted()
                .compactMap {
                    name in
                    Surroundings.secret(name).map {
                        Candidate(source: name, name: SecretNameRule.vaultName(for: name), value: $0)
                    }
                }
        case .dotenv(let path):
            return try importing(path) { () throws(Failure) in
                let bytes = try Self.read(path)
                return try Self.parsing { () throws(ImportError) in try SecretImport.dotenv(bytes, named: path) }
            }
        case .json(let path):
            return try importing(path) { () throws(Failure) in
                let document = Secret(try Self.read(path))
                return try Self.parsing { () throws(ImportError) in try SecretImport.json(document, named: path) }
            }
        case .sops(let path):
            return try importing(path) { () throws(Failure) in
                guard !path.hasPrefix("-") else { throw Failure(Diagnostic("'./\(printable(path))' names this file")) }
                let document = try Self.decrypt(path)
                return try Self.parsing { () throws(ImportError) in try SecretImport.json(document, named: path) }
            }
        }
    }

    private func importing(
        _ path: String,
        _ body: () throws(Failure) -> [SecretExporter.Entry]
    ) throws(Failure) -> [Candidate] {
        try body().map {
            Candidate(source: $0.name, name: SecretNameRule.vaultName(forImported: $0.name), value: $0.value)
        }
    }

    private static func read(_ path: String) throws(Failure) -> SecretBytes {
        do throws(ReadFailure) {
            return try readSecretFile(path, limit: byteLimit)
        } catch {
            throw Failure(Diagnostic("cannot read '\(printable(path))': \(error.reason)"))
        }
    }

    private static func decrypt(_ path: String) throws(Failure) -> Secret {
        do throws(ProgramFailure) {
            return Secret(try secretOutput(of: ["sops", "--decrypt", "--output-type", "json", path], limit: byteLimit))
        } catch {
            throw Failure(
                Diagnostic(
                    "sops did not decrypt '\(printable(path))': \(error.reason)",
                    hints: ["'sops --decrypt' on its own says why"]
                )
            )
        }
    }

    private static func parsing(
        _ body: () throws(ImportError) -> [SecretExporter.Entry]
    ) throws(Failure) -> [SecretExporter.Entry] {
        do throws(ImportError) {
            return try body()
        } catch {
            throw Failure(error.diagnostic)
        }
    }
}
