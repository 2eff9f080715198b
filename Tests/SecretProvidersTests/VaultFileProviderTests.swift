internal import AgeFormat
internal import Diagnostics
internal import EventLoop
internal import ManifestFormat
internal import ProviderContract
internal import SecretMemory
internal import Synchronization
internal import TestSupport
import Testing
internal import VaultFormat

@testable import SecretProviders

@Suite(.timeLimit(.minutes(15)))
struct VaultFileProviderTests {
    private static let planted = "planted-value-93b1"
    private let loop = EventLoop()
    private let project = TemporaryFolder()
    private let home = TemporaryFolder()
    private let mine = AgeIdentity(generatingFrom: .system)
    private let other = AgeIdentity(generatingFrom: .system)

    @Test func keepsTheContract() throws {
        let path = try makeVault(in: project, ["a/b": Self.planted])
        let contract = ProviderContract(loop: loop, plantedValue: Self.planted)
        #expect(contract.violations(.found, .init(provider(mine), place("a/b"))) == [])
        #expect(contract.violations(.absent, .init(provider(mine), place("a/c"))) == [])
        #expect(contract.violations(.refused, .init(provider(other), place("a/b"))) == [])
        project.write("secrets.vault.yaml", "withsecrets-vault: 1\nid: x\n")
        #expect(contract.violations(.malformed, .init(provider(mine), place("a/b"))) == [])
        #expect(path.hasSuffix("secrets.vault.yaml"))
    }

    @Test func noVaultFileAnywhereIsNotConfigured() {
        let absence = provider(mine).absence(place("a/b"), on: loop)
        #expect(absence?.reason == .notConfigured)
        #expect(absence?.isWorthAWarning == false)
    }

    @Test func aFileThatNothingWasOfferedForIsPassedOverWithAWarning() throws {
        try makeVault(in: project, ["a/b": Self.planted])
        let absence = provider(nil).absence(place("a/b"), on: loop)
        #expect(absence?.reason == .notConfigured)
        #expect(absence?.isWorthAWarning == true)
    }

    @Test func theUsersFileAnswersWhereTheProjectsHasNoSuchName() throws {
        try makeVault(in: project, ["a/b": "project"])
        let path = try makeVault(in: home, at: ".config/withsecrets/vault.yaml", ["a/b": "user", "c": "mine"])
        let provider = provider(mine)
        #expect(provider.text(place("a/b"), on: loop) == "project")
        #expect(provider.text(place("c"), on: loop) == "mine")
        guard case .success(.found(let payload)) = provider.fetched(place("c"), on: loop) else {
            Issue.record("not found")
            return
        }
        #expect(payload.origin == path)
    }

    @Test func aTamperedFileStopsBeforeTheNextOne() throws {
        let path = try makeVault(in: project, ["a/b": Self.planted])
        try makeVault(in: home, at: ".config/withsecrets/vault.yaml", ["a/b": "older"])
        var text = String(decoding: project.read("secrets.vault.yaml") ?? [], as: UTF8.self)
        text = text.replacing("generation: 1", with: "generation: 2")
        project.write("secrets.vault.yaml", text)
        let error = provider(mine).error(place("a/b"), on: loop)
        #expect(error?.reason == .tampered)
        #expect(error?.message.hasPrefix("vaultfile: \(path): ") == true)
    }

    @Test func earlierVersionsCanBeAskedFor() throws {
        let path = try makeVault(in: project, ["a/b": "old"])
        _ = try VaultStore.update(path, with: unlocker(mine)) { vault throws(VaultError) in
            try vault.set("a/b", to: Secret(copying: "new"), at: .now)
        }
        let provider = provider(mine)
        #expect(provider.text(place("a/b"), on: loop) == "new")
        #expect(provider.text(place("a/b", version: "1"), on: loop) == "old")
        #expect(provider.absence(place("a/b", version: "7"), on: loop)?.reason == .noSuchVersion)
        #expect(provider.error(place("a/b", version: "x"), on: loop)?.reason == .misconfigured)
    }

    @Test func oneRunUnlocksAFileOnceAndNotesWhatOpenedIt() throws {
        let path = try makeVault(in: project, ["a": "1", "b": "2"], passphrase: "correct horse battery")
        let recorder = Recorder()
        var manifest = Manifest()
        var team = ProviderConfiguration(name: "team", kind: .vaultfile)
        team.settings["path"] = .text(path)
        manifest.providers = [team]
        manifest.variables = ["a", "b"].map { name in
            Manifest.Variable(
                name: name.uppercased(),
                source: .chain([
                    SecretReference(address: SecretAddress(provider: "vaultfile", path: name, folder: project.path)),
                    SecretReference(address: SecretAddress(provider: "team", path: name, folder: project.path)),
                ])
            )
        }
        var context = makeContext(loop, environment: ["HOME": home.path])
        context.prompt = { text in
            recorder.note(text)
            return Secret(copying: "correct horse battery")
        }
        let resolution = loop.runBlocking { [manifest, context] in
            await Resolver(manifest, registry: .local, context: context).resolve()
        }
        #expect(resolution.values == ["A": "1", "B": "2"])
        #expect(recorder.all == ["passphrase for \(path)"])
        #expect(resolution.credentials.contains { $0.value.text == "correct horse battery" })
    }

    @Test func anExpiredSecretIsWarnedOf() throws {
        let path = try makeVault(in: project, ["a": "1"])
        _ = try VaultStore.update(path, with: unlocker(mine)) { vault throws(VaultError) in
            let past = VaultTime(parsing: "2020-01-01T00:00:00Z") ?? .now
            try vault.set("a", to: Secret(copying: "2"), expires: .set(past), at: .now)
        }
        guard case .success(.found(let payload)) = provider(mine).fetched(place("a"), on: loop) else {
            Issue.record("not found")
            return
        }
        #expect(payload.warnings.map(\.message) == ["a in \(path) has expired"])
    }

    @Test func anotherFileInThePlaceOfAVaultIsWarnedOfAlsoWhereItLacksTheName() throws {
        let path = try makeVault(in: project, ["a": "1"])
        try makeVault(in: home, at: ".config/withsecrets/vault.yaml", ["a": "the user's"])
        #expect(provider(mine).text(place("a"), on: loop) == "1")
        for values in [["a": "2"], ["b": "2"]] {
            project.rename("secrets.vault.yaml", to: "aside.yaml")
            try makeVault(in: project, values)
            guard case .success(.found(let payload)) = provider(mine).fetched(place("a"), on: loop) else {
                Issue.record("not found")
                return
            }
            #expect(payload.warnings.count == 1)
            #expect(payload.warnings.first?.message.hasPrefix("\(path): not the vault that was seen here") == true)
        }
        #expect(provider(mine).absence(place("c"), on: loop)?.isWorthAWarning == true)
    }

    @discardableResult
    private func makeVault(
        in folder: TemporaryFolder,
        at name: String = "secrets.vault.yaml",
        _ values: [String: String],
        passphrase: String? = nil
    ) throws -> String {
        let path = folder.path(name)
        _ = try VaultStore.create(
            at: path,
            recipients: passphrase == nil ? [mine.recipient.text] : [],
            passphrases: passphrase.map { [Secret(copying: $0)] } ?? []
        ) { vault throws(VaultError) in
            for (name, value) in values {
                try vault.set(name, to: Secret(copying: value), at: .now)
            }
        }
        return path
    }

    private func provider(_ identity: AgeIdentity?) -> VaultFileProvider {
        var environment = ["HOME": home.path]
        environment["WITHSECRETS_IDENTITY"] = identity?.text.text
        return VaultFileProvider(
            configuration: ProviderConfiguration(name: "vaultfile", kind: .vaultfile),
            context: makeContext(loop, environment: environment),
            vaults: OpenVaults()
        )
    }

    private func unlocker(_ identity: AgeIdentity) -> VaultUnlocker {
        VaultUnlocker(environment: .fixed(["WITHSECRETS_IDENTITY": identity.text.text]))
    }

    private func place(_ name: String, version: String? = nil) -> SecretAddress {
        SecretAddress(
            provider: "vaultfile",
            path: name,
            options: version.map { ["version": $0] } ?? [:],
            folder: project.path
        )
    }
}
