internal import EventLoop
internal import Glibc
internal import ManifestFormat
internal import ProviderContract
internal import SecretMemory
internal import TestSupport
import Testing

@testable import SecretProviders

/// Every local provider against the contract. A situation that a provider cannot be in has no row.
@Suite(.timeLimit(.minutes(15)))
struct LocalProviderTests {
    private static let planted = "planted-value-93b1"
    private let loop = EventLoop()
    private let folder: TemporaryFolder

    init() throws {
        folder = TemporaryFolder()
    }

    @Test func envKeepsTheContract() {
        let provider = EnvironmentProvider(context: makeContext(loop, environment: ["TOKEN": Self.planted]))
        check(.found, provider, address("env", "TOKEN"))
        check(.absent, provider, address("env", "OTHER"))
    }

    @Test func fileKeepsTheContract() throws {
        folder.write("value", Self.planted + "\n")
        folder.write("large", [UInt8](repeating: 65, count: FileReader.byteLimit + 1))
        let fifo = try folder.makeFIFO("fifo")
        check(.found, file(), address("file", "value", folder: folder.path))
        check(.absent, file(), address("file", "none", folder: folder.path))
        check(.malformed, file(), address("file", "large", folder: folder.path))
        check(.timedOut, file(.milliseconds(5)), address("file", fifo))
        check(.cancelled, file(), address("file", fifo))
        if geteuid() != 0 {
            folder.write("secret", Self.planted, mode: 0)
            check(.refused, file(), address("file", "secret", folder: folder.path))
        }
    }

    @Test func dotenvKeepsTheContract() throws {
        folder.write(".env", "TOKEN=\(Self.planted)\n")
        folder.write("broken", "TOKEN='\(Self.planted)")
        let fifo = try folder.makeFIFO("fifo")
        check(.found, dotenv(), address("dotenv", folder: folder.path))
        check(.absent, dotenv(), address("dotenv", "none", folder: folder.path))
        check(.malformed, dotenv(), address("dotenv", "broken", folder: folder.path))
        check(.timedOut, dotenv(.milliseconds(5)), address("dotenv", fifo))
        check(.cancelled, dotenv(), address("dotenv", fifo))
    }

    @Test func execKeepsTheContract() {
        check(.found, exec(), command("echo \(Self.planted)"))
        check(.refused, exec(), command("echo \(Self.planted) >&2; echo \(Self.planted); exit 3"))
        check(.timedOut, exec(.milliseconds(50)), command("echo \(Self.planted); sleep 1000"))
        check(.malformed, exec(), command("head -c 1048577 /dev/zero"))
        check(.cancelled, exec(), command("echo \(Self.planted); sleep 1000"))
    }

    private func check(
        _ situation: ProviderContract.Situation,
        _ provider: any SecretProvider,
        _ address: SecretAddress,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let contract = ProviderContract(loop: loop, plantedValue: Self.planted)
        #expect(contract.violations(situation, .init(provider, address)) == [], sourceLocation: location)
    }

    private func file(_ timeout: Duration? = nil) -> FileProvider {
        FileProvider(configuration: configuration(.file, timeout), context: makeContext(loop))
    }

    private func dotenv(_ timeout: Duration? = nil) -> DotenvProvider {
        DotenvProvider(configuration: configuration(.dotenv, timeout), context: makeContext(loop))
    }

    private func exec(_ timeout: Duration? = nil) -> ExecProvider {
        ExecProvider(configuration: configuration(.exec, timeout), context: makeContext(loop))
    }

    private func configuration(_ kind: ProviderKind, _ timeout: Duration?) -> ProviderConfiguration {
        var configuration = ProviderConfiguration(name: kind.rawValue, kind: kind)
        configuration.timeout = timeout
        return configuration
    }

    private func command(_ script: String) -> SecretAddress {
        SecretAddress(provider: "exec", path: "sh", arguments: ["sh", "-c", script], folder: folder.path)
    }
}
