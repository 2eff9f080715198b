internal import Diagnostics
internal import EventLoop
internal import ManifestFormat
internal import SecretMemory
import Testing

@testable import SecretProviders

@Suite(.timeLimit(.minutes(15)))
struct ResolverTests {
    // MARK: - Chains

    @Test func theFirstStepThatHasItCounts() {
        var run = FakeRun(vault: ["a": .text("from vault")], aws: ["a": .text("from aws")])
        run.add("A", reference("env"), reference("vault", "a"), reference("aws", "a"))
        let resolution = run.resolve()
        #expect(resolution.values == ["A": "from vault"])
        #expect(resolution.errorTexts == [])
        #expect(resolution.variables[0].steps.map(\.outcome.word) == ["absent", "found"])
        #expect(resolution.variables[0].steps.map(\.reference.description) == ["env:A", "vault:a"])
        #expect(resolution.variables[0].steps[1].origin == "fake")
        #expect(run.aws.askedFor == [])
    }

    @Test func anOutageStopsTheChain() {
        var run = FakeRun(vault: ["a": .failed(.unreachable)], aws: ["a": .text("older")])
        run.add("A", reference("vault", "a"), reference("aws", "a")) { $0.fallback = "default" }
        let resolution = run.resolve()
        #expect(resolution.values == [:])
        #expect(resolution.errorTexts == ["A: vault failed for a"])
        #expect(run.aws.askedFor == [])
    }

    @Test func whatNoStepHasIsAnErrorThatListsThem() {
        var run = FakeRun()
        run.add("A", reference("env"), reference("vault", "a"))
        run.add("B", reference("env"))
        let resolution = run.resolve()
        #expect(resolution.errorTexts == ["A: no step of its chain has it", "B: not found: env:B: no variable B"])
        #expect(resolution.errors[0].hints.prefix(2) == ["env:A: no variable A", "vault:a: a is not there"])
        #expect(resolution.errors[0].location?.line == 3)
    }

    @Test func anOptionalVariableMayBeAbsentAndADefaultFillsIn() {
        var run = FakeRun()
        run.add("A", reference("env")) { $0.isRequired = false }
        run.add("B", reference("env")) { $0.fallback = "default" }
        let resolution = run.resolve()
        #expect(resolution.values == ["B": "default"])
        #expect(resolution.errorTexts + resolution.warningTexts == [])
        #expect(resolution.variable(named: "A")?.steps.count == 1)
        #expect(resolution.variable(named: "B")?.isSecret == true)
    }

    @Test func failuresOfAllVariablesAreReportedTogether() {
        var run = FakeRun(vault: ["a": .failed(.refused), "b": .text("b"), "c": .failed(.malformed)])
        run.add("A", reference("vault", "a"))
        run.add("B", reference("vault", "b"))
        run.add("C", reference("vault", "c"))
        #expect(run.resolve().errorTexts == ["A: vault failed for a", "C: vault failed for c"])
    }

    @Test func tenThousandVariablesAreNoTrouble() {
        var run = FakeRun(vault: ["a": .text("x")])
        for index in 0..<10_000 {
            run.environment["SOURCE_\(index)"] = "value \(index)"
            run.add("V\(index)", reference("env", "SOURCE_\(index)"), reference("vault", "a"))
            run.add("T\(index)", template: "<${V\(index)}>")
        }
        let start = SuspendingClock().now
        let resolution = run.resolve()
        #expect(resolution.values["T9999"] == "<value 9999>")
        #expect(resolution.credentials.count == 10_000)
        // Quadratic work would take minutes in a debug build.
        #expect(SuspendingClock().now - start < .seconds(20))
    }

    // MARK: - on_error

    struct Policy: Sendable, CustomTestStringConvertible {
        var variable: Manifest.FailurePolicy?
        var provider: Manifest.FailurePolicy?
        var manifest: Manifest.FailurePolicy?
        var goesOn: Bool

        var testDescription: String { "\(variable as Any) \(provider as Any) \(manifest as Any)" }
    }

    @Test(arguments: [
        Policy(goesOn: false), Policy(manifest: .next, goesOn: true), Policy(provider: .next, goesOn: true),
        Policy(variable: .next, goesOn: true), Policy(provider: .stop, manifest: .next, goesOn: false),
        Policy(variable: .stop, provider: .next, manifest: .next, goesOn: false),
        Policy(variable: .next, provider: .stop, manifest: .stop, goesOn: true),
    ])
    func theVariablesWordCountsBeforeTheProvidersBeforeTheManifests(policy: Policy) {
        var run = FakeRun(vault: ["a": .failed(.unreachable)], aws: ["a": .text("second")])
        run.manifest.onError = policy.manifest
        var provider = ProviderConfiguration(name: "prod", kind: .vault)
        provider.onError = policy.provider
        run.manifest.providers = [provider]
        run.add("A", reference("prod", "a"), reference("aws", "a")) { $0.onError = policy.variable }
        let resolution = run.resolve()
        #expect(resolution.values == (policy.goesOn ? ["A": "second"] : [:]))
        #expect(resolution.errorTexts == (policy.goesOn ? [] : ["A: prod failed for a"]))
        #expect(resolution.warningTexts == (policy.goesOn ? ["A: prod failed for a; on_error: next goes on"] : []))
    }

    @Test func afterAFailureNothingButADefaultCounts() {
        var run = FakeRun(vault: ["a": .failed(.unreachable)])
        run.manifest.onError = .next
        run.add("A", reference("vault", "a"), reference("env")) { $0.isRequired = false }
        run.add("B", reference("vault", "a")) { $0.fallback = "default" }
        let resolution = run.resolve()
        #expect(resolution.values == ["B": "default"])
        #expect(resolution.errorTexts == ["A: no step of its chain has it"])
        #expect(
            resolution.warningTexts == [
                "A: vault failed for a; on_error: next goes on",
                "B: vault failed for a; on_error: next goes on",
                "B: no step has a value after one failed, so its default is used",
            ]
        )
    }

    @Test func aConfiguredProviderIsNotPassedOverInSilence() {
        var run = FakeRun(vault: ["a": .absent(.notConfigured), "b": .absent(.noSuchPath, isWorthAWarning: true)])
        run.manifest.providers = [ProviderConfiguration(name: "prod", kind: .vault)]
        run.add("A", reference("prod", "a")) { $0.fallback = "" }
        run.add("B", reference("vault", "a")) { $0.fallback = "" }
        run.add("C", reference("vault", "b")) { $0.fallback = "" }
        #expect(
            run.resolve().warningTexts == [
                "A: prod:a was passed over: a is not there", "C: vault:b was passed over: b is not there",
            ]
        )
    }

    // MARK: - Reads

    @Test func eachAddressIsReadOnceAndAllInOneCall() {
        var run = FakeRun(vault: ["a": .object(#"{"x":"1","y":"2"}"#), "b": .text("3")])
        run.add("A", reference("vault", "a", "x"))
        run.add("B", reference("vault", "a", "y"))
        run.add("C", reference("vault", "b"))
        run.add("D", reference("vault", "b"))
        #expect(run.resolve().values == ["A": "1", "B": "2", "C": "3", "D": "3"])
        #expect(run.vault.askedFor == [["a", "b"]])
    }

    @Test func secondStepsAreAskedTogetherToo() {
        var run = FakeRun(vault: ["a": .text("1"), "b": .text("2")])
        run.add("A", reference("env"), reference("vault", "a"))
        run.add("B", reference("aws", "b"), reference("vault", "b"))
        run.add("C", reference("aws", "c"), reference("vault", "a"))
        #expect(run.resolve().values == ["A": "1", "B": "2", "C": "1"])
        #expect(run.aws.askedFor == [["b", "c"]])
        #expect(run.vault.askedFor.joined().sorted() == ["a", "b"])
    }

    @Test func optionsMakeAnotherAddress() {
        var run = FakeRun(vault: ["a": .text("1")])
        var old = reference("vault", "a")
        old.address.options = ["version": "3"]
        run.add("A", reference("vault", "a"))
        run.add("B", old)
        _ = run.resolve()
        #expect(run.vault.askedFor == [["a", "a"]])
    }

    @Test func aSlowNeighbourHoldsNobodyUp() {
        var run = FakeRun(vault: ["slow": .silence, "fast": .text("fast")])
        run.timeout = .milliseconds(50)
        run.add("A", reference("vault", "slow"))
        run.add("B", reference("vault", "fast"))
        run.add("C", reference("vault", "slow"), reference("env")) { $0.onError = .next }
        run.add("D", reference("vault", "slow")) { ($0.onError, $0.fallback) = (.next, "default") }
        let resolution = run.resolve()
        #expect(resolution.values == ["B": "fast", "D": "default"])
        #expect(
            resolution.errorTexts == [
                "A: vault:slow gave no answer within 50ms", "C: no step of its chain has it",
            ]
        )
        #expect(resolution.variables[0].steps.map(\.outcome.word) == ["timed out"])
    }

    @Test func timeAtAPromptDoesNotCount() {
        var run = FakeRun(vault: ["a": .text("x")])
        run.timeout = .milliseconds(20)
        run.environment = ["X": "y"]
        run.add("A", reference("vault", "a"))
        var registry = ProviderRegistry()
        registry.register(.vault) { _, context in PromptingProvider(context: context) }
        let (loop, manifest, timeout) = (run.loop, run.manifest, run.timeout)
        let resolution = loop.runBlocking { [registry] in
            await Resolver(manifest, registry: registry, context: makeContext(loop), timeout: timeout).resolve()
        }
        #expect(resolution.values == ["A": "typed"])
    }

    @Test func aProvidersSettingIsResolvedByTheSameRun() {
        var run = FakeRun(vault: ["role": .text("s3cr3t")])
        run.manifest.providers = [provider("prod", needing: reference("vault", "role"))]
        run.add("A", reference("prod", "x"))
        run.add("B", reference("vault", "role"))
        var registry = ProviderRegistry()
        registry.register(.vault) { [vault = run.vault] _, _ in vault }
        registry.register(.azure) { SettingProvider(configuration: $0, context: $1) }
        let (loop, manifest) = (run.loop, run.manifest)
        let resolution = loop.runBlocking { [registry] in
            await Resolver(manifest, registry: registry, context: makeContext(loop)).resolve()
        }
        #expect(resolution.values == ["A": "s3cr3t", "B": "s3cr3t"])
        #expect(run.vault.askedFor == [["role"]])
        #expect(resolution.credentials.map(\.name) == ["prod client_secret"])
        #expect(resolution.withheldVariables == ["SOPS_AGE_KEY"])
    }

    @Test func aProviderThatNeedsItselfIsCaught() {
        var run = FakeRun()
        run.manifest.providers = [
            provider("one", needing: reference("two", "x")), provider("two", needing: reference("one", "x")),
        ]
        run.add("A", reference("one", "x"))
        #expect(run.resolve().errorTexts == ["A: one needs a secret of its own before it can give any"])
    }

    @Test func aKindThatIsNotLinkedSaysSo() {
        var run = FakeRun()
        run.add("A", reference("gcp", "x"))
        #expect(run.resolve().errorTexts == ["A: gcp is of kind 'gcp', which this build lacks"])
    }

    @Test func aCancelledRunEnds() {
        var run = FakeRun(vault: ["a": .silence])
        run.add("A", reference("vault", "a"))
        var registry = ProviderRegistry()
        registry.register(.vault) { [vault = run.vault] _, _ in vault }
        let (loop, manifest) = (run.loop, run.manifest)
        let resolution = loop.runBlocking { [registry] in
            let task = Task(executorPreference: loop) {
                await Resolver(manifest, registry: registry, context: makeContext(loop)).resolve()
            }
            await loop.sleep(until: loop.now + .milliseconds(5))
            task.cancel()
            return await task.value
        }
        #expect(resolution.errorTexts == ["A: vault:a was not waited for"])
    }

    private func provider(_ name: String, needing reference: SecretReference) -> ProviderConfiguration {
        var configuration = ProviderConfiguration(name: name, kind: .azure)
        configuration.settings["auth.client_secret"] = .secret([reference])
        return configuration
    }
}

/// Gives the secret that it is configured with.
private struct SettingProvider: SecretProvider {
    let configuration: ProviderConfiguration
    let context: ProviderContext

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        guard let secret = try await context.resolve(configuration.secret("auth.client_secret") ?? []) else {
            return .absent(Absence(.notConfigured, "no secret"))
        }
        context.noteCredential("\(configuration.name) client_secret", secret)
        context.withholdVariable("SOPS_AGE_KEY")
        return .found(SecretPayload(.text(secret)))
    }
}

/// Takes longer than the run has, but at a prompt.
private struct PromptingProvider: SecretProvider {
    let context: ProviderContext

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        context.loop.pausingDeadlines {
            // Time passes whatever the loop's clock says: let a real timer of another loop tell.
            let other = EventLoop()
            other.runBlocking { _ = await other.sleep(until: other.now + .milliseconds(60)) }
        }
        await Task.yield()
        return .found(SecretPayload(.text(Secret(copying: "typed"))))
    }
}

extension StepReport.Outcome {
    var word: String {
        switch self {
        case .found: "found"
        case .absent: "absent"
        case .failed(let error): error.reason.rawValue
        }
    }
}
