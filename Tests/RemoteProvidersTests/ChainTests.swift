import ManifestFormat
import SecretProviders
import Testing

@testable import RemoteProviders

/// For every service: a failure never turns into a fallback, and an absence never into a failure.
struct ChainTests {
    private func run(_ service: Service, _ reference: String, _ more: String = "", timeout: String = "5s") throws
        -> Resolution
    {
        let server = try FakeServer.shared(service.script)
        let manifest = """
            version: 1
            providers:
            \(service.entry(at: server.address, timeout: timeout))
            env:
              TOKEN: { from: [\(service.kind.rawValue):\(service.prefix)\(reference), env:FALLBACK]\(more) }
            """
        let environment = service.environment.merging(["FALLBACK": "an-older-value"]) { $1 }
        return try ManifestRun(manifest, environment).resolve()
    }

    @Test(arguments: Service.all)
    func whatIsThereIsFoundAndNothingElseIsAsked(_ service: Service) throws {
        let resolution = try run(service, "\(service.document)#a")
        #expect(resolution.errorTexts + resolution.warningTexts == [])
        #expect(resolution.values == ["TOKEN": "value-of-a"])
        let steps = resolution.variables[0].steps
        #expect(steps.count == 1)
        #expect(steps[0].route?.endpoint?.hasPrefix("http://127.0.0.1:") == true)
        #expect(steps[0].route?.login?.isEmpty == false)
    }

    @Test(arguments: Service.all, ["nope", "DOCUMENT#none", "DOCUMENT#/a/b/0"])
    func anAbsenceIsNoFailure(_ service: Service, _ path: String) throws {
        let resolution = try run(service, path.replacing("DOCUMENT", with: service.document))
        #expect(resolution.errorTexts + resolution.warningTexts == [])
        #expect(resolution.values == ["TOKEN": "an-older-value"])
    }

    @Test(arguments: Service.all)
    func aServiceThatNobodyConfiguredIsPassedOver(_ service: Service) throws {
        let manifest =
            "version: 1\nenv: { TOKEN: ['\(service.kind.rawValue):\(service.prefix)nope', env:FALLBACK] }\n"
        let nowhere = [
            "FALLBACK": "an-older-value", "AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1",
            "GCE_METADATA_HOST": "127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1",
        ]
        guard service.kind != .azure else {
            // A vault's name alone is an address: that nobody answers there is a failure.
            let resolution = try ManifestRun(manifest, nowhere).resolve()
            #expect(resolution.values == [:])
            return
        }
        let resolution = try ManifestRun(manifest, nowhere).resolve()
        #expect(resolution.errorTexts == [])
        #expect(resolution.values == ["TOKEN": "an-older-value"])
    }

    @Test(arguments: Service.all, Misbehaviour.all)
    func aFailureIsNoFallback(_ service: Service, _ misbehaviour: Misbehaviour) throws {
        let timeout = misbehaviour.isSlow ? "500ms" : "10s"
        let path = "contract-\(misbehaviour.word)-x"
        let stopped = try run(service, path, timeout: timeout)
        #expect(stopped.values == [:])
        #expect(stopped.errors.count == 1)
        let defaulted = try run(service, path, ", default: never", timeout: timeout)
        #expect(defaulted.values == [:])
        let optional = try run(service, path, ", required: false", timeout: timeout)
        #expect(optional.values == [:])
        #expect(optional.errors.count == 1)
        let wentOn = try run(service, path, ", on_error: next", timeout: timeout)
        #expect(wentOn.values == ["TOKEN": "an-older-value"])
        #expect(wentOn.warningTexts.count { $0.contains("on_error: next goes on") } == 1)
    }

    @Test(arguments: Service.all)
    func nobodyListeningIsNoFallback(_ service: Service) throws {
        let manifest = """
            version: 1
            providers:
            \(service.entry(at: "http://127.0.0.1:1"))
            env: { TOKEN: ['\(service.kind.rawValue):\(service.prefix)x', env:FALLBACK] }
            """
        let environment = service.environment.merging(["FALLBACK": "an-older-value"]) { $1 }
        let resolution = try ManifestRun(manifest, environment).resolve()
        #expect(resolution.values == [:])
        #expect(resolution.errors.count == 1)
    }
}
