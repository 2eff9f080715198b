internal import EventLoop
internal import Glibc
internal import SecretMemory
internal import Synchronization
import Testing

@testable import SecretProviders

struct EnvironmentProviderTests {
    private let loop = EventLoop()

    @Test(arguments: [
        ("OPENAI_API_KEY", "usual"), ("openai-api-key", "usual"), ("openai.api_key", "usual"),
        ("openai/api key", "usual"),
        ("exact-name", "exact"), ("empty-here", "not empty"),
    ])
    func theExactNameComesBeforeTheUsualSpelling(name: String, value: String) {
        let provider = EnvironmentProvider(
            context: makeContext(
                loop,
                environment: [
                    "OPENAI_API_KEY": "usual", "exact-name": "exact", "EXACT_NAME": "usual", "empty-here": "",
                    "EMPTY_HERE": "not empty",
                ]
            )
        )
        #expect(provider.text(address("env", name), on: loop) == value)
    }

    @Test func anAbsentVariableIsNamedInBothSpellings() {
        let absence = EnvironmentProvider(context: makeContext(loop)).absence(address("env", "a-b"), on: loop)
        #expect(absence?.reason == .noSuchPath)
        #expect(absence?.detail == "no variable a-b or A_B")
        #expect(absence?.hints == [])
    }

    @Test func anAbsentVariableIsToldWithTheNearest() {
        let provider = EnvironmentProvider(
            context: makeContext(loop, environment: ["API_TOKEN": "x", "WITHSECRETS_API": "y"])
        )
        #expect(provider.absence(address("env", "api-tokne"), on: loop)?.suggestion == "did you mean 'API_TOKEN'?")
        #expect(provider.absence(address("env", "ITHSECRETS_API"), on: loop)?.suggestion == nil)
    }

    @Test(arguments: ["WITHSECRETS_PASSPHRASE", "withsecrets-passphrase"])
    func ourOwnVariablesAreNotHandedOn(name: String) {
        let provider = EnvironmentProvider(
            context: makeContext(loop, environment: ["WITHSECRETS_PASSPHRASE": "correct horse"])
        )
        #expect(provider.error(address("env", name), on: loop)?.reason == .misconfigured)
    }

    @Test func theSourceIsNotedAsACredential() {
        var context = makeContext(loop, environment: ["GH_TOKEN": "abc"])
        let recorder = Recorder()
        context.noteCredential = { name, secret in recorder.note("\(name)=\(secret.text)") }
        _ = EnvironmentProvider(context: context).text(address("env", "gh-token"), on: loop)
        #expect(recorder.all == ["GH_TOKEN=abc"])
    }

    @Test func bytesThatAreNoTextPass() {
        let bytes: [CChar] = [-1, -128, 0]
        unsafe _ = setenv("PROVIDER_TEST_BYTES", bytes, 1)
        #expect(ProcessEnvironment.value(of: "PROVIDER_TEST_BYTES")?.bytes == [0xFF, 0x80])
        #expect(ProcessEnvironment.names().contains("PROVIDER_TEST_BYTES"))
        #expect(ProcessEnvironment.value(of: "PROVIDER_TEST_NOWHERE")?.count == nil)
    }
}

final class Recorder: Sendable {
    private let entries = Mutex<[String]>([])

    func note(_ entry: String) {
        entries.withLock { $0.append(entry) }
    }

    var all: [String] { entries.withLock { $0 } }
}
