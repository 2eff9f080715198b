internal import EventLoop
internal import Glibc
internal import ManifestFormat
internal import SecretMemory
internal import TestSupport
import Testing

@testable import SecretProviders

@Suite(.timeLimit(.minutes(15)))
struct FileProviderTests {
    private let loop = EventLoop()
    private let folder: TemporaryFolder

    init() throws {
        folder = TemporaryFolder()
    }

    @Test(arguments: [
        ("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a\r", "a\r"), ("\n", ""), ("", ""),
        (" a \n", " a "),
        ("a\nb\n", "a\nb"),
    ])
    func oneNewlineIsTakenOff(content: String, value: String) throws {
        folder.write("x", content)
        #expect(provider.text(place("x"), on: loop) == value)
        #expect(provider.text(place("x", ["raw": "true"]), on: loop) == content)
        #expect(provider.text(place("x", ["raw": "false"]), on: loop) == value)
    }

    @Test(arguments: [["raw": "yes"], ["rwa": "true"], ["version": "3"]])
    func otherOptionsAreRefused(options: [String: String]) throws {
        folder.write("x", "a")
        #expect(provider.error(place("x", options), on: loop)?.reason == .misconfigured)
    }

    @Test func aHomePathIsExpanded() throws {
        folder.write("x", "at home")
        let context = makeContext(loop, environment: ["HOME": folder.path])
        let provider = FileProvider(configuration: .init(name: "file", kind: .file), context: context)
        #expect(provider.text(address("file", "~/x"), on: loop) == "at home")
        #expect(self.provider.error(address("file", "~/x"), on: loop)?.reason == .misconfigured)
    }

    @Test func whatIsNoFileFails() {
        #expect(
            provider.error(place("."), on: loop)
                == ProviderError(.misconfigured, "file: \(folder.path)/. is a directory")
        )
        #expect(provider.absence(place("none/deeper"), on: loop)?.reason == .noSuchPath)
        #expect(provider.error(address("file", "/dev/zero"), on: loop)?.reason == .malformed)
        #expect(provider.error(address("file", "a\0b"), on: loop)?.reason == .misconfigured)
        #expect(provider.error(address("file"), on: loop)?.reason == .misconfigured)
    }

    @Test func aRefusalNamesTheFileAndTheRemedy() {
        let error = ProviderError.unreadableFile(address("file", "x"), "/srv/x", .system(errno: EACCES), limit: nil)
        #expect(error.reason == .refused)
        #expect(error.message == "file: /srv/x cannot be read: permission denied")
    }

    @Test func aFIFOIsReadToItsEnd() throws {
        let fifo = try folder.makeFIFO("fifo")
        let value = loop.runBlocking { [provider] in
            async let lookup = Result { try await provider.fetch(address("file", fifo)) }
            await Task.yield()
            let writer = unsafe open(fifo, O_WRONLY | O_CLOEXEC)
            for part in ["first ", "second\n"] {
                unsafe _ = write(writer, part, part.utf8.count)
                await Task.yield()
            }
            close(writer)
            return await lookup.text
        }
        #expect(value == "first second")
    }

    @Test func anInheritedPipeIsReadWhereItStands() throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        unsafe _ = write(ends[1], "piped\n", 6)
        close(ends[1])
        #expect(provider.text(address("file", "/dev/fd/\(ends[0])"), on: loop) == "piped")
        // At its end an anonymous pipe is empty; nobody can open it for writing again.
        #expect(provider.text(address("file", "/proc/self/fd/\(ends[0])"), on: loop) == "")
        close(ends[0])
        #expect(provider.absence(address("file", "/dev/fd/987"), on: loop)?.reason == .noSuchPath)
    }

    private var provider: FileProvider {
        FileProvider(configuration: .init(name: "file", kind: .file), context: makeContext(loop))
    }

    private func place(_ name: String, _ options: [String: String] = [:]) -> SecretAddress {
        SecretAddress(provider: "file", path: name, options: options, folder: folder.path)
    }
}

extension Result where Success == Lookup, Failure == any Error {
    fileprivate init(_ body: () async throws -> Lookup) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }

    fileprivate var text: String? {
        guard case .success(.found(let payload)) = self, case .text(let secret) = payload.content else { return nil }
        return secret.text
    }
}
